"""bonus.*: what a till asks of bonus accounts (docs/protocol.md section 2). Every act is done once by its `id`."""

import uuid
from typing import Any

from core import clock
from core.errors import KasaError
from loyalty.models import BonusHold
from loyalty.selectors import bonus as selectors
from loyalty.selectors.customers import customer_get
from loyalty.services import bonus
from pos.models import HoldSettlement
from pos.ops.session import Session
from pos.rules.shape import MONEY_MAX, Fields


class NotAvailable(KasaError):
    """The op is part of the protocol, and this store gives no points."""

    code = "not_available"


def _must_be_on() -> None:
    if selectors.rule_now() is None:
        raise NotAvailable("This store gives no points.")


def _told(balance: selectors.Balance) -> dict[str, Any]:
    return {
        "posted": balance.posted,
        "held": balance.held,
        "available": balance.available,
        "at": clock.to_wire(clock.now()),
    }


def _act(f: Fields) -> uuid.UUID:
    """The act's own id: `request`, or the frame's `id` where a client makes that a UUID."""
    return f.identifier("request" if f.data.get("request") is not None else "id")


def balance(_session: Session, f: Fields) -> dict[str, Any]:
    """What an account has, what of it is set aside, and when that was."""
    _must_be_on()
    customer = customer_get(f.identifier("account"))
    return {
        "account": str(customer.id),
        "blocked": selectors.is_blocked(customer),
        **_told(selectors.balance_of(customer.id)),
    }


def reserve(session: Session, f: Fields) -> dict[str, Any]:
    """Sets points aside for a receipt: held, exists, exists_different, insufficient or blocked."""
    _must_be_on()
    hold, account = _act(f), f.identifier("account")
    receipt, amount = f.identifier_or_none("receipt"), f.integer("amount", 1, MONEY_MAX)
    if HoldSettlement.objects.filter(hold_id=hold, till=session.till).exists():
        # The till's journal was quicker than this request: nothing is held any more.
        told = _told(selectors.balance_of(account))
        return {"result": "exists", "state": str(BonusHold.State.CANCELLED), **told}
    done = bonus.reserve(
        hold_id=hold, account=account, amount=amount, receipt=receipt, till=session.till.id, now=clock.now()
    )
    return {"result": done.result, "state": done.state, **_told(done.balance)}


def confirm(session: Session, f: Fields) -> dict[str, Any]:
    """Spends what a hold holds, or less: confirmed, exists, exists_different, exceeds_hold or cancelled."""
    result = bonus.confirm(
        resolution=_act(f),
        hold_id=f.identifier("hold"),
        receipt=f.identifier("receipt"),
        redeemed=f.integer("redeemed", 0, MONEY_MAX),
        till=session.till.id,
        now=clock.now(),
    )
    return {"result": result}


def cancel(session: Session, f: Fields) -> dict[str, Any]:
    """Frees a hold: cancelled, exists, exists_different or confirmed."""
    result = bonus.cancel(
        resolution=_act(f),
        hold_id=f.identifier("hold"),
        why=f.text_or_none("why", 200) or "",
        till=session.till.id,
        now=clock.now(),
    )
    return {"result": result}
