"""Signs by which a manager sees that a cashier does something oftener than the others, and the acts behind each one.

Each sign is one condition on one table, used for the figure and for the list of acts alike: what the figure counts is
exactly what its link shows. A rate is acts per 100 sales, so that a cashier of a busy till is compared fairly.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import BigIntegerField, Count, Exists, F, Func, OuterRef, Q, Sum, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.db.models.lookups import LessThan

from core.models import Employee, Store
from core.money import round_div
from pos.models import Receipt, ReceiptDiscount, ReceiptLine, TillEvent

# Goods whose price was asked may take this long to be paid.
SOLD_WITHIN = timedelta(minutes=20)
# A rate this many times the median, from this many acts on, is shown as high.
HIGH_TIMES = 2
HIGH_COUNT = 3


class DataInteger(Func):
    """A member of an event's data as an integer; null when it is none. Data comes from tills and may be anything."""

    template = (
        "CASE WHEN jsonb_typeof(%(expressions)s -> '%(key)s') = 'number' "
        "THEN round((%(expressions)s -> '%(key)s')::numeric)::bigint END"
    )
    output_field = BigIntegerField()


@dataclass(frozen=True)
class Sign:
    """A condition on events or on receipts; `money` says that its sum is told too."""

    key: str
    source: str
    condition: Q
    money: bool = False


def _after_total() -> Q:
    return Q(data__after_total=True) & (Q(name__in=["line_void", "receipt_cancel"]) | _lowered())


def _lowered() -> Q:
    less = LessThan(DataInteger("data", key="to"), DataInteger("data", key="from"))
    return Q(name="quantity_change") & Q(less)


def _unsold() -> Q:
    """Price checks after which these goods were not sold at this till."""
    lines = ReceiptLine.objects.annotate(asked=Cast("product_id", TextField())).filter(
        receipt__till=OuterRef("till"),
        receipt__closed_at__gte=OuterRef("at"),
        receipt__closed_at__lte=OuterRef("at") + SOLD_WITHIN,
        asked=KeyTextTransform("product", OuterRef("data")),
    )
    return Q(name="price_check") & ~Q(Exists(lines))


def _manual() -> Q:
    return Q(Exists(ReceiptDiscount.objects.filter(receipt=OuterRef("pk"), source="manual")))


SIGNS: dict[str, Sign] = {
    sign.key: sign
    for sign in (
        Sign("voids", "event", Q(name="line_void"), money=True),
        Sign("after_total", "event", _after_total()),
        Sign("cancels", "event", Q(name="receipt_cancel")),
        Sign("lowered", "event", _lowered()),
        Sign("drawer", "event", Q(name="drawer_open")),
        Sign("unsold_checks", "event", _unsold()),
        Sign("tender_cancels", "event", Q(name="tender_cancel")),
        Sign("discounts", "receipt", _manual(), money=True),
        Sign("returns", "receipt", Q(kind="return"), money=True),
    )
}


@dataclass(frozen=True)
class Figure:
    """One sign of one cashier: how often, the sum in minor units, hundredths of an act per 100 sales."""

    sign: str
    count: int
    money: int | None
    rate: int
    high: bool


@dataclass(frozen=True)
class Cashier:
    """A cashier's sales in the period and the signs in the order of SIGNS; `name` is empty for somebody unknown."""

    id: uuid.UUID | None
    name: str
    sales: int
    figures: Sequence[Figure]


@dataclass(frozen=True)
class Table:
    """All cashiers of a period, the one with most high signs first, and the median rate of each sign."""

    cashiers: Sequence[Cashier]
    medians: dict[str, int]


Counts = dict[uuid.UUID | None, dict[str, int]]


