"""Shifts, cash, events and fiscal acts, as the journal's items say. Append-only."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.fields import MoneyField
from pos.models.journal import JournalItem
from pos.models.tills import Till


class _Fact(models.Model):
    """What every projected journal item carries: where it came from and who did it."""

    id = models.UUIDField(primary_key=True, editable=False)
    item = models.OneToOneField(JournalItem, on_delete=models.PROTECT, related_name="%(class)s")
    till = models.ForeignKey(Till, on_delete=models.PROTECT, related_name="+", db_index=False)
    inc = models.BigIntegerField()
    seq = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        abstract = True


class Shift(_Fact):
    """A cashier's turn at a till, as its opening says. `id` is the shift's own id, not the item's."""

    number = models.BigIntegerField()
    day = models.DateField()
    cashier = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        db_constraint=False,
        db_index=False,
        on_delete=models.DO_NOTHING,
        related_name="+",
    )
    float = MoneyField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(float__gte=0, number__gte=1), name="shift_float_is_not_negative"
            )
        ]
        indexes = [
            models.Index(fields=["till", "inc", "seq"], name="shift_by_place"),
            models.Index(fields=["day"], name="shift_by_day"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ShiftClosing(_Fact):
    """The end of a shift: what was counted and what the till's own Z said. `id` is the shift's id."""

    shift = models.OneToOneField(
        Shift, null=True, db_constraint=False, on_delete=models.DO_NOTHING, related_name="closing"
    )
    number = models.BigIntegerField()
    day = models.DateField()
    cashier = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        db_constraint=False,
        db_index=False,
        on_delete=models.DO_NOTHING,
        related_name="+",
    )
    counted = models.BigIntegerField(null=True)
    denominations = models.JSONField(null=True)
    totals = models.JSONField(null=True)
    # Who allowed the count's difference or the closing itself, why, and what other devices counted.
    approved_by_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=200, null=True)
    forced = models.BooleanField(default=False)
    checks = models.JSONField(null=True)


class CashMove(_Fact):
    """Cash that came into or left a drawer without a sale; only a correction may be negative."""

    shift = models.ForeignKey(
        Shift, null=True, db_constraint=False, on_delete=models.DO_NOTHING, related_name="cash_moves"
    )
    cashier = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        db_constraint=False,
        db_index=False,
        on_delete=models.DO_NOTHING,
        related_name="+",
    )
    kind = models.CharField(max_length=10)
    amount = MoneyField()
    reason = models.CharField(max_length=200, null=True)
    approved_by_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["float", "in", "out", "drop", "collection"], amount__gte=0)
                | Q(kind="correction"),
                name="cash_move_is_known",
            )
        ]


class TillEvent(_Fact):
    """Something a cashier did that moves neither goods nor money: a void, a drawer, a price check, `pay_intent`…"""

    name = models.CharField(max_length=60)
    shift = models.ForeignKey(
        Shift, null=True, db_constraint=False, on_delete=models.DO_NOTHING, related_name="events"
    )
    cashier = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        db_constraint=False,
        db_index=False,
        on_delete=models.DO_NOTHING,
        related_name="+",
    )
    receipt_id = models.UUIDField(null=True)
    line = models.PositiveIntegerField(null=True)
    data = models.JSONField()

    class Meta:
        indexes = [
            models.Index(
                fields=["receipt_id"], condition=Q(receipt_id__isnull=False), name="till_event_by_receipt"
            ),
            models.Index(fields=["at"], name="till_event_by_time"),
            models.Index(fields=["name", "at"], name="till_event_by_name"),
        ]


class FiscalAct(_Fact):
    """What a fiscal printer said about a receipt."""

    receipt_id = models.UUIDField()
    printer = models.CharField(max_length=60)
    state = models.CharField(max_length=10)
    number = models.CharField(max_length=60, null=True)
    reason = models.CharField(max_length=200, null=True)
    answer = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["registered", "deferred", "skipped"]), name="fiscal_state_is_known"
            )
        ]
        indexes = [models.Index(fields=["receipt_id"], name="fiscal_by_receipt")]


class HoldSettlement(_Fact):
    """The till's word about a bonus hold; the posting worker acts on it (`pos.services.bonus`)."""

    action = models.CharField(max_length=8)
    hold_id = models.UUIDField()
    receipt_id = models.UUIDField(null=True)
    redeemed = MoneyField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(action__in=["confirm", "cancel"], redeemed__gte=0),
                name="hold_settlement_is_known",
            )
        ]
        indexes = [models.Index(fields=["hold_id"], name="hold_settlement_by_hold")]
