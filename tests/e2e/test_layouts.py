"""Layouts at the till: taken over between receipts, keys that moved, and a broken one that stops nobody."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.shop import BREAD, MILK
from tests.e2e.test_look import CLIPPED, findings
from tests.e2e.walks import AFTER_CODE_MS, Walk, picture

pytestmark = pytest.mark.browser


@pytest.mark.long
def test_a_published_layout_comes_between_receipts_and_its_keys_are_those_that_count(
    walk: Walk, pictures: Path | None
) -> None:
    walk.begin(number=151)
    walk.scan(MILK)
    with walk.page.expect_websocket(timeout=60000):
        # The server is away and back, so that the till has surely pulled what was published meanwhile.
        walk.store.ask("layout", preset="keyboard", number=151, key="F4")
        walk.store.kill()
        walk.store.start()
    expect(walk.at("server-state")).to_have_attribute("data-state", "online", timeout=60000)
    walk.all_sent()
    expect(walk.page.locator(".pad")).to_have_count(1)
    expect(walk.page.locator("[data-zone=side]")).to_be_visible()
    walk.pay()
    expect(walk.page.locator("[data-zone=sum]")).to_be_visible(timeout=60000)
    for code in (MILK, BREAD):
        walk.scan(code)
    picture(walk.page, pictures, "layout-keyboard")
    assert walk.page.evaluate(CLIPPED) == []
    assert findings(walk) == []
    walk.press("F4")
    expect(walk.page.locator(".line.void")).to_have_count(1)
    walk.press("F8")
    expect(walk.page.locator(".line.void")).to_have_count(1)
    # The factory layout at once, with a receipt open, and back.
    walk.press("Shift+F12")
    expect(walk.page.locator("[data-zone=side]")).to_be_visible()
    expect(walk.at("layout-state")).to_be_visible()
    walk.press("Shift+F12")
    expect(walk.page.locator("[data-zone=sum]")).to_be_visible()
    # A reload in the middle of the receipt moves nothing, and the payment finds its place.
    walk.page.reload()
    expect(walk.page.locator("[data-zone=sum]")).to_be_visible(timeout=20000)
    walk.page.wait_for_timeout(AFTER_CODE_MS)
    walk.press("Enter")
    expect(walk.at("to-pay")).to_be_visible()
    picture(walk.page, pictures, "layout-keyboard-payment")


@pytest.mark.long
def test_a_layout_that_cannot_be_drawn_leaves_the_factory_one_and_says_so(
    walk: Walk, pictures: Path | None
) -> None:
    walk.enrol(number=152)
    walk.store.ask("layout", preset="supermarket", number=152, broken=True)
    walk.sign_in()
    walk.open_shift()
    expect(walk.at("layout-state")).to_be_visible(timeout=60000)
    expect(walk.page.locator("[data-zone=side] .tiles")).to_be_visible()
    walk.sell(MILK)
    picture(walk.page, pictures, "layout-broken")
