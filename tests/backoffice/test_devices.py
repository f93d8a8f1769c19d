"""Devices beside the tills, as the tills told them last."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from backoffice.selectors.devices import beside_tills
from core import clock
from core.models import Employee
from tests.backoffice.conftest import signed_in
from tests.backoffice.shop import Shop

PAGE = "/backoffice/devices/"
PRINTER = {"id": "printer1", "kind": "printer", "driver": "escpos", "state": "ready", "detail": ""}
SCALE = {"id": "scale1", "kind": "scale", "driver": "scale", "state": "offline", "detail": "no such port"}


def tell(shop: Shop, *devices: object, bridge: object = "ready", ago: int = 0) -> None:
    """The till journals what stands beside it."""
    send(shop, {"bridge": bridge, "devices": list(devices)}, ago)


def send(shop: Shop, data: dict[str, Any], ago: int = 0) -> None:
    at = clock.now() - timedelta(minutes=ago)
    if shop.pen.shift is None:
        shop.pen.open_shift(at)
    shop.pen.event("devices", at, data=data)
    assert {ack["status"] for ack in shop.pen.send()} == {"stored"}


def test_a_shop_whose_tills_told_nothing_says_what_to_do(shop: Shop, manager: Client) -> None:
    assert "Pair a till with its device bridge" in manager.get(PAGE).content.decode()


def test_the_newest_word_of_a_till_is_shown_and_what_needs_a_person_comes_first(
    shop: Shop, manager: Client
) -> None:
    tell(shop, {**PRINTER, "state": "no_paper", "detail": "the paper has run out"}, ago=60)
    tell(shop, PRINTER, SCALE)
    html = manager.get(PAGE).content.decode()
    assert "run out" not in html and html.index("scale1") < html.index("printer1")
    assert "Does not answer" in html and "no such port" in html and "Ready" in html


def test_a_bridge_that_is_away_is_said_instead_of_its_devices(shop: Shop, manager: Client) -> None:
    tell(shop, bridge="offline")
    assert "The device bridge does not answer" in manager.get(PAGE).content.decode()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"bridge": 7, "devices": {"id": "x"}},
        {"bridge": "ready", "devices": ["x", None, {"id": ["x"], "state": 7}]},
        {
            "bridge": "ready",
            "devices": [{"id": "<script>", "kind": "k" * 5000, "state": "s", "detail": None}] * 500,
        },
    ],
)
def test_what_a_strange_till_tells_is_shown_as_text_and_bounded(
    shop: Shop, manager: Client, data: dict[str, Any]
) -> None:
    send(shop, data)
    answer = manager.get(PAGE)
    html = answer.content.decode()
    assert answer.status_code == 200 and "<script>&" not in html and "k" * 201 not in html
    (beside,) = beside_tills(shop.store, clock.now())
    assert len(beside.devices) <= 20


def test_the_page_costs_the_same_statements_however_many_devices(shop: Shop) -> None:
    counts = []
    for count in (1, 20):
        tell(shop, *[{**PRINTER, "id": f"printer{n}"} for n in range(count)])
        with CaptureQueriesContext(connection) as asked:
            beside_tills(shop.store, clock.now())
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_who_may_not_manage_tills_does_not_see_it(shop: Shop, person_with: Callable[..., Employee]) -> None:
    client = signed_in(person_with("backoffice.view", "receipts.view"))
    assert client.get(PAGE).status_code == 403
