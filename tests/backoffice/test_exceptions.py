"""Conflicts, forks, quarantine: shown in words, explained by a person, nothing deleted."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backoffice import words
from core import clock, ids
from pos.models import ForkAlarm, ItemConflict, JournalItem, QuarantineResolution, Receipt
from tests.backoffice.pages import busy_day
from tests.backoffice.shop import Shop


def test_a_conflict_is_shown_field_by_field_and_explained_once(shop: Shop, manager: Client) -> None:
    busy_day(shop)
    row = ItemConflict.objects.get()
    page = reverse("backoffice:conflict", args=[row.id])
    html = manager.get(page).content.decode()
    assert "body.card" in html and "<ins>4711</ins>" in html
    assert manager.post(page, {"note": ""}).status_code == 422
    manager.post(page, {"note": "The till was restored from a copy."})
    row.refresh_from_db()
    assert (row.state, row.note) == ("explained", "The till was restored from a copy.")
    again = manager.post(page, {"note": "again"})
    assert again.status_code == 422 and "explained this already" in again.content.decode()
    assert JournalItem.objects.filter(item_id=row.first.item_id).count() == 2
    assert "No receipt or event has arrived" in manager.get("/backoffice/exceptions/").content.decode()
    assert "explained" in manager.get("/backoffice/exceptions/", {"all": "on"}).content.decode()


def test_a_fork_says_that_the_till_was_copied(shop: Shop, manager: Client) -> None:
    busy_day(shop)
    row = ForkAlarm.objects.get()
    page = reverse("backoffice:fork", args=[row.id])
    assert "copied or restored" in manager.get(page).content.decode()
    manager.post(page, {"note": "Second computer found."})
    row.refresh_from_db()
    assert row.state == "explained"


def test_quarantine_gives_the_reason_in_words_and_what_to_do(shop: Shop, manager: Client) -> None:
    busy_day(shop)
    item = JournalItem.objects.get(reason="total")
    assert (
        "The total is not the sum of the lines."
        in manager.get("/backoffice/exceptions/quarantine/").content.decode()
    )
    html = manager.get(reverse("backoffice:quarantine_item", args=[item.id])).content.decode()
    assert "report it to support" in html and "&quot;total&quot;: 1" in html


def test_an_item_that_is_still_wrong_is_not_accepted_and_the_note_stays(shop: Shop, manager: Client) -> None:
    busy_day(shop)
    item = JournalItem.objects.get(reason="total")
    page = reverse("backoffice:quarantine_item", args=[item.id])
    response = manager.post(page, {"note": "looks fine", "action": "accept"})
    assert response.status_code == 422
    html = response.content.decode()
    assert "The total is not the sum of the lines." in html and "looks fine" in html
    assert not QuarantineResolution.objects.exists()


def test_an_item_that_is_right_now_is_accepted_and_booked(shop: Shop, manager: Client) -> None:
    pen, at = shop.pen, clock.now() - timedelta(hours=1)
    pen.open_shift(at)
    body = pen.receipt([(shop.butter, 1000, 799)], at)
    body["lines"][0]["product"] = str(ids.uuid7())
    pen.item("receipt", body, at)
    assert [ack["status"] for ack in pen.send()] == ["stored", "quarantined"]
    item = JournalItem.objects.get(reason="unknown_product")
    from inventory.models import Product

    Product.objects.filter(id=shop.apples.id).update(code="9")
    Product.objects.create(
        id=body["lines"][0]["product"], code="55", name="Back", search_name="back", unit=shop.butter.unit,
        group=shop.group, tax="C", created_at=at, changed_at=at,
    )  # fmt: skip
    page = reverse("backoffice:quarantine_item", args=[item.id])
    assert manager.post(page, {"note": "the goods are back", "action": "accept"})["Location"].endswith(
        "/quarantine/"
    )
    assert Receipt.objects.filter(item=item).exists()


def test_what_is_not_an_item_can_only_be_dismissed(shop: Shop, manager: Client) -> None:
    assert [ack["status"] for ack in shop.pen.send(["nonsense", {"a": 1}])] == ["quarantined"] * 2
    for item in JournalItem.objects.filter(reason="not_an_item"):
        page = reverse("backoffice:quarantine_item", args=[item.id])
        html = manager.get(page).content.decode()
        assert 'value="accept"' not in html
        assert manager.post(page, {"note": "n", "action": "accept"}).status_code == 422
        assert manager.post(page, {"note": "noise", "action": "dismiss"}).status_code == 302
    assert JournalItem.objects.filter(reason="not_an_item").count() == 2


def test_a_stored_item_is_no_case_for_quarantine(shop: Shop, manager: Client) -> None:
    busy_day(shop)
    stored = JournalItem.objects.filter(state="stored").first()
    assert stored is not None
    assert manager.get(reverse("backoffice:quarantine_item", args=[stored.id])).status_code == 404


def test_the_rail_counts_what_waits(shop: Shop, manager: Client) -> None:
    busy_day(shop)
    assert '<span aria-hidden="true">4</span>' in manager.get("/backoffice/").content.decode()


@pytest.mark.parametrize("code", sorted(words.REASONS))
def test_every_reason_is_a_sentence_with_a_next_step(code: str) -> None:
    what, todo = words.reason(code)
    assert what.endswith(".") and todo.endswith(".") and what[0].isupper() and todo[0].isupper()


def test_a_reason_of_a_newer_server_is_shown_as_it_is() -> None:
    assert words.reason("brand_new")[0] == "brand_new"
    assert words.event("brand_new") == "brand_new" and words.warning("brand_new") == "brand_new"
