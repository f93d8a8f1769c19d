"""The journal as one list: what cashiers did (events), receipts, cash and shifts, in the order of their instants.

Each kind of fact has its table; a page asks each table that can hold a match for one page and merges them, so the
number of statements does not depend on the number of rows.
"""

import heapq
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from backoffice.selectors import receipts as receipt_selectors
from backoffice.selectors.signs import SIGNS
from core import clock
from core.models import Store
from inventory.models import Product
from pos.models import CashMove, Receipt, ReceiptLine, Shift, ShiftClosing, TillEvent

PAGE = 50
MOST_GOODS = 200
# The trail of a receipt is shown by its replay and would only repeat each receipt here.
HIDDEN = ("receipt_trail",)


# Kinds of acts that people look for, each of several names: `Wanted.name` may be one of these too.
KINDS: dict[str, tuple[str, ...]] = {
    "all_returns": (
        *("return", "return_open", "return_paper", "return_blind", "return_empties", "return_over"),
        *("return_cancel", "exchange"),
    ),
    "all_voids": ("line_void", "receipt_cancel", "tender_cancel", "payment_left", "quantity_change"),
    "all_discounts": ("discount", "open_price"),
    "all_cards": ("card_intent", "card_result", "card_slip", "customer_card_refused"),
    "all_drawer": (
        *("drawer_open", "drawer_count", "handover", "cash_float", "cash_in", "cash_out", "cash_drop"),
        *("cash_collection", "cash_correction"),
    ),
    "all_approvals": ("approval", "approval_asked", "approval_refused", "login_failed"),
}


def named(name: str) -> tuple[str, ...]:
    """The names that a filter's value stands for: those of a kind, or itself."""
    return KINDS.get(name, (name,))


@dataclass(frozen=True)
class Wanted:
    """What to show; empty members ask for everything. `since` is included, `until` is not."""

    till: uuid.UUID | None = None
    cashier: uuid.UUID | None = None
    shift: uuid.UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    name: str = ""
    sign: str = ""
    receipts: Sequence[uuid.UUID] | None = None
    text: str = ""
    goods: Sequence[uuid.UUID] = ()


@dataclass(frozen=True)
class Place:
    """Where a page begins or ends: the instant and the journal's row number, which no two acts share."""

    at: datetime
    item: int

    def __str__(self) -> str:
        """As links carry it."""
        return f"{clock.to_wire(self.at)}~{self.item}"


@dataclass(frozen=True)
class Row:
    """One act. `receipt` is the receipt it belongs to, `amount` its sum where it has one."""

    at: datetime
    item: int
    source: str
    name: str
    till: int
    inc: int
    seq: int
    cashier: uuid.UUID | None
    shift: uuid.UUID | None
    receipt: uuid.UUID | None
    line: int | None = None
    amount: int | None = None
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        """For the link to what comes after it."""
        return Place(self.at, self.item)


def read_place(token: str | None) -> Place | None:
    """The place that a link of a list names; None for a text that this server did not make."""
    at, _, item = (token or "").partition("~")
    moment = clock.from_wire(at)
    whole = item.isascii() and item.isdigit() and len(item) < 19
    return Place(moment, int(item)) if moment is not None and whole else None


@dataclass(frozen=True)
class Page:
    """Rows, newest first; places to go on from, None at the ends."""

    rows: Sequence[Row]
    previous: Place | None
    next: Place | None


class Places:
    """What the pager of every list asks for: the places as texts, empty at the ends."""

    def __init__(self, page: Page) -> None:
        self.items = page.rows
        self.previous = str(page.previous or "")
        self.next = str(page.next or "")


@dataclass(frozen=True)
class _Source:
    key: str
    rows: Callable[[Store, Wanted], "QuerySet[Any, Any]"]
    at: str
    columns: tuple[str, ...]
    row: Callable[..., Row]


def goods_called(text: str) -> list[uuid.UUID]:
    """Goods whose name holds the text, so that an event that names them by id is found by name."""
    named = Product.objects.filter(name__icontains=text).values_list("id", flat=True)
    return list(named[:MOST_GOODS]) if len(text) >= 3 else []


