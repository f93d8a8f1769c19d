"""The engine in QuickJS keeps every hand-written vector, and every guarantee of RULES.md has one or a law."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import quickjs

from core import money
from pos.pricing import engine
from tests.pricing import vectors
from tests.pricing.vectors import Vector

RULES = Path(engine.__file__).with_name("RULES.md").read_text(encoding="utf-8")
# Promises about every cart at once, which single vectors cannot show; test_laws.py keeps them.
LAWS = {"G31", "G44"}


@pytest.mark.parametrize("vector", list(vectors.carts()), ids=lambda vector: vector.name)
def test_the_engine_prices_as_the_rules_say(vector: Vector) -> None:
    priced, error = None, None
    try:
        priced = engine.price(vector.rulebook, vector.cart)
    except engine.PricingError as refusal:
        error = refusal.code
    assert vectors.differences(vector, priced=priced, error=error) == []


@pytest.mark.parametrize("row", vectors.read("pick")["vectors"], ids=lambda row: row["name"])
def test_the_price_in_force(row: dict[str, Any]) -> None:
    rows = vectors.read("pick")["rows"]
    if "error" in row:
        with pytest.raises(engine.PricingError) as refused:
            engine.pick_price(rows, row["type"], row["instant"])
        assert refused.value.code == row["error"]
        return
    found = engine.pick_price(rows, row["type"], row["instant"])
    assert (found and found["price"]) == row["expect"]


@pytest.mark.parametrize("row", vectors.read("round")["vectors"], ids=lambda row: row["name"])
def test_python_and_javascript_round_alike(row: dict[str, Any]) -> None:
    context = quickjs.Context()
    # The binding passes larger integers as 32 bits, so they travel as text, as everywhere else.
    door = "\nglobalThis.round = (n, d) => String(roundDiv(JSON.parse(n), JSON.parse(d)));"
    context.module(engine.ENGINE_FILE.read_text(encoding="utf-8") + door)
    divide = context.get("round")
    n, d = json.dumps(row["n"]), json.dumps(row["d"])
    if "error" in row:
        with pytest.raises(quickjs.JSException, match=f"^Error: {row['error']}: "):
            divide(n, d)
        return
    assert divide(n, d) == str(row["expect"])
    assert money.round_div(row["n"], row["d"]) == row["expect"]


def test_every_guarantee_has_a_vector_or_a_law() -> None:
    promised = set(re.findall(r"^- \*\*(G\d+) ", RULES, re.MULTILINE))
    shown = {name for vector in vectors.carts() for name in vector.guarantees}
    shown |= {
        name
        for file in vectors.SPECIAL
        for row in vectors.read(file)["vectors"]
        for name in row["guarantees"]
    }
    assert promised - shown - LAWS == set(), "guarantees without a vector"
    assert shown - promised == set(), "vectors for guarantees that RULES.md does not give"
