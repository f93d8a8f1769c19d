"""How quick tills are for their cashiers, from the figures a till sends at the end of a shift (event `latency`)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.models import Store
from core.money import round_div
from pos.models import Shift, TillEvent

MOST = 2_000
# Budgets of the till (docs/cashier.md): a line is on the screen, a key is answered.
SCAN_MS = 50
ACTION_MS = 100


@dataclass(frozen=True)
class Spread:
    """Durations counted by upper end in ms; the last count is for everything above the last end."""

    edges: Sequence[int]
    counts: Sequence[int]
    most: int

    @property
    def total(self) -> int:
        """How many were measured."""
        return sum(self.counts)

    def within(self, percent: int) -> int | None:
        """The end under which so many of a hundred lie, in ms; the longest when it lies beyond all ends."""
        wanted, seen = self.total * percent, 0
        for at, count in enumerate(self.counts):
            seen += count
            if wanted and seen * 100 >= wanted:
                return min(self.most, self.edges[at]) if at < len(self.edges) else self.most
        return None

    def plus(self, other: "Spread") -> "Spread":
        """Both together; figures with other ends cannot be added and are left out."""
        if list(other.edges) != list(self.edges):
            return self
        counts = [a + b for a, b in zip(self.counts, other.counts, strict=True)]
        return Spread(self.edges, counts, max(self.most, other.most))


@dataclass(frozen=True)
class Speed:
    """One till over a period, or one shift: painted lines, answered keys, tasks that held the page up."""

    till: int
    shift: uuid.UUID | None
    number: int | None
    at: datetime
    scans: Spread
    actions: Spread
    slow: int
    slow_ms: int

    @property
    def scan_p95(self) -> int | None:
        """From a code's end to its line on the screen, in ms."""
        return self.scans.within(95)

    @property
    def action_p98(self) -> int | None:
        """From a key or touch to the next picture (INP), in ms."""
        return self.actions.within(98)

    @property
    def slow_mean(self) -> int:
        """The mean length of a task that held the page up, in ms."""
        return round_div(self.slow_ms, self.slow) if self.slow else 0


def shifts(store: Store, since: datetime, until: datetime, till: uuid.UUID | None = None) -> list[Speed]:
    """The figures of each shift in the period, newest first; two statements."""
    rows = TillEvent.objects.filter(till__store=store, name="latency", at__gte=since, at__lt=until)
    rows = rows.filter(till=till) if till else rows
    found = list(
        rows.order_by("-at", "-item_id").values_list("till__number", "shift_id", "at", "data")[:MOST]
    )
    numbers = dict(
        Shift.objects.filter(id__in={row[1] for row in found if row[1]}).values_list("id", "number")
    )
    read = (_read(number, shift, numbers.get(shift), at, data) for number, shift, at, data in found)
    return [speed for speed in read if speed is not None]


def tills(speeds: Sequence[Speed]) -> list[Speed]:
    """One row for each till, the slowest first."""
    by_till: dict[int, Speed] = {}
    for one in speeds:
        known = by_till.get(one.till)
        by_till[one.till] = one if known is None else _together(known, one)
    return sorted(by_till.values(), key=lambda one: (-(one.action_p98 or 0), -(one.scan_p95 or 0), one.till))


def _together(newer: Speed, older: Speed) -> Speed:
    return Speed(
        newer.till,
        None,
        None,
        newer.at,
        newer.scans.plus(older.scans),
        newer.actions.plus(older.actions),
        newer.slow + older.slow,
        newer.slow_ms + older.slow_ms,
    )


def _read(till: int, shift: uuid.UUID | None, number: int | None, at: datetime, data: Any) -> Speed | None:
    """None when a device sent something else than figures."""
    if not isinstance(data, dict):
        return None
    edges = _counts(data.get("edges"))
    scans, actions = _spread(data, "scan", edges), _spread(data, "action", edges)
    if scans is None or actions is None:
        return None
    return Speed(
        till, shift, number, at, scans, actions, _count(data.get("slow")), _count(data.get("slow_ms"))
    )


def _spread(data: dict[str, Any], name: str, edges: list[int] | None) -> Spread | None:
    counts = _counts(data.get(name))
    if edges is None or counts is None or len(counts) != len(edges) + 1 or edges != sorted(set(edges)):
        return None
    return Spread(edges, counts, _count(data.get(f"{name}_max")))


def _counts(value: Any) -> list[int] | None:
    whole = (
        isinstance(value, list)
        and 0 < len(value) <= 50
        and all(type(one) is int and one >= 0 for one in value)
    )
    return value if whole else None


def _count(value: Any) -> int:
    return value if type(value) is int and value >= 0 else 0
