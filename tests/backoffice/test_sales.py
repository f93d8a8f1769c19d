"""Shifts and receipts: what the till says beside what the server holds, and the proof of each receipt."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backoffice.selectors import receipts
from core import clock
from core.services import organisation
from pos.models import JournalItem, Receipt
from tests.backoffice.pages import busy_day
from tests.backoffice.shop import Shop


def labels(html: str) -> list[str]:
    return [row.split("<")[0] for row in html.split("data-row>")[1:]]


def found(client: Client, **query: str) -> list[str]:
    return labels(client.get("/backoffice/receipts/", query).content.decode())


def test_receipts_are_found_by_number_label_till_cashier_kind_amount_and_day(
    shop: Shop, manager: Client
) -> None:
    busy_day(shop)
    today = str(Receipt.objects.first().day)  # type: ignore[union-attr]
    assert found(manager) == ["1-1.1-R1", "1-1.1-1"]
    assert found(manager, q="1-1.1-1") == ["1-1.1-1"]
    assert found(manager, q="1-1.1-r1") == ["1-1.1-R1"]
    assert found(manager, q="1") == ["1-1.1-R1", "1-1.1-1"]
    assert found(manager, kind="return") == ["1-1.1-R1"]
    assert found(manager, least="10", most="20,00") == ["1-1.1-1"]
    assert (
        found(manager, since=today, until=today, till=str(shop.pen.till.id), cashier=str(shop.cashier.id))
        != []
    )
    assert found(manager, until="2020-01-01") == []
    assert found(manager, flag="discount") == ["1-1.1-1"]
    assert found(manager, product=str(shop.butter.id)) == ["1-1.1-1"]


@pytest.mark.parametrize(
    "query", [{"till": "x"}, {"since": "31.02.2026"}, {"least": "ten"}, {"shift": "1"}, {"q": "9" * 40}]
)
def test_a_filter_that_makes_no_sense_filters_nothing_or_finds_nothing(
    shop: Shop, manager: Client, query: dict[str, str]
) -> None:
    assert manager.get("/backoffice/receipts/", query).status_code == 200


def test_the_lists_cost_the_same_number_of_statements_however_long_they_are(
    shop: Shop, manager: Client
) -> None:
    pen, at = shop.pen, clock.now() - timedelta(hours=5)

    def sell(count: int) -> None:
        for n in range(count):
            pen.open_shift(at + timedelta(minutes=3 * n))
            pen.sell([(shop.butter, 1000, 799)], at + timedelta(minutes=3 * n + 1))
            pen.close_shift(at + timedelta(minutes=3 * n + 2), counted=20799)
        assert {ack["status"] for ack in pen.send()} == {"stored"}

    def statements(address: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert manager.get(address).status_code == 200
        return len(seen)

    sell(2)
    addresses = ["/backoffice/receipts/", "/backoffice/shifts/"]
    [manager.get(address) for address in addresses]
    few = [statements(address) for address in addresses]
    sell(20)
    assert [statements(address) for address in addresses] == few
    assert max(few) <= 20


def test_a_receipt_shows_lines_reasons_taxes_payments_and_the_slip(shop: Shop, manager: Client) -> None:
    day = busy_day(shop)
    html = manager.get(reverse("backoffice:receipt", args=[day["receipt"]])).content.decode()
    for text in (
        "Masło ekstra 200 g",
        "dented",
        "By hand",
        "C · 5",
        "Cash",
        "Price check",
        "proof holds",
        "PLN\u00a016.99",
    ):
        assert text in html, text
    slip = html[html.index("kasa-paper") :]
    assert "Sklep 1" in slip and "1-1.1-1" in slip and "Jabłka luzem" in slip


def test_the_slip_is_in_the_store_s_language_and_never_wider_than_the_paper(
    shop: Shop, manager: Client
) -> None:
    day = busy_day(shop)
    slip = manager.get(reverse("backoffice:receipt", args=[day["receipt"]])).context["paper"]
    assert max(len(line) for line in slip.split("\n")) <= 42
    assert "16,99\u00a0zł" in slip and " szt. ×" in slip


def test_the_steps_of_a_receipt_are_left_to_its_replay(shop: Shop, manager: Client) -> None:
    day = busy_day(shop)
    shop.pen.waiting.clear()
    steps = {"steps": [], "left_out": 0}
    shop.pen.event("receipt_trail", clock.now(), receipt=str(day["receipt"]), data=steps)
    assert [ack["status"] for ack in shop.pen.send()] == ["stored"]
    events = manager.get(reverse("backoffice:receipt", args=[day["receipt"]])).context["events"]
    assert [row.name for row, *_rest in events] == ["price_check"]


def test_the_proof_breaks_when_somebody_touches_the_content(shop: Shop, manager: Client) -> None:
    day = busy_day(shop)
    item = JournalItem.objects.get(item_id=day["receipt"], state="stored")
    good = receipts.proof(item)
    assert good.holds and good.fits_before and good.fits_after
    item.body = item.body.replace('"due":1699', '"due":1600')
    forged = receipts.proof(item)
    assert not forged.holds and not forged.hash_is_right and not forged.signature_is_right


def test_z_puts_the_till_beside_the_server_and_shows_each_difference(shop: Shop, manager: Client) -> None:
    day = busy_day(shop)
    response = manager.get(reverse("backoffice:shift", args=[day["shift"]]))
    html = response.content.decode()
    # 16.99 sold, 2.00 given back: 14.99; the till told 15.00. Float 200, 50 put in, 240 counted: 24.99 are missing.
    [cash] = response.context["tenders"]
    assert (cash.method, cash.till, cash.server, cash.difference) == ("cash", 1500, 1499, 1)
    assert response.context["report"].expected_cash == 26499
    assert "\u221224.99" in html.replace("PLN\u00a0", "")
    assert "Z report" in html and "coins" in html


def test_an_open_shift_is_an_x_report(shop: Shop, manager: Client) -> None:
    organisation.setting_save("card_tenders", [{"id": "card1", "name": "Terminal 1"}])
    shift = shop.pen.open_shift(clock.now() - timedelta(hours=1))
    shop.pen.sell([(shop.butter, 1000, 799)], clock.now() - timedelta(minutes=1), method="card1")
    shop.pen.send()
    html = manager.get(reverse("backoffice:shift", args=[shift])).content.decode()
    assert "X report" in html and "Terminal 1" in html and "PLN\u00a07.99" in html


def test_missing_and_late_items_are_told(shop: Shop, manager: Client) -> None:
    pen, at = shop.pen, clock.now() - timedelta(hours=2)
    shift = pen.open_shift(at)
    pen.sell([(shop.butter, 1000, 799)], at + timedelta(minutes=1))
    pen.send()
    pen.sell([(shop.butter, 1000, 799)], at + timedelta(minutes=2))
    held_back = pen.waiting.pop()
    pen.close_shift(at + timedelta(minutes=3), counted=None)
    pen.send()
    page = reverse("backoffice:shift", args=[shift])
    assert "1 item of the till" in manager.get(page).content.decode()
    assert "1 missing" in manager.get("/backoffice/shifts/").content.decode()
    assert pen.send([held_back])[0]["status"] == "stored"
    html = manager.get(page).content.decode()
    assert "1 receipt arrived after the shift was closed" in html and "1 item of the till" not in html
    assert found(manager, flag="late", shift=str(shift)) == ["1-1.1-2"]


def test_shifts_are_filtered_by_till_state_and_day(shop: Shop, manager: Client) -> None:
    busy_day(shop)

    def count(**query: str) -> int:
        return len(labels(manager.get("/backoffice/shifts/", query).content.decode()))

    assert (count(), count(state="closed"), count(state="open"), count(until="2020-01-01")) == (1, 1, 0, 0)
    html = manager.get("/backoffice/shifts/", {"state": "open"}).content.decode()
    assert "No shift matches the filters." in html


def test_a_shift_whose_opening_never_came_is_told_so(shop: Shop, manager: Client) -> None:
    response = manager.get(reverse("backoffice:shift", args=[shop.store.id]))
    assert response.status_code == 404
