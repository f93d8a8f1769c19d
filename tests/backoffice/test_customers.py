"""Customers in the back office: added, changed, given cards, asked, given their data, forgotten."""

import json

from django.test import Client
from django.urls import reverse

from loyalty.models import Card, ConsentText, Customer, CustomerGroup, FormField
from tests.backoffice.shop import Shop
from tests.conftest import Cast


def page(name: str, *args: object) -> str:
    return reverse(f"backoffice:{name}", args=args)


def test_a_question_leads_into_a_group_and_words_have_versions(shop: Shop, manager: Client) -> None:
    manager.post(page("customers_group_new"), {"name": "Koty", "active": "on"})
    question = {
        "code": "pets",
        "part": "form",
        "kind": "choice",
        "label_en": "Pet",
        "position": "1",
        "active": "on",
    }
    wrong = manager.post(page("customers_field_new"), {**question, "options": "cat = Cat > Dogs"})
    assert wrong.status_code == 422 and not FormField.objects.exists()
    manager.post(page("customers_field_new"), {**question, "options": "cat = Cat > Koty\ndog = Dog"})
    field = FormField.objects.get()
    group = CustomerGroup.objects.get()
    assert [one["group"] for one in field.options] == [str(group.id), None]
    shown = manager.get(page("question", field.id)).content.decode()
    assert "cat = Cat &gt; Koty" in shown
    assert manager.post(page("question", field.id), {**question, "options": "dog = Dog"}).status_code == 422
    for text in ("First", "Second"):
        manager.post(page("customers_consent_new"), {"kind": "data", "text_en": text, "required": "on"})
    assert [one.version for one in ConsentText.objects.order_by("version")] == [1, 2]

    manager.post(page("customers_new"), {"name": "Jan Kowal", "phone": "600700811", "f_pets": "cat"})
    assert [one.name for one in CustomerGroup.objects.filter(memberships__customer__name="Jan Kowal")] == [
        "Koty"
    ]


def test_a_person_is_added_changed_and_forgotten(shop: Shop, cast: Cast, manager: Client) -> None:
    wrong = manager.post(page("customers_new"), {"name": "Jan Kowal", "phone": "12a45"})
    assert wrong.status_code == 422 and "12a45" in wrong.content.decode()
    manager.post(page("customers_new"), {"name": "Jan Kowal", "phone": "600 700 811", "card": "9900811"})
    person = Customer.objects.get()
    assert "Jan Kowal" in manager.get(page("customers"), {"q": "0811"}).content.decode()
    manager.post(
        page("customer_edit", person.id), {"name": "Jan Nowak", "phone": "600700811", "born": "1980-02-01"}
    )
    person.refresh_from_db()
    assert (person.name, str(person.born), sorted(person.stamps)) == (
        "Jan Nowak",
        "1980-02-01",
        ["born", "email", "language", "name", "phone"],
    )

    first = Card.objects.get()
    manager.post(page("customer_block", person.id, first.id), {"blocked": "1"})
    first.refresh_from_db()
    assert first.state == "blocked"
    taken = manager.post(page("customer_card", person.id), {"number": "9900811"})
    assert taken.status_code == 422 and Card.objects.count() == 1
    manager.post(page("customer_card", person.id), {"number": "9900812", "replaces": str(first.id)})
    first.refresh_from_db()
    assert first.state == "replaced" and first.replaced_by is not None
    assert first.replaced_by.number == "9900812"

    manager.post(page("customers_group_new"), {"name": "Regulars", "active": "on"})
    group = CustomerGroup.objects.get()
    manager.post(page("customer_groups", person.id), {"groups": [str(group.id)]})
    about = json.loads(manager.post(page("customer_export", person.id)).content)
    assert (about["name"], about["groups"]) == ("Jan Nowak", ["Regulars"])
    assert [one["state"] for one in about["cards"]] == ["active", "replaced"]

    manager.post(page("customer_erase", person.id))
    left = manager.get(page("customer", person.id)).content.decode()
    assert "Nowak" not in left and "9900812" not in left
    assert left.count(cast.manager.name) > 2, "who did it stays"
