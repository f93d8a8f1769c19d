"""Ctrl+K: goods, receipts by number, pages, each only for those who may open it."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client

from core import clock
from core.models import Employee
from tests.backoffice.conftest import signed_in
from tests.backoffice.shop import Shop

FIND = "/backoffice/find/"


def find(client: Client, words: str) -> str:
    return client.get(FIND, {"q": words}).content.decode()


def test_goods_receipts_and_pages_are_found(shop: Shop, manager: Client) -> None:
    shop.pen.open_shift(clock.now() - timedelta(hours=1))
    sale = shop.pen.sell([(shop.butter, 1000, 799)], clock.now() - timedelta(minutes=1))
    shop.pen.send()
    assert f"/backoffice/goods/{shop.butter.id}/" in find(manager, "maslo")
    assert f"/backoffice/goods/{shop.butter.id}/" in find(manager, "5901234123457")
    assert f"/backoffice/receipts/{sale['id']}/" in find(manager, "1-1.1-1")
    assert "/backoffice/settings/labels/" in find(manager, "weighed")
    assert "Nothing found." in find(manager, "zzzz")


def test_without_words_the_pages_are_listed(shop: Shop, manager: Client) -> None:
    html = find(manager, "")
    assert "/backoffice/goods/" in html and 'role="option"' in html


def test_only_what_one_may_open_is_named(shop: Shop, person_with: Callable[..., Employee]) -> None:
    shop.pen.open_shift(clock.now() - timedelta(hours=1))
    shop.pen.sell([(shop.butter, 1000, 799)], clock.now() - timedelta(minutes=1))
    shop.pen.send()
    client = signed_in(person_with("backoffice.view"))
    assert "/backoffice/receipts/" not in find(client, "1")
    assert "/backoffice/people/" not in find(client, "")
