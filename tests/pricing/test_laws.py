"""Laws of RULES.md that hold for every cart and every rulebook, tried on thousands of them."""

import copy
import os
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from core.money import round_div
from pos.pricing import engine
from pos.pricing.engine import PricingError
from tests.length import LONG
from tests.pricing import carts as by_chance

Json = dict[str, Any]
# A minute of `KASA_LAWS=2000` before a change of the engine is merged; the suite itself is quick.
EXAMPLES = int(os.environ.get("KASA_LAWS", "200" if LONG else "60"))
often = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
more_often = settings(often, max_examples=3 * EXAMPLES)
REFUSALS = {
    "unknown_format", "unknown_rule_kind", "unknown_key", "unknown_tax", "unsafe_integer", "bad_rulebook", "bad_rule",
    "bad_cart", "bad_line", "bad_manual", "too_many_lines", "not_discountable", "over_limit", "not_json",
}  # fmt: skip


def check_sums(rulebook: Json, cart: Json, priced: Json) -> None:
    """G1 to G12: everything that can be added up adds up."""
    inclusive = rulebook["prices_include_tax"]
    assert [line["n"] for line in priced["lines"]] == [line["n"] for line in cart["lines"]]
    for line, source in zip(priced["lines"], cart["lines"], strict=True):
        assert line["gross"] == round_div(source["price"] * source["quantity"], 1000)
        assert all(discount["amount"] > 0 for discount in line["discounts"])
        assert line["total"] == line["gross"] - sum(discount["amount"] for discount in line["discounts"])
        assert 0 <= line["total"] <= line["gross"]
        if source["deposit"] or not source["discountable"]:
            assert line["discounts"] == []
    assert priced["total"] == sum(line["total"] for line in priced["lines"])
    assert [row["code"] for row in priced["taxes"]] == sorted({line["tax"] for line in cart["lines"]})
    for row in priced["taxes"]:
        lines = [line for line in priced["lines"] if line["tax"]["code"] == row["code"]]
        total = sum(line["total"] for line in lines)
        whole = 10000 + row["percent"] if inclusive else 10000
        assert (
            row["tax"]
            == round_div(total * row["percent"], whole)
            == sum(line["tax_amount"] for line in lines)
        )
        assert row["gross"] == row["net"] + row["tax"]
        assert total == (row["gross"] if inclusive else row["net"])
        for line in lines:
            # Largest remainder gives each line its exact share, rounded down or up.
            share = row["tax"] * line["total"]
            assert total == 0 or share // total <= line["tax_amount"] <= -(-share // total)
    payable = priced["total"] + (0 if inclusive else sum(row["tax"] for row in priced["taxes"]))
    step = rulebook["cash_rounding"][0]["step"] if cart["cash"] else 1
    assert priced["due"] == payable + priced["rounding"] == round_div(payable, step) * step
    assert 2 * abs(priced["rounding"]) <= step


def check_reasons(priced: Json) -> None:
    """G32, G33: what was taken off and what is told agree, offer by offer and line by line."""
    taken: Counter[str | None] = Counter()
    for line in priced["lines"]:
        for discount in line["discounts"]:
            taken[discount["ref"]] += discount["amount"]
    told: Counter[str | None] = Counter()
    for reason in priced["reasons"]:
        told[reason["ref"]] += reason["amount"]
        assert reason["amount"] > 0
    assert taken == told
    receipt_wide = {reason["ref"] for reason in priced["reasons"] if reason["n"] is None}
    for line in priced["lines"]:
        own = {reason["ref"]: reason["amount"] for reason in priced["reasons"] if reason["n"] == line["n"]}
        for discount in line["discounts"]:
            assert own.get(discount["ref"]) == discount["amount"] or discount["ref"] in receipt_wide


@often
@given(by_chance.rulebooks(), by_chance.carts())
def test_totals_lines_and_tax_groups_agree_and_nothing_is_negative(rulebook: Json, cart: Json) -> None:
    priced = engine.price(rulebook, cart)
    check_sums(rulebook, cart, priced)
    check_reasons(priced)
    event(f"{len(priced['reasons'])} reasons")


