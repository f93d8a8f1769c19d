"""Carts and rulebooks in bulk from one seed, a few of them spoilt: the same work for every engine that prices them."""

import random
from typing import Any

from tests.pricing.carts import DAY, GROUPS, KINDS, MINUTE, TAXES, WEEKDAY

Work = list[tuple[dict[str, Any], list[dict[str, Any]]]]
POISON: list[Any] = [None, -1, 0, 1.5, 2**53, 2**63, "x", [], {}, True]


def _target(rng: random.Random) -> dict[str, Any]:
    if rng.random() < 0.3:
        return {"all": True}
    return {
        "products": rng.sample(sorted(GROUPS), rng.randint(1, 3)),
        "groups": rng.sample(["g0", "g1", "g2", "g3"], rng.randint(0, 2)),
    }


def _parameters(rng: random.Random, kind: str) -> dict[str, Any]:
    percent = {"percent": rng.choice([500, 1000, 3333, 5000, rng.randint(1, 10000)])}
    amount = {"amount": rng.randint(1, 700)}
    if kind == "n_for_m":
        take = rng.randint(2, 5)
        return {"take": take, "pay": rng.randint(1, take - 1)}
    return {
        "percent": percent,
        "amount": amount,
        "n_for_price": {"take": rng.randint(1, 4), "price": rng.randint(0, 1500)},
        "nth_cheaper": {"nth": rng.randint(2, 4), **percent},
        "threshold": {"from_total": rng.randint(1, 8000), **rng.choice([percent, amount])},
    }[kind]


def _rule(rng: random.Random, number: int) -> dict[str, Any]:
    kind = rng.choice(KINDS)
    when = rng.choice(
        [{}, {}, {"from": DAY}, {"weekdays": [WEEKDAY]}, {"hours": [[0, MINUTE + 1]]}, {"to": "2026-11-20"}]
    )
    head = {"id": f"r{number:02d}", "kind": kind, "name": f"Zniżka {number} ½", "priority": rng.randint(1, 3)}
    return {**head, "target": _target(rng), "when": when, **_parameters(rng, kind)}


def rulebook(rng: random.Random) -> dict[str, Any]:
    """Up to ten offers of all kinds."""
    step = rng.choice([1, 5, 10, 50, 100])
    return {
        "format": 1,
        "currency": "PLN",
        "digits": 2,
        "prices_include_tax": rng.random() < 0.7,
        "taxes": TAXES,
        "cash_rounding": [{"from": None, "to": None, "step": step}],
        "rules": [_rule(rng, number) for number in range(rng.randint(0, 10))],
    }


def _manual(rng: random.Random) -> dict[str, Any] | None:
    if rng.random() < 0.85:
        return None
    how = {"percent": rng.randint(1, 3000)} if rng.random() < 0.5 else {"amount": rng.randint(1, 900)}
    return {**how, "approved_by": rng.choice([None, "m1"]), "reason": rng.choice([None, "rysa"])}


def _line(rng: random.Random, n: int) -> dict[str, Any]:
    product, kind = rng.choice(sorted(GROUPS)), rng.choice(["piece", "piece", "piece", "weighed", "deposit"])
    large = rng.random() < 0.02
    return {
        "n": n,
        "product": product,
        "groups": GROUPS[product],
        "kind": kind,
        "quantity": rng.randint(1, 9_000_000)
        if large
        else rng.randint(1, 5000)
        if kind == "weighed"
        else 1000 * rng.randint(1, 9),
        "price": rng.randint(0, 10**12) if large else rng.choice([99, 100, 499, 500, rng.randint(0, 3000)]),
        "tax": rng.choice("ABCD"),
        "discountable": kind != "deposit" and rng.random() < 0.9,
        "deposit": kind == "deposit",
        "manual": _manual(rng) if kind != "deposit" else None,
    }


def cart(rng: random.Random) -> dict[str, Any]:
    """Up to twelve lines; one cart in twenty has a value in it that must be refused or do no harm."""
    lines = [_line(rng, n) for n in range(1, rng.randint(0, 12) + 1)]
    found: dict[str, Any] = {
        "day": DAY,
        "weekday": WEEKDAY,
        "minute": MINUTE,
        "cash": rng.random() < 0.5,
        "lines": lines,
    }
    found |= {"manual": _manual(rng), "manual_limit": rng.choice([None, None, 1000, 5000])}
    if rng.random() < 0.05:
        spoilt = rng.choice([found, *lines])
        spoilt[rng.choice(sorted(spoilt))] = rng.choice(POISON)
    return found


def work(seed: int, rulebooks: int, carts: int) -> Work:
    """`rulebooks` rulebooks with `carts` carts each, always the same for a seed."""
    rng = random.Random(seed)
    return [(rulebook(rng), [cart(rng) for _ in range(carts)]) for _ in range(rulebooks)]
