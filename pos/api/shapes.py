"""What the tills' REST addresses take and give. Money and quantities are integers (protocol.md 0)."""

from typing import Any

from rest_framework import serializers

from core.serializers import MoneyField, PercentField, QuantityField
from pos.models import Till
from pos.services.tills import COMMANDS


class Refusal(serializers.Serializer[Any]):
    """Why a request was refused: `code` is for programs, `message` for people."""

    code = serializers.CharField()
    message = serializers.CharField()
    extra = serializers.DictField()


class DeviceOut(serializers.Serializer[Any]):
    """The device that is a till now, as it said of itself in its last hello."""

    inc = serializers.IntegerField()
    enrolled_at = serializers.DateTimeField()
    seen_at = serializers.DateTimeField(allow_null=True)
    build = serializers.CharField()
    cursor = serializers.CharField()
    unsent = serializers.IntegerField()
    skew_ms = serializers.IntegerField(allow_null=True)
    through = serializers.IntegerField()
    top = serializers.IntegerField()


class TillOut(serializers.Serializer[Any]):
    """A till and its state."""

    id = serializers.UUIDField(source="till.id")
    number = serializers.IntegerField(source="till.number")
    name = serializers.CharField(source="till.name")
    kind = serializers.CharField(source="till.kind")
    locked = serializers.BooleanField(source="till.locked")
    online = serializers.BooleanField()
    missing = serializers.IntegerField(help_text="Items the server knows of and does not hold.")
    code_expires_at = serializers.DateTimeField(allow_null=True)
    device = DeviceOut(allow_null=True)


class TillIn(serializers.Serializer[Any]):
    """A till to create."""

    number = serializers.IntegerField(min_value=1, max_value=9999)
    name = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)
    kind = serializers.ChoiceField(choices=Till.Kind.choices, default=Till.Kind.TILL)


class TillChange(serializers.Serializer[Any]):
    """What of a till may be changed."""

    name = serializers.CharField(max_length=80, required=False)
    locked = serializers.BooleanField(required=False)


class CodeOut(serializers.Serializer[Any]):
    """A one-time code; it is shown once and kept nowhere."""

    code = serializers.CharField()
    minutes = serializers.IntegerField()


class CommandIn(serializers.Serializer[Any]):
    """A command for an open till."""

    name = serializers.ChoiceField(choices=sorted(COMMANDS))


class ReceiptQuery(serializers.Serializer[Any]):
    """Filters of the list of receipts."""

    day = serializers.DateField(required=False)
    till = serializers.IntegerField(required=False, min_value=1)
    kind = serializers.ChoiceField(choices=["sale", "return"], required=False)
    shift = serializers.UUIDField(required=False)
    cashier = serializers.UUIDField(required=False)
    late = serializers.BooleanField(required=False, allow_null=True, default=None)


class ReceiptRow(serializers.Serializer[Any]):
    """A receipt in a list."""

    id = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]
    kind = serializers.CharField()
    number = serializers.IntegerField()
    till = serializers.IntegerField(source="till.number")
    inc = serializers.IntegerField()
    seq = serializers.IntegerField()
    day = serializers.DateField()
    shift = serializers.UUIDField(source="shift_id")
    cashier = serializers.UUIDField(source="cashier_id")
    opened_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    currency = serializers.CharField()
    prices_include_tax = serializers.BooleanField()
    line_count = serializers.IntegerField()
    discount_total = MoneyField()
    total = MoneyField()
    tax_total = MoneyField()
    rounding = MoneyField()
    due = MoneyField()
    card = serializers.CharField(allow_null=True)
    late = serializers.BooleanField()


class DiscountOut(serializers.Serializer[Any]):
    """One reason why a line costs less."""

    n = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]
    ref = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()
    amount = MoneyField()
    approved_by = serializers.UUIDField(source="approved_by_id", allow_null=True)
    reason = serializers.CharField(allow_null=True)


