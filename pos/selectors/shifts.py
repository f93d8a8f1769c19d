"""Shifts and their figures, always computed from the facts.

The names of the figures are those of the till's own X and Z, so that the two can be compared name by name.
"""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Max, Min, QuerySet, Sum

from core.errors import KasaError
from core.models import Store
from pos.models import (
    CashMove,
    MissingRange,
    Receipt,
    ReceiptPayment,
    ReceiptTax,
    Shift,
    ShiftClosing,
    TillEvent,
)

CASH = "cash"
# Which way a cash move goes, and under which name it is summed; a `float` move tops up the opening float.
CASH_MOVES = {
    "float": ("cash_in", 1),
    "in": ("cash_in", 1),
    "out": ("cash_out", -1),
    "drop": ("drop", -1),
    "collection": ("collection", -1),
    "correction": ("correction", 1),
}


class ShiftNotFound(KasaError):
    """No shift of this store has that id."""

    code = "not_found"


@dataclass(frozen=True)
class Tender:
    """What one means of payment took in, returns subtracted, and in how many payments."""

    count: int
    amount: int


@dataclass(frozen=True)
class TaxTotal:
    """One row of a shift's tax table; returns are subtracted."""

    code: str
    percent: int
    net: int
    tax: int
    gross: int


@dataclass(frozen=True)
class Difference:
    """A figure of the till's own Z that is not the server's."""

    name: str
    till: int
    server: int


@dataclass(frozen=True)
class ShiftReport:
    """An X or Z report, minor units.

    `receipts` and `returns` are counts, `sales` and `refunds` sums of what was due. `expected_cash` is what must lie
    in the drawer. `missing` counts items of the chain inside the shift that the server does not hold; while there are
    any, `complete` is false. `late` counts receipts that arrived after the closing. `differences` compares with
    the totals that the till sent when it closed: shown, never smoothed.
    """

    shift: Shift
    receipts: int
    returns: int
    sales: int
    refunds: int
    discounts: int
    rounding: int
    tenders: dict[str, Tender]
    taxes: list[TaxTotal]
    voided_lines: int
    cancelled_receipts: int
    float: int
    cash_in: int
    cash_out: int
    drop: int
    collection: int
    correction: int
    expected_cash: int
    first_number: int | None
    last_number: int | None
    counted: int | None
    missing: int
    late: int
    closed: bool
    complete: bool
    differences: list[Difference] = field(default_factory=list)

    @property
    def cash_difference(self) -> int | None:
        """Counted less expected; None while nothing was counted."""
        return None if self.counted is None else self.counted - self.expected_cash


def shifts(store: Store) -> QuerySet[Shift]:
    """Every shift of the store, newest first."""
    return (
        Shift.objects.filter(till__store=store)
        .select_related("till", "cashier", "closing")
        .order_by("-at", "-id")
    )


def shift_get(store: Store, shift_id: uuid.UUID) -> Shift:
    """Raises ShiftNotFound."""
    shift = shifts(store).filter(id=shift_id).first()
    if shift is None:
        raise ShiftNotFound("The opening of this shift is not here.")
    return shift


def closing_of(shift: Shift) -> ShiftClosing | None:
    """The shift's closing, if it is here."""
    closing: ShiftClosing | None = getattr(shift, "closing", None)
    return closing


def shift_report(shift: Shift) -> ShiftReport:
    """The shift's figures as the server's facts give them."""
    closing, missing = closing_of(shift), _missing(shift)
    tenders, cash = _tenders(shift.id), _cash_moves(shift.id)
    expected = shift.float + tenders.get(CASH, Tender(0, 0)).amount
    expected += sum(sign * cash[name] for name, sign in set(CASH_MOVES.values()))
    events = dict(
        TillEvent.objects.filter(shift_id=shift.id, name__in=("line_void", "receipt_cancel"))
        .values_list("name")
        .annotate(Count("id"))
    )
    report = ShiftReport(
        shift=shift,
        **_receipt_figures(shift.id),
        tenders=tenders,
        taxes=_taxes(shift.id),
        voided_lines=events.get("line_void", 0),
        cancelled_receipts=events.get("receipt_cancel", 0),
        float=shift.float,
        **cash,
        expected_cash=expected,
        counted=closing.counted if closing else None,
        missing=missing,
        closed=closing is not None,
        complete=closing is not None and missing == 0,
    )
    report.differences.extend(_differences(report, closing.totals if closing else None))
    return report


def _receipt_figures(shift_id: uuid.UUID) -> dict[str, Any]:
    receipts = Receipt.objects.filter(shift_id=shift_id)
    by_kind = {
        row["kind"]: row
        for row in receipts.values("kind").annotate(
            count=Count("id"),
            due_sum=Sum("due"),
            discount_sum=Sum("discount_total"),
            rounding_sum=Sum("rounding"),
            first=Min("number"),
            last=Max("number"),
        )
    }
    nothing: dict[str, Any] = {
        "count": 0,
        "due_sum": 0,
        "discount_sum": 0,
        "rounding_sum": 0,
        "first": None,
        "last": None,
    }
    sale, back = by_kind.get(Receipt.Kind.SALE, nothing), by_kind.get(Receipt.Kind.RETURN, nothing)
    return {
        "receipts": sale["count"],
        "returns": back["count"],
        "sales": sale["due_sum"],
        "refunds": back["due_sum"],
        "discounts": sale["discount_sum"] - back["discount_sum"],
        "rounding": sale["rounding_sum"] - back["rounding_sum"],
        "first_number": sale["first"],
        "last_number": sale["last"],
        "late": receipts.filter(late=True).count(),
    }


