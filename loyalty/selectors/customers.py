"""Reads of customers: for tills, pages and the person's own copy of what is kept."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from core import clock
from core.errors import KasaError
from inventory import text
from loyalty import customer_values as values
from loyalty.models import Card, Consent, Customer, CustomerGroup, FormField

MIN_DIGITS, MIN_LETTERS = 3, 2


class NoCustomer(KasaError):
    """There is no such customer or card."""

    code = "not_found"


def customers() -> QuerySet[Customer]:
    """Everybody who has not asked to be forgotten, with cards and groups."""
    return Customer.objects.filter(erased_at=None).prefetch_related(
        Prefetch("cards", Card.objects.order_by("-issued_at", "-id")), "memberships__group"
    )


def customer_get(customer_id: uuid.UUID) -> Customer:
    """One customer, erased or not. Raises NoCustomer."""
    found = Customer.objects.filter(id=customer_id).first()
    if found is None:
        raise NoCustomer(_("There is no such customer."))
    return found


@dataclass(frozen=True)
class Wanted:
    """What somebody remembers: a whole card number, the last digits of a telephone, words of a name, or the id."""

    card: str | None = None
    phone: str | None = None
    name: str | None = None
    customer: uuid.UUID | None = None


def find(wanted: Wanted) -> QuerySet[Customer]:
    """Customers that fit everything that was given; nobody when too little was given. By name."""
    rows = customers().order_by("name_folded", "id")
    digits = "".join(one for one in wanted.phone or "" if one.isdigit())
    words = text.fold(wanted.name or "").split()
    if wanted.card is not None:
        rows = rows.filter(cards__number=wanted.card)
    if wanted.customer is not None:
        rows = rows.filter(id=wanted.customer)
    if wanted.phone is not None:
        if len(digits) < MIN_DIGITS:
            return rows.none()
        ends = (
            Q(phone_end=digits[-4:], phone__endswith=digits)
            if len(digits) >= 4
            else Q(phone_end__endswith=digits)
        )
        rows = rows.filter(ends)
    if wanted.name is not None:
        if len("".join(words)) < MIN_LETTERS:
            return rows.none()
        for word in words[:5]:
            rows = rows.filter(name_folded__contains=word)
    return rows if wanted != Wanted() else rows.none()


def listed(query: str) -> QuerySet[Customer]:
    """The back office's search: one box for name, telephone and card; empty shows everybody. Not yet ordered."""
    rows, folded = customers(), text.fold(query)
    digits = "".join(one for one in query if one.isdigit())
    if not folded:
        return rows
    fits = Q(cards__number=text.clean(query))
    if len(digits) >= MIN_DIGITS:
        fits |= Q(phone__contains=digits)
    names = Q()
    for word in folded.split()[:5]:
        names &= Q(name_folded__contains=word)
    return rows.filter(id__in=Customer.objects.filter(fits | names).values("id"))


def groups() -> QuerySet[CustomerGroup]:
    """Every group of customers, by name."""
    return CustomerGroup.objects.order_by("name", "id")


def fields() -> QuerySet[FormField]:
    """Every question, the form's first."""
    return FormField.objects.order_by("part", "position", "code")


def consents_now(customer: Customer) -> list[Consent]:
    """The last word on each kind of consent."""
    newest: dict[str, Consent] = {}
    for row in Consent.objects.filter(customer=customer).select_related("text").order_by("at", "id"):
        newest[row.text.kind] = row
    return sorted(newest.values(), key=lambda row: row.text.kind)


def summary(customer: Customer) -> dict[str, Any]:
    """A customer as a till lists them: enough to tell people apart, no more."""
    return {
        "customer": str(customer.id),
        **values.known_of(customer, {str(one.group_id) for one in customer.memberships.all()}),
        "cards": [
            {"card": str(card.id), "end": card.number[-4:], "state": str(card.state)}
            for card in customer.cards.all()
        ],
    }


def form_of(customer: Customer) -> dict[str, Any]:
    """The whole form as a till shows it for changing."""
    return {
        "name": customer.name,
        "phone": customer.phone,
        "email": customer.email,
        "born": customer.born.isoformat() if customer.born else None,
        "language": customer.language,
        "form": customer.form,
        "consents": [
            {
                "kind": row.text.kind,
                "version": row.text.version,
                "given": row.given,
                "at": clock.to_wire(row.at),
            }
            for row in consents_now(customer)
        ],
    }


def everything_about(customer: Customer) -> dict[str, Any]:
    """The person's own copy of what is kept about them here (GDPR article 15 and 20); receipts are added above."""
    return {
        "customer": str(customer.id),
        "created_at": clock.to_wire(customer.created_at),
        **form_of(customer),
        "points": customer.points,
        "points_at": clock.to_wire(customer.points_at) if customer.points_at else None,
        "groups": sorted({one.group.name for one in customer.memberships.select_related("group")}),
        "cards": [
            {"number": card.number, "state": str(card.state), "issued_at": clock.to_wire(card.issued_at)}
            for card in customer.cards.all()
        ],
        "consents": [
            {
                "kind": row.text.kind,
                "version": row.text.version,
                "text": row.text.texts,
                "given": row.given,
                "at": clock.to_wire(row.at),
            }
            for row in customer.consents.select_related("text").order_by("at", "id")
        ],
        "bonus": [
            {"kind": row.kind, "points": row.points, "at": clock.to_wire(row.effective_at)}
            for row in customer.bonus_entries.order_by("recorded_at", "id")
        ],
        "history": [
            {"action": row.action, "at": clock.to_wire(row.at), "fields": row.detail.get("fields", [])}
            for row in customer.events.order_by("received_at", "id")
        ],
    }
