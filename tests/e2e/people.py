"""The back office's hand in matters of customers, for `tests.e2e.shop`."""

import uuid
from typing import Any

PERSON = {"name": "Olena Kowal", "phone": "+48600700811", "born": "1990-05-17", "card": "9900811"}


def customers(name: str, phone: str, born: str, card: str) -> dict[str, Any]:
    """A customer with a card, the form and a question; made once, the same afterwards."""
    from datetime import date

    from core import clock
    from loyalty.models import Card, CustomerGroup
    from loyalty.services import customers, forms
    from loyalty.services.acts import Act

    known = Card.objects.filter(number=card).first()
    if known is not None:
        return {"customer": str(known.customer_id)}
    now = clock.now()
    if not CustomerGroup.objects.exists():
        cats = forms.group_save(name="Koty")
        option = {"code": "cat", "labels": {"en": "Cat", "pl": "Kot"}, "group": str(cats.id)}
        forms.field_save(
            code="pets",
            part="questionnaire",
            kind="choice",
            labels={"en": "Pet", "pl": "Zwierzę"},
            options=[option],
        )
        words = {"en": "I agree that my data are kept.", "pl": "Zgadzam się na przechowywanie moich danych."}
        forms.consent_publish(kind="data", texts=words, required=True, now=now)
    plain = {"name": name, "phone": phone, "born": date.fromisoformat(born)}
    done = customers.customer_create(
        Act(id=uuid.uuid4(), at=now, now=now),
        customer_id=uuid.uuid4(),
        changes=customers.Changes(plain=plain),
        card=(uuid.uuid4(), card),
    )
    return {"customer": str(done.customer.id)}


def elsewhere(card: str) -> dict[str, Any]:
    """One more card of the customer with this card, which the tills have not heard of."""
    from core import clock, feed
    from core.services.organisation import current_store
    from loyalty.models import Card
    from loyalty.services import cards
    from loyalty.services.acts import Act

    now, known = clock.now(), Card.objects.get(number=card)
    number = f"5550{card}"
    if not Card.objects.filter(number=number).exists():
        with feed.transaction():
            cards.card_issue(
                Act(id=uuid.uuid4(), at=now, now=now),
                customer_id=known.customer_id,
                card_id=uuid.uuid4(),
                number=number,
            )
            feed.drop("card", cards.card_key(number, str(current_store().id)))
    return {"card": number}


def customer(number: str) -> dict[str, Any]:
    """What the server holds of the person with this card."""
    from loyalty.models import Card
    from loyalty.selectors.customers import consents_now

    card = Card.objects.select_related("customer").get(number=number)
    person = card.customer
    return {
        "name": person.name,
        "phone": person.phone,
        "state": card.state,
        "groups": [one.group.name for one in person.memberships.select_related("group")],
        "consents": [one.text.version for one in consents_now(person) if one.given],
    }


def bought(number: int) -> dict[str, Any]:
    """Customer and card of a till's last receipt."""
    from pos.models import Receipt

    receipt = Receipt.objects.filter(till__number=number).order_by("-closed_at").first()
    assert receipt is not None, "the till sent no receipt"
    return {"customer": str(receipt.customer_id) if receipt.customer_id else None, "card": receipt.card}


def messages(code: str, on: bool) -> dict[str, Any]:
    """Three messages of the store, one about these goods, switched on for a while or off again."""
    from core import clock
    from inventory.models import Product
    from loyalty.models import MessageRule
    from loyalty.services.messages import message_save

    milk = Product.objects.get(barcodes__code=code)
    rules: list[tuple[str, dict[str, Any], str, str]] = [
        ("goods", {"products": [milk.id]}, "screen", "Mind this: {goods}"),
        ("lines", {"more": 1}, "screen", "Offer a bag."),
        ("sum", {"from": 1, "code": True}, "receipt", "Your number: {code}"),
    ]
    for position, (event, params, place, text) in enumerate(rules):
        message_save(
            MessageRule.objects.filter(name=text).first(),
            name=text,
            event=event,
            params=params,
            place=place,
            texts={"en": text},
            position=position,
            active=on,
            now=clock.now(),
        )
    return {}


def said(number: int) -> dict[str, Any]:
    """What the server heard of a till's messages: how many were seen, and the code on its last receipt."""
    from pos.models import TillEvent

    events = TillEvent.objects.filter(till__number=number)
    printed = events.filter(name="message_printed").order_by("-at").first()
    assert printed is not None, "nothing was printed"
    return {
        "seen": events.filter(name="message_seen").count(),
        "code": printed.data["code"],
        "receipt": str(printed.receipt_id),
    }


def points(card: str, on: bool = True, give: int = 0, **rule: Any) -> dict[str, Any]:
    """The store gives points, or does not; the holder of a card is given some by hand."""
    from core import clock
    from core.models import Employee
    from loyalty.bonus_rule import BonusRule
    from loyalty.models import Card
    from loyalty.services import bonus

    usual = {"percent": 1000, "most": 5000, "policy": "online_only", "lease_card": 0, "lease_day": 0}
    bonus.rule_save(BonusRule(**{**usual, **rule}), on=on)
    if give:
        who, by = Card.objects.get(number=card).customer_id, Employee.objects.get(name="Marta Lis").id
        bonus.adjust(act=uuid.uuid4(), account=who, points=give, by=by, reason="gift", now=clock.now())
    return {}


def account(card: str) -> dict[str, Any]:
    """Posts what waits; the account of a card: its entries since it was given points, what it has, its open holds."""
    from core import clock
    from core.services import organisation
    from loyalty.models import BonusEntry, Card
    from loyalty.selectors.bonus import balance_of, open_holds
    from pos.services import posting

    posting.post_waiting(store=organisation.current_store(), now=clock.now())
    customer = Card.objects.select_related("customer").get(number=card).customer
    entries = BonusEntry.objects.filter(customer=customer).order_by("recorded_at", "id")
    return {
        "entries": [[one.kind, one.points] for one in entries],
        "points": balance_of(customer.id).posted,
        "holds": open_holds(customer).count(),
        "freed": customer.bonus_holds.filter(state="cancelled").count(),
    }
