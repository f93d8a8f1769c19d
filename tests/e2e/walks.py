"""Steps that many walks take: by keys alone, as a cashier with a scanner takes them."""

import re
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect

from tests.e2e.server import LiveStore
from tests.length import LONG

# Enter waits for this long after a code and after the payment opened (the scanner's second line end).
AFTER_CODE_MS, AFTER_OPENING_MS = 450, 350


class Walk:
    """One browser on one till."""

    def __init__(self, page: Page, store: LiveStore) -> None:
        self.page = page
        self.store = store
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def at(self, name: str) -> Locator:
        return self.page.get_by_test_id(name)

    def enter(self, text: str) -> None:
        """Types into whatever has the focus, or into nothing, and ends it with Enter."""
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def open(self) -> None:
        self.page.goto(f"{self.store.url}/pos/")

    def enrol(self, number: int = 1) -> None:
        self.open()
        expect(self.at("enrol-code")).to_be_focused(timeout=20000)
        self.enter(self.store.ask("code", number=number)["code"])
        expect(self.at("pin")).to_be_focused(timeout=30000)

    def sign_in(self, pin: str = "1111") -> None:
        expect(self.at("pin")).to_be_focused(timeout=30000)
        self.enter(pin)

    def open_shift(self, cash: str = "200") -> None:
        expect(self.at("float")).to_be_focused(timeout=20000)
        self.enter(cash)
        expect(self.at("total")).to_be_visible(timeout=20000)

    def begin(self, number: int = 1, pin: str = "1111") -> None:
        """From nothing to an empty receipt."""
        self.enrol(number)
        self.sign_in(pin)
        self.open_shift()

    def scan(self, code: str) -> None:
        self.enter(code)

    def pay(self, given: str = "") -> None:
        """Cash: Enter on nothing, then the sum that is given, or nothing for exactly what is due."""
        self.page.wait_for_timeout(AFTER_CODE_MS)
        self.press("Enter")
        expect(self.at("to-pay")).to_be_visible()
        self.page.wait_for_timeout(AFTER_OPENING_MS)
        self.enter(given)
        expect(self.at("change")).to_be_visible(timeout=10000)

    def sell(self, *codes: str, given: str = "") -> None:
        """One whole receipt."""
        for code in codes:
            self.scan(code)
        expect(self.at("line")).to_have_count(len(codes))
        self.pay(given)

    def clear(self) -> None:
        """Sells whatever is open, so that the next walk finds an empty receipt."""
        self.press("Escape")
        self.press("Escape")
        while self.at("line").count() or self.at("to-pay").count():
            if not self.at("to-pay").count():
                self.page.wait_for_timeout(AFTER_CODE_MS)
                self.press("Enter")
            expect(self.at("to-pay")).to_be_visible()
            self.page.wait_for_timeout(AFTER_OPENING_MS)
            self.press("Enter")
            expect(self.at("to-pay")).to_have_count(0)
        expect(self.at("receipt-tab")).to_have_count(1)

    def all_sent(self) -> None:
        expect(self.at("unsent")).to_have_text("0", timeout=30000)


def digits(text: str) -> str:
    """A sum without what differs between languages: grouping, decimal mark, currency."""
    return re.sub(r"\D", "", text)


def context_of(
    browser: Browser, width: int = 1024, height: int = 768, *, keeps_files: bool = LONG, touch: bool = False
) -> BrowserContext:
    """A browser nobody has used. Keeping the till's files for a day without a server costs as much as opening it does:
    in the usual suite it is done where that is what is looked at, in the long one everywhere.
    """
    workers: Literal["allow", "block"] = "allow" if keeps_files else "block"
    size: ViewportSize = {"width": width, "height": height}
    return browser.new_context(viewport=size, has_touch=touch, service_workers=workers)


def picture(page: Page, folder: Path | None, name: str) -> None:
    """Keeps a screenshot when somebody asked for them."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png")
