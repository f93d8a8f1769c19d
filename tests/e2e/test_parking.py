"""Two tills and one parked receipt: one gets it, the other reads who was first. And paying by more than cash."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.server import LiveStore
from tests.e2e.shop import BREAD, MILK
from tests.e2e.walks import AFTER_CODE_MS, AFTER_OPENING_MS, Walk, context_of, digits, picture

pytestmark = pytest.mark.browser


@pytest.fixture
def tills(browser: Browser, live_store: LiveStore) -> Iterator[list[Walk]]:
    """Tills 61 and 62, each in a browser of its own, at their first receipt."""
    if live_store.server is None:
        live_store.start()
    contexts = [context_of(browser), context_of(browser, 1366)]
    walks = [Walk(context.new_page(), live_store) for context in contexts]
    for number, walk in enumerate(walks, 61):
        walk.begin(number)
        expect(walk.at("server-state")).to_have_attribute("data-state", "online", timeout=30000)
    yield walks
    for context in contexts:
        context.close()
    assert [walk.errors for walk in walks] == [[], []]


def held(walks: list[Walk]) -> list[int]:
    """How many lines each till has on screen."""
    return [walk.at("line").count() for walk in walks]


@pytest.mark.long
def test_one_parked_receipt_wanted_by_both_tills_goes_to_one(
    tills: list[Walk], pictures: Path | None
) -> None:
    one, two = tills
    one.scan(MILK)
    one.scan(BREAD)
    one.press("F5")
    expect(one.at("receipt-tab")).to_have_count(2)
    two.press("F6")
    expect(two.at("parked-elsewhere")).to_have_count(1)
    picture(two.page, pictures, "parked-elsewhere")
    picture(one.page, pictures, "parked-here")
    # Both reach for it: its own till goes on with it at once, the other one asks the server.
    two.press("2")
    one.press("Alt+1")
    for _ in range(200):
        if sorted(held(tills)) == [0, 2] and two.at("parked-elsewhere").count() == 0:
            break
        one.page.wait_for_timeout(50)
    assert sorted(held(tills)) == [0, 2]
    winner, loser = (one, two) if held(tills)[0] else (two, one)
    expect(loser.at("message")).to_contain_text("6" + ("1" if winner is one else "2"))
    winner.pay()
    expect(winner.at("change")).to_be_visible()


@pytest.mark.long
def test_a_till_takes_over_what_another_parked_and_pays_it_in_a_mix(
    tills: list[Walk], pictures: Path | None
) -> None:
    one, two = tills
    one.scan(MILK)
    one.scan(BREAD)
    one.press("F5")
    two.press("F6")
    two.at("parked-elsewhere").click()
    expect(two.at("line")).to_have_count(2)
    expect(two.at("receipt-tab")).to_have_count(2)
    expect(one.at("receipt-tab")).to_have_count(1)
    expect(one.at("message")).to_contain_text("62")
    two.page.wait_for_timeout(AFTER_CODE_MS)
    two.press("Enter")
    expect(two.at("to-pay")).to_be_visible()
    picture(two.page, pictures, "payment-keys")
    two.page.wait_for_timeout(AFTER_OPENING_MS)
    two.press("F10")
    expect(two.at("buyer")).to_be_focused()
    two.enter("526-000-12-47")
    expect(two.at("message")).to_contain_text("526-000-12-47")
    two.at("buyer").fill("526-000-12-46")
    two.press("Enter")
    expect(two.at("buyer-number")).to_have_text("5260001246")
    two.page.keyboard.type("5")
    two.press("F8")
    picture(two.page, pictures, "other-tenders")
    two.press("1")
    expect(two.at("tender-amount")).to_be_visible()
    picture(two.page, pictures, "tender-slip")
    two.page.wait_for_timeout(AFTER_OPENING_MS)
    two.enter("V-100")
    expect(two.at("tender")).to_have_count(1)
    left = int(digits(two.at("to-pay").inner_text()))
    assert left == 379 + 620 - 500
    two.press("F9")
    expect(two.at("tender")).to_have_count(0)
    two.page.wait_for_timeout(AFTER_OPENING_MS)
    two.press("Enter")
    expect(two.at("change")).to_be_visible()
    two.all_sent()
    assert two.store.ask("receipts", number=62)["states"] == {
        "stored": len(two.store.ask("receipts", number=62)["seqs"])
    }
