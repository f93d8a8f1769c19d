"""What goes wrong at a till, the sentence its cashier reads then, and what is true afterwards.

Each test is a row of the table "At the till" in docs/reliability.md. The pages are the till's own; a tab is killed as
the browser's task manager kills it, with nothing written on the way out.
"""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Error, Playwright, expect

from tests.e2e.server import LiveStore
from tests.e2e.shop import BREAD, MILK
from tests.e2e.test_offline import KEPT, browser_on
from tests.e2e.test_worker import HEAR
from tests.e2e.walks import AFTER_CODE_MS, Walk, digits

pytestmark = pytest.mark.browser

FULL = """() => { const add = IDBObjectStore.prototype.add; IDBObjectStore.prototype.add = function (...given) {
  if (this.name === 'journal') throw new DOMException('disk full', 'QuotaExceededError');
  return add.apply(this, given); }; }"""
# Signing is the last step before a receipt is written; a promise that never comes holds the payment there.
NEVER_SIGNED = "() => { crypto.subtle.sign = () => new Promise(() => {}); }"


def kill_tab(walk: Walk) -> Walk:
    """Ends the renderer at once and opens the till again in the same browser."""
    context = walk.page.context
    try:
        walk.page.goto("chrome://crash")
    except Error as error:
        assert re.search("crash|ERR_|closed", str(error), re.I), error
    again = Walk(context.new_page(), walk.store)
    walk.page.close()
    again.open()
    return again


def kept_on_disk(walk: Walk) -> None:
    """Open receipts are on disk a moment after each change."""
    walk.page.wait_for_timeout(600)


def to_payment(walk: Walk) -> None:
    walk.page.wait_for_timeout(AFTER_CODE_MS)
    walk.press("Enter")
    expect(walk.at("to-pay")).to_be_visible()


def test_a_tab_killed_at_each_step_of_paying_is_clear_after_the_start(walk: Walk) -> None:
    walk.begin(number=71)
    # On the payment screen, nothing taken: the receipt is there, the payment is not.
    walk.scan(MILK)
    walk.scan(BREAD)
    to_payment(walk)
    kept_on_disk(walk)
    walk = kill_tab(walk)
    walk.sign_in()
    expect(walk.at("line")).to_have_count(2, timeout=20000)
    expect(walk.at("to-pay")).to_have_count(0)
    # Part of it taken in cash: the payment goes on where it was.
    to_payment(walk)
    walk.page.wait_for_timeout(400)
    walk.enter("5")
    expect(walk.at("tender")).to_have_count(1)
    kept_on_disk(walk)
    walk = kill_tab(walk)
    walk.sign_in()
    expect(walk.at("to-pay")).to_contain_text("4,99", timeout=20000)
    expect(walk.at("tender")).to_have_count(1)
    # All of it taken, and the till dies before the receipt is written: Enter writes it, once.
    walk.page.evaluate(NEVER_SIGNED)
    walk.page.wait_for_timeout(400)
    walk.press("Enter")
    expect(walk.at("tender")).to_have_count(2)
    kept_on_disk(walk)
    walk = kill_tab(walk)
    walk.sign_in()
    expect(walk.at("tender")).to_have_count(2, timeout=20000)
    walk.page.wait_for_timeout(400)
    walk.press("Enter")
    expect(walk.at("change")).to_be_visible(timeout=10000)
    # Written: the change is a thing of the past, the receipt is in the list, the next one is empty.
    walk = kill_tab(walk)
    walk.sign_in()
    expect(walk.at("total")).to_be_visible(timeout=20000)
    expect(walk.at("line")).to_have_count(0)
    walk.press("F6")
    expect(walk.at("panel")).to_contain_text("9,99")
    walk.press("Escape")
    walk.sell(MILK)
    walk.all_sent()
    held = walk.store.ask("receipts", number=71)
    assert [(row["number"], row["due"]) for row in held["receipts"]] == [(1, 999), (2, 379)]
    assert set(held["states"]) == {"stored"}


@pytest.mark.long
def test_a_full_disk_is_said_before_anything_is_called_paid(walk: Walk) -> None:
    walk.begin(number=72)
    walk.sell(MILK)
    walk.scan(BREAD)
    to_payment(walk)
    walk.page.evaluate(FULL)
    walk.page.wait_for_timeout(400)
    walk.press("Enter")
    sentence = "To urządzenie nie mogło zapisać."
    expect(walk.at("message")).to_contain_text(sentence, timeout=10000)
    expect(walk.at("change")).to_have_count(0)
    # There is room again: the money that was taken is known, and Enter makes the receipt of it.
    walk.page.reload()
    expect(walk.at("tender")).to_have_count(1, timeout=20000)
    walk.page.wait_for_timeout(400)
    walk.press("Enter")
    expect(walk.at("change")).to_be_visible(timeout=10000)
    walk.all_sent()
    assert [row["due"] for row in walk.store.ask("receipts", number=72)["receipts"]] == [379, 620]


