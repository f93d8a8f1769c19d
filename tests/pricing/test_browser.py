"""The till's engine is the server's: the same file gives the same prices in Chromium as in QuickJS."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from pos.pricing import engine
from pos.pricing.engine import PricingError
from tests.pricing import browser, many, vectors
from tests.pricing.browser import Browser

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser.opened() as opened:
        yield opened


def code(error: str) -> str:
    """The code in "Error: code: detail"."""
    return error.removeprefix("Error: ").split(":", 1)[0]


def test_chromium_keeps_every_vector(chromium: Browser) -> None:
    rows = list(vectors.carts())
    results = chromium.price_all([(row.rulebook, [row.cart]) for row in rows])
    broken = {}
    for row, (result,) in zip(rows, results, strict=True):
        error = code(result["error"]) if "error" in result else None
        found = vectors.differences(row, priced=result.get("priced"), error=error)
        if found:
            broken[row.name] = found
    assert broken == {}


def test_chromium_keeps_the_vectors_of_prices_and_rounding(chromium: Browser) -> None:
    pick = "(engine, rows, type, instant) => settled(() => engine.pickPrice(rows, type, instant))"
    file = vectors.read("pick")
    for row in file["vectors"]:
        result = chromium.run(pick, file["rows"], row["type"], row["instant"])
        if "error" in row:
            assert code(result["error"]) == row["error"]
        else:
            assert (result["priced"] and result["priced"]["price"]) == row["expect"]
    for row in vectors.read("round")["vectors"]:
        result = chromium.run("(engine, n, d) => settled(() => engine.roundDiv(n, d))", row["n"], row["d"])
        assert code(result["error"]) == row["error"] if "error" in row else result["priced"] == row["expect"]


def test_the_engine_changes_neither_rulebook_nor_cart(chromium: Browser) -> None:
    """G31: frozen to the last level, both price as before (in a module every write to them would throw)."""
    script = """(engine, rulebook, cart) => {
        const frozen = (value) => {
            for (const inner of Object.values(value ?? {})) if (typeof inner === "object") frozen(inner);
            return Object.freeze(value);
        };
        const told = (rulebook, cart) => JSON.stringify(settled(() => engine.price(rulebook, cart)));
        const free = told(structuredClone(rulebook), structuredClone(cart));
        return [told(frozen(rulebook), frozen(cart)), told(rulebook, cart)].every((again) => again === free);
    }"""
    for rulebook, carts in many.work(seed=5, rulebooks=5, carts=5):
        for cart in carts:
            assert chromium.run(script, rulebook, cart) is True


def as_told(answer: dict[str, Any] | PricingError) -> dict[str, Any]:
    """What the browser's page answers in the same case."""
    if isinstance(answer, PricingError):
        return {"error": f"Error: {answer.code}: {answer.message}"}
    return {"priced": answer}


def on_the_server(work: many.Work) -> list[list[dict[str, Any]]]:
    return [[as_told(answer) for answer in engine.price_many(rulebook, carts)] for rulebook, carts in work]


def test_ten_thousand_carts_cost_the_same_on_server_and_till(chromium: Browser) -> None:
    work = many.work(seed=20261121, rulebooks=100, carts=100)
    server, till = on_the_server(work), chromium.price_all(work)
    differing = [
        (rulebook, cart, here, there)
        for (rulebook, carts), ours, theirs in zip(work, server, till, strict=True)
        for cart, here, there in zip(carts, ours, theirs, strict=True)
        if here != there
    ]
    assert differing == []
    outcomes = Counter("refused" if "error" in result else "priced" for row in server for result in row)
    assert outcomes["priced"] > 8000 and outcomes["refused"] > 100, outcomes
    reasons = Counter(
        reason["code"]
        for row in server
        for result in row
        for reason in result.get("priced", {}).get("reasons", [])
    )
    assert len(reasons) == 9 and min(reasons.values()) > 100, reasons
