"""How the till looks: nothing clipped in four languages, nothing an accessibility judge calls serious, in both themes.

With KASA_PICTURES set to a folder, each screen is kept there as a PNG.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.e2e.people import PERSON
from tests.e2e.server import LiveStore
from tests.e2e.shop import BEER, BREAD, MILK
from tests.e2e.walks import AFTER_CODE_MS, Walk, context_of, picture
from tests.length import LONG

pytestmark = pytest.mark.browser

# The suite looks at the narrow screen in the language with the longest words, the long suite at every size in each
# language.
SIZES = [
    pytest.param(language, *size, marks=[] if (language, size) == ("ru", (1024, 768)) else pytest.mark.long)
    for size in ((1024, 768), (1366, 768), (1920, 1080))
    for language in ("ru", "pl", "en", "uk")
]

# Text that its own box cuts off. One pixel is rounding.
CLIPPED = """() => [...document.querySelectorAll('button, .status *, h1, h2, .totals *, .message, .field, dt, dd')]
  .filter((one) => one.offsetParent && getComputedStyle(one).overflow !== 'visible' || one.tagName === 'BUTTON')
  .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
  .filter((one) => !one.classList.contains('who') && one.clientWidth > 1)
  .map((one) => one.className + ': ' + one.innerText.slice(0, 40))"""

SETTINGS = "(settings) => localStorage.setItem('kasa-screen', JSON.stringify(settings))"


def sale(walk: Walk) -> None:
    walk.press("Escape")


def paying(walk: Walk) -> None:
    walk.press("Insert")
    walk.page.wait_for_timeout(AFTER_CODE_MS)
    walk.press("Enter")
    expect(walk.at("to-pay")).to_be_visible()


def person(walk: Walk) -> None:
    walk.page.keyboard.type(PERSON["phone"][-4:])
    walk.press("F4")
    walk.press("F4")
    expect(walk.at("customer-facts")).to_be_visible()


def form(walk: Walk) -> None:
    walk.press("F4")
    walk.press("1")
    expect(walk.at("customer-name")).to_have_value(PERSON["name"])


# The letters are there, two frames, and then no movement: what a person looks at.
DRAWN = """async () => {
  await document.fonts.ready;
  for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
  await Promise.allSettled(document.getAnimations().map((one) => one.finished));
}"""


def keys(*pressed: str) -> Callable[[Walk], None]:
    def press(walk: Walk) -> None:
        for key in pressed:
            walk.press(key)
        # A digit waits whether it is the first of a code.
        if pressed[-1].isdigit():
            walk.page.wait_for_timeout(450)

    return press


def in_payment(*pressed: str) -> Callable[[Walk], None]:
    def press(walk: Walk) -> None:
        paying(walk)
        keys(*pressed)(walk)

    return press


def counted(key: str) -> Callable[[Walk], None]:
    """The drawer is counted, and a difference stands there."""

    def count(walk: Walk) -> None:
        walk.press("F10")
        walk.press(key)
        expect(walk.at("count-total")).to_be_focused()
        walk.enter("190")
        expect(walk.at("difference")).to_be_visible()

    return count


SCREENS: dict[str, Callable[[Walk], None]] = {
    "sale": sale,
    "search": keys("F2"),
    "price": keys("F3"),
    "receipts": keys("F6"),
    "discount": keys("F7"),
    "cancel": keys("Shift+F8"),
    "desk": keys("F10"),
    "x": keys("F10", "1"),
    "cash-in": keys("F10", "3"),
    "handover": keys("F10", "2"),
    "collection": keys("F10", "6"),
    "z": keys("F10", "9"),
    "menu": keys("F12"),
    "settings": keys("F12", "2"),
    "devices": keys("F12", "3"),
    "keys": keys("F1"),
    "payment": paying,
    "person": person,
    "customer-form": form,
    "return-find": keys("F9"),
    "return-blind": keys("Shift+F9"),
    "approve": keys("Shift+F9", "1"),
    "cash-out": keys("F10", "4"),
    "drop": keys("F10", "5"),
    "handover-difference": counted("2"),
    "card": in_payment("F5"),
    "other-tenders": in_payment("F8"),
    "tender-slip": in_payment("F8", "1"),
    "buyer": in_payment("F10"),
}

# Screens with every kind of part between them; the long suite has all of them judged.
SAMPLE = (
    "sale",
    "search",
    "settings",
    "person",
    "customer-form",
    "approve",
    "card",
)
JUDGED = SCREENS if LONG else {name: SCREENS[name] for name in SAMPLE}

# A return that has counted goods, and what it is exchanged for in the tab beside it.
RETURNS: dict[str, Callable[[Walk], None]] = {
    "return": keys("Alt+1"),
    "refund": keys("Alt+1", "Enter"),
    "exchange-sale": keys("Alt+2"),
    "exchange": keys("Alt+2", "Enter"),
}


@pytest.fixture(scope="module")
def till(browser: Browser, live_store: LiveStore) -> Iterator[Walk]:
    """A till with one sale behind it and three lines on screen, one of which asks for an age."""
    if live_store.server is None:
        live_store.start()
    context = context_of(browser)
    walk = Walk(context.new_page(), live_store)
    live_store.ask("customers", **PERSON)
    walk.begin(number=131)
    walk.sell(BREAD, given="20")
    for code in (MILK, "2*" + BREAD, BEER, "5999999999993"):
        walk.scan(code)
    walk.page.wait_for_timeout(500)
    yield walk
    context.close()


def set_screen(walk: Walk, **settings: Any) -> None:
    walk.page.evaluate(SETTINGS, {"language": "en", "theme": "light", "scale": 100, **settings})
    walk.page.reload()
    expect(walk.at("total")).to_be_visible(timeout=20000)


def each_screen(walk: Walk, screens: dict[str, Callable[[Walk], None]] = SCREENS) -> Iterator[str]:
    for name, show in screens.items():
        show(walk)
        walk.page.evaluate(DRAWN)
        yield name
        walk.press("Escape")
        walk.press("Escape")


def findings(walk: Walk) -> list[str]:
    """What axe calls serious or critical."""
    found = Axe().run(walk.page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:120]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize(("language", "width", "height"), SIZES)
def test_no_label_is_clipped(
    till: Walk, language: str, width: int, height: int, pictures: Path | None
) -> None:
    till.page.set_viewport_size({"width": width, "height": height})
    set_screen(till, language=language)
    clipped = {}
    for name in each_screen(till):
        picture(till.page, pictures, f"{name}-{language}-{width}x{height}")
        clipped[name] = till.page.evaluate(CLIPPED)
    assert {name: found for name, found in clipped.items() if found} == {}


@pytest.mark.parametrize("theme", [pytest.param("light", marks=pytest.mark.long), "dark"])
def test_an_accessibility_judge_finds_nothing_serious(till: Walk, theme: str, pictures: Path | None) -> None:
    till.page.set_viewport_size({"width": 1024, "height": 768})
    set_screen(till, theme=theme, language="pl")
    found = {}
    for name in each_screen(till, JUDGED):
        picture(till.page, pictures, f"{name}-{theme}")
        found[name] = findings(till)
    assert {name: what for name, what in found.items() if what} == {}


@pytest.fixture(scope="module")
def exchanging(browser: Browser, live_store: LiveStore) -> Iterator[Walk]:
    """A manager's till with an exchange in two tabs."""
    if live_store.server is None:
        live_store.start()
    context = context_of(browser)
    walk = Walk(context.new_page(), live_store)
    walk.begin(number=134, pin="9999")
    walk.sell(BREAD, MILK)
    walk.all_sent()
    (sold,) = live_store.ask("receipts", number=134)["receipts"]
    walk.scan(sold["id"])
    expect(walk.at("return-line")).to_have_count(2)
    walk.scan(BREAD)
    walk.press("F9")
    walk.scan(BEER)
    walk.press("Insert")
    expect(walk.at("receipt-tab")).to_have_count(2)
    walk.page.wait_for_timeout(500)
    yield walk
    context.close()


