"""Goods: the tree of groups, products and their barcodes."""

from django.db import models
from django.db.models import F, Q

from core.fields import MoneyField, QuantityField, Uuid7Field
from inventory.models.pictures import GoodsPicture
from inventory.models.units import Unit


class Group(models.Model):
    """A node of the tree of goods, of any depth. A trigger refuses a parent below the group itself."""

    id = Uuid7Field()
    name = models.CharField(max_length=120)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    position = models.PositiveIntegerField(default=0)
    colour = models.CharField(max_length=7, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"], name="group_name_is_unique_in_its_parent", nulls_distinct=False
            ),
            models.CheckConstraint(condition=~Q(name=""), name="group_has_a_name"),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")), name="group_is_not_its_own_parent"
            ),
            models.CheckConstraint(
                condition=Q(colour=None) | Q(colour__regex="^#[0-9a-f]{6}$"), name="group_colour_is_hex"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """Something that is sold. `code` is its PLU, the number people type.

    `content` of `content_unit` is what one piece holds (500 ml); price per litre or kilogram is computed from it.
    An inactive product stays in every document but is not at the tills.

    The price of an `open_price` product is typed at the till, between `price_min` and `price_max` (minor units).
    `deposit` is what is charged with each unit and given back with the empty. `capture` says that each unit's own
    serial number, mark or excise stamp is read when it is sold; `licence` that the setting `sale_bans` may forbid it
    at times. `allergens` and `properties` (lines `name: value`) are for the item card.
    """

    class Kind(models.TextChoices):
        PIECE = "piece"
        WEIGHED = "weighed"
        SERVICE = "service"
        DEPOSIT = "deposit"

    class Capture(models.TextChoices):
        SERIAL = "serial"
        MARK = "mark"
        EXCISE = "excise"

    class Licence(models.TextChoices):
        ALCOHOL = "alcohol"
        TOBACCO = "tobacco"

    id = Uuid7Field()
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    search_name = models.CharField(max_length=400)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.PIECE)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="products", db_index=False)
    tax = models.CharField(max_length=10)
    age = models.PositiveSmallIntegerField(default=0)
    discountable = models.BooleanField(default=True)
    active = models.BooleanField(default=True)
    content = QuantityField(null=True, blank=True)  # type: ignore[misc]
    content_unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    open_price = models.BooleanField(default=False)
    price_min = MoneyField(null=True, blank=True)  # type: ignore[misc]
    price_max = MoneyField(null=True, blank=True)  # type: ignore[misc]
    deposit = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="deposit_of"
    )
    capture = models.CharField(max_length=8, choices=Capture, default="", blank=True)
    licence = models.CharField(max_length=8, choices=Licence, default="", blank=True)
    allergens = models.CharField(max_length=300, default="", blank=True)
    properties = models.CharField(max_length=2000, default="", blank=True)
    picture = models.ForeignKey(
        GoodsPicture, null=True, blank=True, on_delete=models.PROTECT, related_name="products"
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9A-Za-z._-]{1,20}$"), name="product_code_is_typeable"
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(search_name=""), name="product_has_a_name"),
            models.CheckConstraint(
                condition=Q(kind__in=["piece", "weighed", "service", "deposit"]), name="product_kind_is_known"
            ),
            models.CheckConstraint(condition=Q(age__lte=99), name="product_age_is_0_to_99"),
            # A deposit is paid back as it was taken, so it carries no discount (protocol.md section 4).
            models.CheckConstraint(
                condition=~Q(kind="deposit") | Q(discountable=False), name="product_deposit_has_no_discount"
            ),
            models.CheckConstraint(
                condition=Q(content=None, content_unit=None)
                | Q(content__isnull=False, content__gt=0, content_unit__isnull=False),
                name="product_content_has_a_unit",
            ),
            models.CheckConstraint(
                condition=Q(open_price=True) | Q(price_min=None, price_max=None),
                name="product_price_limits_need_open_price",
            ),
            models.CheckConstraint(
                condition=(Q(price_min=None) | Q(price_min__gte=0))
                & (Q(price_max=None) | Q(price_max__gt=0))
                & (Q(price_min=None) | Q(price_max=None) | Q(price_max__gte=F("price_min"))),
                name="product_price_limits_are_in_order",
            ),
            # A deposit goes back as it came: it has a price of its own, no deposit, and nothing to capture.
            models.CheckConstraint(
                condition=~Q(kind="deposit") | Q(deposit=None, open_price=False),
                name="product_deposit_stands_alone",
            ),
            models.CheckConstraint(
                condition=Q(capture="") | Q(capture__in=["serial", "mark", "excise"], kind="piece"),
                name="product_capture_is_of_pieces",
            ),
            models.CheckConstraint(
                condition=Q(licence__in=["", "alcohol", "tobacco"]), name="product_licence_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["search_name", "id"], name="product_by_name"),
            models.Index(fields=["group", "search_name"], name="product_by_group"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def keeps_stock(self) -> bool:
        """Whether it lies on a shelf; a service does not."""
        return self.kind != self.Kind.SERVICE


class Barcode(models.Model):
    """A code that a scanner reads. `quantity` is what one scan stands for: a case of twelve is 12000."""

    code = models.CharField(max_length=48, primary_key=True)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="barcodes")
    quantity = QuantityField(default=1000)

    class Meta:
        constraints = [
            # What a scanner can send and a till can index: printable ASCII without spaces.
            models.CheckConstraint(condition=Q(code__regex=r"^[!-~]{1,48}$"), name="barcode_is_printable"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="barcode_quantity_is_positive"),
        ]

    def __str__(self) -> str:
        return self.code
