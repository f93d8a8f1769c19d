"""Cards: issued, blocked, replaced; and what tills know of each (feed kind `card`).

A till's row holds the least it needs to serve somebody while the server is away (docs/decisions/0110): the key is a
hash of the number, the name is short, of the telephone only the last four digits.
"""

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from core import feed
from core.errors import KasaError
from core.services.organisation import current_store
from inventory.models import Barcode
from loyalty import customer_values as values
from loyalty.models import Card, Customer, Membership
from loyalty.services.acts import Act, act_done, act_write

MAX_REASON = 200


class BadCard(KasaError):
    """The card cannot be changed so; `code` says why."""

    code = "bad_card"


def card_key(number: str, salt: str) -> str:
    """The feed's id of a card: SHA-256 over the store's id and the number, 32 hex digits of it. Tills do the same."""
    return hashlib.sha256(f"card\n{salt}\n{number}".encode()).hexdigest()[:32]


def card_value(card: Card, customer: Customer, groups: list[str]) -> dict[str, Any]:
    """A card as tills read it. One that was replaced only says so."""
    least = {"card": str(card.id), "customer": str(customer.id), "state": str(card.state)}
    if card.state == Card.State.REPLACED:
        return least
    return {**least, "end": card.number[-4:], **values.known_of(customer, groups)}


def groups_of(customer: Customer) -> list[str]:
    """Ids of the groups a customer is in, by hand or by answer."""
    return sorted({str(one) for one in customer.memberships.values_list("group_id", flat=True)})


def customer_publish(customer: Customer) -> None:
    """Tells the tills about all cards of a customer. Inside `feed.transaction()`."""
    customers_publish([customer])


def customers_publish(customers: Sequence[Customer]) -> None:
    """Tells the tills about all cards of customers; as many statements for many as for one."""
    salt, of = str(current_store().id), {one.id: one for one in customers}
    groups: dict[uuid.UUID, set[str]] = defaultdict(set)
    for who, group in Membership.objects.filter(customer__in=of).values_list("customer_id", "group_id"):
        groups[who].add(str(group))
    for card in Card.objects.filter(customer__in=of).order_by("id"):
        customer = of[card.customer_id]
        feed.put("card", card_key(card.number, salt), card_value(card, customer, sorted(groups[customer.id])))


def customer_withdraw(customer: Customer) -> None:
    """Tells the tills that all cards of a customer are gone. Inside `feed.transaction()`."""
    salt = str(current_store().id)
    for card in customer.cards.all():
        feed.drop("card", card_key(card.number, salt))


def card_problem(number: str) -> str | None:
    """Why a card with this number cannot be issued: another card has it, or goods are sold by it."""
    if Card.objects.filter(number=number).exists():
        return "card_taken"
    return "card_is_goods" if Barcode.objects.filter(code=number).exists() else None


def card_issue(act: Act, *, customer_id: uuid.UUID, card_id: uuid.UUID, number: str) -> Card:
    """Gives a living customer one more card. Raises BadCard, BadCustomer, ExistsDifferent."""
    content = {"customer": str(customer_id), "card": str(card_id), "number": number}
    with feed.transaction():
        if (done := act_done(act, "issue", content)) and done.card:
            return done.card
        customer = Customer.objects.select_for_update().filter(id=customer_id, erased_at=None).first()
        if customer is None:
            raise BadCard(_("There is no such customer."), code="not_found")
        card = _new(act, customer, card_id, number)
        act_write(act, "issue", content, customer=customer, card=card)
        customer_publish(customer)
        return card


def _new(act: Act, customer: Customer, card_id: uuid.UUID, number: str) -> Card:
    clean = values.card_number_of(number)
    problem = card_problem(clean)
    if problem or Card.objects.filter(id=card_id).exists():
        sentences = {"card_is_goods": _("Goods are sold by this number. Take another card.")}
        taken = _("Another card has this number. Take another one.")
        raise BadCard(sentences.get(problem or "", taken), code=problem or "card_taken")
    return Card.objects.create(id=card_id, customer=customer, number=clean, issued_at=act.now)


def card_lock(card_id: uuid.UUID) -> Card:
    """The card and its customer, locked. Raises BadCard."""
    card = (
        Card.objects.select_for_update(of=("self", "customer"))
        .select_related("customer")
        .filter(id=card_id, customer__erased_at=None)
        .first()
    )
    if card is None:
        raise BadCard(_("There is no such card."), code="not_found")
    return card


def card_block(act: Act, *, card_id: uuid.UUID, reason: str, blocked: bool = True) -> Card:
    """Blocks a card, or opens a blocked one again; done twice it is the same. Raises BadCard, ExistsDifferent."""
    action = "block" if blocked else "unblock"
    content = {"card": str(card_id), "reason": reason}
    with feed.transaction():
        if (done := act_done(act, action, content)) and done.card:
            return done.card
        card = card_lock(card_id)
        if card.state == Card.State.REPLACED:
            raise BadCard(_("This card was replaced by another one already."), code="card_replaced")
        card.state = Card.State.BLOCKED if blocked else Card.State.ACTIVE
        card.save(update_fields=["state"])
        act_write(
            act, action, content, customer=card.customer, card=card, detail={"reason": reason[:MAX_REASON]}
        )
        customer_publish(card.customer)
        return card


def card_replace(act: Act, *, card_id: uuid.UUID, new_id: uuid.UUID, number: str, reason: str) -> Card:
    """Gives a new card for an old one; account, groups and receipts stay the customer's. Returns the new card.

    Raises BadCard (`card_replaced`, `card_taken`, `card_is_goods`, `not_found`), BadCustomer, ExistsDifferent.
    """
    content = {"card": str(card_id), "new": str(new_id), "number": number, "reason": reason}
    with feed.transaction():
        if (done := act_done(act, "replace", content)) and done.card:
            return done.card
        old = card_lock(card_id)
        if old.state == Card.State.REPLACED:
            raise BadCard(_("This card was replaced by another one already."), code="card_replaced")
        card = _new(act, old.customer, new_id, number)
        old.state, old.replaced_by = Card.State.REPLACED, card
        old.save(update_fields=["state", "replaced_by"])
        detail = {"old": str(old.id), "reason": reason[:MAX_REASON]}
        act_write(act, "replace", content, customer=old.customer, card=card, detail=detail)
        customer_publish(old.customer)
        return card
