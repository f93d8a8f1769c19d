"""The customer's screen beside the till, in the same browser; and the price checker on the wall."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.e2e.server import LiveStore
from tests.e2e.shop import BREAD, MILK
from tests.e2e.test_offline import KEPT
from tests.e2e.walks import Walk, context_of, digits, picture

pytestmark = pytest.mark.browser


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:100]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def shown(page: Page, name: str, amount: int) -> None:
    expect(page.get_by_test_id(name)).to_have_text(
        f"{amount // 100},{amount % 100:02d}\u00a0zł", timeout=10000
    )


@pytest.mark.long
def test_the_customer_sees_each_line_the_total_and_the_change_with_and_without_the_server(
    walk: Walk, live_store: LiveStore, pictures: Path | None
) -> None:
    sha256 = live_store.ask("picture")["sha256"]
    live_store.ask("setting", name="receipt_url", value=live_store.url)
    walk.begin(number=141)
    walk.page.wait_for_function(KEPT, timeout=30000)
    walk.page.wait_for_function(
        "async (sha) => (await (await caches.open('kasa-pictures')).keys()).some((one) => one.url.endsWith(sha))",
        arg=sha256,
        timeout=30000,
    )
    walk.press("F12")
    with walk.page.context.expect_page() as opened:
        walk.press("8")
    screen = opened.value
    # Idle: the shop's picture. The network is away from here on; the files and the picture lie on the device.
    expect(screen.get_by_test_id("advert")).to_be_visible(timeout=15000)
    walk.page.context.set_offline(True)
    screen.reload()
    walk.scan(MILK)
    shown(screen, "display-total", 379)
    walk.enter("2*" + BREAD)
    walk.page.keyboard.type("10")
    walk.press("F7")
    expect(screen.get_by_test_id("display-line")).to_have_count(2)
    shown(screen, "display-total", 379 + 2 * 620 - 124)
    expect(screen.get_by_test_id("display-saved")).to_contain_text("1,24")
    expect(screen.locator("html")).to_have_attribute("lang", "pl")
    picture(screen, pictures, "display-sale")
    assert serious(screen) == []
    walk.press("F8")
    expect(screen.get_by_test_id("display-line")).to_have_count(1)
    walk.pay("20")
    shown(screen, "display-change", 2000 - 379)
    link = walk.at("receipt-qr").get_attribute("data-text") or "no code on the till"
    expect(screen.get_by_test_id("display-qr")).to_have_attribute("data-text", link)
    picture(screen, pictures, "display-change")
    assert serious(screen) == []
    # The next scan is the next customer's.
    walk.scan(BREAD)
    shown(screen, "display-total", 620)
    walk.page.context.set_offline(False)


@pytest.fixture
def checker(browser: Browser, live_store: LiveStore) -> Iterator[Page]:
    """A tablet that was just made a price checker."""
    if live_store.server is None:
        live_store.start()
    context = context_of(browser, 1280, 800)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{live_store.url}/pos/checker/")
    expect(page.get_by_test_id("enrol-code")).to_be_focused(timeout=20000)
    page.keyboard.type(live_store.ask("code", number=142, kind="checker")["code"])
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("idle")).to_be_visible(timeout=30000)
    yield page
    context.close()
    assert errors == []


PEOPLE = """() => new Promise((done) => { const opening = indexedDB.open('kasa-checker'); opening.onsuccess = () => {
  const db = opening.result; const pages = db.transaction('pages').objectStore('pages').getAllKeys();
  pages.onsuccess = () => { db.close(); done(pages.result.map((key) => key[1]).sort()); }; }; })"""
JOURNAL = """() => new Promise((done) => { const opening = indexedDB.open('kasa-checker'); opening.onsuccess = () => {
  const db = opening.result; const count = db.transaction('journal').objectStore('journal').count();
  count.onsuccess = () => { db.close(); done(count.result); }; }; })"""


@pytest.mark.long
def test_a_price_checker_answers_forgets_and_keeps_nothing_of_people(
    checker: Page, live_store: LiveStore, pictures: Path | None
) -> None:
    page = checker
    picture(page, pictures, "checker-idle")
    assert serious(page) == []
    page.clock.install()
    page.keyboard.type(MILK)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("price-answer")).to_contain_text("3,79")
    picture(page, pictures, "checker-answer")
    assert serious(page) == []
    # The next customer finds nothing of the one before.
    page.clock.run_for(21_000)
    expect(page.get_by_test_id("idle")).to_be_visible()
    page.keyboard.type("5999999999993")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("message")).to_contain_text("5999999999993")
    # By touch, with the PLU; and without the server.
    page.wait_for_function(KEPT, timeout=30000)
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_test_id("idle")).to_be_visible(timeout=20000)
    for key in "102":
        page.get_by_role("button", name=key, exact=True).click()
    page.locator(".pad .go").click()
    expect(page.get_by_test_id("price-answer")).to_contain_text("6,20")
    kinds = page.evaluate(PEOPLE)
    assert "product" in kinds and not {"employee", "role", "customer"} & set(kinds)
    assert page.evaluate(JOURNAL) == 0
    assert digits(page.get_by_test_id("price-answer").locator("strong").inner_text()) == "620"


@pytest.mark.long
def test_nothing_leads_away_from_the_price_checker(checker: Page) -> None:
    page = checker
    address = page.url
    assert page.locator("a, iframe, video").count() == 0
    page.go_back()
    assert page.url == address
    expect(page.get_by_test_id("idle")).to_be_visible()
    for key in ("F1", "F5", "F12", "Control+p", "Alt+ArrowLeft", "Escape", "Shift+F8"):
        page.keyboard.press(key)
    assert page.url == address and len(page.context.pages) == 1
    expect(page.get_by_test_id("idle")).to_be_visible()
