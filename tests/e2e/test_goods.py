"""Goods that need more than a code, by keys and by touch: nothing stops a scan, and every screen can be read."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.test_look import CLIPPED, findings, set_screen
from tests.e2e.test_returns import give_back
from tests.e2e.walks import Walk, digits, picture
from tests.length import LONG

pytestmark = pytest.mark.browser

UNKNOWN = "5999999999993"
JUDGED = {"card", "empties"}


def look(walk: Walk, pictures: Path | None, name: str) -> None:
    """Nothing is clipped and nothing serious is found on what is shown now; some screens are judged for all in the
    usual suite."""
    picture(walk.page, pictures, f"goods-{name}")
    assert walk.page.evaluate(CLIPPED) == []
    if LONG or name in JUDGED:
        assert findings(walk) == []


def test_goods_that_need_more_than_a_code(walk: Walk, pictures: Path | None) -> None:
    walk.store.ask("rare")
    walk.begin(number=41)
    set_screen(walk, language="pl", theme="dark")
    # The item card knows the offer, the price per litre, the deposit and, a moment later, the stock.
    walk.press("F3")
    walk.scan("191")
    expect(walk.at("price-answer")).to_contain_text("Kraj")
    expect(walk.at("stock")).to_contain_text("0")
    expect(walk.at("goods-picture")).to_be_visible()
    assert walk.at("goods-picture").evaluate("image => image.decode().then(() => image.naturalWidth)") == 320
    look(walk, pictures, "card")
    walk.press("Escape")
    walk.scan("2*191")
    expect(walk.at("line")).to_have_count(2)
    assert digits(walk.at("total").inner_text()) == str(2 * 299 + 2 * 50)
    # An unknown code stays as a chip, and can be sold at a typed price by somebody who may.
    walk.scan(UNKNOWN)
    expect(walk.at("unsold")).to_be_visible()
    walk.scan("101")
    walk.at("unsold").click()
    look(walk, pictures, "unsold")
    walk.at("unsold-code").get_by_role("button").last.click()
    walk.page.keyboard.type("12,50")
    look(walk, pictures, "price")
    walk.press("Enter")
    walk.page.keyboard.type("9999")
    walk.press("Enter")
    expect(walk.at("line")).to_have_count(4)
    expect(walk.at("unsold")).to_have_count(0)
    # A serial number is wanted; scanning goes on, the payment waits, and Ins types it.
    walk.scan("192")
    walk.scan("101")
    expect(walk.at("line")).to_have_count(6)
    expect(walk.at("message")).to_contain_text("Telefon")
    walk.press("Insert")
    walk.page.keyboard.type("SN-77")
    look(walk, pictures, "number")
    walk.press("Enter")
    expect(walk.at("message")).not_to_contain_text("Telefon")
    walk.pay("200")
    # Empty bottles: six in a crate and one by hand; what has no deposit pays nothing; two keys and the cash is given.
    walk.press("Shift+F7")
    expect(walk.at("return-side")).to_be_visible()
    walk.scan("6*191")
    walk.scan("191")
    expect(walk.at("line")).to_have_count(1)
    walk.scan("101")
    expect(walk.at("message")).to_be_visible()
    look(walk, pictures, "empties")
    assert digits(walk.at("total").inner_text()) == str(7 * 50)
    give_back(walk)
    assert digits(walk.at("change").inner_text()) == str(7 * 50)
    walk.all_sent()
    held = walk.store.ask("receipts", number=41)
    assert held["receipts"][-1]["due"] == 7 * 50 and set(held["states"]) == {"stored"}
