"""Means of payment as a manager sets them up."""

from typing import Any

import pytest
from django.test import Client

from core.services import organisation
from pos.models import Tender
from tests.conftest import Cast

PAGE = "/backoffice/settings/tenders/"
LUNCH = {
    "code": "lunch",
    "kind": "voucher",
    "key": "F8",
    "position": "55",
    "name_pl": "Bon lunchowy",
    "name_uk": "Обід",
    "needs_reference": "on",
    "over_tender": "on",
    "active": "on",
}


@pytest.fixture(autouse=True)
def terminal(cast: Cast) -> None:
    organisation.setting_save("card_tenders", [{"id": "card1", "name": "Terminal 1"}])


def test_a_new_one_is_named_in_every_language_and_listed(manager: Client) -> None:
    assert manager.post(f"{PAGE}new/", LUNCH).status_code == 302
    row = Tender.objects.get(code="lunch")
    assert row.names == {"en": "Bon lunchowy", "pl": "Bon lunchowy", "uk": "Обід", "ru": "Bon lunchowy"}
    assert (row.needs_reference, row.over_tender, row.refundable, row.counted) == (True, True, False, False)
    assert "lunch" in manager.get(PAGE).content.decode()
    change = {**LUNCH, "name_ru": "Обед", "refundable": "on"}
    assert manager.post(f"{PAGE}lunch/", change).status_code == 302
    row.refresh_from_db()
    assert (row.names["ru"], row.refundable, row.kind) == ("Обед", True, "voucher")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "cash"}, "code"),
        ({"code": "card1"}, "code"),
        ({"code": "Lunch 1"}, "code"),
        ({"kind": "cash"}, "kind"),
        ({"key": "F5"}, "__all__"),
        ({"kind": "card"}, "__all__"),
        ({"name_pl": "", "name_uk": ""}, "name_en"),
        ({"name_pl": "x" * 25}, "name_pl"),
        ({"position": "0"}, "position"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(manager: Client, change: dict[str, Any], field: str) -> None:
    response = manager.post(f"{PAGE}new/", {**LUNCH, **change})
    assert response.status_code == 422 and response.context["form"].errors[field]
    assert not Tender.objects.filter(code="lunch").exists()


def test_cash_keeps_its_place_and_an_account_its_customer(manager: Client) -> None:
    cash = {"name_en": "Cash", "over_tender": "on", "refundable": "on", "needs_customer": "on"}
    assert manager.post(f"{PAGE}cash/", cash).status_code == 302
    row = Tender.objects.get(code="cash")
    assert row.active and not row.needs_customer and not row.opens_drawer
    account = {"name_en": "Credit", "key": "F8", "position": "70", "active": "on"}
    assert manager.post(f"{PAGE}account/", account).status_code == 302
    row = Tender.objects.get(code="account")
    assert row.active and row.needs_customer
    assert manager.get(f"{PAGE}nothing/").status_code == 404
