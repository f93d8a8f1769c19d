"""Parked receipts: their own till never waits, exactly one till has each, and what was finished is never offered."""

from typing import Any

import pytest
from playwright.sync_api import Page

from .conftest import Shop, boot, open_till, sell, wait
from .fake_shop import ean13

pytestmark = pytest.mark.browser
MILK, BREAD = ean13("590000000000"), ean13("590000000001")
ONLINE = "till.status.server.state === 'online'"


def rows(shop: Shop) -> list[str]:
    return [row["state"] for row in shop.state()["park"]]


def until(page: Page, shop: Shop, states: list[str]) -> None:
    """Asks the server until its rows are so; the page's clock is the pause."""
    for _ in range(100):
        if rows(shop) == states:
            return
        page.wait_for_timeout(50)
    assert rows(shop) == states


def journaled(page: Page, shop: Shop, name: str) -> None:
    """Until the server has the event; the page's clock is the pause."""
    for _ in range(100):
        if any(item["body"]["name"] == name for item in shop.items("event")):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"no event {name}")


def park(page: Page, *codes: str) -> str:
    value: str = page.evaluate(
        "(codes) => { for (const code of codes) till.scan(code);"
        " const id = till.state.receipt.id; till.park(); return id; }",
        list(codes),
    )
    return value


def cut(page: Page, shop: Shop) -> None:
    shop.control(away=True, cut=True)
    wait(page, "till.status.server.state === 'offline'")


def join(page: Page, shop: Shop) -> None:
    shop.control(away=False)
    wait(page, ONLINE, 30)


def lines(page: Page) -> list[list[int]]:
    value: list[list[int]] = page.evaluate("till.state.receipts.map((tab) => [tab.tab, tab.lines])")
    return value


def test_what_was_parked_and_finished_without_the_server_is_never_offered(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    cut(page, shop)
    mine = park(page, MILK, BREAD)
    assert page.evaluate("till.state.receipts.map((tab) => tab.parked)") == [True, False]
    page.evaluate("till.flush()")
    boot(page, shop)
    wait(page, "till.state.phase === 'sale' && till.status.catalogue.state === 'ready'")
    assert page.evaluate("till.state.receipts.map((tab) => [tab.parked, tab.lines])") == [
        [True, 2],
        [False, 0],
    ]
    page.evaluate("(id) => till.switchReceipt(id)", mine)
    sell(page)
    join(page, shop)
    wait(page, "till.status.unsent === 0")
    assert rows(shop) == [] and len(shop.items("receipt")) == 1


def test_an_offer_whose_answer_was_lost_is_given_up_before_anybody_can_take_it(
    page: Page, shop: Shop
) -> None:
    open_till(page, shop)
    wait(page, ONLINE)
    shop.control(lose="park.put", away=True)
    mine = park(page, MILK)
    wait(page, "till.status.server.state === 'offline'")
    page.evaluate("(id) => till.switchReceipt(id)", mine)
    sell(page)
    shop.control(lose=None)
    join(page, shop)
    until(page, shop, ["dropped"])


def test_every_receipt_put_aside_is_offered_and_taken_back_without_waiting(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    wait(page, ONLINE)
    mine = park(page, MILK)
    park(page, BREAD)
    until(page, shop, ["parked", "parked"])
    taken_at_once = page.evaluate("(id) => (till.switchReceipt(id), till.state.receipt.lines.length)", mine)
    assert taken_at_once == 1
    until(page, shop, ["dropped", "parked"])
    sell(page)
    assert lines(page) == [[2, 1], [3, 0]], "the sale ends on an empty receipt, not on the parked one"


def test_a_receipt_taken_elsewhere_leaves_and_what_was_added_since_stays(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    wait(page, ONLINE)
    mine = park(page, MILK)
    other = park(page, BREAD)
    until(page, shop, ["parked", "parked"])
    cut(page, shop)
    shop.control(take_away=True)
    page.evaluate("([id, code]) => { till.switchReceipt(id); till.scan(code); }", [mine, BREAD])
    join(page, shop)
    wait(page, f"!till.state.receipts.some((tab) => tab.id === '{other}')")
    wait(page, "till.state.receipt.count === 1")
    assert page.evaluate("till.state.receipt.lines.map((line) => [line.n, line.barcode])") == [[2, BREAD]]
    journaled(page, shop, "park_taken")


def test_money_taken_at_both_is_told_to_the_manager(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    wait(page, ONLINE)
    mine = park(page, MILK)
    until(page, shop, ["parked"])
    cut(page, shop)
    shop.control(take_away=True)
    page.evaluate("(id) => till.switchReceipt(id)", mine)
    sell(page)
    join(page, shop)
    journaled(page, shop, "park_both")


def test_a_receipt_of_another_till_is_taken_over_whole(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    wait(page, ONLINE)
    mine = park(page, MILK, BREAD)
    until(page, shop, ["parked"])
    data: dict[str, Any] = shop.state()["park"][0]["data"]
    page.evaluate("(id) => till.switchReceipt(id)", mine)
    page.evaluate("till.cancelReceipt()")
    until(page, shop, ["dropped"])
    foreign = "01900000-0000-7000-8000-00000000aaaa"
    shop.control(park={foreign: data}, push={"push": "parked"})
    wait(page, "till.state.parked.length === 1")
    page.evaluate("(id) => till.takeParked(id)", foreign)
    assert page.evaluate("[till.state.receipt.count, till.state.receipt.id, till.state.parked.length]")[
        ::2
    ] == [2, 0]
    assert page.evaluate("till.state.receipt.id") != data["draft"]["id"]
    sell(page)
    gone = "01900000-0000-7000-8000-00000000bbbb"
    shop.control(park={gone: data})
    shop.control(take_away=True)
    refusal = page.evaluate(
        "(id) => till.takeParked(id).catch((error) => [error.code, error.args.till])", gone
    )
    assert refusal == ["taken", 9]
    cut(page, shop)
    assert page.evaluate("(id) => till.takeParked(id).catch((error) => error.code)", gone) == "needs_server"
