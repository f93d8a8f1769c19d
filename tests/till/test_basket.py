"""The store's rule for receipts that are open when a price changes (setting `open_receipts`)."""

from typing import Any

from playwright.sync_api import Page

from .conftest import Shop, open_till, wait
from .fake_shop import ean13, product_id
from .test_selling import state

MILK, BREAD = ean13("590000000000"), ean13("590000000001")


def priced(page: Page, shop: Shop, price: int, goods: int = 0) -> None:
    """A manager changes a price, and the till has heard it."""
    page.evaluate("heard.splice(0)")
    row = {"product": product_id(goods), "type": "retail", "price": price, "from": None, "to": None}
    old = f"01910000-0000-7000-8000-{goods:012x}"
    shop.control(put=[["price", old, None], ["price", f"p{goods}", row]], push={"push": "changed"})
    wait(page, "heard.some(([name]) => name === 'prices')")


def rule(page: Page, shop: Shop, value: str) -> None:
    page.evaluate("heard.splice(0)")
    shop.control(put=[["setting", "open_receipts", {"value": value}]], push={"push": "changed"})
    wait(page, "heard.some(([name]) => name === 'prices')")


def lines(page: Page) -> Any:
    return [line["price"] for line in state(page, "receipt.lines")]


def test_under_better_an_open_line_takes_a_lower_price_and_never_a_higher_one(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    rule(page, shop, "better")
    page.evaluate("(codes) => codes.map((code) => till.scan(code))", [MILK, BREAD])
    page.evaluate("[till.voidLine(null), till.newReceipt()]")
    page.evaluate("(code) => till.scan(code)", MILK)
    priced(page, shop, 150)
    assert lines(page) == [150]
    page.evaluate("till.switchReceipt(till.state.receipts[0].id)")
    assert lines(page)[0] == 150, "every receipt that is open, not only the one on screen"
    priced(page, shop, 250)
    page.evaluate("(code) => till.scan(code)", MILK)
    assert [lines(page)[0], lines(page)[2]] == [150, 250]
    page.evaluate("till.startPayment()")
    assert page.evaluate("till.tender({ method: 'cash' })")
    page.evaluate("till.finish()")
    wait(page, "till.status.unsent === 0")
    [receipt] = shop.items("receipt")
    assert [line["price"] for line in receipt["body"]["lines"]] == [150, 250]
    [trail] = [item for item in shop.items("event") if item["body"]["name"] == "receipt_trail"]
    steps = [step for step in trail["body"]["data"]["steps"] if step["do"] == "price"]
    assert [(step["n"], step["from"], step["to"]) for step in steps] == [(1, 199, 150)]


def test_the_sum_that_was_told_stays_until_the_payment_is_begun_again(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    rule(page, shop, "better")
    page.evaluate("(code) => till.scan(code)", MILK)
    page.evaluate("till.startPayment()")
    priced(page, shop, 150)
    assert (state(page, "payment.due"), lines(page)) == (199, [199])
    page.evaluate("till.leavePayment()")
    page.evaluate("till.startPayment()")
    assert (state(page, "payment.due"), lines(page)) == (150, [150])
    page.evaluate("till.tender({ method: 'cash', amount: 50 })")
    priced(page, shop, 100)
    assert state(page, "payment.rest") == 100, "money was taken for 150"