@often
@given(by_chance.rulebooks(), by_chance.carts(), st.randoms(use_true_random=False))
def test_the_order_of_lines_and_rules_does_not_matter(rulebook: Json, cart: Json, random: Any) -> None:
    """G30, with the lines keeping their numbers: exactly the same figures for each."""
    priced = engine.price(rulebook, cart)
    shuffled = {**cart, "lines": random.sample(cart["lines"], len(cart["lines"]))}
    book = {**rulebook, "rules": random.sample(rulebook["rules"], len(rulebook["rules"]))}
    other = engine.price(book, shuffled)
    key = lambda row: (str(row["n"]), str(row["ref"]), row["amount"]) if "ref" in row else row["n"]  # noqa: E731
    assert sorted(priced["lines"], key=key) == sorted(other["lines"], key=key)
    assert sorted(priced["reasons"], key=key) == sorted(other["reasons"], key=key)
    assert {k: priced[k] for k in ("taxes", "total", "rounding", "due")} == {
        k: other[k] for k in ("taxes", "total", "rounding", "due")
    }


@often
@given(by_chance.rulebooks(), by_chance.carts(), st.randoms(use_true_random=False))
def test_goods_scanned_in_another_order_cost_the_same(rulebook: Json, cart: Json, random: Any) -> None:
    """G30, with the lines numbered anew: alike lines may swap, so the figures are compared as a bag."""
    order = random.sample(range(len(cart["lines"])), len(cart["lines"]))
    again = {**cart, "lines": [{**cart["lines"][i], "n": n} for n, i in enumerate(order, start=1)]}
    first, second = engine.price(rulebook, cart), engine.price(rulebook, again)

    def bag(source: Json, priced: Json) -> Counter[str]:
        pairs = zip(source["lines"], priced["lines"], strict=True)
        return Counter(str([{**line, "n": 0}, {**result, "n": 0}]) for line, result in pairs)

    assert bag(cart, first) == bag(again, second)
    assert (first["taxes"], first["total"], first["due"]) == (second["taxes"], second["total"], second["due"])


@often
@given(
    by_chance.rulebooks(kinds=by_chance.LINE_KINDS, max_rules=5),
    by_chance.carts(by_hand=False),
    by_chance.rules(kinds=by_chance.LINE_KINDS, priorities=(2,)),
    st.integers(0, 99),
)
def test_an_offer_more_is_never_dearer(rulebook: Json, cart: Json, extra: Json, place: int) -> None:
    """G34: priorities are at most 2, so the extra one is not ahead of any; its id may sort anywhere."""
    before = engine.price(rulebook, cart)["total"]
    more = {**rulebook, "rules": [*rulebook["rules"], {"id": f"r{place:02d}x", **extra}]}
    after = engine.price(more, cart)["total"]
    event("cheaper" if after < before else "the same")
    assert after <= before


