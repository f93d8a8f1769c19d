"""A manager is asked in place, and what was done before the question is still there after it."""

import pytest
from playwright.sync_api import expect

from tests.e2e.shop import MILK
from tests.e2e.walks import AFTER_CODE_MS, Walk

pytestmark = pytest.mark.browser


@pytest.mark.long
def test_a_counted_drawer_stays_counted_while_a_manager_is_asked(walk: Walk) -> None:
    walk.begin(number=87)
    walk.sell(MILK)
    walk.press("F10")
    walk.press("9")
    expect(walk.at("count-total")).to_be_focused()
    walk.enter("203,79")
    expect(walk.at("difference")).to_contain_text("0,00")
    walk.page.wait_for_timeout(AFTER_CODE_MS)
    walk.press("Enter")
    expect(walk.at("approve-pin")).to_be_focused()
    walk.press("Escape")
    expect(walk.at("difference")).to_contain_text("0,00")
    walk.page.wait_for_timeout(AFTER_CODE_MS)
    walk.press("Enter")
    expect(walk.at("approve-pin")).to_be_focused()
    walk.enter("9999")
    expect(walk.at("report-receipts")).to_have_text("1", timeout=20000)
    walk.press("Escape")
    expect(walk.at("float")).to_be_focused()
    walk.all_sent()
    (shift,) = walk.store.ask("shifts", number=87)["shifts"]
    assert (shift["closed"], shift["counted"]) == (True, 20379)


def test_a_drawer_is_handed_over_with_a_managers_leave_for_its_difference(walk: Walk) -> None:
    walk.begin(number=88)
    walk.press("F10")
    walk.press("2")
    expect(walk.at("count-total")).to_be_focused()
    walk.enter("199")
    expect(walk.at("difference")).to_contain_text("1,00")
    walk.press("1")
    expect(walk.at("next-pin")).to_be_focused()
    walk.enter("9999")
    expect(walk.at("approve-pin")).to_be_focused()
    walk.press("Escape")
    # Who takes it is asked again, the count and its reason are not.
    expect(walk.at("next-pin")).to_be_focused()
    walk.enter("9999")
    expect(walk.at("approve-pin")).to_be_focused()
    walk.enter("9999")
    expect(walk.at("message")).to_contain_text("Marta Lis")
    expect(walk.at("total")).to_be_visible()
    expect(walk.at("sheet")).to_have_count(0)
