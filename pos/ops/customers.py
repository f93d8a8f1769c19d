"""customer.*: what a till asks about people and does to their cards. Acts are idempotent by `request`."""

import threading
import uuid
from collections import deque
from datetime import datetime, timedelta
from typing import Any

from core import clock
from core.errors import KasaError
from loyalty import access, customer_values
from loyalty.selectors import customers as selectors
from loyalty.services import cards, customers
from loyalty.services.acts import Act, act_write
from pos.models import Receipt
from pos.ops.session import Session
from pos.rules.shape import COUNT_MAX, Fields, bad
from pos.services.bonus import book_customer

MAX_FOUND = 20
MAX_CONSENTS = 20
# Unknown card numbers a till may ask for in a minute: more is guessing.
MOST_MISSES = 20
_MINUTE = timedelta(minutes=1)
_misses: dict[uuid.UUID, deque[datetime]] = {}
_guard = threading.Lock()


class TooManyTries(KasaError):
    """Too many unknown card numbers within a minute."""

    code = "too_many_tries"


def find(session: Session, f: Fields) -> dict[str, Any]:
    """Customers by card, end of telephone, name or id; with `cashier` and an id, the whole form too."""
    now, customer = clock.now(), f.identifier_or_none("customer")
    wanted = selectors.Wanted(
        card=f.text_or_none("card", 64),
        phone=f.text_or_none("phone", 32),
        name=f.text_or_none("name", 120),
        customer=customer,
    )
    limit = f.integer("limit", 1, MAX_FOUND) if f.data.get("limit") is not None else MAX_FOUND
    if wanted.card is not None:
        _not_guessing(session.till.id, now)
    found = list(selectors.find(wanted)[: limit + 1])
    if wanted.card is not None and not found:
        _missed(session.till.id, now)
    rows = [selectors.summary(row) for row in found[:limit]]
    if customer is not None and rows and f.data.get("cashier") is not None:
        rows[0] |= _whole(session, f, found[0], now)
    return {"customers": rows, "more": len(found) > limit}


def _whole(session: Session, f: Fields, customer: Any, now: datetime) -> dict[str, Any]:
    """The form, for a cashier who may; that it was looked at is written down."""
    person = access.access_at_till(f.identifier("cashier"), "till.customer", session.store)
    if not person.active:
        raise access.NotAllowed("This cashier does not work here any more.")
    act = Act(id=uuid.uuid4(), at=now, now=now, by=person.id, till=session.till.id)
    act_write(act, "seen", {"customer": str(customer.id)}, customer=customer)
    return selectors.form_of(customer)


def _not_guessing(till: uuid.UUID, now: datetime) -> None:
    with _guard:
        recent = _misses.get(till)
        while recent and now - recent[0] > _MINUTE:
            recent.popleft()
        if recent and len(recent) >= MOST_MISSES:
            raise TooManyTries("Too many unknown card numbers. Wait a minute.")


def _missed(till: uuid.UUID, now: datetime) -> None:
    with _guard:
        _misses.setdefault(till, deque(maxlen=MOST_MISSES)).append(now)


def _act(session: Session, f: Fields, permission: str) -> Act:
    """Who asks for what when. Raises Broken, NotAllowed."""
    person = access.access_at_till(f.identifier("cashier"), permission, session.store)
    return Act(
        id=f.identifier("request"), at=f.instant("at"), now=clock.now(), by=person.id, till=session.till.id
    )


def create(session: Session, f: Fields) -> dict[str, Any]:
    """A new customer, with a card when one is given."""
    act = _act(session, f, "till.customer")
    given = f.fields_or_none("card")
    card = (given.identifier("id"), given.text("number", 64, 3)) if given else None
    done = customers.customer_create(
        act, customer_id=f.identifier("customer"), changes=_changes(f), card=card
    )
    _bought_before(done.customer.id)
    # Read anew: the purchase may just have been noted.
    return {**selectors.summary(selectors.customer_get(done.customer.id)), "refused": done.refused}


def _bought_before(customer: uuid.UUID) -> None:
    """A till that was offline may have sent the first receipt of a new customer before the customer."""
    sales = Receipt.objects.filter(customer_id=customer, kind=Receipt.Kind.SALE).order_by("closed_at")
    first = sales.values_list("closed_at", flat=True).first()
    if first is not None:
        customers.customers_bought({customer: first})
    book_customer(customer, clock.now())


def update(session: Session, f: Fields) -> dict[str, Any]:
    """Other data, answers or consents of a customer."""
    act = _act(session, f, "till.customer")
    done = customers.customer_update(act, customer_id=f.identifier("customer"), changes=_changes(f))
    return selectors.summary(done.customer)


def _changes(f: Fields) -> customers.Changes:
    """The members of a request that say what is to be written; a member that is missing changes nothing."""
    plain: dict[str, Any] = {}
    for name, most in (("name", 300), ("phone", 40), ("email", 300), ("language", 2)):
        if name in f.data:
            plain[name] = f.text_or_none(name, most) or ""
    if "born" in f.data:
        plain["born"] = f.day("born") if f.data["born"] is not None else None
    answers = f.object_or_none("form") or {}
    most = customer_values.MAX_ANSWERS
    if len(answers) > most:
        raise bad(f"{f.where}.form", f"an object of at most {most} members")
    agreed = f.entries("consents", MAX_CONSENTS) if f.data.get("consents") is not None else []
    consents = [
        (one.text("kind", 40), one.integer("version", 1, COUNT_MAX), one.flag("given")) for one in agreed
    ]
    return customers.Changes(plain=plain, answers=answers, consents=consents)


def card_block(session: Session, f: Fields) -> dict[str, Any]:
    """Blocks a card."""
    act = _act(session, f, "till.customer_card")
    card = cards.card_block(act, card_id=f.identifier("card"), reason=f.text_or_none("reason", 200) or "")
    return selectors.summary(card.customer)


def card_replace(session: Session, f: Fields) -> dict[str, Any]:
    """A new card for an old one; everything else stays the customer's."""
    act = _act(session, f, "till.customer_card")
    card = cards.card_replace(
        act,
        card_id=f.identifier("card"),
        new_id=f.identifier("new"),
        number=f.text("number", 64, 3),
        reason=f.text_or_none("reason", 200) or "",
    )
    return selectors.summary(card.customer)
