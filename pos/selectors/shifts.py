"""Shifts and their figures, always computed from the facts."""

import uuid
from dataclasses import dataclass, field

from django.db.models import Count, F, QuerySet, Sum

from core.errors import KasaError
from core.models import Store
from pos.models import (
    CashMove,
    MissingRange,
    Receipt,
    ReceiptPayment,
    ReceiptTax,
    Shift,
)

CASH = "cash"


class ShiftNotFound(KasaError):
    """No shift of this store has that id."""

    code = "not_found"


@dataclass(frozen=True)
class TaxTotal:
    """One row of a shift's tax table; returns are subtracted."""

    code: str
    percent: int
    net: int
    tax: int
    gross: int


@dataclass(frozen=True)
class ShiftReport:
    """An X or Z report in minor units, sales less returns.

    `tenders` maps a means of payment to what it took in. `expected_cash` is what must lie in the drawer.
    `differences` compares with the till's own totals, name by name: (till, server). `missing` counts items of the
    chain inside the shift that the server does not hold; while there are any, `complete` is false.
    """

    shift: Shift
    sales: int
    returns: int
    total: int
    due: int
    discounts: int
    tenders: dict[str, int]
    taxes: list[TaxTotal]
    cash_moves: dict[str, int]
    expected_cash: int
    counted: int | None
    missing: int
    late: int
    closed: bool
    complete: bool
    differences: dict[str, tuple[int, int]] = field(default_factory=dict)


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


def shift_report(shift: Shift) -> ShiftReport:
    """The shift's figures as the server's facts give them."""
    closing = getattr(shift, "closing", None)
    receipts = Receipt.objects.filter(shift_id=shift.id)
    by_kind = {
        kind: (count, total, due, discount)
        for kind, count, total, due, discount in receipts.values_list("kind").annotate(
            Count("id"), Sum("total"), Sum("due"), Sum("discount_total")
        )
    }
    sale, back = by_kind.get("sale", (0, 0, 0, 0)), by_kind.get("return", (0, 0, 0, 0))
    tenders, cash = _tenders(shift.id), _cash_moves(shift.id)
    missing = _missing(shift)
    report = ShiftReport(
        shift=shift,
        sales=sale[0],
        returns=back[0],
        total=sale[1] - back[1],
        due=sale[2] - back[2],
        discounts=sale[3] - back[3],
        tenders=tenders,
        taxes=_taxes(shift.id),
        cash_moves=cash,
        expected_cash=expected_cash(shift.float, tenders, cash),
        counted=closing.counted if closing else None,
        missing=missing,
        late=receipts.filter(late=True).count(),
        closed=closing is not None,
        complete=closing is not None and missing == 0,
    )
    report.differences.update(_differences(report, closing.totals if closing else None))
    return report


def expected_cash(start: int, tenders: dict[str, int], moves: dict[str, int]) -> int:
    """What must lie in the drawer: the float, cash taken, and what was put in less what was taken out.

    A `float` move repeats the float of the opening for tills that journal it apart, so it is not added twice.
    """
    moved = moves.get("in", 0) + moves.get("correction", 0)
    gone = moves.get("out", 0) + moves.get("drop", 0) + moves.get("collection", 0)
    return start + tenders.get(CASH, 0) + moved - gone


def _tenders(shift_id: uuid.UUID) -> dict[str, int]:
    rows = (
        ReceiptPayment.objects.filter(receipt__shift_id=shift_id)
        .values_list("method", "receipt__kind")
        .annotate(amount=Sum("amount"))
        .order_by("method")
    )
    result: dict[str, int] = {}
    for method, kind, amount in rows:
        result[method] = result.get(method, 0) + (amount if kind == Receipt.Kind.SALE else -amount)
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


def _cash_moves(shift_id: uuid.UUID) -> dict[str, int]:
    return dict(
        CashMove.objects.filter(shift_id=shift_id)
        .values_list("kind")
        .annotate(amount=Sum("amount"))
        .order_by("kind")
    )


def _missing(shift: Shift) -> int:
    """How many items of the chain between the shift's opening and its closing (or now) are not here."""
    ranges = MissingRange.objects.filter(
        incarnation__till=shift.till_id, incarnation__inc=shift.inc, last__gt=shift.seq
    )
    closing = getattr(shift, "closing", None)
    if closing is not None and closing.inc == shift.inc:
        ranges = ranges.filter(first__lt=closing.seq)
    return ranges.aggregate(count=Sum(F("last") - F("first") + 1))["count"] or 0


def _differences(report: ShiftReport, totals: object) -> dict[str, tuple[int, int]]:
    """Names in the till's own totals whose number is not ours; nested objects are read as name.name."""
    ours = {
        "sales": report.sales,
        "returns": report.returns,
        "total": report.total,
        "due": report.due,
        "discounts": report.discounts,
        "expected_cash": report.expected_cash,
    }
    ours |= {f"tenders.{name}": amount for name, amount in report.tenders.items()}
    theirs = _flat(totals)
    named = {name for name in theirs if name in ours or name.startswith("tenders.")}
    if any(name.startswith("tenders.") for name in theirs):
        named |= {name for name in ours if name.startswith("tenders.")}
    return {
        name: (theirs.get(name, 0), ours.get(name, 0))
        for name in sorted(named)
        if theirs.get(name, 0) != ours.get(name, 0)
    }


def _flat(totals: object, prefix: str = "") -> dict[str, int]:
    """The integers of a JSON object by dotted name."""
    result: dict[str, int] = {}
    if isinstance(totals, dict):
        for key, value in totals.items():
            if type(value) is int:
                result[prefix + key] = value
            elif isinstance(value, dict) and not prefix:
                result |= _flat(value, f"{key}.")
    return result