@pytest.mark.long
def test_returns_and_exchanges_are_judged_too(exchanging: Walk, pictures: Path | None) -> None:
    found: dict[str, list[str]] = {}
    exchanging.page.set_viewport_size({"width": 1024, "height": 768})
    for language, theme in (*((language, "light") for language in ("uk", "ru")), ("pl", "dark")):
        set_screen(exchanging, language=language, theme=theme)
        for name in each_screen(exchanging, RETURNS):
            shown = f"{name}-{language}-{theme}"
            picture(exchanging.page, pictures, shown)
            judged = findings(exchanging) if language == "pl" else []
            found[shown] = exchanging.page.evaluate(CLIPPED) + judged
    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.long
@pytest.mark.parametrize("scale", [75, 150, 175])
def test_the_size_of_everything_can_be_set(till: Walk, scale: int, pictures: Path | None) -> None:
    till.page.set_viewport_size({"width": 1920, "height": 1080})
    set_screen(till, scale=scale)
    picture(till.page, pictures, f"sale-scale-{scale}")
    pay = till.page.locator(".pad .pay").bounding_box()
    assert pay is not None and pay["y"] + pay["height"] <= 1080
    assert till.page.evaluate("document.documentElement.scrollWidth") <= 1920


@pytest.mark.long
def test_the_screens_before_selling_are_judged_too(walk: Walk, pictures: Path | None) -> None:
    def judge(screen: str) -> None:
        picture(walk.page, pictures, screen)
        assert (screen, findings(walk), walk.page.evaluate(CLIPPED)) == (screen, [], [])

    walk.open()
    expect(walk.at("enrol-code")).to_be_visible(timeout=20000)
    judge("enrol")
    walk.enter(walk.store.ask("code", number=132)["code"])
    expect(walk.at("pin")).to_be_focused(timeout=30000)
    judge("signin")
    walk.sign_in()
    expect(walk.at("float")).to_be_visible(timeout=20000)
    judge("float")
