"""Two hands at a till that count what they do: one on the keyboard, one on the screen.

Counted as docs/cashier.md counts: what a scanner sends costs nothing, digits of a number cost nothing, every other key
and every touch costs one.
"""

from playwright.sync_api import Locator, Page, expect

from devices.emulators.scale import PtyScale
from tests.e2e.walks import Walk, digits

FINGER_MS = 120


class Hand:
    """What both hands share: the scanner, and looking."""

    name = ""

    def __init__(self, walk: Walk, scale: PtyScale) -> None:
        self.walk, self.scale = walk, scale
        self.count = 0

    @property
    def page(self) -> Page:
        """The till's page."""
        return self.walk.page

    def at(self, name: str) -> Locator:
        """What a test hook names."""
        return self.walk.at(name)

    def scan(self, *codes: str) -> None:
        """The scanner, which costs nothing."""
        for code in codes:
            self.page.keyboard.type(code)
            self.page.keyboard.press("Enter")

    def lies(self, grams: int, words: str) -> None:
        """The goods before are taken off, these are put on, and the till shows that they have settled."""
        self.scale.put(0)
        expect(self.at("scale-state")).to_have_text("0,000 kg")
        self.scale.put(grams)
        expect(self.at("scale-state")).to_have_text(words)
        expect(self.page.locator(".pill.ok[data-testid=scale-state]")).to_be_visible()

    def total(self, minor: int) -> None:
        """Looks whether the total is this."""
        expect(self.at("total")).to_have_attribute("aria-label", sum_words(minor))

    def change(self, minor: int) -> None:
        """Looks whether the change is this."""
        expect(self.at("change")).to_be_visible(timeout=20000)
        assert digits(self.at("change").inner_text()) == f"{minor:03d}"


def sum_words(minor: int) -> str:
    """How the total is read out."""
    return f"Suma {minor // 100},{minor % 100:02d}\u00a0zł"


class Keys(Hand):
    """The keyboard."""

    name = "keys"

    def press(self, *keys: str) -> None:
        """Each key counts; a single digit that chooses counts too."""
        for key in keys:
            self.count += 1
            if key == "Enter":
                # No finger follows a scanner's line end within this; what does is taken for its second line end.
                self.page.wait_for_timeout(FINGER_MS)
            self.page.keyboard.press(key)

    def digits(self, text: str) -> None:
        """Digits of a number."""
        self.page.keyboard.type(text)


class Touch(Hand):
    """A finger on the screen."""

    name = "touches"

    def tap(self, *places: Locator) -> None:
        """Each place counts."""
        for place in places:
            self.count += 1
            place.tap()

    def key(self, name: str) -> Locator:
        """A button of the function row, by the key that is written on it."""
        return self.page.locator(".keys button").filter(has=self.page.locator(f"kbd:text-is('{name}')"))

    def digits(self, text: str) -> None:
        """Digits of a number."""
        for digit in text:
            self.page.locator(".pad").get_by_role("button", name=digit, exact=True).first.tap()

    @property
    def go(self) -> Locator:
        """The green key."""
        return self.page.locator(".pad .pay")
