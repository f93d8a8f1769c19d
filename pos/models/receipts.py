"""Receipts as facts: what the journal's receipt items say, in rows that can be summed. Append-only.

`pos.services.ingest` writes them in the transaction that stores the item. The sums that must agree are checked
by the database itself (migration 0002).
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.fields import MoneyField, PercentField, QuantityField
from core.models import Store
from inventory.models import Product
from pos.models.journal import JournalItem
from pos.models.shifts import Shift
from pos.models.tills import Till


class Receipt(models.Model):
    """One finished sale or return. `id` is the journal item's id; its printed number is `label`.

    `shift` and `cashier` may name rows that are not here (yet): the till was offline when they were made.
    `late` says that the shift's closing had arrived before it.
    """

    class Kind(models.TextChoices):
        SALE = "sale"
        RETURN = "return"

    id = models.UUIDField(primary_key=True, editable=False)
    item = models.OneToOneField(JournalItem, on_delete=models.PROTECT, related_name="receipt")
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    till = models.ForeignKey(Till, on_delete=models.PROTECT, related_name="+", db_index=False)
    inc = models.BigIntegerField()
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=6, choices=Kind)
    number = models.BigIntegerField()
    day = models.DateField()
    shift = models.ForeignKey(
        Shift, null=True, db_constraint=False, on_delete=models.DO_NOTHING, related_name="receipts"
    )
    cashier = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        db_constraint=False,
        db_index=False,
        on_delete=models.DO_NOTHING,
        related_name="+",
    )
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField()
    received_at = models.DateTimeField()
    currency = models.CharField(max_length=3)
    prices_include_tax = models.BooleanField()
    customer_id = models.UUIDField(null=True)
    card = models.CharField(max_length=64, null=True)
    buyer_tax_id = models.CharField(max_length=32, null=True)
    line_count = models.PositiveIntegerField()
    discount_total = MoneyField()
    total = MoneyField()
    tax_total = MoneyField()
    rounding = MoneyField()
    due = MoneyField()
    bonus_earned = MoneyField(default=0)
    bonus_redeemed = MoneyField(default=0)
    bonus_hold = models.UUIDField(null=True)
    pair_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=200, null=True)
    engine = models.CharField(max_length=64, null=True)
    rulebook = models.CharField(max_length=64, null=True)
    late = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["till", "inc", "kind", "number"], name="receipt_number_is_unique"
            ),
            models.CheckConstraint(condition=Q(kind__in=["sale", "return"]), name="receipt_kind_is_known"),
            models.CheckConstraint(
                condition=Q(number__gte=1, inc__gte=1, seq__gte=1), name="receipt_counts_from_1"
            ),
            models.CheckConstraint(
                condition=Q(total__gte=0, due__gte=0, discount_total__gte=0, tax_total__gte=0),
                name="receipt_is_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(prices_include_tax=True, due=F("total") + F("rounding"))
                | Q(prices_include_tax=False, due=F("total") + F("tax_total") + F("rounding")),
                name="receipt_due_is_total_and_rounding",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "day", "till"], name="receipt_by_day"),
            models.Index(fields=["store", "closed_at"], name="receipt_by_time"),
            models.Index(fields=["store", "number"], name="receipt_by_number"),
            models.Index(fields=["till", "inc", "kind", "seq"], name="receipt_by_place"),
            models.Index(fields=["card"], condition=Q(card__isnull=False), name="receipt_by_card"),
            models.Index(
                fields=["customer_id", "-closed_at"],
                condition=Q(customer_id__isnull=False),
                name="receipt_by_customer",
            ),
            models.Index(fields=["due"], name="receipt_by_due"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def label(self) -> str:
        """The number as printed, `store-till.inc-number`; returns carry an R. Needs store and till loaded."""
        mark = "R" if self.kind == self.Kind.RETURN else ""
        return f"{self.store.number}-{self.till.number}.{self.inc}-{mark}{self.number}"


class ReceiptLine(models.Model):
    """One line: gross = price x quantity, total = gross less discounts (both checked by the database)."""

    id = models.BigAutoField(primary_key=True)
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="lines", db_index=False)
    n = models.PositiveIntegerField()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=300)
    barcode = models.CharField(max_length=100, null=True)
    quantity = QuantityField()
    unit = models.CharField(max_length=20)
    price = MoneyField()
    gross = MoneyField()
    discount = MoneyField()
    total = MoneyField()
    tax_code = models.CharField(max_length=10)
    tax_percent = PercentField()
    tax_amount = MoneyField()
    deposit = models.BooleanField(default=False)
    origin_receipt_id = models.UUIDField(null=True)
    origin_n = models.PositiveIntegerField(null=True)
    mark = models.CharField(max_length=300, null=True)
    lot = models.CharField(max_length=100, null=True)
    # Where the price came from when it was not the catalogue: typed, read from a label, or a reduced-price sticker.
    price_from = models.CharField(max_length=8, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["receipt", "n"], name="receipt_line_is_unique"),
            models.CheckConstraint(
                condition=Q(
                    n__gte=1, quantity__gt=0, price__gte=0, discount__gte=0, total__gte=0, tax_amount__gte=0
                ),
                name="receipt_line_is_not_negative",
            ),
            models.CheckConstraint(condition=Q(total=F("gross") - F("discount")), name="receipt_line_total"),
            models.CheckConstraint(
                condition=Q(deposit=False) | Q(discount=0), name="receipt_deposit_has_no_discount"
            ),
            models.CheckConstraint(
                condition=Q(origin_receipt_id=None, origin_n=None)
                | Q(origin_receipt_id__isnull=False, origin_n__gte=1),
                name="receipt_line_origin_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(price_from=None) | Q(price_from__in=["typed", "label", "sticker"]),
                name="receipt_line_price_from_is_known",
            ),
            # A mark belongs to one unit, so a line that carries one sells exactly that unit.
            models.CheckConstraint(
                condition=Q(mark=None) | Q(quantity=1000), name="receipt_line_mark_is_of_one_unit"
            ),
        ]
        indexes = [
            models.Index(
                fields=["origin_receipt_id", "origin_n"],
                condition=Q(origin_receipt_id__isnull=False),
                name="receipt_line_by_origin",
            ),
            models.Index(fields=["mark"], condition=Q(mark__isnull=False), name="receipt_line_by_mark"),
        ]


class ReceiptDiscount(models.Model):
    """One reason why a line costs less; `n` is the line's number on its receipt."""

    id = models.BigAutoField(primary_key=True)
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="discounts", db_index=False)
    n = models.PositiveIntegerField()
    position = models.PositiveIntegerField()
    source = models.CharField(max_length=10)
    ref = models.UUIDField(null=True)
    name = models.CharField(max_length=200)
    amount = MoneyField()
    approved_by_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=200, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["receipt", "n", "position"], name="receipt_discount_is_unique"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="receipt_discount_is_not_negative"),
        ]


