"""How long a price takes from the manager to two open tills: real server, real goods, two whole Chromium.

A price is changed at random moments through the back office's service. A tile of the till shows what the next scan of
its goods costs, so the moment the tile changes is the moment the till would charge the new price. Both tills have a
receipt open under the rule `better`, so they also look at its lines each time. At the end both scan, and what they
charge is compared.
"""

import os
import random
import time
from contextlib import ExitStack

from playwright.sync_api import Browser, Page, expect

from bench.harness import Report, percentile
from bench.parts.store import bench_store, whole_browser
from bench.screen import begin
from tests.e2e.hands import sum_words
from tests.e2e.server import LiveStore
from tests.e2e.walks import Walk

GOODS = int(os.environ.get("BENCH_GOODS", "100000"))
CHANGES = int(os.environ.get("BENCH_CHANGES", "100"))
# Goods on tiles of the quick grid, with what is scanned of them.
TILES = {
    "104": ("Jabłka Ligol luz", "5900000000047"),
    "110": ("Pomidory malinowe", "5900000000108"),
    "111": ("Ogórki szklarniowe", "5900000000115"),
    "112": ("Winogrona białe bezpestkowe", "5900000000122"),
}
SHORTEST, LONGEST = 0.05, 0.8
WATCH = """(names) => { window.shown = {}; const look = () => {
  const now = performance.timeOrigin + performance.now();
  for (const tile of document.querySelectorAll('.tiles button')) {
    const name = tile.querySelector('.name').textContent;
    if (names.includes(name)) shown[name + ' ' + tile.querySelector('small').textContent.split('/')[0]] ??= now;
  } };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true }); }"""


def words(price: int) -> str:
    """A price as a Polish tile shows it."""
    return f"{price // 100},{price % 100:02d}"


def changed(store: LiveStore, tills: list[Walk]) -> tuple[dict[str, float], list[float], dict[str, int]]:
    """Prices changed: when each began, how long the office took for it, and what each product costs at the end."""
    chance = random.Random(20261121)
    begun: dict[str, float] = {}
    office: list[float] = []
    last: dict[str, int] = {}
    for n in range(CHANGES):
        tills[0].page.wait_for_timeout(chance.uniform(SHORTEST, LONGEST) * 1000)
        code = chance.choice(list(TILES))
        price = 5000 - n
        begun[f"{TILES[code][0]} {words(price)}"] = time.time() * 1000
        started = time.perf_counter()
        store.ask("reprice", code=code, price=price)
        office.append((time.perf_counter() - started) * 1000)
        last[code] = price
    return begun, office, last


def charged(walk: Walk, last: dict[str, int]) -> None:
    """Every product costs what was decided last, on a line that was open and on a new one."""
    total = 0
    for code, price in last.items():
        walk.scan(TILES[code][1])
        total += 2 * price
    expect(walk.at("total")).to_have_attribute("aria-label", sum_words(total))


def measure(browser: Browser, store: LiveStore, report: Report) -> None:
    """Raises AssertionError when a till charges another price than the last one; slow is only shown."""
    store.ask("setting", name="open_receipts", value="better")
    with ExitStack() as kept:
        tills = []
        for number in (1, 2):
            context = browser.new_context(viewport={"width": 1024, "height": 768}, bypass_csp=True)
            kept.callback(context.close)
            tills.append(begin(context.new_page(), store, number)[0])
        for code, (_name, barcode) in TILES.items():
            # Dearer than any price of the run, so that the open line follows down to the last.
            store.ask("reprice", code=code, price=9000)
            for walk in tills:
                expect(walk.page.locator(".tiles button").filter(has_text=TILES[code][0])).to_contain_text(
                    "90,00"
                )
                walk.scan(barcode)
        for walk in tills:
            walk.page.evaluate(WATCH, [name for name, _barcode in TILES.values()])
        begun, office, last = changed(store, tills)
        for walk in tills:
            for code, price in last.items():
                tile = walk.page.locator(".tiles button").filter(has_text=TILES[code][0])
                expect(tile).to_contain_text(words(price))
        told(report, begun, office, [walk.page for walk in tills])
        for walk in tills:
            charged(walk, last)
            assert walk.errors == []


def told(report: Report, begun: dict[str, float], office: list[float], pages: list[Page]) -> None:
    """The figures; a price that was overtaken by the next before any till asked is no delay of anything."""
    base = report.add("the change itself, in the back office, p50", percentile(office, 50), "ms")
    shown: list[dict[str, float]] = [page.evaluate("shown") for page in pages]
    times = [seen[key] - at for key, at in begun.items() for seen in shown if key in seen]
    for percent in (50, 95):
        aim = "5,000 ms" if percent == 95 else ""
        report.add(
            f"change to both open tills, p{percent}", percentile(times, percent), "ms", baseline=base, aim=aim
        )
    report.add("change to both open tills, the longest", max(times), "ms", baseline=base)
    report.add("prices seen", float(len(times)), "of " + str(len(begun) * len(pages)))


def run() -> Report:
    """The figures of Must show 4."""
    report = Report(f"{CHANGES} price changes to two open tills, {GOODS:,} goods, real server, Chromium")
    with bench_store(GOODS) as store, whole_browser() as browser:
        measure(browser, store, report)
    return report
