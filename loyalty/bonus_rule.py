"""The bonus rule: what a sale earns, how points lie on its lines, and what goods that come back take with them. Pure.

A point is worth one minor unit of money. Goods count, deposits do not. The till has the same sums in
`static/till/models/bonus.js`; a test compares the two.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.money import round_div

ONLINE_ONLY, LEASE = "online_only", "lease"
POLICIES = (ONLINE_ONLY, LEASE)
WHOLE = 10_000


@dataclass(frozen=True)
class BonusRule:
    """What the store promises. Percents in hundredths, caps in points.

    `percent` of what is paid otherwise than by points is earned; at most `most` percent of the goods may be paid by
    points. `policy` says what a till does that cannot ask: nothing, or up to the balance it last heard of, at most
    `lease_card` a day for one customer and `lease_day` for the till.
    """

    percent: int
    most: int
    policy: str
    lease_card: int
    lease_day: int

    @property
    def value(self) -> dict[str, Any]:
        """As tills read it: the setting `bonus`."""
        return {
            "on": True,
            "percent": self.percent,
            "most": self.most,
            "policy": self.policy,
            "lease_card": self.lease_card,
            "lease_day": self.lease_day,
        }


def rule_of(value: object) -> BonusRule | None:
    """The rule in a setting; None when there is none or points are switched off."""
    if not isinstance(value, dict) or value.get("on") is not True:
        return None
    return BonusRule(**{name: part for name, part in value.items() if name != "on"})


def earned(percent: int, base: int) -> int:
    """Points for so much money, rounded down once for the receipt."""
    return max(0, base) * percent // WHOLE


def shares(points: int, totals: Mapping[int, int]) -> dict[int, int]:
    """Points spread over lines by their worth: largest remainder, the first of equals first. Worthless lines: none."""
    whole = sum(totals.values())
    if whole == 0:
        return dict.fromkeys(totals, 0)
    found = {n: points * total // whole for n, total in totals.items()}
    missing = points - sum(found.values())
    order = sorted(totals, key=lambda n: (-(points * totals[n] % whole), n))
    for n in order[:missing]:
        found[n] += 1
    return found


def gone(points: int, totals: Mapping[int, int], sold: Mapping[int, int], back: Mapping[int, int]) -> int:
    """How many of a sale's points have come back with so much of each line. All of them when everything has.

    Each line carries its share, and a part of a line the part that is reached so far; so the order in which
    goods come back changes nothing in the end.
    """
    parts = shares(points, totals)
    return sum(round_div(part * min(back.get(n, 0), sold[n]), sold[n]) for n, part in parts.items())
