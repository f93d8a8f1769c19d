"""Everything that changes a customer. Each act is done once (`loyalty.services.acts`) and tells the tills at once."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from core import clock, feed
from core.errors import KasaError
from core.services.organisation import current_store
from inventory import text
from loyalty import customer_values as values
from loyalty.models import Card, Consent, ConsentText, Customer, CustomerGroup, FormField, Membership
from loyalty.selectors.customers import NoCustomer
from loyalty.services.acts import Act, ExistsDifferent, act_done, act_write
from loyalty.services.cards import card_problem, customer_publish, customer_withdraw, customers_publish

PLAIN = ("name", "phone", "email", "born", "language")


class Erased(KasaError):
    """The person asked to be forgotten."""

    code = "erased"


@dataclass(frozen=True)
class Changes:
    """What is to be written: built-in fields by name, answers by field code, words agreed to or withdrawn.

    A field that is not there stays as it is. `consents` are (kind, version, given).
    """

    plain: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    consents: Iterable[tuple[str, int, bool]] = ()

    @property
    def content(self) -> dict[str, Any]:
        """For the act's digest."""
        plain = {name: str(value) if isinstance(value, date) else value for name, value in self.plain.items()}
        return {
            "plain": plain,
            "answers": dict(self.answers),
            "consents": [list(one) for one in self.consents],
        }


@dataclass(frozen=True)
class Done:
    """The customer after the act, and why the card that was asked for was not given (None: it was)."""

    customer: Customer
    refused: str | None = None


def customer_create(
    act: Act, *, customer_id: uuid.UUID, changes: Changes, card: tuple[uuid.UUID, str] | None = None
) -> Done:
    """A new customer, with a card (its id and number) when one is given.

    A number that somebody else's card has does not lose the person: the customer is kept without the card and
    `refused` says `card_taken`, `card_is_goods` or `bad_card`. Raises BadCustomer, ExistsDifferent.
    """
    content = {"customer": str(customer_id), **changes.content, "card": [str(part) for part in card or ()]}
    with feed.transaction():
        if done := act_done(act, "create", content):
            return Done(done.customer, done.detail.get("refused"))
        if Customer.objects.filter(id=customer_id).exists():
            raise ExistsDifferent("This customer exists already.")
        if "name" not in changes.plain:
            raise values.BadCustomer(_("Type a name of at most %(n)s characters.") % {"n": 120}, field="name")
        customer = Customer(id=customer_id, created_at=act.now, changed_at=act.now)
        _apply(customer, act, changes)
        number, refused = _card_wanted(card[1]) if card else ("", None)
        issued = None
        if card and refused is None:
            issued = Card.objects.create(id=card[0], customer=customer, number=number, issued_at=act.now)
        act_write(
            act, "create", content, customer=customer, card=issued,
            detail={"fields": sorted([*changes.plain, *changes.answers]), "refused": refused},
        )  # fmt: skip
        customer_publish(customer)
        return Done(customer, refused)


def _card_wanted(typed: str) -> tuple[str, str | None]:
    """The number as it is kept, and why it cannot be given out."""
    try:
        number = values.card_number_of(typed)
    except values.BadCustomer:
        return "", "bad_card"
    return number, card_problem(number)


def customer_update(act: Act, *, customer_id: uuid.UUID, changes: Changes) -> Done:
    """Changes what is known of a person; of two changes of one field the later one counts, whichever arrives first.

    Raises NoCustomer, Erased, BadCustomer, ExistsDifferent.
    """
    content = {"customer": str(customer_id), **changes.content}
    with feed.transaction():
        if done := act_done(act, "update", content):
            return Done(done.customer)
        customer = customer_lock(customer_id)
        written = _apply(customer, act, changes)
        act_write(act, "update", content, customer=customer, detail={"fields": written})
        customer_publish(customer)
        return Done(customer)


def customer_lock(customer_id: uuid.UUID) -> Customer:
    """The living customer, locked until the transaction ends. Raises NoCustomer, Erased."""
    customer = Customer.objects.select_for_update().filter(id=customer_id).first()
    if customer is None:
        raise NoCustomer(_("There is no such customer."))
    if customer.erased_at is not None:
        raise Erased(_("This person asked to be forgotten. Nothing can be written about them."))
    return customer


def _apply(customer: Customer, act: Act, changes: Changes) -> list[str]:
    """Writes what is newer than what is there. Returns the names of the fields that were written."""
    plain = _clean(changes.plain, act.now)
    fields = list(FormField.objects.all())
    answers = values.answers_of(changes.answers, fields)
    written = []
    for name, value in [*plain.items(), *answers.items()]:
        if act.effective < customer.stamps.get(name, ""):
            continue
        customer.stamps[name] = act.effective
        written.append(name)
        if name in PLAIN:
            setattr(customer, name, value)
        elif value is None:
            customer.form.pop(name, None)
        else:
            customer.form[name] = value
    customer.name_folded = text.fold(customer.name)
    customer.phone_end = customer.phone[-4:]
    customer.changed_at = act.now
    customer.save()
    if set(written) & {one.code for one in fields}:
        _follow_answers(customer, fields)
    _agree(customer, act, changes.consents)
    return sorted(written)


