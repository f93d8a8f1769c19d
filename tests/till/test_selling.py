"""A day at the till in a real browser: enrol, sign in, sell, close; the server sees exactly that."""

from typing import Any

from playwright.sync_api import Page

from .conftest import Shop, boot, open_till, sell, wait
from .fake_shop import ean13, product_id

MILK, BREAD = ean13("590000000000"), ean13("590000000001")


def test_a_till_enrols_sells_and_the_server_holds_the_whole_chain(page: Page, shop: Shop) -> None:
    boot(page, shop)
    assert page.evaluate("till.state.phase") == "enrol"
    page.evaluate("till.enrol('good-code')")
    wait(page, "till.status.catalogue.state === 'ready'")
    assert page.evaluate("till.state.phase") == "signin"
    page.evaluate("till.signIn('1111')")
    assert page.evaluate("till.state.phase") == "shift"
    page.evaluate("till.openShift(20000)")
    assert page.evaluate("till.state.phase") == "sale"
    last = sell(page, MILK, BREAD, method="cash", tendered=1000)
    assert last["number"] == 1 and last["label"] == "7-3.1-1" and last["change"] == 1000 - (199 + 200)
    wait(page, "till.status.unsent === 0")
    items = shop.items()
    assert [item["seq"] for item in items] == list(range(1, len(items) + 1))
    assert all(later["prev"] == item["hash"] for item, later in zip(items, items[1:], strict=False))
    assert page.evaluate("till.status.troubles") == []
    (receipt,) = shop.items("receipt")
    check_receipt(receipt["body"])


def check_receipt(body: dict[str, Any]) -> None:
    assert body["total"] == 399 and body["due"] == 399 and body["rounding"] == 0
    assert [line["n"] for line in body["lines"]] == [1, 2]
    assert sum(line["tax_amount"] for line in body["lines"]) == body["taxes"][0]["tax"] == 75
    assert body["payments"] == [{"method": "cash", "amount": 399, "tendered": 1000, "change": 601, "details": {}}]
    assert len(body["priced"]["engine"]) == 64 and len(body["priced"]["rulebook"]) == 64
    assert body["cashier"] == "e1" and body["currency"] == "PLN"
