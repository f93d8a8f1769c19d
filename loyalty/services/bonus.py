"""Holds and adjustments of bonus accounts: docs/protocol.md section 6.

Whatever reads a balance in order to change it holds the lock of the customer's row, so two tills never spend one
point twice. Every act has an id and is done once; a hold is resolved once. What a till is told: `docs/protocol.md`.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from core import feed
from core.constraints import explained
from core.errors import KasaError
from core.models import Setting
from core.services.organisation import setting_save
from inventory import text
from loyalty import bonus_rule
from loyalty.bonus_rule import BonusRule
from loyalty.models import BonusEntry, BonusHold, Customer
from loyalty.selectors.bonus import SETTING, Balance, balance_of, is_blocked, posted_of
from loyalty.selectors.customers import NoCustomer
from loyalty.services.cards import customers_publish

MAX_REASON = 200
State = BonusHold.State


class BadBonus(KasaError):
    """The account cannot be changed so; `code` says why."""

    code = "bad_bonus"


@dataclass(frozen=True)
class Reserved:
    """The answer to a till: held, exists, exists_different, insufficient or blocked; and what the account has."""

    result: str
    state: str | None
    balance: Balance


def account_lock(account: uuid.UUID) -> Customer:
    """The customer's row, locked until the transaction ends; whoever was forgotten too. Raises NoCustomer."""
    customer = Customer.objects.select_for_update().filter(id=account).first()
    if customer is None:
        raise NoCustomer(_("There is no such customer."))
    return customer


def reserve(
    *,
    hold_id: uuid.UUID,
    account: uuid.UUID,
    amount: int,
    receipt: uuid.UUID | None,
    till: uuid.UUID,
    now: datetime,
) -> Reserved:
    """Sets points aside for a receipt, at most what is available. Raises NoCustomer."""
    with feed.transaction():
        customer = account_lock(account)
        balance = balance_of(account)
        hold = BonusHold.objects.filter(id=hold_id).first()
        if hold is not None:
            same = (hold.customer_id, hold.amount, hold.receipt, hold.till) == (
                account,
                amount,
                receipt,
                till,
            )
            given_up = hold.customer_id is None and hold.till == till
            result = "exists" if same or given_up else "exists_different"
            return Reserved(result, hold.state if same or given_up else None, balance)
        if is_blocked(customer):
            return Reserved("blocked", None, balance)
        if amount > balance.available:
            return Reserved("insufficient", None, balance)
        held = BonusHold(id=hold_id, customer=customer, amount=amount, receipt=receipt, till=till, at=now)
        try:
            with explained(_taken):
                held.save(force_insert=True)
        except BadBonus:
            return Reserved("exists_different", None, balance)
        return Reserved("held", held.state, Balance(balance.posted, balance.held + amount))


def _taken(constraint: str) -> BadBonus | None:
    """Two requests under one id for two accounts met; the lock of an account does not part them."""
    return BadBonus("Another hold has this id.") if constraint == "loyalty_bonushold_pkey" else None


def hold_lock(hold_id: uuid.UUID) -> BonusHold | None:
    """The hold and its account, locked: the account first, as everywhere."""
    account = BonusHold.objects.filter(id=hold_id).values_list("customer_id", flat=True).first()
    if account is not None:
        account_lock(account)
    return BonusHold.objects.select_for_update().filter(id=hold_id).first()


def confirm(
    *,
    resolution: uuid.UUID,
    hold_id: uuid.UUID,
    receipt: uuid.UUID,
    redeemed: int,
    till: uuid.UUID,
    now: datetime,
) -> str:
    """Spends what a hold holds, or less of it: confirmed, exists, exists_different, exceeds_hold or cancelled.

    Raises BadBonus (`not_found`) for a hold that this till never made.
    """
    with feed.transaction():
        hold = hold_lock(hold_id)
        if hold is None or hold.till != till:
            raise BadBonus("This till has no such hold.", code="not_found")
        if hold.state == State.CANCELLED:
            return "cancelled"
        if _used_elsewhere(resolution, hold) or hold.receipt not in (None, receipt):
            return "exists_different"
        if hold.state == State.CONFIRMED:
            spent = set(hold.entries.values_list("receipt", "points"))
            asked = {(receipt, -redeemed)} if redeemed else set()
            return "exists" if spent == asked else "exists_different"
        if redeemed > hold.amount:
            return "exceeds_hold"
        hold_resolve(hold, State.CONFIRMED, resolution=resolution, redeemed=redeemed, now=now)
        if redeemed:
            BonusEntry.objects.create(
                customer_id=hold.customer_id, kind=BonusEntry.Kind.REDEEM, points=-redeemed, receipt=receipt,
                origin=receipt, hold=hold, effective_at=now, recorded_at=now,
            )  # fmt: skip
            balances_publish([hold.customer_id] if hold.customer_id else [], now)
        return "confirmed"


