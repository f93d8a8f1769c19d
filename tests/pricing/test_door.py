"""The door holds: no clock, no chance, no way out, and a limit on everything, whatever the engine's text is."""

import hashlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from core import canonical
from pos.pricing import engine
from pos.pricing.engine import Engine, PricingError
from tests.pricing import many

TEXT = engine.ENGINE_FILE.read_text(encoding="utf-8")
((BOOK, _),) = many.work(seed=1, rulebooks=1, carts=1)
CART: dict[str, Any] = {
    "day": "2026-11-21", "weekday": 6, "minute": 870, "cash": True, "manual": None, "manual_limit": None,
    "lines": [{
        "n": 1, "product": "p1", "groups": ["g1", "g0"], "kind": "piece", "quantity": 5000, "price": 499, "tax": "A",
        "discountable": True, "deposit": False, "manual": None,
    }],
}  # fmt: skip
HOSTILE = {
    "loops for ever": ("for (;;);", "time_limit"),
    "loops and catches": ("for (;;) { try { for (;;); } catch { } }", "time_limit"),
    "eats memory": ("const all = []; for (;;) all.push(new Array(1000).fill(all.length));", "memory_limit"),
    "eats memory with texts": (
        "const all = []; for (;;) all.push('x'.repeat(9999) + all.length);",
        "memory_limit",
    ),
    "makes a text without end": ("let all = 'x'; for (;;) all += all;", "engine_fault"),
    "nests for ever": ("return price() + 1;", "stack_limit"),
    "reads the clock": ("return Date.now();", "engine_fault"),
    "reads the other clock": ("return performance.now();", "engine_fault"),
    "throws dice": ("return Math.random();", "engine_fault"),
    "evaluates": ("return eval('1');", "engine_fault"),
    "evaluates by a constructor": ("return (() => 1).constructor('return 1')();", "engine_fault"),
    "evaluates by a generator": ("return (function* () {}).constructor('return 1')();", "engine_fault"),
    "evaluates by an async function": ("return (async () => 1).constructor('return 1')();", "engine_fault"),
    "finds the constructor by name": ("return globalThis.Function('return 1')();", "engine_fault"),
    "waits": ("return queueMicrotask(() => 1);", "engine_fault"),
    "imports": ("return import('fs').then;", "engine_fault"),
    "prints": ("console.log(1);", "engine_fault"),
    "throws nothing sensible": ("throw 7;", "engine_fault"),
}


def hostile(body: str) -> Engine:
    text = f"export function price() {{ {body} }}\nfunction pickPrice() {{}}\n"
    return Engine(text, seconds=0.2, memory_bytes=16 * 2**20)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_engine_is_stopped(name: str) -> None:
    body, code = HOSTILE[name]
    started = time.monotonic()
    with pytest.raises(PricingError) as refused:
        result = hostile(body).price(BOOK, CART)
        raise AssertionError(result)
    assert refused.value.code == code
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    "text", ["", "nonsense here", "throw new Error('no')", "import './other.js'", "export const price = 1"]
)
def test_a_file_that_is_no_engine_does_not_load(text: str) -> None:
    with pytest.raises(PricingError) as refused:
        Engine(text).price(BOOK, CART)
    assert refused.value.code == "engine_fault"


def test_an_engine_that_was_stopped_is_replaced() -> None:
    before = engine.engine()
    assert engine.engine() is before
    before.broken = True
    after = engine.engine()
    assert after is not before
    assert after.price(BOOK, CART) == Engine(TEXT).price(BOOK, CART)


def test_a_refusal_leaves_the_engine_whole() -> None:
    ours = engine.engine()
    with pytest.raises(PricingError):
        engine.price(BOOK, {**CART, "weekday": 8})
    assert engine.engine() is ours and not ours.broken