@pytest.mark.long
def test_cleared_storage_stops_the_till_and_what_was_sent_is_safe(walk: Walk) -> None:
    walk.begin(number=73)
    walk.sell(MILK)
    walk.all_sent()
    session = walk.page.context.new_cdp_session(walk.page)
    session.send(
        "Storage.clearDataForOrigin", {"origin": walk.store.url, "storageTypes": "indexeddb,cookies"}
    )
    walk.page.reload()
    # The till is nobody now and says what makes it somebody again; goods and the next number come from the server.
    expect(walk.at("enrol-code")).to_be_visible(timeout=20000)
    walk.enter(walk.store.ask("code", number=73)["code"])
    walk.sign_in()
    walk.open_shift()
    walk.sell(BREAD)
    walk.all_sent()
    held = walk.store.ask("receipts", number=73)
    assert [(row["number"], row["due"]) for row in held["receipts"]] == [(1, 379), (1, 620)]
    assert set(held["states"]) == {"stored"} and {inc for inc, _seq in held["seqs"]} == {1, 2}


@pytest.mark.long
def test_a_copied_profile_is_found_out_at_its_first_receipt_and_nothing_is_lost(
    playwright: Playwright, live_store: LiveStore, tmp_path: Path
) -> None:
    first, copy = tmp_path / "first", tmp_path / "copy"
    if live_store.server is None:
        live_store.start()
    with browser_on(playwright, first, live_store) as walk:
        walk.begin(number=74)
        walk.sell(MILK)
        walk.all_sent()
        walk.page.wait_for_function(KEPT, timeout=30000)
    shutil.copytree(first, copy, ignore=shutil.ignore_patterns("Singleton*"))
    with browser_on(playwright, first, live_store) as walk:
        walk.open()
        walk.sign_in()
        walk.sell(BREAD)
        walk.all_sent()
    with browser_on(playwright, copy, live_store) as walk:
        walk.open()
        walk.sign_in()
        walk.sell(MILK, MILK)
        walk.all_sent()
        # The cashier of the copy reads that something was set aside; selling is not stopped by it.
        aside = walk.page.locator(".pill.warn").filter(has_text="odłożon")
        expect(aside).to_be_visible(timeout=20000)
    held = live_store.ask("receipts", number=74)
    assert [row["due"] for row in held["receipts"]] == [379, 620]
    assert held["states"]["quarantined"] >= 1


NEXT_SET = """async () => {
  const name = 'f'.repeat(64);
  const pointers = await caches.open('kasa-pointers');
  const running = await (await pointers.match('/current')).text();
  const [old, made] = [await caches.open('kasa-build-' + running), await caches.open('kasa-build-' + name)];
  // Marked and named first: a sweep that is still under way leaves it alone.
  await made.put('/.whole', new Response(name));
  await pointers.put('/next', new Response(name));
  for (const request of await old.keys()) {
    const held = await old.match(request);
    const path = new URL(request.url).pathname;
    if (path.endsWith('/.whole')) continue;
    const page = path === '/pos/' ? (await held.clone().text()).replace(running, name) : await held.arrayBuffer();
    await made.put(path, new Response(page, { headers: held.headers }));
  }
  const told = new MessageEvent('message', { data: { kasa: 'ready', build: name } });
  navigator.serviceWorker.dispatchEvent(told);
}"""
NOTE_BUILDS = """addEventListener('DOMContentLoaded', () => {
  const build = document.querySelector('meta[name=kasa-build]')?.content;
  sessionStorage.setItem('builds', (sessionStorage.getItem('builds') ?? '') + ' ' + build);
});"""
BUILD = "() => document.querySelector('meta[name=kasa-build]').content"


@pytest.mark.long
def test_a_new_version_waits_for_the_receipt_and_then_starts_by_itself(walk: Walk) -> None:
    walk.page.add_init_script(HEAR)
    walk.begin(number=75)
    walk.page.wait_for_function(KEPT, timeout=30000)
    # The page looks for itself when it starts; the set that is made here comes after that.
    walk.page.wait_for_function("() => heard.some((message) => message.kasa === 'ready')", timeout=60000)
    walk.scan(MILK)
    running = walk.page.evaluate(BUILD)
    walk.page.evaluate("() => { window.same = true; }")
    walk.page.add_init_script(NOTE_BUILDS)
    walk.page.evaluate(NEXT_SET)
    walk.scan(BREAD)
    to_payment(walk)
    walk.press("Escape")
    expect(walk.at("line")).to_have_count(2)
    assert walk.page.evaluate("window.same") is True and walk.page.evaluate(BUILD) == running
    walk.press("Shift+F8")
    walk.press("1")
    # The customer has seen the sum: voiding after that is a manager's right.
    expect(walk.at("approve-pin")).to_be_focused()
    walk.enter("9999")
    walk.page.wait_for_function(f"() => (sessionStorage.getItem('builds') ?? '').includes('{'f' * 64}')")
    # The server knows no such version: its own set is taken over again in the same way.
    walk.page.wait_for_function(
        f"() => document.querySelector('meta[name=kasa-build]').content === '{running}'"
    )
    expect(walk.at("total")).to_be_visible(timeout=20000)
    walk.sell(MILK)
    assert digits(walk.at("change").inner_text()) == "000"
