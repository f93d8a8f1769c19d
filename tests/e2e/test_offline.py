"""No server: the till starts, sells and starts again; everything arrives once when the server is back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.chromium import ARGS, whole_chromium_path
from tests.e2e import newcomer
from tests.e2e.people import PERSON
from tests.e2e.server import LiveStore
from tests.e2e.shop import BREAD, MILK
from tests.e2e.walks import Walk, digits

pytestmark = pytest.mark.browser

KEPT = """async () => {
  await navigator.serviceWorker.ready;
  const pointers = await caches.open('kasa-pointers');
  const answer = await pointers.match('/current');
  if (!answer || !navigator.serviceWorker.controller) return false;
  const cache = await caches.open('kasa-build-' + (await answer.text()));
  return Boolean(await cache.match('/.whole'));
}"""


@contextmanager
def browser_on(playwright: Playwright, profile: Path, store: LiveStore) -> Iterator[Walk]:
    """A browser that keeps its profile, as a till's does."""
    context = playwright.chromium.launch_persistent_context(
        profile,
        executable_path=whole_chromium_path(),
        chromium_sandbox=False,
        args=ARGS,
        viewport={"width": 1024, "height": 768},
    )
    walk = Walk(context.pages[0] if context.pages else context.new_page(), store)
    try:
        yield walk
    finally:
        context.close()
    assert walk.errors == []


def test_the_till_sells_starts_and_starts_again_without_the_server(
    playwright: Playwright, live_store: LiveStore, tmp_path: Path
) -> None:
    live_store.ask("customers", **PERSON)
    with browser_on(playwright, tmp_path, live_store) as walk:
        walk.begin(number=20)
        walk.sell(MILK)
        walk.all_sent()
        walk.page.wait_for_function(KEPT, timeout=30000)
        live_store.kill()
        walk.sell(BREAD)
        expect(walk.at("server-state")).to_have_attribute("data-state", "offline", timeout=30000)
        expect(walk.at("unsent")).not_to_have_text("0")
        walk.page.reload()
        expect(walk.at("total")).to_be_visible(timeout=20000)
        walk.sell(MILK, BREAD)
    with browser_on(playwright, tmp_path, live_store) as walk:
        walk.open()
        # A reload keeps who is signed in, a restart asks for the PIN: offline too.
        walk.sign_in()
        expect(walk.at("total")).to_be_visible(timeout=20000)
        walk.sell(BREAD, BREAD)
        newcomer.comes(walk)
        live_store.start()
        walk.all_sent()
        newcomer.is_known(walk, live_store)
        expect(walk.at("server-state")).to_have_attribute("data-state", "online", timeout=30000)
    held = live_store.ask("receipts", number=20)
    assert [row["due"] for row in held["receipts"]] == [379, 620, 999, 1240, 379]
    assert live_store.ask("bought", number=20)["card"] == newcomer.CARD
    assert set(held["states"]) == {"stored"}
    assert [seq for _inc, seq in held["seqs"]] == list(range(1, len(held["seqs"]) + 1))


@pytest.mark.long
def test_a_revoked_till_says_so_and_keeps_what_it_has(live_store: LiveStore, walk: Walk) -> None:
    walk.begin(number=21)
    walk.sell(MILK)
    walk.all_sent()
    live_store.ask("revoke", number=21)
    expect(walk.at("enrol-code")).to_be_visible(timeout=30000)
    expect(walk.at("server-state")).to_have_attribute("data-state", "revoked")
    walk.enter(live_store.ask("code", number=21)["code"])
    walk.sign_in()
    walk.open_shift()
    walk.sell(BREAD)
    walk.all_sent()
    assert [row["due"] for row in live_store.ask("receipts", number=21)["receipts"]] == [379, 620]


@pytest.mark.long
def test_a_second_window_only_looks_things_up_and_takes_over_when_the_first_closes(walk: Walk) -> None:
    walk.begin(number=22)
    second = Walk(walk.page.context.new_page(), walk.store)
    second.open()
    expect(second.at("message")).to_be_visible(timeout=20000)
    expect(second.at("total")).to_have_count(0)
    walk.page.close()
    second.sign_in()
    expect(second.at("total")).to_be_visible(timeout=30000)
    second.sell(MILK)
    second.all_sent()


@pytest.mark.long
def test_a_new_price_reaches_an_open_till_by_itself(live_store: LiveStore, walk: Walk) -> None:
    walk.begin(number=23)
    live_store.ask("reprice", code="101", price=401)
    for _ in range(30):
        walk.press("F3")
        walk.scan(MILK)
        if "4,01" in walk.at("price-answer").inner_text():
            break
        walk.press("Escape")
        walk.page.wait_for_timeout(500)
    else:
        raise AssertionError("the new price did not come within 15 s")
    walk.scan(MILK)
    assert digits(walk.at("total").inner_text()) == "401"
    live_store.ask("reprice", code="101", price=379)
