"""The till's core in Chromium with 200,000 goods: snapshot, scans, search, price changes, cold start without a server.

A scan is compared with a bare look-up in a Map of as many keys in the same page. Nothing here draws the till's screens;
the painted time is that of a page that writes each line into a table.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench.harness import Report, Row, percentile
from tests.chromium import whole_chromium_path
from tests.till.conftest import TILL_ARGS, Shop, boot, start_shop, wait
from tests.till.fake_shop import ean13, product_id

GOODS = int(os.environ.get("BENCH_GOODS", "200000"))
SCANS, QUIET_MS = 500, 1500
# The goods before this one have something of their own: an age, a typed price, a licence that ends at night.
FIRST_PLAIN = 30
READY = "till.status.catalogue.state === 'ready'"
_WATCH = """() => { window.long = []; new PerformanceObserver((list) => {
  for (const one of list.getEntries()) long.push(one.duration); })
  .observe({ type: 'longtask' }); }"""
_SCANS = """async (codes) => {
  const table = document.body.appendChild(document.createElement('pre'));
  const channel = new MessageChannel();
  const stop = till.subscribe(() => { table.textContent = (till.state.receipt?.lines ?? []).map((line) =>
    line.name + ' ' + line.total).join('\\n'); });
  const work = [], painted = [];
  for (const code of codes) {
    if (till.state.receipt.lines.length >= 50) till.cancelReceipt();
    const begun = performance.now();
    const result = till.scan(code);
    work.push(performance.now() - begun);
    if (!result.ok) throw new Error(JSON.stringify(result));
    await new Promise((done) => requestAnimationFrame(() => { channel.port1.onmessage = done;
      channel.port2.postMessage(0); }));
    painted.push(performance.now() - begun);
  }
  stop(); table.remove();
  return { work, painted };
}"""
_MAP = """(count) => {
  const map = new Map();
  for (let n = 0; n < count; n += 1) map.set('59' + String(n * 7919).padStart(11, '0'), n);
  const times = [];
  for (let n = 0; n < 500; n += 1) { const key = '59' + String(((n * 397) % count) * 7919).padStart(11, '0');
    const begun = performance.now(); map.get(key); times.push(performance.now() - begun); }
  return times;
}"""
_SEARCH = """async (texts) => {
  const times = [];
  for (const text of texts) for (let n = 2; n <= text.length; n += 1) {
    const begun = performance.now();
    till.search(text.slice(0, n));
    times.push(performance.now() - begun);
    await new Promise((done) => setTimeout(done, 1));
  }
  return times;
}"""
_PAY = """async (code) => {
  const times = [];
  for (let n = 0; n < 100; n += 1) {
    for (let line = 0; line < 10; line += 1) till.scan(code);
    till.startPayment(); till.tender({ method: 'cash' });
    const begun = performance.now();
    await till.finish();
    times.push(performance.now() - begun);
  }
  return times;
}"""
TEXTS = ["mleko swieze 17", "сметана marka5", "olia", "ser zolty 1200", "ьдулщ"]


def codes(step: int, goods: int) -> list[str]:
    """Barcodes spread over the whole catalogue; the first ones ask a question or may not be sold at night."""
    return [ean13(f"590{n * step % goods:09d}") for n in range(SCANS) if n * step % goods >= FIRST_PLAIN]


def since(page: Page, condition: str, seconds: float = 240) -> float:
    """Milliseconds of the page's own clock from `begun` until the condition is true."""
    wait(page, condition, seconds)
    return float(page.evaluate("performance.now() - begun"))


def long_tasks(page: Page, report: Report, when: str) -> None:
    found = page.evaluate("long.splice(0)")
    worst = f", the longest {max(found):.0f} ms" if found else ""
    report.notes.append(f"tasks over 50 ms {when}: {len(found)}{worst}")