def receipts_called(store: Store, text: str) -> list[uuid.UUID]:
    """Receipts by number, printed code or id; an id is taken as it is, for what was cancelled is no receipt."""
    found = list(receipt_selectors.listed(store, text=text).values_list("id", flat=True)[:MOST_GOODS])
    try:
        return [*found, uuid.UUID(text)]
    except ValueError:
        return found


def page(store: Store, wanted: Wanted, *, after: Place | None = None, before: Place | None = None) -> Page:
    """One page of the journal: after a place (older), before one (newer), or the newest."""
    newer = before is not None
    rows = list(islice(_merged(store, wanted, before or after, newer, PAGE + 1), PAGE + 1))
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if newer:
        rows.reverse()
    has_previous = more if newer else after is not None
    has_next = True if newer else more
    return Page(
        rows, rows[0].place if rows and has_previous else None, rows[-1].place if rows and has_next else None
    )


def everything(store: Store, wanted: Wanted, most: int | None = None) -> Iterator[Row]:
    """All matching acts, newest first, read from the tables piece by piece."""
    return _merged(store, wanted, None, False, most)


def count(store: Store, wanted: Wanted, most: int) -> int:
    """How many match, counted no further than `most` in each table."""
    return sum(len(source.rows(store, wanted).values_list("pk")[:most]) for source in _sources(wanted))


def _sources(wanted: Wanted) -> list[_Source]:
    if wanted.sign:
        return [_SOURCES[SIGNS[wanted.sign].source]] if wanted.sign in SIGNS else []
    if wanted.name:
        keys = dict.fromkeys(_SOURCE_OF.get(one, "event") for one in named(wanted.name))
        return [_SOURCES[key] for key in keys]
    return list(_SOURCES.values())


def _merged(
    store: Store, wanted: Wanted, place: Place | None, newer: bool, most: int | None
) -> Iterator[Row]:
    parts = [_part(source, store, wanted, place, newer, most) for source in _sources(wanted)]
    return heapq.merge(*parts, key=lambda row: (row.at, row.item), reverse=not newer)


def _part(
    source: _Source, store: Store, wanted: Wanted, place: Place | None, newer: bool, most: int | None
) -> Iterator[Row]:
    rows = source.rows(store, wanted)
    if place is not None:
        step = "gt" if newer else "lt"
        beyond = Q(**{f"{source.at}__{step}": place.at}) | Q(
            **{source.at: place.at, f"item_id__{step}": place.item}
        )
        rows = rows.filter(Q(**{f"{source.at}__{step}e": place.at}) & beyond)
    sign = "" if newer else "-"
    rows = rows.order_by(f"{sign}{source.at}", f"{sign}item_id").values_list(*source.columns)
    found = rows.iterator(chunk_size=500) if most is None else rows[:most]
    return (source.row(*values) for values in found)


# ---------------------------------------------------------------- the tables


def _narrow(rows: "QuerySet[Any, Any]", wanted: Wanted, at: str) -> "QuerySet[Any, Any]":
    exact = {
        "till": wanted.till,
        "cashier": wanted.cashier,
        f"{at}__gte": wanted.since,
        f"{at}__lt": wanted.until,
    }
    return rows.filter(**{name: value for name, value in exact.items() if value is not None})


def _text(field_name: str, wanted: Wanted) -> Q:
    return Q(**{f"{field_name}__icontains": wanted.text})


def _events(store: Store, wanted: Wanted) -> "QuerySet[Any, Any]":
    rows = _narrow(TillEvent.objects.filter(till__store=store), wanted, "at")
    if wanted.shift:
        rows = rows.filter(shift=wanted.shift)
    if wanted.receipts is not None:
        rows = rows.filter(receipt_id__in=wanted.receipts)
    if wanted.sign:
        rows = rows.filter(SIGNS[wanted.sign].condition)
    rows = rows.filter(name__in=named(wanted.name)) if wanted.name else rows.exclude(name__in=HIDDEN)
    if wanted.text:
        goods = Q(data__product__in=[str(pk) for pk in wanted.goods]) if wanted.goods else Q()
        rows = rows.annotate(words=Cast("data", TextField()))
        rows = rows.filter(_text("words", wanted) | _text("name", wanted) | goods)
    return rows