class ReceiptTax(models.Model):
    """The tax table of a receipt: one row per code and percent."""

    id = models.BigAutoField(primary_key=True)
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="taxes", db_index=False)
    code = models.CharField(max_length=10)
    percent = PercentField()
    net = MoneyField()
    tax = MoneyField()
    gross = MoneyField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["receipt", "code", "percent"], name="receipt_tax_is_unique"),
            models.CheckConstraint(
                condition=Q(gross=F("net") + F("tax"), percent__gte=0), name="receipt_tax_adds_up"
            ),
        ]


class ReceiptPayment(models.Model):
    """What was paid, or given back on a return, with one means of payment."""

    id = models.BigAutoField(primary_key=True)
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="payments", db_index=False)
    position = models.PositiveIntegerField()
    method = models.CharField(max_length=40)
    amount = MoneyField()
    tendered = models.BigIntegerField(null=True)
    change = models.BigIntegerField(null=True)
    details = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["receipt", "position"], name="receipt_payment_is_unique"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="receipt_payment_is_not_negative"),
            models.CheckConstraint(
                condition=Q(tendered=None, change=None)
                | Q(tendered__gte=F("amount"), change=F("tendered") - F("amount")),
                name="receipt_change_is_tendered_less_amount",
            ),
        ]


class ReceiptPosting(models.Model):
    """Whether a receipt has become stock moves yet. Written with the receipt, moved on by the posting worker."""

    class State(models.TextChoices):
        WAITING = "waiting"
        POSTED = "posted"

    receipt = models.OneToOneField(
        Receipt, primary_key=True, on_delete=models.PROTECT, related_name="posting"
    )
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    posted_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", posted_at=None) | Q(state="posted", posted_at__isnull=False),
                name="receipt_posting_has_a_time",
            )
        ]
        indexes = [
            models.Index(fields=["store", "receipt"], condition=Q(state="waiting"), name="posting_waiting")
        ]
