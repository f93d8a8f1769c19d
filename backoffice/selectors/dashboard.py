"""The dashboard's figures, each with what it is compared to."""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, F, QuerySet, Sum, Value, When
from django.db.models.functions import ExtractHour

from core.models import Store
from core.money import round_div
from pos.models import Receipt

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Day:
    """One business day up to an hour of the clock: receipts, returns and what they came to, returns subtracted."""

    receipts: int
    returns: int
    sold: int
    due: int
    by_hour: dict[int, int]

    @property
    def average(self) -> int | None:
        """The average sale in minor units; None without a sale."""
        return round_div(self.sold, self.receipts) if self.receipts else None


def day(store: Store, on: date, *, before_hour: int | None = None) -> Day:
    """A day's figures in one statement; with `before_hour` only what was sold before that hour began."""
    rows = _by_hour(store, on, 24 if before_hour is None else before_hour)
    counts, sums = {"sale": 0, "return": 0}, {"sale": 0, "return": 0}
    by_hour: dict[int, int] = {}
    for hour, kind, count, due in rows:
        counts[kind] += count
        sums[kind] += due
        by_hour[hour] = by_hour.get(hour, 0) + due
    return Day(counts["sale"], counts["return"], sums["sale"], sum(by_hour.values()), by_hour)


def _by_hour(store: Store, on: date, before_hour: int) -> QuerySet[Receipt, tuple[int, str, int, int]]:
    sign = Case(When(kind=Receipt.Kind.SALE, then=Value(1)), default=Value(-1))
    return (
        Receipt.objects.filter(store=store, day=on)
        .annotate(hour=ExtractHour("closed_at", tzinfo=ZoneInfo(store.time_zone)))
        .filter(hour__lt=before_hour)
        .values_list("hour", "kind")
        .annotate(count=Count("id"), signed=Sum(F("due") * sign))
        .order_by("hour", "kind")
    )


def change(now: int, then: int) -> int | None:
    """The change in hundredths of a percent, rounded to tenths of one; None when there is nothing to compare with."""
    return round_div((now - then) * 1_000, then) * 10 if then > 0 else None
