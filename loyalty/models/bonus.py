"""Bonus accounts: what a customer earned and spent, in points worth one minor unit of money each.

The account is the customer. An entry is a fact that the database refuses to change; a balance is the sum of entries and
is kept nowhere else (what tills read of it is a copy, and `manage.py verify` compares). Only `loyalty.services.bonus`
and `loyalty.services.bonus_booking` write here.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from core.fields import MoneyField, Uuid7Field
from loyalty.models.customers import Customer


class BonusHold(models.Model):
    """Points set aside for a receipt that is being paid. Made by a till, resolved once (a trigger refuses more).

    Open holds are not to be spent by others. A hold is freed by the till's own journal or by an operator, never by a
    clock. `resolution` is the id of the act that resolved it. A till that gives up a hold which never arrived leaves
    a cancelled one without account and amount, so that the request, when it comes late, holds nothing.
    """

    class State(models.TextChoices):
        OPEN = "open"
        CONFIRMED = "confirmed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, editable=False)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="bonus_holds")
    amount = MoneyField()
    receipt = models.UUIDField(null=True)
    till = models.UUIDField()
    at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    redeemed = MoneyField(default=0)
    resolved_at = models.DateTimeField(null=True)
    resolution = models.UUIDField(null=True)
    by = models.UUIDField(null=True)
    why = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="cancelled", amount__gte=0) | Q(customer__isnull=False, amount__gt=0),
                name="bonus_hold_holds_something",
            ),
            models.CheckConstraint(
                condition=Q(state="open", redeemed=0, resolved_at=None, resolution=None)
                | Q(state="confirmed", redeemed__gte=0, redeemed__lte=F("amount"), resolved_at__isnull=False)
                | Q(state="cancelled", redeemed=0, resolved_at__isnull=False),
                name="bonus_hold_state_fits",
            ),
            models.UniqueConstraint(fields=["resolution"], name="bonus_hold_resolution_is_unique"),
        ]
        indexes = [
            models.Index(fields=["customer"], condition=Q(state="open"), name="bonus_hold_open"),
        ]

    def __str__(self) -> str:
        return f"hold {self.id}: {self.state}"


class BonusEntry(models.Model):
    """One movement of an account. A fact.

    `origin` is the sale whose points these are: the receipt itself, or the sale that goods came back to. `credit` is
    how much of a redemption the account did not have: a till that could not ask spent it under the store's lease.
    An adjustment is a person's own: it has `by` and `reason`, and no receipt.
    """

    class Kind(models.TextChoices):
        ACCRUE = "accrue"
        REDEEM = "redeem"
        RETURN_ACCRUAL = "return_accrual"
        RETURN_REDEEM = "return_redeem"
        ADJUST = "adjust"

    id = Uuid7Field()
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="bonus_entries")
    kind = models.CharField(max_length=14, choices=Kind)
    points = MoneyField()
    credit = MoneyField(default=0)
    receipt = models.UUIDField(null=True)
    origin = models.UUIDField(null=True)
    hold = models.ForeignKey(BonusHold, null=True, on_delete=models.PROTECT, related_name="entries")
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.UUIDField(null=True)
    reason = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-recorded_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["accrue", "return_redeem"], points__gt=0)
                | Q(kind__in=["redeem", "return_accrual"], points__lt=0)
                | Q(kind="adjust") & ~Q(points=0),
                name="bonus_entry_sign_fits_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind="adjust", receipt=None, origin=None, by__isnull=False) & ~Q(reason="")
                | Q(receipt__isnull=False, origin__isnull=False, by=None, reason="")
                & (
                    Q(kind__in=["accrue", "redeem"], origin=F("receipt"))
                    | Q(kind__in=["return_accrual", "return_redeem"])
                ),
                name="bonus_entry_says_why",
            ),
            models.CheckConstraint(
                condition=Q(credit=0) | Q(kind="redeem", credit__gt=0, points__lte=-F("credit")),
                name="bonus_entry_credit_is_of_a_redemption",
            ),
            models.CheckConstraint(
                condition=Q(hold=None) | Q(kind="redeem"), name="bonus_entry_hold_is_redeemed"
            ),
            models.UniqueConstraint(
                fields=["receipt", "origin", "kind", "hold"],
                condition=Q(receipt__isnull=False),
                nulls_distinct=False,
                name="bonus_entry_is_booked_once",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["customer", "-recorded_at", "-id"], name="bonus_entry_by_account"),
            models.Index(fields=["origin"], condition=Q(origin__isnull=False), name="bonus_entry_by_origin"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.points}"