def _receipts(store: Store, wanted: Wanted) -> "QuerySet[Any, Any]":
    rows = _narrow(Receipt.objects.filter(store=store), wanted, "closed_at")
    if wanted.shift:
        rows = rows.filter(shift=wanted.shift)
    if wanted.receipts is not None:
        rows = rows.filter(id__in=wanted.receipts)
    if wanted.sign:
        rows = rows.filter(SIGNS[wanted.sign].condition)
    if wanted.name:
        rows = rows.filter(kind__in=named(wanted.name))
    if wanted.text:
        lines = ReceiptLine.objects.filter(receipt=OuterRef("pk"), name__icontains=wanted.text)
        rows = rows.filter(Exists(lines) | _text("card", wanted) | _text("reason", wanted))
    return rows


def _cash(store: Store, wanted: Wanted) -> "QuerySet[Any, Any]":
    rows = _narrow(CashMove.objects.filter(till__store=store), wanted, "at")
    if wanted.shift:
        rows = rows.filter(shift=wanted.shift)
    if wanted.name:
        rows = rows.filter(kind__in=[one.removeprefix("cash_") for one in named(wanted.name)])
    if wanted.text:
        rows = rows.filter(_text("reason", wanted))
    return rows.none() if wanted.receipts is not None else rows


def _shifts(model: Any, name: str) -> Callable[[Store, Wanted], "QuerySet[Any, Any]"]:
    def rows(store: Store, wanted: Wanted) -> "QuerySet[Any, Any]":
        found = _narrow(model.objects.filter(till__store=store), wanted, "at")
        if wanted.shift:
            found = found.filter(id=wanted.shift)
        impossible = (
            wanted.receipts is not None
            or bool(wanted.text)
            or name not in (*named(wanted.name), wanted.name or name)
        )
        return found.none() if impossible else found

    return rows


_FACT = ("item_id", "till__number", "inc", "seq", "cashier_id")


def _event_row(*values: Any) -> Row:
    at, item, till, inc, seq, cashier, shift, name, receipt, line, data = values
    held = data if isinstance(data, dict) else {}
    return Row(at, item, "event", name, till, inc, seq, cashier, shift, receipt, line, None, held)


def _receipt_row(*values: Any) -> Row:
    at, item, till, inc, seq, cashier, shift, kind, pk, due, number = values
    return Row(at, item, "receipt", kind, till, inc, seq, cashier, shift, pk, None, due, {"number": number})


def _cash_row(*values: Any) -> Row:
    at, item, till, inc, seq, cashier, shift, kind, amount, reason, by = values
    data = {"reason": reason, "approved_by": str(by) if by else None}
    return Row(at, item, "cash", f"cash_{kind}", till, inc, seq, cashier, shift, None, None, amount, data)


def _shift_row(name: str) -> Callable[..., Row]:
    def row(*values: Any) -> Row:
        at, item, till, inc, seq, cashier, shift, number, amount = values
        data = {"number": number}
        return Row(at, item, "shift", name, till, inc, seq, cashier, shift, None, None, amount, data)

    return row


_SOURCES: dict[str, _Source] = {
    "event": _Source(
        "event", _events, "at", ("at", *_FACT, "shift_id", "name", "receipt_id", "line", "data"), _event_row
    ),
    "receipt": _Source(
        "receipt",
        _receipts,
        "closed_at",
        ("closed_at", *_FACT, "shift_id", "kind", "id", "due", "number"),
        _receipt_row,
    ),
    "cash": _Source(
        "cash",
        _cash,
        "at",
        ("at", *_FACT, "shift_id", "kind", "amount", "reason", "approved_by_id"),
        _cash_row,
    ),
    "shift_open": _Source(
        "shift_open",
        _shifts(Shift, "shift_open"),
        "at",
        ("at", *_FACT, "id", "number", "float"),
        _shift_row("shift_open"),
    ),
    "shift_close": _Source(
        "shift_close",
        _shifts(ShiftClosing, "shift_close"),
        "at",
        ("at", *_FACT, "id", "number", "counted"),
        _shift_row("shift_close"),
    ),
}
# Names of acts that are no events, and the table that holds them.
_SOURCE_OF = {
    "sale": "receipt",
    "return": "receipt",
    **{f"cash_{kind}": "cash" for kind in ("float", "in", "out", "drop", "collection", "correction")},
    "shift_open": "shift_open",
    "shift_close": "shift_close",
}
OTHER_NAMES = tuple(_SOURCE_OF)
