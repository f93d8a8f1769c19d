"""The bonus rule, on the server and as the till has it: the same points for the same money, and a lease that holds."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty import bonus_rule
from tests.loyalty.bonus import RULE
from tests.quick import Door

MODULE = Path(__file__).resolve().parents[2] / "static" / "till" / "models" / "bonus-rule.js"
DOOR = """
const known = { bonusRule, depositsOf, earnedFor, mostFor, leaseLeft };
globalThis.__ask = (name, text) => JSON.stringify(known[name](...JSON.parse(text)));
"""
MONEY = st.integers(0, 10**13)
PERCENT = st.integers(0, bonus_rule.WHOLE)


ask = Door(MODULE, DOOR).ask


@given(percent=PERCENT, money=MONEY)
def test_till_and_server_give_the_same_points(percent: int, money: int) -> None:
    points = bonus_rule.earned(percent, money)
    assert ask("earnedFor", {"percent": percent}, money) == points <= money
    assert ask("mostFor", {"most": percent}, money) == points
    assert bonus_rule.earned(percent, -money) == 0 == ask("earnedFor", {"percent": percent}, -money)


@given(
    points=st.integers(0, 10**9),
    lines=st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 9000)), min_size=1, max_size=8),
    data=st.data(),
)
def test_points_lie_on_lines_whole_and_come_back_whole(
    points: int, lines: list[tuple[int, int]], data: st.DataObject
) -> None:
    totals, sold = ({n: line[at] for n, line in enumerate(lines, 1)} for at in (0, 1))
    parts = bonus_rule.shares(points, totals)
    whole = sum(totals.values())
    assert sum(parts.values()) == (points if whole else 0)
    assert all(abs(parts[n] * whole - points * total) < max(1, whole) for n, total in totals.items())
    back = dict.fromkeys(sold, 0)
    reached = 0
    while left := [n for n in sold if back[n] < sold[n]]:
        n = data.draw(st.sampled_from(left))
        back[n] += data.draw(st.integers(max(1, (sold[n] - back[n]) // 3), sold[n] - back[n]))
        now = bonus_rule.gone(points, totals, sold, back)
        assert reached <= now <= points, "what came back is never taken twice"
        reached = now
    assert reached == sum(parts.values())


spendings = st.lists(
    st.tuples(st.sampled_from(["a", "b"]), st.integers(1, 3000), st.sampled_from([1, 2])), max_size=30
)


@settings(max_examples=60)
@given(points=st.integers(-500, 5000), wishes=spendings)
def test_a_till_alone_never_spends_more_than_its_lease(
    points: int, wishes: list[tuple[str, int, int]]
) -> None:
    spent: list[dict[str, Any]] = []
    for at, (who, wish, day) in enumerate(sorted(wishes, key=lambda one: one[2])):
        known = {"customer": who, "points": points, "at": "2026-11-20T09:00:00.000Z"}
        today = f"2026-11-2{day}"
        left = ask("leaseLeft", RULE.value, known, spent, today)
        assert left >= 0
        amount = min(left, wish)
        if amount:
            stamp = f"{today}T10:00:{at:02d}.000Z"
            spent.append({"customer": who, "amount": amount, "day": today, "at": stamp, "receipt": str(at)})
    for who in "ab":
        mine = [one for one in spent if one["customer"] == who]
        assert sum(one["amount"] for one in mine) <= max(0, points)
        for date in ("2026-11-21", "2026-11-22"):
            assert sum(one["amount"] for one in mine if one["day"] == date) <= RULE.lease_card
    for date in ("2026-11-21", "2026-11-22"):
        assert sum(one["amount"] for one in spent if one["day"] == date) <= RULE.lease_day


def test_what_a_newer_balance_knows_of_is_not_taken_off_again() -> None:
    spent = [
        {
            "customer": "a",
            "amount": 500,
            "day": "2026-11-20",
            "at": "2026-11-20T10:00:00.000Z",
            "receipt": "1",
        }
    ]
    older = {"customer": "a", "points": 1000, "at": "2026-11-20T09:00:00.000Z"}
    newer = {**older, "at": "2026-11-21T09:00:00.000Z"}
    assert ask("leaseLeft", RULE.value, older, spent, "2026-11-22") == 500
    assert ask("leaseLeft", RULE.value, newer, spent, "2026-11-22") == 1000
    assert ask("leaseLeft", {**RULE.value, "policy": "online_only"}, newer, spent, "2026-11-22") == 0
    assert ask("leaseLeft", RULE.value, {**older, "points": None, "at": None}, [], "2026-11-22") == 0


@pytest.mark.parametrize("value", [None, {}, {"on": False}, {**RULE.value, "on": False}, {"on": "yes"}, 5])
def test_points_are_off_until_somebody_says_on(value: Any) -> None:
    assert bonus_rule.rule_of(value) is None and ask("bonusRule", value) is None
    assert bonus_rule.rule_of(RULE.value) == RULE
