"""Promotions: an offer in plain fields becomes the parameters the engine reads."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from loyalty.models import Promotion
from tests.backoffice.shop import Shop

NEW = "/backoffice/promotions/new/"


def form(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Offer",
        "kind": "percent",
        "percent": "10",
        "priority": "100",
        "active": "on",
        "everything": "on",
        **changes,
    }


@pytest.mark.parametrize(
    ("fields", "params"),
    [
        ({"kind": "percent", "percent": "12,5"}, {"percent": 1250}),
        ({"kind": "amount", "amount": "1.50"}, {"amount": 150}),
        ({"kind": "n_for_m", "take": "3", "pay": "2"}, {"take": 3, "pay": 2}),
        ({"kind": "n_for_price", "take": "3", "price": "9.99"}, {"take": 3, "price": 999}),
        ({"kind": "nth_cheaper", "nth": "2", "percent": "50"}, {"nth": 2, "percent": 5000}),
        ({"kind": "threshold", "from_total": "100", "percent": "5"}, {"from_total": 10000, "percent": 500}),
        (
            {"kind": "threshold", "from_total": "100", "percent": "", "amount": "10"},
            {"from_total": 10000, "amount": 1000},
        ),
    ],
)
def test_each_kind_keeps_its_own_parameters(
    shop: Shop, manager: Client, fields: dict[str, str], params: dict[str, int]
) -> None:
    assert manager.post(NEW, form(**fields)).status_code == 302
    promotion = Promotion.objects.get()
    assert promotion.params == params and promotion.everything


def test_goods_are_named_by_group_and_by_code_and_come_back_into_the_form(
    shop: Shop, manager: Client
) -> None:
    data = form(
        everything="", groups=[str(shop.group.id)], codes="1001 butter\n5901234123457", weekdays=["1", "5"]
    )
    manager.post(
        NEW,
        {
            **data,
            "hour_from": "22:00",
            "hour_to": "06:00",
            "valid_from": "2026-11-01",
            "valid_to": "2026-12-01",
        },
    )
    promotion = Promotion.objects.get()
    assert promotion.groups == [shop.group.id] and promotion.products == [shop.butter.id]
    assert promotion.weekdays == [1, 5] and promotion.hours == [[0, 360], [1320, 1440]]
    html = manager.get(reverse("backoffice:promotion", args=[promotion.id])).content.decode()
    assert "1001 Masło ekstra 200 g" in html and 'value="22:00"' in html and 'value="06:00"' in html
    assert "1 group" in manager.get("/backoffice/promotions/", {"state": "all"}).content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"percent": ""},
        {"kind": "n_for_m", "take": "2", "pay": "3"},
        {"kind": "threshold", "from_total": "10", "percent": "5", "amount": "1"},
        {"everything": ""},
        {"everything": "", "codes": "no-such-code"},
        {"hour_from": "10:00"},
        {"valid_from": "2026-12-01", "valid_to": "2026-11-01"},
        {"percent": "101"},
        {"kind": "free_beer"},
        {"name": ""},
    ],
)
def test_an_offer_that_cannot_be_carried_out_is_refused_and_stays_in_the_form(
    shop: Shop, manager: Client, changes: dict[str, str]
) -> None:
    response = manager.post(NEW, form(**changes))
    assert response.status_code == 422 and not Promotion.objects.exists()
    assert "data-focus" in response.content.decode()


def test_an_offer_is_switched_off_and_kept(shop: Shop, manager: Client) -> None:
    manager.post(NEW, form())
    promotion = Promotion.objects.get()
    manager.post(reverse("backoffice:promotion_end", args=[promotion.id]))
    promotion.refresh_from_db()
    assert not promotion.active
    assert "Switched off" in manager.get("/backoffice/promotions/", {"state": "over"}).content.decode()
