"""Reads of bonus accounts. A balance is always the sum of entries."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce

from core.models import Setting
from loyalty.bonus_rule import BonusRule, rule_of
from loyalty.models import BonusEntry, BonusHold, Card, Customer

SETTING = "bonus"


@dataclass(frozen=True)
class Balance:
    """What an account has, and what of it is set aside."""

    posted: int = 0
    held: int = 0

    @property
    def available(self) -> int:
        """What may be set aside now; below zero when goods came back whose points were spent."""
        return self.posted - self.held


def rule_now() -> BonusRule | None:
    """The store's rule; None while points are off."""
    return rule_of(Setting.objects.filter(name=SETTING).values_list("value", flat=True).first())


def balances(accounts: Collection[uuid.UUID]) -> dict[uuid.UUID, Balance]:
    """The balance of each account, in two statements."""
    posted, held = posted_of(accounts), held_of(accounts)
    return {account: Balance(posted.get(account, 0), held.get(account, 0)) for account in accounts}


def balance_of(account: uuid.UUID) -> Balance:
    """The balance of one account."""
    return balances([account])[account]


def posted_of(accounts: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """The sum of entries of each account that has any."""
    rows = BonusEntry.objects.filter(customer__in=accounts).order_by().values_list("customer")
    return dict(rows.annotate(posted=Sum("points")))


def held_of(accounts: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """What open holds set aside, of each account that has any."""
    rows = BonusHold.objects.filter(customer__in=accounts, state=BonusHold.State.OPEN).order_by()
    return dict(rows.values_list("customer").annotate(held=Sum("amount")))


def cover_of(accounts: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """What may still be redeemed without credit, however much goods that came back took away meanwhile.

    It is Σ accruals + adjustments + credit − redemptions − open holds, and never below zero (`bonus_accounts`).
    """
    counted = BonusEntry.objects.filter(customer__in=accounts).exclude(kind=BonusEntry.Kind.RETURN_ACCRUAL)
    rows = counted.order_by().values_list("customer")
    sums = dict(rows.annotate(cover=Sum("points") + Coalesce(Sum("credit"), 0)))
    held = held_of(accounts)
    return {account: sums.get(account, 0) - held.get(account, 0) for account in accounts}


def is_blocked(customer: Customer) -> bool:
    """Nobody may spend the points of somebody who was forgotten, or none of whose cards count any more."""
    if customer.erased_at is not None:
        return True
    states = set(customer.cards.values_list("state", flat=True))
    return bool(states) and Card.State.ACTIVE not in states


def ledger(customer: Customer) -> QuerySet[BonusEntry]:
    """Every entry of an account, the newest first."""
    return BonusEntry.objects.filter(customer=customer).order_by("-recorded_at", "-id")


def open_holds(customer: Customer) -> QuerySet[BonusHold]:
    """What is set aside now, the newest first."""
    return BonusHold.objects.filter(customer=customer, state=BonusHold.State.OPEN).order_by("-at", "-id")