class LineOut(serializers.Serializer[Any]):
    """One line of a receipt."""

    n = serializers.IntegerField()
    product = serializers.UUIDField(source="product_id")
    name = serializers.CharField()
    barcode = serializers.CharField(allow_null=True)
    quantity = QuantityField()
    unit = serializers.CharField()
    price = MoneyField()
    gross = MoneyField()
    discount = MoneyField()
    total = MoneyField()
    tax_code = serializers.CharField()
    tax_percent = PercentField()
    tax_amount = MoneyField()
    deposit = serializers.BooleanField()
    origin_receipt = serializers.UUIDField(source="origin_receipt_id", allow_null=True)
    origin_n = serializers.IntegerField(allow_null=True)


class ReceiptTaxOut(serializers.Serializer[Any]):
    """One row of the tax table."""

    code = serializers.CharField()
    percent = PercentField()
    net = MoneyField()
    tax = MoneyField()
    gross = MoneyField()


class PaymentOut(serializers.Serializer[Any]):
    """One payment."""

    method = serializers.CharField()
    amount = MoneyField()
    tendered = MoneyField(allow_null=True)
    change = MoneyField(allow_null=True)
    details = serializers.JSONField(allow_null=True)


class WarningOut(serializers.Serializer[Any]):
    """A remark about an item that is nevertheless right."""

    code = serializers.CharField()
    detail = serializers.CharField()


class ReceiptOut(ReceiptRow):
    """A whole receipt."""

    lines = LineOut(many=True)
    discounts = DiscountOut(many=True)
    taxes = ReceiptTaxOut(many=True)
    payments = PaymentOut(many=True)
    warnings = WarningOut(many=True, source="item.warnings")


class ShiftRow(serializers.Serializer[Any]):
    """A shift in a list."""

    id = serializers.UUIDField()
    till = serializers.IntegerField(source="till.number")
    number = serializers.IntegerField()
    day = serializers.DateField()
    cashier = serializers.UUIDField(source="cashier_id")
    opened_at = serializers.DateTimeField(source="at")
    closed_at = serializers.SerializerMethodField()

    def get_closed_at(self, shift: Any) -> str | None:
        """When the closing says it was closed; null while it is open."""
        closing = getattr(shift, "closing", None)
        return serializers.DateTimeField().to_representation(closing.at) if closing else None


class ItemRow(serializers.Serializer[Any]):
    """An element of the journal in a list."""

    id = serializers.IntegerField()
    till = serializers.IntegerField(source="till.number")
    item = serializers.UUIDField(source="item_id", allow_null=True)
    type = serializers.CharField(allow_null=True)
    inc = serializers.IntegerField(allow_null=True)
    seq = serializers.IntegerField(allow_null=True)
    prev = serializers.CharField(allow_null=True)
    hash = serializers.CharField()
    claimed_hash = serializers.CharField(allow_null=True)
    sig = serializers.CharField(allow_null=True)
    authentic = serializers.BooleanField()
    at = serializers.DateTimeField(allow_null=True)
    received_at = serializers.DateTimeField()
    state = serializers.CharField()
    reason = serializers.CharField()
    detail = serializers.CharField()


class ItemOut(ItemRow):
    """An element of the journal with its body, as canonical JSON text."""

    body = serializers.CharField()
    warnings = WarningOut(many=True)


class ItemQuery(serializers.Serializer[Any]):
    """Filters of the journal."""

    till = serializers.IntegerField(required=False, min_value=1)
    inc = serializers.IntegerField(required=False, min_value=1)
    state = serializers.ChoiceField(choices=["stored", "quarantined", "conflict"], required=False)
    type = serializers.CharField(required=False, max_length=40)
    item = serializers.UUIDField(required=False)


class DecisionIn(serializers.Serializer[Any]):
    """What a person says about a quarantined item."""

    action = serializers.ChoiceField(choices=["accept", "dismiss"])
    note = serializers.CharField(max_length=500, allow_blank=True, default="")


class NoteIn(serializers.Serializer[Any]):
    """What a person found out."""

    note = serializers.CharField(max_length=500)


class ConflictOut(serializers.Serializer[Any]):
    """One id with two contents and where they differ."""

    id = serializers.IntegerField()
    first = ItemRow()
    second = ItemRow()
    diff = serializers.JSONField()
    state = serializers.CharField()
    found_at = serializers.DateTimeField()
    note = serializers.CharField()
