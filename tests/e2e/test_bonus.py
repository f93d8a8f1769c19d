"""Points at a real till over a real server: held and spent, given back, freed, and leased while the server is away."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.people import PERSON
from tests.e2e.server import LiveStore
from tests.e2e.shop import MILK
from tests.e2e.test_returns import give_back, manager
from tests.e2e.walks import AFTER_CODE_MS, AFTER_OPENING_MS, Walk, digits

pytestmark = pytest.mark.browser

CARD = "9900822"
LEASE = {"policy": "lease", "lease_card": 150, "lease_day": 1000}


@pytest.fixture
def shop(live_store: LiveStore, walk: Walk) -> Any:
    """A store that gives points, and somebody who has a thousand."""
    live_store.ask("customers", **{**PERSON, "name": "Jan Lis", "phone": "+48600700822", "card": CARD})
    live_store.ask("points", card=CARD, give=1000, **LEASE)
    yield live_store
    live_store.ask("points", card=CARD, on=False)


def account(store: LiveStore) -> tuple[list[list[Any]], int, int]:
    held = store.ask("account", card=CARD)
    return held["entries"][1:], held["points"], held["holds"]


def to_payment(walk: Walk) -> None:
    """One milk for the holder of the card, and the sum told."""
    walk.scan(CARD)
    walk.scan(MILK)
    expect(walk.at("line")).to_have_count(1)
    walk.page.wait_for_timeout(AFTER_CODE_MS)
    walk.press("Enter")
    expect(walk.at("bonus-line")).to_be_visible()


def rest_in_cash(walk: Walk) -> None:
    walk.page.wait_for_timeout(AFTER_OPENING_MS)
    walk.press("Enter")
    expect(walk.at("change")).to_be_visible(timeout=10000)


@pytest.mark.long
def test_points_are_held_spent_freed_and_given_back_and_leased_without_the_server(
    shop: LiveStore, walk: Walk
) -> None:
    walk.begin(number=34)
    to_payment(walk)
    # Half of the goods at most; the balance is the server's own word.
    expect(walk.at("bonus-line")).to_contain_text("1,89")
    walk.press("F7")
    expect(walk.at("tender")).to_contain_text("1,89")
    rest_in_cash(walk)
    assert digits(walk.at("earned").inner_text()) == "019"
    walk.all_sent()
    assert account(shop) == ([["accrue", 19], ["redeem", -189]], 830, 0)

    # Taken back before the payment: nothing stays held, and the same points can be taken again at once.
    to_payment(walk)
    walk.press("F7")
    expect(walk.at("tender")).to_have_count(1)
    assert account(shop)[2] == 1
    walk.press("F9")
    expect(walk.at("tender")).to_have_count(0)
    walk.page.keyboard.type("1,00")
    walk.press("F7")
    expect(walk.at("tender")).to_contain_text("1,00")
    walk.press("F9")
    walk.page.keyboard.type("3")
    walk.press("F7")
    expect(walk.at("message")).to_contain_text("1,89")
    walk.clear()
    walk.all_sent()
    assert account(shop)[1:] == (830 + 37, 0)

    # The goods come back: points go to the account, cash for the rest, and what was earned is taken back.
    sold = shop.ask("receipts", number=34)["receipts"][0]
    walk.scan(sold["id"])
    manager(walk)
    expect(walk.at("return-line")).to_have_count(1)
    walk.press("NumpadMultiply")
    give_back(walk)
    assert digits(walk.at("change").inner_text()) == "190"
    walk.all_sent()
    assert account(shop)[0][-2:] == [["return_accrual", -19], ["return_redeem", 189]]

    # Without the server: up to the balance last heard, within the cap of the card, and once only.
    expect(walk.at("customer-chip")).to_have_count(0)
    shop.kill()
    to_payment(walk)
    walk.press("F7")
    expect(walk.at("tender")).to_contain_text("1,50", timeout=10000)
    rest_in_cash(walk)
    to_payment(walk)
    walk.press("F7")
    expect(walk.at("message")).to_contain_text("0,00", timeout=10000)
    walk.clear()
    shop.start()
    walk.all_sent()
    entries, points, holds = account(shop)
    assert [row for row in entries if row[0] == "redeem"] == [["redeem", -189], ["redeem", -150]]
    assert (points, holds) == (1000 + 37 - 150 + 22 + 37, 0)
    assert shop.ask("verify")["findings"] == []


# The page goes away at the moment a hold was asked for, before anybody could answer.
GONE = """() => {
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (text) {
    send.call(this, text);
    if (!String(text).includes('bonus.reserve')) return;
    this.onmessage = null;
    location.reload();
  };
}"""


@pytest.mark.long
def test_a_hold_that_a_crash_left_is_given_up_and_practice_touches_no_account(
    shop: LiveStore, till: Walk
) -> None:
    before = shop.ask("account", card=CARD)
    to_payment(till)
    till.page.evaluate(GONE)
    till.press("F7")
    # Back on the sale, with its milk and without points.
    expect(till.at("to-pay")).to_have_count(0, timeout=20000)
    expect(till.at("total")).to_be_visible(timeout=20000)
    # The till says so in its journal with the first thing that somebody does.
    expect(till.at("line")).to_have_count(1)
    till.scan(MILK)
    till.clear()
    till.all_sent()
    after = shop.ask("account", card=CARD)
    assert (after["holds"], after["freed"]) == (0, before["freed"] + 1)
    assert after["entries"][-1] == ["accrue", 75]

    till.press("F12")
    till.press("7")
    manager(till)
    expect(till.at("training")).to_be_visible(timeout=10000)
    to_payment(till)
    till.press("F7")
    expect(till.at("tender")).to_contain_text("1,89")
    rest_in_cash(till)
    till.press("F12")
    till.press("7")
    expect(till.at("training")).to_have_count(0)
    till.all_sent()
    assert shop.ask("account", card=CARD) == after
    assert len(after["entries"]) == len(before["entries"]) + 1
