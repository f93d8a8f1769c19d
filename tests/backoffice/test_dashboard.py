"""The dashboard: today against the same weekday, and what waits."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from django.test import Client

from backoffice.selectors import dashboard
from core.models import Employee
from tests.backoffice.conftest import signed_in
from tests.backoffice.pages import busy_day
from tests.backoffice.shop import Shop, at, make_product
from tests.conftest import Cast

NOON = "2026-11-20T12:00:00"


def test_today_is_compared_with_the_same_weekday_up_to_the_same_hour(shop: Shop, manager: Client) -> None:
    with time_machine.travel(at(NOON), tick=False):
        pen = shop.pen
        for days, hour, quantity in ((7, 8, 1000), (7, 18, 9000), (0, 9, 3000)):
            moment = at(NOON).replace(hour=hour) - timedelta(days=days)
            pen.open_shift(moment)
            pen.sell([(shop.butter, quantity, 799)], moment)
        pen.device.enrolled_at = at(NOON) - timedelta(days=30)
        pen.device.save()
        assert {ack["status"] for ack in pen.send()} == {"stored"}
        manager.force_login(shop.manager, backend="django.contrib.auth.backends.ModelBackend")
        context = manager.get("/backoffice/").context
    assert context["current"].due == 2397 and context["then"].due == 799 * 10
    assert context["changes"]["due"] == 20000, "three pieces against one: plus 200 %"
    assert {hour: due for hour, due, _then in context["hours"] if due} == {"10:00": 2397}


def test_each_figure_links_to_its_list_and_each_task_to_its_page(shop: Shop, manager: Client) -> None:
    busy_day(shop)
    make_product("5555", "Nameless price", shop.group)
    html = manager.get("/backoffice/").content.decode()
    for link in (
        "/backoffice/receipts/?since=", "kind=return", "/backoffice/exceptions/", "/backoffice/exceptions/quarantine/",
        "/backoffice/exceptions/forks/", f"/backoffice/tills/{shop.pen.till.id}/", "/backoffice/goods/?price=none",
    ):  # fmt: skip
        assert link in html, link
    assert "1 product has no price" in html


def test_a_quiet_shop_says_what_will_be_there(cast: Cast, manager: Client) -> None:
    html = manager.get("/backoffice/").content.decode()
    assert "No sale today" in html and "No till yet." in html and "Nothing waits for you." in html


def test_figures_of_sales_are_for_those_who_may_see_receipts(
    shop: Shop, person_with: Callable[..., Employee]
) -> None:
    busy_day(shop)
    html = signed_in(person_with("backoffice.view")).get("/backoffice/").content.decode()
    assert "Sales today" not in html and "Nothing waits for you." in html


def test_a_change_from_nothing_is_no_percent() -> None:
    assert dashboard.change(100, 0) is None
    assert dashboard.change(110, 100) == 1000 and dashboard.change(50, 100) == -5000
