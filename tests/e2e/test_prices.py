"""Two open tills and a manager who changes a price: both charge it, and an open receipt follows the store's rule."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.hands import sum_words
from tests.e2e.server import LiveStore
from tests.e2e.walks import Walk, context_of

pytestmark = pytest.mark.browser

# Goods that no other walk sells: a tile of the quick grid shows what the next scan costs.
CODE, BARCODE, NAME, PRICE = "111", "5900000000115", "Ogórki szklarniowe", 749


@pytest.fixture
def tills(browser: Browser, live_store: LiveStore) -> Iterator[list[Walk]]:
    """Tills 181 and 182, each in a browser of its own, with these goods on an open receipt."""
    if live_store.server is None:
        live_store.start()
    contexts = [context_of(browser) for _ in range(2)]
    walks = [Walk(context.new_page(), live_store) for context in contexts]
    for number, walk in enumerate(walks, 181):
        walk.begin(number)
        expect(walk.at("server-state")).to_have_attribute("data-state", "online", timeout=30000)
        walk.scan(BARCODE)
        total(walk, PRICE)
    yield walks
    live_store.ask("reprice", code=CODE, price=PRICE)
    live_store.ask("setting", name="open_receipts", value="keep")
    for context in contexts:
        context.close()
    assert [walk.errors for walk in walks] == [[], []]


def total(walk: Walk, minor: int) -> None:
    expect(walk.at("total")).to_have_attribute("aria-label", sum_words(minor), timeout=20000)


def told(walks: list[Walk], price: int) -> None:
    """A manager changes the price; both tills show it on the tile."""
    walks[0].store.ask("reprice", code=CODE, price=price)
    for walk in walks:
        tile = walk.page.locator(".tiles button").filter(has_text=NAME)
        expect(tile).to_contain_text(f"{price // 100},{price % 100:02d}/", timeout=20000)


@pytest.mark.long
def test_a_changed_price_reaches_both_open_tills_and_their_receipts_as_the_store_wants(
    tills: list[Walk],
) -> None:
    told(tills, 699)
    for walk in tills:
        total(walk, 749)
        walk.scan(BARCODE)
        total(walk, 749 + 699)
    tills[0].store.ask("setting", name="open_receipts", value="better")
    for walk in tills:
        total(walk, 2 * 699)
    told(tills, 599)
    for walk in tills:
        total(walk, 2 * 599)
    told(tills, 799)
    for walk in tills:
        total(walk, 2 * 599)
        walk.scan(BARCODE)
        total(walk, 2 * 599 + 799)
        walk.pay()
        walk.all_sent()
    due = [tills[0].store.ask("receipts", number=number)["receipts"][-1]["due"] for number in (181, 182)]
    assert due == [2 * 599 + 799] * 2