@contextmanager
def slowed(page: Page, rate: int) -> Iterator[None]:
    """The processor slowed down. One session sets it and takes it back: the slowest of all sessions counts."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    yield
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    session.detach()


def load(page: Page, shop: Shop, report: Report) -> None:
    """The first snapshot, from the request to the first scan and to a complete search."""
    page.evaluate("fetch('/api/till/snapshot').then((one) => one.arrayBuffer()).then(() => 0)")
    page.evaluate("window.begun = performance.now(); till.enrol('good-code')")
    report.add("snapshot to first scan ready", since(page, READY), "ms")
    report.add("snapshot to search ready", since(page, "till.status.search"), "ms")
    report.add("goods", float(page.evaluate("till.status.catalogue.products")), "")
    page.evaluate("till.signIn('1111').then(() => till.openShift(0))")


def scan(page: Page, report: Report, name: str, step: int, baseline: Row | None, goods: int) -> None:
    page.evaluate("long.splice(0)")
    found = page.evaluate(_SCANS, codes(step, goods))
    for percent in (50, 99):
        report.add(
            f"{name} handler p{percent}",
            percentile(found["work"], percent),
            "ms",
            baseline=baseline,
            aim="8 ms at 4x" if percent == 99 else "",
        )
    for percent in (50, 99):
        report.add(f"{name} to frame p{percent}", percentile(found["painted"], percent), "ms")
    long_tasks(page, report, f"during {name}")


def search(page: Page, report: Report, name: str) -> None:
    times = page.evaluate(_SEARCH, TEXTS)
    report.add(f"{name} p50", percentile(times, 50), "ms", aim="100 ms")
    report.add(f"{name} p99", percentile(times, 99), "ms", aim="100 ms")


def changes(page: Page, shop: Shop, report: Report, count: int) -> None:
    """Prices changed at the server until the open till charges them."""
    page.evaluate("heard.splice(0); long.splice(0)")
    put = [
        [
            "price",
            f"01910000-0000-7000-8000-{n:012x}",
            {"product": product_id(n), "type": "retail", "price": 5, "from": None, "to": None},
        ]
        for n in range(count)
    ]
    page.evaluate("window.begun = performance.now()")
    shop.control(put=put, push={"push": "changed"})
    took = since(page, f"heard.some(([name, one]) => name === 'prices' && one.changes >= {count})")
    report.add(f"{count} prices reach an open till", took, "ms")
    long_tasks(page, report, f"while {count} prices came")


def another(page: Page, shop: Shop, report: Report, goods: int) -> None:
    """A whole new catalogue comes in while the cashier scans."""
    page.evaluate("window.begun = performance.now()")
    shop.control(epoch="e2", push={"push": "changed"})
    wait(page, "till.status.catalogue.state === 'updating'", 240)
    scan(page, report, "scan while a snapshot comes in", 991, None, goods)
    report.add(
        "snapshot beside selling",
        since(page, "till.status.catalogue.version.startsWith('e2') && till.status.search"),
        "ms",
    )
    long_tasks(page, report, "while it came")


def cold(page: Page, shop: Shop, report: Report) -> None:
    """The page is opened again and there is no server."""
    page.evaluate("till.close()")
    page.wait_for_timeout(QUIET_MS)
    page.goto(f"{shop.url}/")
    page.evaluate("window.begun = performance.now()")
    page.evaluate(
        "import('/static/till/till.js').then(({ Till }) => Till.boot({ origin: 'http://127.0.0.1:9' }))."
        "then((one) => { window.till = one; })"
    )
    report.add("cold start offline to first screen", float(page.evaluate("performance.now() - begun")), "ms")
    report.add("cold start offline to first scan ready", since(page, READY), "ms", aim="3,000 ms")
    report.add("cold start offline to search ready", since(page, "till.status.search"), "ms")
    assert page.evaluate("(code) => till.scan(code).ok", ean13("590000000001"))
    report.add("JavaScript heap", float(page.evaluate("performance.memory.usedJSHeapSize")) / 1e6, "MB")


def measure(page: Page, shop: Shop, report: Report, goods: int = GOODS) -> None:
    """Everything, in the order of a till's first day."""
    page.set_default_timeout(240_000)
    boot(page, shop)
    page.evaluate(_WATCH)
    load(page, shop, report)
    long_tasks(page, report, "while the first catalogue was read")
    plain = report.add("a look-up in a bare Map, p99", percentile(page.evaluate(_MAP, goods), 99), "ms")
    scan(page, report, "scan", 397, plain, goods)
    search(page, report, "search per key")
    with slowed(page, 4):
        scan(page, report, "scan at 4x throttle", 613, plain, goods)
        search(page, report, "search per key at 4x throttle")
    page.evaluate("till.state.receipt.lines.length && till.cancelReceipt()")
    pays = page.evaluate(_PAY, ean13("590000000000"))
    report.add("pay to paid, 10 lines, strict, p50", percentile(pays, 50), "ms")
    report.add("pay to paid, 10 lines, strict, p99", percentile(pays, 99), "ms")
    page.evaluate("(code) => till.scan(code)", ean13("590000000000"))
    changes(page, shop, report, 100)
    changes(page, shop, report, 5000)
    another(page, shop, report, goods)
    cold(page, shop, report)


@contextmanager
def chromium() -> Iterator[Page]:
    """A fresh browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=whole_chromium_path(), chromium_sandbox=False, args=TILL_ARGS
        )
        yield browser.new_page()
        browser.close()


def run() -> Report:
    """Raises AssertionError when the till does the wrong thing; slow is only shown."""
    report = Report(f"Till core, {GOODS:,} goods, Chromium")
    shop = start_shop(GOODS)
    try:
        with chromium() as page:
            measure(page, shop, report)
    finally:
        shop.process.kill()
        shop.process.wait()
    return report


def figures(report: Report) -> dict[str, Any]:
    """The rows by name, for a test that wants to look at one."""
    return {row.name: row.value for row in report.rows}