def test_each_thread_has_its_own_engine_and_all_agree() -> None:
    work = many.work(seed=3, rulebooks=4, carts=25)
    wanted = [str(engine.price_many(book, carts)) for book, carts in work]
    engines, lock = set(), threading.Lock()

    def again(number: int) -> bool:
        with lock:
            engines.add((threading.get_ident(), id(engine.engine())))
        book, carts = work[number % 4]
        return str(engine.price_many(book, carts)) == wanted[number % 4]

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(again, range(24)))
    assert len({thread for thread, _ in engines}) == len({made for _, made in engines})


def test_the_hash_is_that_of_the_file() -> None:
    assert engine.engine_hash() == hashlib.sha256(engine.ENGINE_FILE.read_bytes()).hexdigest()


def test_a_rulebook_is_sent_once_for_its_hash_and_checked_then() -> None:
    digest = canonical.digest(BOOK)
    first = engine.price(BOOK, CART, rulebook_hash=digest)
    # Known by its hash now: what is passed beside it is not even looked at.
    assert engine.price({}, CART, rulebook_hash=digest) == first
    with pytest.raises(PricingError) as refused:
        engine.price({**BOOK, "rules": []}, CART, rulebook_hash="0" * 64)
    assert refused.value.code == "rulebook_hash_differs"


def test_more_rulebooks_than_are_kept_still_price_right() -> None:
    work = many.work(seed=9, rulebooks=3 * engine.KEPT_RULEBOOKS, carts=2)
    for _ in range(2):
        for book, carts in work:
            fresh = [str(Engine(TEXT).price_many(book, carts))]
            assert [str(engine.price_many(book, carts, rulebook_hash=canonical.digest(book)))] == fresh


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {1, 2}, b"x"])
def test_what_is_not_json_is_refused(value: Any) -> None:
    with pytest.raises(PricingError) as refused:
        engine.price(BOOK, {**CART, "minute": value})
    assert refused.value.code == "not_json"


def test_what_nests_without_end_is_refused() -> None:
    cart: dict[str, Any] = {**CART}
    cart["lines"] = [cart]
    with pytest.raises(PricingError) as refused:
        engine.price(BOOK, cart)
    assert refused.value.code == "not_json"


def test_in_a_batch_only_the_cart_that_is_too_much_is_refused() -> None:
    large = {**CART, "padding": "x" * engine.MAX_CART_BYTES}
    first, second, third = engine.price_many(BOOK, [CART, large, CART])
    assert first == third == engine.price(BOOK, CART)
    assert isinstance(second, PricingError) and second.code == "too_large"


def test_what_is_too_large_is_refused() -> None:
    with pytest.raises(PricingError) as refused:
        engine.price(BOOK, {**CART, "padding": "x" * engine.MAX_CART_BYTES})
    assert refused.value.code == "too_large"
    with pytest.raises(PricingError) as refused:
        engine.price({**BOOK, "currency": "x" * engine.MAX_RULEBOOK_BYTES}, CART)
    assert refused.value.code == "too_large"


def test_a_full_receipt_over_a_full_rulebook_stays_inside_the_limits() -> None:
    """5,000 lines against 2,000 set offers on one product each: the slowest honest work there is."""
    rule = {"kind": "n_for_m", "name": "3 for 2", "priority": 1, "when": {}, "take": 3, "pay": 2}
    rules = [{**rule, "id": f"r{n:04d}", "target": {"products": [f"p{n}"]}} for n in range(2000)]
    line = {"groups": ["g"], "kind": "piece", "quantity": 1000, "price": 499, "tax": "A", "manual": None}
    line |= {"discountable": True, "deposit": False}
    lines = [{**line, "n": n, "product": f"p{n % 1500}"} for n in range(1, 5001)]
    priced = engine.price(
        {**BOOK, "rules": rules}, {**CART, "lines": lines, "manual": None, "manual_limit": None}
    )
    # 500 products have four pieces, a thousand have three: a set of three each, so one free piece each.
    assert priced["total"] == (5000 - 1500) * 499
