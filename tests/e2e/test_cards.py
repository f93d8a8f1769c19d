"""Paying by a card terminal on the bridge, on the real screen: what it says, stopping it, no, yes, and nobody knows."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from devices.emulators.privatbank import PrivatBankTerminal
from devices.emulators.wires import TcpPrinter
from tests.e2e.server import LiveStore
from tests.e2e.shop import MILK
from tests.e2e.test_look import findings
from tests.e2e.walks import AFTER_CODE_MS, AFTER_OPENING_MS, Walk, context_of, digits, picture
from tests.till.bridge import TOKEN, Bridge

pytestmark = pytest.mark.long


@pytest.fixture
def terminal(live_store: LiveStore, tmp_path: Path) -> Iterator[tuple[PrivatBankTerminal, Bridge]]:
    """A terminal on the device bridge of the till's machine, that the first card is charged through."""
    one = PrivatBankTerminal()
    one.bank.act("purchase", 777)
    with TcpPrinter(one) as network:
        section = (
            f'[[device]]\nid = "terminal1"\ndriver = "privatbank"\n[device.transport]\nkind = "tcp"\n'
            f'host = "127.0.0.1"\nport = {network.port}\n[device.settings]\ncurrency = "PLN"\n'
            f"reconnect_seconds = 0\nprogress_seconds = 0.05\npoll_seconds = 0.5\n"
        )
        bridge = Bridge(tmp_path / "bridge", live_store.url, section)
        bridge.start()
        yield one, bridge
        bridge.stop()


def to_payment(walk: Walk) -> None:
    walk.scan(MILK)
    walk.page.wait_for_timeout(AFTER_CODE_MS)
    walk.press("Enter")
    expect(walk.at("to-pay")).to_be_visible()
    walk.page.wait_for_timeout(AFTER_OPENING_MS)


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (1366, 768)])
def test_a_card_is_charged_through_its_terminal(
    browser: Browser,
    live_store: LiveStore,
    terminal: tuple[PrivatBankTerminal, Bridge],
    pictures: Path | None,
    width: int,
    height: int,
) -> None:
    if live_store.server is None:
        live_store.start()
    one, bridge = terminal
    live_store.ask("terminal", device="terminal1")
    context = context_of(browser, width, height)
    walk = Walk(context.new_page(), live_store)
    walk.begin(number=width)
    pair(walk, bridge)
    stopped_and_declined(walk, one, pictures, width)
    taken_back_and_given_back(walk, one, pictures, width)
    nobody_knows(walk, one, pictures, width)
    assert walk.errors == []
    context.close()
    live_store.ask("terminal", device="")


def pair(walk: Walk, bridge: Bridge) -> None:
    """As a person does it, in the devices' sheet."""
    walk.press("F12")
    walk.press("3")
    walk.page.locator(".pairing input").first.fill(bridge.url)
    walk.at("bridge-token").fill(TOKEN)
    walk.press("Enter")
    expect(walk.page.get_by_text("privatbank")).to_be_visible(timeout=20000)
    walk.press("Escape")


def stopped_and_declined(walk: Walk, one: PrivatBankTerminal, pictures: Path | None, width: int) -> None:
    one.faults.customer = -1
    to_payment(walk)
    walk.press("F5")
    expect(walk.at("card-step")).to_have_text("Czeka na kartę")
    assert digits(walk.at("card-amount").inner_text()) == "379"
    picture(walk.page, pictures, f"card-running-{width}")
    assert findings(walk) == []
    # A scan meanwhile is kept, and the panel stays.
    walk.scan(MILK)
    expect(walk.at("card-step")).to_be_visible()
    walk.press("Escape")
    expect(walk.at("card-why")).to_contain_text("Anulowano na terminalu")
    picture(walk.page, pictures, f"card-failed-{width}")
    one.faults.customer = 0
    one.faults.declines = 1
    walk.press("1")
    expect(walk.at("card-why")).to_contain_text("Bank odmówił")
    walk.press("Escape")
    expect(walk.at("to-pay")).to_be_visible()
    walk.press("F5")
    expect(walk.at("change")).to_be_visible(timeout=10000)
    assert one.bank.charges == [777, 379]
    walk.clear()


def taken_back_and_given_back(walk: Walk, one: PrivatBankTerminal, pictures: Path | None, width: int) -> None:
    """F9 voids what was charged for a part; the money of goods that come back goes back through the terminal."""
    before = one.bank.charged
    to_payment(walk)
    walk.page.keyboard.type("1")
    walk.press("F5")
    expect(walk.at("tender")).to_have_count(1)
    assert one.bank.charged == before + 100
    walk.press("F9")
    expect(walk.at("tender")).to_have_count(0)
    expect(walk.at("to-pay")).to_be_visible()
    assert one.bank.charged == before
    walk.press("F5")
    expect(walk.at("change")).to_be_visible(timeout=10000)
    walk.all_sent()
    sold = walk.store.ask("receipts", number=width)["receipts"][-1]
    walk.scan(sold["id"])
    expect(walk.at("approve-pin")).to_be_focused()
    walk.enter("9999")
    expect(walk.at("return-line")).to_have_count(1)
    walk.press("NumpadMultiply")
    walk.page.wait_for_timeout(AFTER_CODE_MS)
    walk.press("Enter")
    expect(walk.at("refund-due")).to_be_visible()
    walk.page.wait_for_timeout(AFTER_OPENING_MS)
    picture(walk.page, pictures, f"refund-{width}")
    one.faults.declines = 1
    walk.press("Enter")
    expect(walk.at("card-why")).to_contain_text("Bank odmówił")
    picture(walk.page, pictures, f"refund-failed-{width}")
    walk.press("1")
    expect(walk.at("change")).to_be_visible(timeout=10000)
    assert one.bank.charged == before


def nobody_knows(walk: Walk, one: PrivatBankTerminal, pictures: Path | None, width: int) -> None:
    """The panel cannot be left, not by loading the page anew either, until somebody who may has said what happened."""
    one.faults.no_log = True
    one.faults.cut_after = "Purchase"
    to_payment(walk)
    walk.press("F5")
    expect(walk.at("card-approved")).to_be_visible(timeout=20000)
    picture(walk.page, pictures, f"card-doubt-{width}")
    assert findings(walk) == []
    walk.press("Escape")
    expect(walk.at("card-approved")).to_be_visible()
    walk.page.reload()
    expect(walk.at("card-approved")).to_be_visible(timeout=20000)
    one.faults.no_log = False
    walk.press("2")
    expect(walk.at("card-slip-number")).to_be_focused()
    walk.page.wait_for_timeout(AFTER_OPENING_MS)
    picture(walk.page, pictures, f"card-slip-{width}")
    walk.enter("000104")
    expect(walk.at("approve-pin")).to_be_focused()
    walk.enter("9999")
    expect(walk.at("change")).to_be_visible(timeout=10000)
