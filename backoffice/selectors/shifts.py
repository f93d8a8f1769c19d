"""Shifts in lists and the Z page: what the till says beside what the server holds."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from core.ids import parse_uuid
from core.models import Employee, Store
from pos.models import CashMove, MissingRange, Receipt, ReceiptPayment, Shift, ShiftClosing, TillEvent
from pos.selectors import shifts
from pos.selectors.shifts import CASH, CASH_MOVES, ShiftReport


@dataclass(frozen=True)
class ShiftLine:
    """One shift of the list; `difference` is what was counted less what must lie in the drawer."""

    shift: Shift
    receipts: int
    due: int
    expected_cash: int
    missing: int
    late: int

    @property
    def closing(self) -> ShiftClosing | None:
        return getattr(self.shift, "closing", None)

    @property
    def difference(self) -> int | None:
        """None while nobody counted."""
        closing = self.closing
        return None if closing is None or closing.counted is None else closing.counted - self.expected_cash

    @property
    def needs_look(self) -> bool:
        """Whether something of it does not agree or is not here."""
        return bool(self.difference or self.missing or self.late)


@dataclass(frozen=True)
class Tender:
    """A means of payment as the till counted it and as the server's receipts give it."""

    method: str
    till: int | None
    server: int

    @property
    def difference(self) -> int | None:
        """Till less server; None when the till told nothing."""
        return None if self.till is None else self.till - self.server


