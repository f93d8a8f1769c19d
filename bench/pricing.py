"""What a price costs: the engine in QuickJS (server) and in Chromium (till), also with the processor slowed four times.

The baseline is the price of the JSON alone: the same cart written and read by Python.
"""

import json
import random
import time
from collections.abc import Callable
from typing import Any

from bench.harness import Report, Row, percentile
from core import canonical
from pos.pricing import engine
from pos.pricing.engine import Engine
from tests.pricing import browser
from tests.pricing.browser import Browser

LINES, OFFERS, ROUNDS = 50, 500, 300
_TIMES = """(engine, rulebook, cart, rounds) => {
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    const begun = performance.now();
    engine.price(rulebook, cart);
    times.push(performance.now() - begun);
  }
  return times;
}"""


def shop() -> tuple[dict[str, Any], dict[str, Any]]:
    """A rulebook of 500 offers on 10,000 products and a cart of 50 lines that meets some forty of them."""
    rng = random.Random(7)
    products = [f"018f0000-0000-7000-8000-{number:012d}" for number in range(10_000)]
    parts: list[dict[str, Any]] = [
        {"kind": "percent", "percent": 1000},
        {"kind": "amount", "amount": 50},
        {"kind": "n_for_m", "take": 3, "pay": 2},
        {"kind": "n_for_price", "take": 2, "price": 800},
        {"kind": "nth_cheaper", "nth": 2, "percent": 5000},
    ]
    head = {"name": "Offer", "priority": 100, "when": {"from": "2026-11-01", "to": "2026-11-30"}}
    rules = [
        {
            "id": f"r{n:04d}",
            **head,
            **parts[n % 5],
            "target": {"products": rng.sample(products, 20), "groups": []},
        }
        for n in range(OFFERS)
    ]
    rules.append(
        {"id": "t", **head, "kind": "threshold", "from_total": 10000, "amount": 1000, "target": {"all": True}}
    )
    book = {"format": 1, "currency": "PLN", "digits": 2, "prices_include_tax": True, "rules": rules}
    book["taxes"] = [
        {"code": code, "percent": percent, "from": None, "to": None}
        for code, percent in (("A", 2300), ("B", 800))
    ]
    book["cash_rounding"] = [{"from": None, "to": None, "step": 1}]
    line = {
        "groups": ["dairy", "food"],
        "kind": "piece",
        "discountable": True,
        "deposit": False,
        "manual": None,
    }
    lines = [{**line, "n": n, "product": rng.choice(products)} for n in range(1, LINES + 1)]
    for one in lines:
        one |= {"quantity": 1000 * rng.randint(1, 4), "price": rng.randint(99, 2999), "tax": rng.choice("AB")}
    cart = {
        "day": "2026-11-21",
        "weekday": 6,
        "minute": 870,
        "cash": True,
        "manual": None,
        "manual_limit": None,
    }
    return book, {**cart, "lines": lines}


def timed(act: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """Milliseconds of each round."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        times.append((time.perf_counter() - begun) * 1000)
    return times


def _add(report: Report, name: str, times: list[float], baseline: Row, aim: str = "") -> None:
    report.add(f"{name}, p50", percentile(times, 50), "ms", baseline=baseline)
    report.add(f"{name}, p99", percentile(times, 99), "ms", baseline=baseline, aim=aim)


def _server(report: Report, book: dict[str, Any], cart: dict[str, Any], baseline: Row) -> None:
    text, digest = engine.ENGINE_FILE.read_text(encoding="utf-8"), canonical.digest(book)
    _add(report, "QuickJS: load the engine", timed(lambda: Engine(text), 20), baseline)
    fresh = timed(lambda: Engine(text).price(book, cart, digest), 20)
    _add(report, f"QuickJS: load, read {OFFERS} offers, first cart", fresh, baseline)
    _add(report, "QuickJS: one cart", timed(lambda: engine.price(book, cart, rulebook_hash=digest)), baseline)
    many = timed(lambda: engine.price_many(book, [cart] * 200, rulebook_hash=digest), 5)
    _add(report, "QuickJS: one cart of a batch of 200", [each / 200 for each in many], baseline)


def _till(
    report: Report, page: Browser, book: dict[str, Any], cart: dict[str, Any], baseline: Row, slow: int
) -> None:
    page.page.context.new_cdp_session(page.page).send("Emulation.setCPUThrottlingRate", {"rate": slow})
    times: list[float] = page.run(_TIMES, book, cart, ROUNDS)
    name = "Chromium" if slow == 1 else f"Chromium, {slow}× slower"
    report.add(f"{name}: read {OFFERS} offers and first cart", times[0], "ms", baseline=baseline)
    _add(
        report,
        f"{name}: one cart",
        times[1:],
        baseline,
        aim="≤ 8 with the rest of the scan" if slow == 4 else "",
    )


def run() -> Report:
    """Measures and returns the figures."""
    report = Report(f"pricing: a cart of {LINES} lines, {OFFERS} offers")
    book, cart = shop()
    text = json.dumps(cart)
    both = timed(lambda: (json.dumps(cart), json.loads(text)))
    baseline = report.add("JSON of that cart in Python", percentile(both, 50), "ms")
    _server(report, book, cart, baseline)
    with browser.opened() as page:
        for slow in (1, 4):
            _till(report, page, book, cart, baseline, slow)
    priced = engine.price(book, cart)
    report.notes.append(
        f"{len(priced['reasons'])} discounts on that cart; engine {engine.engine_hash()[:12]}"
    )
    return report
