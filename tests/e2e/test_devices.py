"""A scanner and a printer on the device bridge, used from the till's screens: real bridge, real serial line, real page.

What a serial scanner reads must mean what it would mean from a keyboard: a price check sells nothing, a badge allows.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from devices.emulators.printer import Printer
from devices.emulators.wires import PtyPrinter
from tests.e2e.shop import BREAD, MILK
from tests.e2e.walks import Walk, picture
from tests.till.bridge import TOKEN, Bridge

pytestmark = pytest.mark.browser


class Scanner:
    """A serial scanner that ends each code with CR, as they leave the factory."""

    def __init__(self, line: PtyPrinter) -> None:
        self._line = line

    def read(self, *codes: str) -> None:
        for code in codes:
            self._line.type(f"{code}\r".encode("latin-1"))


@pytest.fixture
def scanner(till: Walk, tmp_path: Path) -> Iterator[Scanner]:
    """Paired with a bridge that has a printer and this scanner; forgotten again afterwards."""
    with PtyPrinter(Printer()) as line:
        wire = f'[device.transport]\nkind = "serial"\nport = "{line.path}"\n'
        bridge = Bridge(
            tmp_path / "bridge", till.store.url, '[[device]]\nid = "scanner1"\ndriver = "scanner"\n' + wire
        )
        bridge.start()
        try:
            pair(till, bridge)
            yield Scanner(line)
            devices(till)
            till.at("bridge-forget").click()
            till.press("Escape")
        finally:
            bridge.stop()


def devices(till: Walk) -> None:
    """Opens the devices' sheet."""
    till.press("Escape")
    till.press("F12")
    till.press("3")


def pair(till: Walk, bridge: Bridge) -> None:
    devices(till)
    till.page.locator(".pairing input").first.fill(bridge.url)
    till.at("bridge-token").fill(TOKEN)
    till.press("Enter")
    row = till.page.locator(".devices li", has_text="scanner1")
    expect(row).to_have_attribute("data-state", "ready", timeout=20000)
    till.press("Escape")


def test_a_serial_scanner_means_what_the_screen_asks_for(till: Walk, scanner: Scanner) -> None:
    scanner.read(MILK)
    expect(till.at("line")).to_have_count(1)
    # A price check answers and sells nothing; with the answer on screen the next code sells again.
    till.press("F3")
    scanner.read(BREAD)
    expect(till.at("price-answer")).to_be_visible()
    expect(till.at("line")).to_have_count(1)
    scanner.read(MILK)
    expect(till.at("line")).to_have_count(2)
    # What needs a manager is allowed by a badge under the same scanner.
    till.page.keyboard.type("50")
    till.press("F7")
    expect(till.at("approve-pin")).to_be_focused()
    scanner.read("B-9001")
    expect(till.at("approve-pin")).to_have_count(0)
    # Locked, the badge of whoever comes next signs in.
    till.press("F12")
    till.press("1")
    expect(till.at("pin")).to_be_focused()
    scanner.read("B-1001", BREAD)
    expect(till.at("line")).to_have_count(3)


@pytest.mark.long
def test_a_scanner_is_checked_and_a_printer_prints_its_test_page(
    till: Walk, scanner: Scanner, pictures: Path | None
) -> None:
    devices(till)
    till.at("test-printer1").click()
    printed = till.page.locator(".devices li", has_text="printer1").get_by_role("status")
    expect(printed).to_contain_text(re.compile("printed:|wydrukowano:"), timeout=20000)
    picture(till.page, pictures, "devices")
    till.at("scan-check").click()
    scanner.read(MILK)
    expect(till.at("scan-last")).to_contain_text(MILK)
    row = {name: till.at(f"check-{name}-row") for name in ("read", "letters", "separator", "twice")}
    expect(row["read"]).to_have_attribute("data-found", "right")
    # Within `repeat_seconds` the same code is one scan of a hand that trembled.
    till.page.wait_for_timeout(400)
    scanner.read(MILK)
    expect(row["twice"]).to_have_attribute("data-found", "right")
    letters = till.at("check-letters").get_attribute("data-text") or ""
    separated = till.at("check-separator").get_attribute("data-text") or ""
    scanner.read(letters.swapcase())
    expect(row["letters"]).to_have_attribute("data-found", "case")
    scanner.read(letters)
    expect(row["letters"]).to_have_attribute("data-found", "right")
    scanner.read(separated.replace("\x1d", ""))
    expect(row["separator"]).to_have_attribute("data-found", "separator")
    picture(till.page, pictures, "scancheck")
    scanner.read(separated)
    expect(row["separator"]).to_have_attribute("data-found", "right")
    expect(till.at("scan-last")).to_contain_text("scanner1")
    # The same by keyboard, and one that ends its codes with nothing.
    till.scan(letters)
    expect(till.at("scan-last")).not_to_contain_text("scanner1")
    till.page.keyboard.type(MILK)
    expect(till.at("scan-open")).to_contain_text(MILK)
    till.press("Enter")
    expect(till.at("scan-open")).to_have_count(0)
    till.press("Escape")
    expect(till.at("check-read-row")).to_have_count(0)
    expect(till.at("line")).to_have_count(0)
