"""What the addresses of this app take and give. Money, quantities and percents are integers (protocol.md 0)."""

from typing import Any

from rest_framework import serializers

from core.serializers import MoneyField, PercentField, QuantityField
from inventory.models import Price, Product, StockBalance
from inventory.selectors.stock import average_cost


class BarcodeOut(serializers.Serializer[Any]):
    """A barcode and what one scan of it stands for, in thousandths."""

    code = serializers.CharField()
    quantity = QuantityField()


class BarcodeIn(serializers.Serializer[Any]):
    """A barcode to give to a product."""

    code = serializers.RegexField(r"^[!-~]{1,48}$", max_length=48)
    quantity = QuantityField(default=1000, min_value=1)


class ProductOut(serializers.Serializer[Any]):
    """A product with its barcodes and the retail price in force now (null when it has none)."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Product.Kind.choices)
    unit = serializers.CharField(source="unit_id")
    group = serializers.UUIDField(source="group_id")
    group_name = serializers.CharField(source="group.name")
    tax = serializers.CharField()
    age = serializers.IntegerField()
    discountable = serializers.BooleanField()
    active = serializers.BooleanField()
    content = QuantityField(allow_null=True)
    content_unit = serializers.CharField(source="content_unit_id", allow_null=True)
    open_price = serializers.BooleanField()
    price_min = MoneyField(allow_null=True)
    price_max = MoneyField(allow_null=True)
    deposit = serializers.UUIDField(source="deposit_id", allow_null=True)
    capture = serializers.CharField()
    licence = serializers.CharField()
    allergens = serializers.CharField()
    properties = serializers.CharField()
    changed_at = serializers.DateTimeField()
    barcodes = BarcodeOut(many=True)
    price = serializers.SerializerMethodField()

    def get_price(self, product: Product) -> int | None:
        """Minor units; the prices of the whole page were read in one statement."""
        price: Price | None = self.context["prices"].get(product.id)
        return price.price if price else None


class ProductIn(serializers.Serializer[Any]):
    """A product to create; PATCH takes any of these fields."""

    code = serializers.RegexField(r"^[0-9A-Za-z._-]{1,20}$", max_length=20, required=False)
    name = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=Product.Kind.choices, default=Product.Kind.PIECE)
    unit = serializers.CharField(max_length=12, default="pcs")
    group = serializers.UUIDField()
    tax = serializers.CharField(max_length=10)
    age = serializers.IntegerField(min_value=0, max_value=99, default=0)
    discountable = serializers.BooleanField(default=True)
    active = serializers.BooleanField(default=True)
    content = QuantityField(min_value=1, allow_null=True, default=None)
    content_unit = serializers.CharField(max_length=12, allow_null=True, default=None)
    open_price = serializers.BooleanField(default=False)
    price_min = MoneyField(min_value=0, allow_null=True, default=None)
    price_max = MoneyField(min_value=1, allow_null=True, default=None)
    deposit = serializers.UUIDField(allow_null=True, default=None)
    capture = serializers.ChoiceField(choices=["", *Product.Capture.values], default="")
    licence = serializers.ChoiceField(choices=["", *Product.Licence.values], default="")
    allergens = serializers.CharField(max_length=300, allow_blank=True, default="")
    properties = serializers.CharField(max_length=2000, allow_blank=True, default="")


class ProductQuery(serializers.Serializer[Any]):
    """Narrows the list: words of the name (or a whole code or barcode), a group with everything below it…"""

    q = serializers.CharField(max_length=200, required=False, allow_blank=True)
    group = serializers.UUIDField(required=False)
    kind = serializers.ChoiceField(choices=Product.Kind.choices, required=False)
    active = serializers.BooleanField(required=False, allow_null=True, default=None)


class GroupOut(serializers.Serializer[Any]):
    """A group of the tree."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    parent = serializers.UUIDField(source="parent_id", allow_null=True)  # type: ignore[assignment]
    position = serializers.IntegerField()
    colour = serializers.CharField(allow_null=True)