@often
@given(
    by_chance.rulebooks(kinds=by_chance.SET_KINDS, max_rules=3), by_chance.carts(by_hand=False, max_lines=4)
)
def test_three_pieces_on_one_line_cost_what_three_lines_cost(rulebook: Json, cart: Json) -> None:
    """Sets do not ask how the pieces were scanned (RULES.md 6, under "Not promised")."""
    pieces = [
        {**line, "quantity": 1000}
        for line in cart["lines"]
        if line["quantity"] % 1000 == 0
        for _ in range(line["quantity"] // 1000)
    ]
    whole = [line for line in cart["lines"] if line["quantity"] % 1000 == 0]
    apart = {**cart, "lines": [{**line, "n": n} for n, line in enumerate(pieces, start=1)]}
    assert engine.price(rulebook, {**cart, "lines": whole})["total"] == engine.price(rulebook, apart)["total"]


@often
@given(by_chance.rulebooks(), by_chance.carts())
def test_an_offer_that_is_not_running_changes_nothing(rulebook: Json, cart: Json) -> None:
    """G35: neither one of another day, nor one whose goods are not in the cart."""
    asleep = {"id": "r99", "kind": "percent", "name": "x", "priority": 0, "percent": 10000}
    idle = [
        {**asleep, "target": {"all": True}, "when": {"to": "2026-11-20"}},
        {**asleep, "id": "r98", "target": {"products": ["p9"]}, "when": {}},
    ]
    assert engine.price({**rulebook, "rules": [*idle, *rulebook["rules"]]}, cart) == engine.price(
        rulebook, cart
    )


@often
@given(by_chance.rulebooks(), by_chance.carts())
def test_pricing_twice_gives_the_same_and_a_batch_gives_what_single_carts_give(
    rulebook: Json, cart: Json
) -> None:
    once = engine.price(rulebook, cart)
    assert engine.price(copy.deepcopy(rulebook), copy.deepcopy(cart)) == once
    assert engine.price_many(rulebook, [cart, cart]) == [once, once]


@often
@given(by_chance.rulebooks(), by_chance.carts(), st.integers(0, 10000))
def test_a_cashier_alone_never_passes_the_limit(rulebook: Json, cart: Json, limit: int) -> None:
    """G28: what was taken off by hand without approval stays within the limit of what the goods cost after offers."""
    try:
        priced = engine.price(rulebook, {**cart, "manual_limit": limit})
    except PricingError as refusal:
        assert refusal.code == "over_limit"
        event("refused")
        return
    assert priced == engine.price(rulebook, cart)
    base, alone = 0, 0
    for line in priced["lines"]:
        hand = [d for d in line["discounts"] if d["source"] == "manual"]
        base += line["total"] + sum(
            d["amount"]
            for d in line["discounts"]
            if d["source"] == "manual" or d["ref"] in thresholds(rulebook)
        )
        alone += sum(d["amount"] for d in hand if d["approved_by"] is None)
    # Each line and the receipt round on their own, by less than one minor unit.
    assert alone * 10000 <= base * limit + 10000 * (len(priced["lines"]) + 1)


def thresholds(rulebook: Json) -> set[str]:
    """The ids of the receipt offers."""
    return {rule["id"] for rule in rulebook["rules"] if rule["kind"] == "threshold"}


HOSTILE: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        True,
        -1,
        0,
        1.5,
        2**53,
        -(2**53),
        2**63,
        "",
        "x",
        "\ud800",
        "__proto__",
        [],
        {},
        [[]],
        [None],
        {"all": 1},
        1e300,
        -0.0,
    ]
)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found += _paths(inner, (*path, key))
    return found


def _replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    result = copy.deepcopy(value)
    target = result
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = new
    return result


@more_often
@given(by_chance.rulebooks(max_rules=3), by_chance.carts(max_lines=3), HOSTILE, st.data())
def test_bad_input_is_refused_and_never_priced_wrongly(
    rulebook: Json, cart: Json, poison: Any, data: Any
) -> None:
    """G42: any value anywhere replaced by a hostile one is refused by name, or was harmless and all laws hold."""
    both = {"rulebook": rulebook, "cart": cart}
    spoilt = _replaced(both, data.draw(st.sampled_from(_paths(both))), poison)
    try:
        priced = engine.price(spoilt["rulebook"], spoilt["cart"])
    except PricingError as refusal:
        assert refusal.code in REFUSALS, refusal.message
        event(refusal.code)
        return
    event("harmless")
    assume(spoilt["rulebook"]["cash_rounding"])
    check_reasons(priced)
    assert priced["total"] == sum(line["total"] for line in priced["lines"])
    assert all(line["total"] >= 0 for line in priced["lines"])


@pytest.mark.parametrize("count", [5001, 10001])
def test_sizes_are_limited(count: int) -> None:
    """G44."""
    line = {"n": 1, "product": "p", "groups": [], "kind": "piece", "quantity": 1000, "price": 1, "tax": "A"}
    line |= {"discountable": True, "deposit": False, "manual": None}
    cart = {
        "day": "2026-11-21",
        "weekday": 6,
        "minute": 0,
        "cash": False,
        "manual": None,
        "manual_limit": None,
    }
    book = {"format": 1, "currency": "PLN", "digits": 2, "prices_include_tax": True, "taxes": by_chance.TAXES}
    rule = {
        "kind": "amount",
        "name": "x",
        "priority": 1,
        "target": {"products": ["q"]},
        "when": {},
        "amount": 1,
    }
    lines = [{**line, "n": n} for n in range(1, count + 1)] if count == 5001 else []
    rules = [{**rule, "id": f"r{n}"} for n in range(count)] if count == 10001 else []
    with pytest.raises(PricingError) as refused:
        engine.price({**book, "cash_rounding": [], "rules": rules}, {**cart, "lines": lines})
    assert refused.value.code == ("too_many_lines" if lines else "bad_rulebook")
