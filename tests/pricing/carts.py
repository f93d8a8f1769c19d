"""Carts and rulebooks by chance: few goods, few prices and many offers, so that everything meets everything."""

from typing import Any

from hypothesis import strategies as st

GROUPS = {"p1": ["g1", "g0"], "p2": ["g1", "g0"], "p3": ["g2", "g0"], "p4": ["g2", "g0"], "p5": ["g3"]}
DAY, WEEKDAY, MINUTE = "2026-11-21", 6, 870
TAXES = [
    {"code": "A", "percent": 2300, "from": None, "to": None},
    {"code": "B", "percent": 800, "from": "2011-01-01", "to": None},
    {"code": "C", "percent": 500, "from": None, "to": "2026-11-21"},
    {"code": "D", "percent": 0, "from": None, "to": None},
]
SET_KINDS = ("n_for_m", "n_for_price", "nth_cheaper")
LINE_KINDS = ("percent", "amount", *SET_KINDS)
KINDS = (*LINE_KINDS, "threshold")

prices = st.one_of(st.sampled_from([1, 99, 100, 300, 499, 500]), st.integers(0, 3000))
percents = st.one_of(st.sampled_from([1, 500, 1000, 3333, 5000, 10000]), st.integers(1, 10000))
amounts = st.integers(1, 700)


@st.composite
def targets(draw: st.DrawFn) -> dict[str, Any]:
    """Everything, some products, some groups, or both."""
    if draw(st.booleans()):
        return {"all": True}
    products = draw(st.lists(st.sampled_from(sorted(GROUPS)), max_size=3, unique=True))
    groups = draw(
        st.lists(
            st.sampled_from(["g0", "g1", "g2", "g3"]), min_size=0 if products else 1, max_size=2, unique=True
        )
    )
    return {"products": products, "groups": groups}


@st.composite
def parameters(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """What a rule of this kind carries."""
    if kind == "percent":
        return {"percent": draw(percents)}
    if kind == "amount":
        return {"amount": draw(amounts)}
    if kind == "n_for_m":
        take = draw(st.integers(2, 4))
        return {"take": take, "pay": draw(st.integers(1, take - 1))}
    if kind == "n_for_price":
        return {"take": draw(st.integers(1, 4)), "price": draw(st.integers(0, 1500))}
    if kind == "nth_cheaper":
        return {"nth": draw(st.integers(2, 3)), "percent": draw(percents)}
    how = {"percent": draw(percents)} if draw(st.booleans()) else {"amount": draw(amounts)}
    return {"from_total": draw(st.integers(1, 6000)), **how}


@st.composite
def rules(
    draw: st.DrawFn, kinds: tuple[str, ...] = KINDS, priorities: tuple[int, ...] = (1, 1, 2)
) -> dict[str, Any]:
    """One rule, nearly always running at the carts' moment; its id is given by `rulebooks`."""
    kind = draw(st.sampled_from(kinds))
    when = draw(
        st.sampled_from(
            [{}, {}, {"from": DAY, "to": DAY}, {"weekdays": [6]}, {"hours": [[0, 871]]}, {"weekdays": [1]}]
        )
    )
    head = {"kind": kind, "name": f"a {kind}", "priority": draw(st.sampled_from(priorities)), "when": when}
    return {**head, "target": draw(targets()), **draw(parameters(kind))}


def numbered(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rules with ids in order."""
    return [{"id": f"r{index:02d}", **item} for index, item in enumerate(items)]


@st.composite
def rulebooks(draw: st.DrawFn, kinds: tuple[str, ...] = KINDS, max_rules: int = 6) -> dict[str, Any]:
    """A whole rulebook."""
    return {
        "format": 1,
        "currency": "PLN",
        "digits": 2,
        "prices_include_tax": draw(st.booleans()),
        "taxes": TAXES,
        "cash_rounding": [{"from": None, "to": None, "step": draw(st.sampled_from([1, 5, 10, 50, 100]))}],
        "rules": numbered(draw(st.lists(rules(kinds), max_size=max_rules))),
    }


manuals = st.one_of(
    st.none(),
    st.none(),
    st.none(),
    st.builds(lambda percent: {"percent": percent}, percents),
    st.builds(lambda amount: {"amount": amount, "approved_by": "m1", "reason": "torn"}, amounts),
)


@st.composite
def lines(draw: st.DrawFn, *, by_hand: bool = True) -> dict[str, Any]:
    """One line without its number."""
    product = draw(st.sampled_from(sorted(GROUPS)))
    kind = draw(st.sampled_from(["piece", "piece", "piece", "weighed", "service", "deposit"]))
    discountable = draw(st.sampled_from([True, True, True, False])) and kind != "deposit"
    quantity = (
        st.integers(1, 5000) if kind == "weighed" else st.integers(1, 7).map(lambda pieces: pieces * 1000)
    )
    return {
        "product": product,
        "groups": GROUPS[product],
        "kind": kind,
        "quantity": draw(quantity),
        "price": draw(prices),
        "tax": draw(st.sampled_from("ABCD")),
        "discountable": discountable,
        "deposit": kind == "deposit",
        "manual": draw(manuals) if by_hand and discountable else None,
    }


@st.composite
def carts(draw: st.DrawFn, *, by_hand: bool = True, max_lines: int = 8) -> dict[str, Any]:
    """A cart at the one moment that the rules above are written for; no limit on discounts by hand."""
    found = draw(st.lists(lines(by_hand=by_hand), max_size=max_lines))
    return {
        "day": DAY,
        "weekday": WEEKDAY,
        "minute": MINUTE,
        "cash": draw(st.booleans()),
        "lines": [{"n": n, **line} for n, line in enumerate(found, start=1)],
        "manual": draw(manuals) if by_hand else None,
        "manual_limit": None,
    }