def table(store: Store, since: datetime, until: datetime) -> Table:
    """The signs of everybody who worked in the period: four statements, however many people there are."""
    sales, counts, sums = _receipts(store, since, until)
    _merge(counts, sums, _events(store, since, until))
    _discounts(sums, store, since, until)
    people = [pk for pk in {*sales, *counts} if pk is not None]
    names = dict(Employee.objects.filter(id__in=people).values_list("id", "name"))
    medians = {key: _median(sales, counts, key) for key in SIGNS}
    rows = [
        _cashier(pk, names.get(pk, "") if pk else "", sales.get(pk, 0), counts, sums, medians)
        for pk in {*sales, *counts}
    ]
    rows.sort(key=lambda row: (-sum(one.high for one in row.figures), row.name.casefold(), str(row.id)))
    return Table(rows, medians)


def _receipts(
    store: Store, since: datetime, until: datetime
) -> tuple[dict[uuid.UUID | None, int], Counts, Counts]:
    receipts = Receipt.objects.filter(store=store, closed_at__gte=since, closed_at__lt=until)
    rows = (
        receipts.values_list("cashier_id")
        .annotate(
            sales=Count("id", filter=Q(kind="sale")),
            returns=Count("id", filter=SIGNS["returns"].condition),
            reduced=Count("id", filter=SIGNS["discounts"].condition),
            back=Sum("due", filter=Q(kind="return")),
        )
        .order_by()
    )
    sales: dict[uuid.UUID | None, int] = {}
    counts: Counts = {}
    sums: Counts = {}
    for pk, sold, returns, reduced, back in rows:
        sales[pk] = sold
        counts[pk] = {"returns": returns, "discounts": reduced}
        sums[pk] = {"returns": back or 0}
    return sales, counts, sums


def _events(store: Store, since: datetime, until: datetime) -> Iterable[Any]:
    keys = [key for key, sign in SIGNS.items() if sign.source == "event"]
    rows: Iterable[Any] = (
        TillEvent.objects.filter(till__store=store, at__gte=since, at__lt=until)
        .exclude(name="receipt_trail")
        .values_list("cashier_id")
        .annotate(
            **{key: Count("id", filter=SIGNS[key].condition) for key in keys},
            voided=Sum(DataInteger("data", key="amount"), filter=Q(name="line_void")),
        )
        .order_by()
        .values("cashier_id", "voided", *keys)
    )
    return rows


def _merge(counts: Counts, sums: Counts, rows: Iterable[Any]) -> None:
    for row in rows:
        pk = row["cashier_id"]
        found = {key: row[key] for key, sign in SIGNS.items() if sign.source == "event"}
        if any(found.values()) or pk in counts:
            counts.setdefault(pk, {}).update(found)
            sums.setdefault(pk, {})["voids"] = int(row["voided"] or 0)


def _discounts(sums: Counts, store: Store, since: datetime, until: datetime) -> None:
    given = ReceiptDiscount.objects.filter(
        source="manual", receipt__store=store, receipt__closed_at__gte=since, receipt__closed_at__lt=until
    )
    rows = given.values_list(F("receipt__cashier_id")).annotate(money=Sum("amount")).order_by()
    for pk, money in rows:
        sums.setdefault(pk, {})["discounts"] = money


def _rate(count: int, sales: int) -> int:
    return round_div(count * 10_000, sales) if sales else 0


def _median(sales: dict[uuid.UUID | None, int], counts: Counts, key: str) -> int:
    rates = [_rate(counts.get(pk, {}).get(key, 0), sold) for pk, sold in sales.items() if sold]
    return int(median(rates)) if rates else 0


def _cashier(
    pk: uuid.UUID | None, name: str, sales: int, counts: Counts, sums: Counts, medians: dict[str, int]
) -> Cashier:
    def figure(sign: Sign) -> Figure:
        count = counts.get(pk, {}).get(sign.key, 0)
        rate = _rate(count, sales)
        high = count >= HIGH_COUNT and (sales == 0 or rate > HIGH_TIMES * medians[sign.key])
        return Figure(sign.key, count, sums.get(pk, {}).get(sign.key, 0) if sign.money else None, rate, high)

    return Cashier(pk, name, sales, [figure(sign) for sign in SIGNS.values()])
