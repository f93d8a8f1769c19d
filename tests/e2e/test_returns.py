"""Goods that come back, by keys alone: the receipt's code, the goods, Enter, Enter; and the server agrees."""

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.shop import BREAD, MILK
from tests.e2e.walks import AFTER_CODE_MS, AFTER_OPENING_MS, Walk, context_of, digits

pytestmark = pytest.mark.browser


def manager(walk: Walk) -> None:
    expect(walk.at("approve-pin")).to_be_focused()
    walk.enter("9999")


def give_back(walk: Walk) -> None:
    walk.page.wait_for_timeout(AFTER_CODE_MS)
    walk.press("Enter")
    expect(walk.at("refund-due")).to_be_visible()
    walk.page.wait_for_timeout(AFTER_OPENING_MS)
    walk.press("Enter")
    expect(walk.at("change")).to_be_visible(timeout=10000)


def test_a_receipt_comes_back_in_two_parts_and_the_server_counts_both(walk: Walk) -> None:
    walk.begin(number=31)
    walk.enter("3*" + MILK)
    walk.scan(BREAD)
    expect(walk.at("line")).to_have_count(2)
    walk.pay()
    walk.all_sent()
    (sold,) = walk.store.ask("receipts", number=31)["receipts"]
    # The code on the paper opens the receipt; a badge allows it; each scan counts one up.
    walk.scan(sold["id"])
    manager(walk)
    expect(walk.at("return-line")).to_have_count(2)
    expect(walk.at("unverified")).to_have_count(0, timeout=10000)
    walk.scan(MILK)
    walk.scan(MILK)
    expect(walk.at("mode")).to_be_visible()
    assert digits(walk.at("total").inner_text()) == str(2 * 379)
    assert walk.at("total").inner_text().startswith("\u2212")
    give_back(walk)
    assert digits(walk.at("change").inner_text()) == str(2 * 379)
    # F9 and the number by hand; everything that is left, in one key.
    walk.press("F9")
    expect(walk.at("return-entry")).to_be_visible()
    walk.enter(sold["label"])
    manager(walk)
    expect(walk.at("return-line")).to_have_count(2)
    walk.press("NumpadMultiply")
    assert digits(walk.at("total").inner_text()) == str(379 + 620)
    give_back(walk)
    walk.all_sent()
    held = walk.store.ask("receipts", number=31)
    assert [row["due"] for row in held["receipts"]] == [3 * 379 + 620, 2 * 379, 379 + 620]
    assert set(held["states"]) == {"stored"}
    # X counts both, and the drawer is where it was.
    walk.press("F10")
    walk.press("1")
    assert digits(walk.at("report-expected").inner_text()) == "20000"


@pytest.mark.long
def test_another_tills_receipt_is_fetched_and_goods_without_one_need_a_reason(
    walk: Walk, browser: Browser
) -> None:
    walk.begin(number=32)
    context = context_of(browser)
    other = Walk(context.new_page(), walk.store)
    other.begin(number=33)
    other.sell(MILK)
    other.all_sent()
    context.close()
    (sold,) = walk.store.ask("receipts", number=33)["receipts"]
    walk.press("F9")
    walk.enter(sold["label"])
    manager(walk)
    expect(walk.at("return-side")).to_contain_text(sold["label"], timeout=10000)
    expect(walk.at("return-line").first).to_be_visible(timeout=10000)
    walk.press("Escape")
    expect(walk.at("return-side")).to_have_count(0)
    walk.press("Shift+F9")
    expect(walk.at("panel")).to_be_visible()
    walk.press("1")
    manager(walk)
    expect(walk.at("return-side")).to_be_visible()
    walk.scan(BREAD)
    give_back(walk)
    assert digits(walk.at("change").inner_text()) == "620"
    walk.all_sent()
    held = walk.store.ask("receipts", number=32)
    assert set(held["states"]) == {"stored"} and held["receipts"][-1]["due"] == 620