def listed(
    store: Store,
    *,
    till: uuid.UUID | None = None,
    state: str = "",
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[Shift]:
    """Shifts of the store, narrowed."""
    rows = shifts.shifts(store)
    if till is not None:
        rows = rows.filter(till=till)
    if state:
        rows = rows.filter(closing__isnull=state == "open")
    if since is not None:
        rows = rows.filter(day__gte=since)
    return rows.filter(day__lte=until) if until is not None else rows


def described(items: Collection[Shift]) -> list[ShiftLine]:
    """Shifts with their figures, in four statements for a whole page."""
    ids = [shift.id for shift in items]
    sums = _receipts(ids)
    cash, moves, missing = _cash(ids), _moves(ids), _missing(ids)
    lines = []
    for shift in items:
        count, due, late = sums.get(shift.id, (0, 0, 0))
        expected = shift.float + cash.get(shift.id, 0) + moves.get(shift.id, 0)
        lines.append(ShiftLine(shift, count, due, expected, missing.get(shift.id, 0), late))
    return lines


def _receipts(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[int, int, int]]:
    sale = Q(kind=Receipt.Kind.SALE)
    rows = (
        Receipt.objects.filter(shift__in=ids)
        .values_list("shift_id")
        .annotate(
            count=Count("id"),
            sold=Sum("due", filter=sale),
            back=Sum("due", filter=~sale),
            late=Count("id", filter=Q(late=True)),
        )
    )
    return {pk: (count, (sold or 0) - (back or 0), late) for pk, count, sold, back, late in rows}


def _cash(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    sale = Q(receipt__kind=Receipt.Kind.SALE)
    rows = (
        ReceiptPayment.objects.filter(receipt__shift__in=ids, method=CASH)
        .values_list("receipt__shift_id")
        .annotate(sold=Sum("amount", filter=sale), back=Sum("amount", filter=~sale))
    )
    return {pk: (sold or 0) - (back or 0) for pk, sold, back in rows}


def _moves(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """What was put in less what was taken out, by shift."""
    result: dict[uuid.UUID, int] = {}
    rows = (
        CashMove.objects.filter(shift__in=ids).values_list("shift_id", "kind").annotate(amount=Sum("amount"))
    )
    for pk, kind, amount in rows:
        _name, sign = CASH_MOVES[kind]
        result[pk] = result.get(pk, 0) + sign * amount
    return result


def _missing(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Items of the chain inside each shift that are not here: after its opening and before its closing."""
    found = {shift.id: shift for shift in Shift.objects.filter(id__in=ids).select_related("closing")}
    ranges = MissingRange.objects.filter(incarnation__till__in={shift.till_id for shift in found.values()})
    result: dict[uuid.UUID, int] = {}
    for gap in ranges.select_related("incarnation"):
        for pk, shift in found.items():
            closing = getattr(shift, "closing", None)
            same = gap.incarnation.till_id == shift.till_id and gap.incarnation.inc == shift.inc
            ends = closing.seq if closing is not None and closing.inc == shift.inc else None
            if same and gap.last > shift.seq and (ends is None or gap.first < ends):
                result[pk] = result.get(pk, 0) + gap.last - gap.first + 1
    return result


def tenders(report: ShiftReport) -> list[Tender]:
    """Means of payment side by side, cash first."""
    closing = getattr(report.shift, "closing", None)
    told = told_tenders(closing.totals if closing else None)
    names = sorted({*report.tenders, *(told or {})}, key=lambda name: (name != CASH, name))
    return [
        Tender(name, None if told is None else told.get(name, 0), _server(report, name)) for name in names
    ]


def _server(report: ShiftReport, name: str) -> int:
    held = report.tenders.get(name)
    return held.amount if held else 0


def told_tenders(totals: object) -> dict[str, int] | None:
    """What the till's own Z says by means of payment, whether as a number or as {"count", "amount"}."""
    held = totals.get("tenders") if isinstance(totals, Mapping) else None
    if not isinstance(held, Mapping):
        return None
    result = {}
    for name, value in held.items():
        amount = value.get("amount") if isinstance(value, Mapping) else value
        if type(amount) is int:
            result[str(name)] = amount
    return result


def events(shift: Shift) -> list[tuple[str, int]]:
    """How often each kind of event was journaled in the shift, the most frequent first."""
    rows = TillEvent.objects.filter(shift=shift).values_list("name").annotate(count=Count("id"))
    return sorted(((name, count) for name, count in rows), key=lambda pair: (-pair[1], pair[0]))


def cash_moves(shift: Shift) -> list[CashMove]:
    """Cash put in and taken out, in order."""
    return list(CashMove.objects.filter(shift=shift).select_related("cashier").order_by("inc", "seq"))


@dataclass(frozen=True)
class HandOver:
    """The drawer went from one cashier to the next; `difference` is booked to who left."""

    at: datetime
    left: str
    took: str
    counted: int
    difference: int
    reason: str


def hand_overs(shift: Shift) -> list[HandOver]:
    """In order. What a till told in another shape is left out: the journal shows it."""
    rows = TillEvent.objects.filter(shift=shift, name="handover").order_by("inc", "seq")
    told = [(row, row.data) for row in rows if isinstance(row.data, dict)]
    names = people(
        {str(row.cashier_id) for row, _data in told} | {str(data.get("to")) for _row, data in told}
    )
    return [
        HandOver(
            row.at,
            names.get(str(row.cashier_id), ""),
            names.get(str(data.get("to")), ""),
            data["counted"],
            data["difference"],
            str(data.get("reason") or ""),
        )
        for row, data in told
        if type(data.get("counted")) is int and type(data.get("difference")) is int
    ]


def people(ids: Collection[str]) -> dict[str, str]:
    """Names by id, of ids that may be nobody's."""
    known = [found for found in map(parse_uuid, ids) if found is not None]
    return {str(pk): name for pk, name in Employee.objects.filter(id__in=known).values_list("id", "name")}


def denominations(closing: ShiftClosing | None) -> list[tuple[int, int]]:
    """What was counted: (value in minor units, pieces), the largest first."""
    held: Any = closing.denominations if closing else None
    if not isinstance(held, Mapping):
        return []
    pairs = [
        (int(value), count) for value, count in held.items() if str(value).isdigit() and type(count) is int
    ]
    return sorted(pairs, reverse=True)