def _tenders(shift_id: uuid.UUID) -> dict[str, Tender]:
    rows = (
        ReceiptPayment.objects.filter(receipt__shift_id=shift_id)
        .values_list("method", "receipt__kind")
        .annotate(count=Count("id"), amount=Sum("amount"))
        .order_by("method")
    )
    result: dict[str, Tender] = {}
    for method, kind, count, amount in rows:
        held = result.get(method, Tender(0, 0))
        sign = 1 if kind == Receipt.Kind.SALE else -1
        result[method] = Tender(held.count + count, held.amount + sign * amount)
    return result


def _taxes(shift_id: uuid.UUID) -> list[TaxTotal]:
    rows = (
        ReceiptTax.objects.filter(receipt__shift_id=shift_id)
        .values_list("code", "percent", "receipt__kind")
        .annotate(Sum("net"), Sum("tax"), Sum("gross"))
        .order_by("code", "percent")
    )
    sums: dict[tuple[str, int], list[int]] = {}
    for code, percent, kind, *amounts in rows:
        sign = 1 if kind == Receipt.Kind.SALE else -1
        held = sums.setdefault((code, percent), [0, 0, 0])
        held[:] = [old + sign * new for old, new in zip(held, amounts, strict=True)]
    return [TaxTotal(code, percent, *amounts) for (code, percent), amounts in sums.items()]


def _cash_moves(shift_id: uuid.UUID) -> dict[str, Any]:
    result: dict[str, Any] = {name: 0 for name, _sign in CASH_MOVES.values()}
    rows = CashMove.objects.filter(shift_id=shift_id).values_list("kind").annotate(amount=Sum("amount"))
    for kind, amount in rows:
        result[CASH_MOVES[kind][0]] += amount
    return result


def _missing(shift: Shift) -> int:
    """How many items of the chain between the shift's opening and its closing (or now) are not here."""
    ranges = MissingRange.objects.filter(
        incarnation__till=shift.till_id, incarnation__inc=shift.inc, last__gt=shift.seq
    )
    closing = closing_of(shift)
    if closing is not None and closing.inc == shift.inc:
        ranges = ranges.filter(first__lt=closing.seq)
    return ranges.aggregate(count=Sum(F("last") - F("first") + 1))["count"] or 0


def totals_wire(report: ShiftReport) -> dict[str, Any]:
    """The figures under the names a till uses in `shift.totals`."""
    plain = (
        "receipts", "returns", "sales", "refunds", "discounts", "rounding", "voided_lines", "cancelled_receipts",
        "float", "cash_in", "cash_out", "drop", "collection", "correction", "expected_cash", "first_number",
        "last_number",
    )  # fmt: skip
    return {
        **{name: getattr(report, name) for name in plain},
        "tenders": {name: {"count": x.count, "amount": x.amount} for name, x in report.tenders.items()},
        "taxes": [vars(row) for row in report.taxes],
    }


def report_wire(report: ShiftReport) -> dict[str, Any]:
    """The answer to `report.x`."""
    return {
        "shift": str(report.shift.id),
        "number": report.shift.number,
        "day": report.shift.day.isoformat(),
        "totals": totals_wire(report),
        "counted": report.counted,
        "missing": report.missing,
        "late": report.late,
        "closed": report.closed,
        "complete": report.complete,
        "differences": [vars(one) for one in report.differences],
    }


def _differences(report: ShiftReport, totals: object) -> list[Difference]:
    """Figures that both sides name and that are not equal; a tender that one side lacks counts as 0 there."""
    theirs, ours = _flat(totals), _flat(totals_wire(report))
    # A till may send a tender as a plain amount.
    ours |= {f"tenders.{name}": tender.amount for name, tender in report.tenders.items()}
    names = theirs.keys() & ours.keys()
    if any(name.startswith("tenders.") for name in theirs):
        shape = ".amount" if any(name.endswith(".amount") for name in theirs) else ""
        names |= {f"tenders.{name}{shape}" for name in report.tenders}
        names |= {name for name in theirs if name.startswith("tenders.")}
    return [
        Difference(name, theirs.get(name, 0), ours.get(name, 0))
        for name in sorted(names)
        if theirs.get(name, 0) != ours.get(name, 0)
    ]


def _flat(value: object, prefix: str = "", depth: int = 3) -> dict[str, int]:
    """The integers of nested JSON objects by dotted name."""
    result: dict[str, int] = {}
    if isinstance(value, dict) and depth:
        for key, inner in value.items():
            if type(inner) is int:
                result[prefix + key] = inner
            else:
                result |= _flat(inner, f"{prefix}{key}.", depth - 1)
    return result