class GroupIn(serializers.Serializer[Any]):
    """A group to create; PATCH takes any of these fields."""

    name = serializers.CharField(max_length=120)
    parent = serializers.UUIDField(allow_null=True, default=None)  # type: ignore[assignment]
    position = serializers.IntegerField(min_value=0, max_value=1_000_000, default=0)
    colour = serializers.RegexField(r"^#[0-9a-f]{6}$", allow_null=True, default=None)


class PriceOut(serializers.Serializer[Any]):
    """One decision about a price; `to` is null while nobody ended it."""

    id = serializers.UUIDField()
    product = serializers.UUIDField(source="product_id")
    type = serializers.CharField(source="price_type_id")
    store = serializers.UUIDField(source="store_id", allow_null=True)
    price = MoneyField()
    valid_from = serializers.DateTimeField()
    valid_to = serializers.DateTimeField(allow_null=True)
    source = serializers.ChoiceField(choices=Price.Source.choices)  # type: ignore[assignment]
    created_by = serializers.UUIDField(source="created_by_id", allow_null=True)
    created_at = serializers.DateTimeField()


class PriceIn(serializers.Serializer[Any]):
    """A wished price; without `valid_from` it holds at once."""

    price = MoneyField(min_value=0)
    type = serializers.CharField(max_length=20, default="retail")
    valid_from = serializers.DateTimeField(allow_null=True, default=None)
    valid_to = serializers.DateTimeField(allow_null=True, default=None)


class ProductPriceIn(PriceIn):
    """A wished price of a named product."""

    product = serializers.UUIDField()


class TaxOut(serializers.Serializer[Any]):
    """The rate behind a code from one day to another, both included; null is open."""

    code = serializers.CharField()
    name = serializers.CharField()
    percent = PercentField()
    exempt = serializers.BooleanField()
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)


class TaxIn(serializers.Serializer[Any]):
    """A rate to begin on a day."""

    code = serializers.RegexField(r"^\S{1,10}$", max_length=10)
    name = serializers.CharField(max_length=60)
    percent = PercentField(min_value=0, max_value=10_000)
    exempt = serializers.BooleanField(default=False)
    valid_from = serializers.DateField()


class UnitNames(serializers.Serializer[Any]):
    """A short name in each language."""

    en = serializers.CharField()
    pl = serializers.CharField()
    uk = serializers.CharField()
    ru = serializers.CharField()


class UnitOut(serializers.Serializer[Any]):
    """A unit of measure."""

    code = serializers.CharField()
    names = UnitNames()
    decimals = serializers.IntegerField()


class BalanceOut(serializers.Serializer[Any]):
    """What the store holds of a product; `unit_cost` is rounded for reading only, null when it was never known."""

    product = serializers.UUIDField(source="product_id")
    code = serializers.CharField(source="product.code")
    name = serializers.CharField(source="product.name")
    unit = serializers.CharField(source="product.unit_id")
    quantity = QuantityField()
    value = MoneyField()
    unit_cost = serializers.SerializerMethodField()

    def get_unit_cost(self, balance: StockBalance) -> int | None:
        """Minor units for one unit."""
        return average_cost(balance)


class BalanceQuery(serializers.Serializer[Any]):
    """Narrows the list of balances."""

    q = serializers.CharField(max_length=200, required=False, allow_blank=True)
    negative = serializers.BooleanField(required=False, default=False)


class MoveOut(serializers.Serializer[Any]):
    """One row of the stock ledger."""

    id = serializers.IntegerField()
    quantity = QuantityField()
    value = MoneyField()
    adjustment = serializers.BooleanField()
    source_kind = serializers.CharField()
    source_id = serializers.UUIDField()
    source_line = serializers.IntegerField()
    at = serializers.DateTimeField()
    day = serializers.DateField()
    recorded_at = serializers.DateTimeField()


class Problem(serializers.Serializer[Any]):
    """Why a request was refused: `code` is for programs, `message` for people."""

    code = serializers.CharField()
    message = serializers.CharField()
    extra = serializers.DictField()