def cancel(*, resolution: uuid.UUID, hold_id: uuid.UUID, why: str, till: uuid.UUID, now: datetime) -> str:
    """Frees a hold: cancelled, exists, exists_different or confirmed (it was spent).

    A hold that never arrived is cancelled too, so that its request holds nothing when it comes late. Raises BadBonus
    (`not_found`) for another till's.
    """
    with feed.transaction():
        gone = BonusHold(
            id=hold_id, amount=0, till=till, at=now, state=State.CANCELLED, resolved_at=now, resolution=resolution,
            why=why,
        )  # fmt: skip
        if BonusHold.objects.filter(resolution=resolution).exclude(id=hold_id).exists():
            return "exists_different"
        hold = hold_lock(hold_id)
        if hold is None:
            try:
                with explained(_taken):
                    gone.save(force_insert=True)
                return "cancelled"
            except BadBonus:
                hold = hold_lock(hold_id)
        if hold is None or hold.till != till:
            raise BadBonus("This till has no such hold.", code="not_found")
        if hold.state != State.OPEN:
            return "exists" if hold.state == State.CANCELLED else "confirmed"
        hold_resolve(hold, State.CANCELLED, resolution=resolution, why=why, now=now)
        return "cancelled"


def _used_elsewhere(resolution: uuid.UUID, hold: BonusHold) -> bool:
    return BonusHold.objects.filter(resolution=resolution).exclude(id=hold.id).exists()


def hold_resolve(
    hold: BonusHold,
    state: BonusHold.State,
    *,
    resolution: uuid.UUID,
    now: datetime,
    redeemed: int = 0,
    by: uuid.UUID | None = None,
    why: str = "",
) -> None:
    """Writes what became of an open hold that is locked; once, or the database refuses."""
    hold.state, hold.redeemed, hold.resolved_at = state, redeemed, now
    hold.resolution, hold.by, hold.why = resolution, by, why[:MAX_REASON]
    hold.save(update_fields=["state", "redeemed", "resolved_at", "resolution", "by", "why"])


def release(*, act: uuid.UUID, hold_id: uuid.UUID, by: uuid.UUID, reason: str, now: datetime) -> BonusHold:
    """An operator frees a hold whose till is lost; the row keeps who, when and why. Raises BadBonus.

    A receipt that spent it all the same and arrives later is booked without it.
    """
    why = _reason(reason)
    with feed.transaction():
        hold = hold_lock(hold_id)
        if hold is None:
            raise BadBonus(_("There is no such hold."), code="not_found")
        if hold.state != State.OPEN:
            raise BadBonus(_("This hold was settled already."), code="hold_settled")
        hold_resolve(hold, State.CANCELLED, resolution=act, by=by, why=why, now=now)
        return hold


def adjust(
    *, act: uuid.UUID, account: uuid.UUID, points: int, by: uuid.UUID, reason: str, now: datetime
) -> BonusEntry:
    """Points given or taken by a person, with a reason; the same act again is done once. Raises BadBonus, NoCustomer.

    No more is taken than is there and not set aside.
    """
    why = _reason(reason)
    if points == 0:
        raise BadBonus(_("Type how many points are given or taken."), code="no_points")
    with feed.transaction():
        customer = account_lock(account)
        done = BonusEntry.objects.filter(id=act).first()
        if done is not None:
            return done
        if customer.erased_at is not None:
            raise BadBonus(
                _("This person asked to be forgotten. Nothing can be written about them."), code="erased"
            )
        if -points > max(0, balance_of(account).available):
            raise BadBonus(_("The account does not have so many points."), code="insufficient")
        entry = BonusEntry.objects.create(
            id=act, customer=customer, kind=BonusEntry.Kind.ADJUST, points=points, effective_at=now, recorded_at=now,
            by=by, reason=why,
        )  # fmt: skip
        balances_publish([account], now)
        return entry


def rule_save(rule: BonusRule, *, on: bool) -> Setting:
    """The store's rule, published to the tills; what was typed is kept while points are off. Raises BadBonus."""
    if not 0 <= rule.percent <= bonus_rule.WHOLE or not 0 <= rule.most <= bonus_rule.WHOLE:
        raise BadBonus(_("A percent is from 0 to 100."), code="bad_percent")
    if rule.policy not in bonus_rule.POLICIES or min(rule.lease_card, rule.lease_day) < 0:
        raise BadBonus(_("Choose what tills do while the server is away."), code="bad_policy")
    return setting_save(SETTING, {**rule.value, "on": on})


def _reason(typed: str) -> str:
    reason = text.clean(typed)[:MAX_REASON]
    if not reason:
        raise BadBonus(_("Say why."), code="reason_wanted")
    return reason


def balances_publish(accounts: Collection[uuid.UUID], now: datetime) -> Sequence[Customer]:
    """Writes the ledger's balances beside the customers and tells the tills. The rows must be locked.

    Who asked to be forgotten has no balance that anybody reads.
    """
    found = list(Customer.objects.filter(id__in=accounts, erased_at=None))
    posted = posted_of(accounts)
    for customer in found:
        customer.points, customer.points_at = posted.get(customer.id, 0), now
    if found:
        Customer.objects.bulk_update(found, ["points", "points_at"])
        customers_publish(found)
    return found