def _clean(plain: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    store = current_store()
    checks: dict[str, Callable[[Any], Any]] = {
        "name": values.name_of,
        "phone": values.phone_of,
        "email": values.email_of,
        "born": lambda value: values.born_of(value, clock.local(now, store.time_zone).date()),
        "language": values.language_of,
    }
    return {name: checks[name](value) for name, value in plain.items()}


def _follow_answers(customer: Customer, fields: list[FormField]) -> None:
    """Puts the customer into the groups that the present answers lead to, and out of those they led to before."""
    wanted = set()
    for one in fields:
        chosen = customer.form.get(one.code)
        chosen = chosen if isinstance(chosen, list) else [chosen]
        wanted |= {
            uuid.UUID(option["group"])
            for option in one.options
            if option["group"] and option["code"] in chosen
        }
    _belongs_to(customer, wanted, Membership.Source.ANSWER)


def _belongs_to(customer: Customer, wanted: set[uuid.UUID], source: Membership.Source) -> None:
    """Exactly these groups from this source; memberships from the other one stay."""
    mine = Membership.objects.filter(customer=customer, source=source)
    mine.exclude(group__in=wanted).delete()
    there = set(mine.values_list("group_id", flat=True))
    Membership.objects.bulk_create(
        Membership(customer=customer, group_id=group, source=source) for group in sorted(wanted - there)
    )


def _agree(customer: Customer, act: Act, consents: Iterable[tuple[str, int, bool]]) -> None:
    """Writes each consent that differs from the last word on its text. Raises BadCustomer."""
    for kind, version, given in consents:
        words = ConsentText.objects.filter(kind=kind, version=version).first()
        if words is None:
            raise values.BadCustomer(_("Nobody was asked to agree to these words."), field="consents")
        last = Consent.objects.filter(customer=customer, text__kind=kind).select_related("text").first()
        if (last is None and not given) or (last and last.text_id == words.id and last.given == given):
            continue
        Consent.objects.create(
            customer=customer, text=words, given=given, at=act.at, by=act.by, till=act.till
        )


def customer_groups_set(act: Act, *, customer_id: uuid.UUID, groups: Iterable[uuid.UUID]) -> Done:
    """The groups a manager puts the customer into; those that answers lead to stay. Raises NoCustomer, Erased."""
    wanted = set(groups)
    content = {"customer": str(customer_id), "groups": sorted(map(str, wanted))}
    with feed.transaction():
        if done := act_done(act, "groups", content):
            return Done(done.customer)
        customer = customer_lock(customer_id)
        if CustomerGroup.objects.filter(id__in=wanted).count() != len(wanted):
            raise NoCustomer(_("There is no such group of customers."))
        _belongs_to(customer, wanted, Membership.Source.HAND)
        act_write(act, "groups", content, customer=customer, detail={"groups": content["groups"]})
        customer_publish(customer)
        return Done(customer)


def points_known(
    *,
    customer_id: uuid.UUID,
    points: int,
    at: datetime,
    expiring: int | None = None,
    expires_on: date | None = None,
) -> Customer:
    """What an account server elsewhere last said of a balance, and when.

    An older word than the one known changes nothing, and none does where this store keeps the account itself: then
    the balance is the sum of its own entries (`loyalty.services.bonus`).
    """
    with feed.transaction():
        customer = customer_lock(customer_id)
        kept_here = customer.bonus_entries.exists()
        if not kept_here and (customer.points_at is None or at >= customer.points_at):
            customer.points, customer.points_at = points, at
            customer.expiring, customer.expires_on = expiring, expires_on
            customer.save(update_fields=["points", "points_at", "expiring", "expires_on"])
            customer_publish(customer)
        return customer


def customers_bought(bought: Mapping[uuid.UUID, datetime]) -> int:
    """Customers' first purchases, as receipts are posted. Ids that nobody has are passed over. Returns how many."""
    waiting = Customer.objects.filter(id__in=bought, first_bought_at=None, erased_at=None)
    if not waiting.exists():
        return 0
    with feed.transaction():
        found = list(waiting.order_by("id").select_for_update())
        for customer in found:
            customer.first_bought_at = bought[customer.id]
        Customer.objects.bulk_update(found, ["first_bought_at"])
        customers_publish(found)
        return len(found)


def customer_erase(act: Act, *, customer_id: uuid.UUID) -> Customer:
    """Forgets a person: name, contacts, answers, card numbers go; receipts keep an id that leads to nobody.

    What they agreed to stays as proof, under that id. Raises NoCustomer, Erased.
    """
    content = {"customer": str(customer_id)}
    with feed.transaction():
        if done := act_done(act, "erase", content):
            return done.customer
        customer = customer_lock(customer_id)
        cards = list(customer.cards.all())
        customer_withdraw(customer)
        for card in cards:
            # The row stays for the history of cards; its number is nobody's any more and may be issued again.
            card.number = f"erased:{card.id}"
            card.save(update_fields=["number"])
        customer.memberships.all().delete()
        for name in ("name", "name_folded", "phone", "phone_end", "email", "language"):
            setattr(customer, name, "")
        customer.born = customer.points = customer.points_at = customer.expiring = customer.expires_on = None
        customer.form, customer.stamps = {}, {}
        customer.erased_at = customer.changed_at = act.now
        customer.save()
        act_write(act, "erase", content, customer=customer)
        return customer
