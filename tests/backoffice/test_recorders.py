"""Video recorders in the back office: settings, preview, test, and the way from an act to its pictures."""

import re
from typing import Any

import pytest
from django.test import Client

from backoffice.journal_words import KINDS, NAMES
from backoffice.selectors import journal
from core import clock
from exchange.models import Recorder, RecorderState
from exchange.services.recorders import recorder_save
from pos.models import Receipt
from tests.backoffice.pages import busy_day
from tests.backoffice.shop import Shop

PAGE = "/backoffice/recorders/"
FORM: dict[str, Any] = {
    "name": "NVR",
    "host": "192.168.1.64",
    "port": "7000",
    "active": "on",
    "encoding": "cp1251",
    "line_end": "crlf",
    "width": "40",
    "start_mark": "\\x02",
    "end_mark": "\\x03",
    "time_url": "https://nvr/play?camera={camera}&at={at_unix}",
    "lead_seconds": "10",
    "most_waiting": "500",
    "latest_minutes": "30",
    "kinds": ["sale", "item", "line_void", "drawer"],
    "watched_1": "on",
    "camera_1": "Kasa 1 & 2",
    "template_drawer": "DRAWER {till}{br}{reason}",
}


def test_a_recorder_is_added_previewed_changed_tested_and_removed(shop: Shop, manager: Client) -> None:
    address = f"{PAGE}new/?kind=text_tcp"
    assert "Hikvision" in manager.get(f"{PAGE}new/").content.decode()
    page = manager.post(address, {**FORM, "preview": "1"})
    assert page.status_code == 200 and not Recorder.objects.exists()
    shown = page.context["preview"]
    assert "DRAWER 1" in shown and "\\x02" in shown and "Żółty" not in shown and "Їжак" in shown
    done = manager.post(address, FORM)
    row = Recorder.objects.get()
    assert done.status_code == 302 and done["Location"] == f"{PAGE}{row.id}/"
    assert (row.kinds, row.templates) == (FORM["kinds"], {"drawer": FORM["template_drawer"]})
    assert [(one.camera, one.watched) for one in row.tills.all()] == [("Kasa 1 & 2", True)]
    assert manager.post(f"{PAGE}{row.id}/", {**FORM, "port": "7001", "active": ""}).status_code == 302
    row.refresh_from_db()
    assert (row.port, row.active, row.version) == (7001, False, 2)
    manager.post(f"{PAGE}{row.id}/test/")
    assert RecorderState.objects.get().test_asked_at is not None
    assert b"waits until" in manager.get(f"{PAGE}{row.id}/state/").content
    assert b"NVR" in manager.get(PAGE).content
    assert manager.post(f"{PAGE}{row.id}/remove/").status_code == 302 and not Recorder.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"time_url": "javascript:alert(1)"}, "time_url"),
        ({"template_drawer": "{nobody}"}, "template_drawer"),
        ({"start_mark": "\\q"}, "start_mark"),
        ({"host": "nvr/x"}, "host"),
        ({"kinds": []}, "kinds"),
        ({"width": "5"}, "width"),
        ({"most_waiting": "1"}, "most_waiting"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    shop: Shop, manager: Client, change: dict[str, Any], field: str
) -> None:
    page = manager.post(f"{PAGE}new/?kind=text_tcp", {**FORM, **change})
    assert page.status_code == 422 and page.context["form"].errors[field]
    assert not Recorder.objects.exists()


def test_a_secret_is_kept_and_never_shown(shop: Shop, manager: Client) -> None:
    names = ("name", "active", "time_url", "lead_seconds", "most_waiting", "latest_minutes", "kinds")
    form = {
        **{name: FORM[name] for name in names},
        "url": "https://hooks.example/x",
        "secret": "s3cret-s3cret-s3",
    }
    assert manager.post(f"{PAGE}new/?kind=webhook", {**form, "secret": ""}).status_code == 422
    assert manager.post(f"{PAGE}new/?kind=webhook", form).status_code == 302
    row = Recorder.objects.get()
    assert manager.post(f"{PAGE}{row.id}/", {**form, "secret": ""}).status_code == 302
    row.refresh_from_db()
    assert row.secret == form["secret"]
    assert form["secret"] not in manager.get(f"{PAGE}{row.id}/").content.decode()


def test_an_act_leads_to_the_pictures_of_its_till_at_its_time(shop: Shop, manager: Client) -> None:
    day = busy_day(shop)
    recorder_save(
        None,
        store=shop.store,
        name="<NVR>",
        kind="text_tcp",
        host="nvr",
        port=1,
        kinds=["sale"],
        tills={shop.pen.till.id: (True, "K&1")},
        time_url="https://nvr/play?camera={camera}&at={at_unix}",
    )
    receipt = Receipt.objects.get(id=day["receipt"])
    begin = int(receipt.opened_at.timestamp()) - 10
    link = f'href="https://nvr/play?camera=K%261&amp;at={begin}" target="_blank" rel="noopener noreferrer"'
    for address in (
        f"/backoffice/receipts/{receipt.id}/",
        f"/backoffice/receipts/{receipt.id}/replay/?step=0",
    ):
        text = manager.get(address).content.decode()
        assert link in text and "&lt;NVR&gt;" in text and "<NVR>" not in text
        assert "kasa-paper" in text, "the receipt's text stands beside"
    rows = re.findall(r'href="https://nvr/play[^"]*"', manager.get("/backoffice/journal/").content.decode())
    assert len(rows) == len(journal.page(shop.store, journal.Wanted()).rows)


def test_the_journal_shows_kinds_of_acts(shop: Shop, manager: Client) -> None:
    busy_day(shop)
    shop.pen.event("drawer_open", clock.now())
    shop.pen.event("line_void", clock.now())
    shop.pen.send(list(shop.pen.waiting))

    def names(kind: str) -> list[str]:
        return [row.name for row in journal.page(shop.store, journal.Wanted(name=kind)).rows]

    assert set(names("all_drawer")) == {"drawer_open", "cash_in"}
    assert names("all_returns") == ["return"] and names("all_voids") == ["line_void"]
    assert names("all_cards") == [] and journal.count(shop.store, journal.Wanted(name="all_drawer"), 9) == 2
    page = manager.get("/backoffice/journal/?name=all_drawer").content.decode()
    assert '<option value="all_drawer" selected>' in page and page.count("<tr>") == 3
    assert set(KINDS) == set(journal.KINDS)
    assert {name for kind in journal.KINDS.values() for name in kind} - set(NAMES) <= {
        *("drawer_open", "drawer_count", "handover", "exchange", "line_void", "receipt_cancel", "discount"),
        *("open_price", "card_intent", "card_result", "card_slip", "approval", "login_failed"),
    }
