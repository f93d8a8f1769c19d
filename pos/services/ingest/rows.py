"""The rows that items become, by table, in the order the tables are written. Pure."""

import json
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from pos.rules.bodies import CashBody, EventBody, FiscalBody, HoldBody, ShiftBody
from pos.rules.receipt import ReceiptBody
from pos.services.ingest.envelope import Element

Row = tuple[Any, ...]

COLUMNS: dict[str, tuple[str, ...]] = {
    "pos_journalitem": (
        "id", "till_id", "incarnation_id", "item_id", "inc", "seq", "type", "prev", "hash", "claimed_hash", "sig",
        "authentic", "at", "received_at", "body", "state", "reason", "detail",
    ),
    "pos_itemconflict": ("first_id", "second_id", "diff", "state", "found_at", "note"),
    "pos_forkalarm": ("first_id", "second_id", "state", "found_at", "note"),
    "pos_itemwarning": ("item_id", "code", "detail", "at"),
    "pos_shift": ("id", "item_id", "till_id", "inc", "seq", "at", "number", "day", "cashier_id", "float"),
    "pos_shiftclosing": (
        "id", "item_id", "till_id", "inc", "seq", "at", "shift_id", "number", "day", "cashier_id", "counted",
        "denominations", "totals", "approved_by_id", "reason", "forced", "checks",
    ),
    "pos_receipt": (
        "id", "item_id", "store_id", "till_id", "inc", "seq", "kind", "number", "day", "shift_id", "cashier_id",
        "opened_at", "closed_at", "received_at", "currency", "prices_include_tax", "customer_id", "card",
        "buyer_tax_id", "line_count", "discount_total", "total", "tax_total", "rounding", "due", "bonus_earned",
        "bonus_redeemed", "bonus_hold", "pair_id", "reason", "engine", "rulebook", "late",
    ),
    "pos_receiptline": (
        "receipt_id", "n", "product_id", "name", "barcode", "quantity", "unit", "price", "gross", "discount", "total",
        "tax_code", "tax_percent", "tax_amount", "deposit", "origin_receipt_id", "origin_n", "mark", "lot",
        "price_from",
    ),
    "pos_receiptdiscount": (
        "receipt_id", "n", "position", "source", "ref", "name", "amount", "approved_by_id", "reason",
    ),
    "pos_receipttax": ("receipt_id", "code", "percent", "net", "tax", "gross"),
    "pos_receiptpayment": ("receipt_id", "position", "method", "amount", "tendered", "change", "details"),
    "pos_receiptposting": ("receipt_id", "store_id", "state", "attempts", "last_error"),
    "pos_cashmove": (
        "id", "item_id", "till_id", "inc", "seq", "at", "shift_id", "cashier_id", "kind", "amount", "reason",
        "approved_by_id",
    ),
    "pos_tillevent": (
        "id", "item_id", "till_id", "inc", "seq", "at", "name", "shift_id", "cashier_id", "receipt_id", "line", "data",
    ),
    "pos_fiscalact": (
        "id", "item_id", "till_id", "inc", "seq", "at", "receipt_id", "printer", "state", "number", "reason", "answer",
    ),
    "pos_holdsettlement": (
        "id", "item_id", "till_id", "inc", "seq", "at", "action", "hold_id", "receipt_id", "redeemed",
    ),
}  # fmt: skip


class Rows:
    """Collects rows table by table for items of one till, received at one instant."""

    def __init__(self, store: uuid.UUID, till: uuid.UUID, now: datetime) -> None:
        self.store, self.till, self.now = store, till, now
        self.tables: dict[str, list[Row]] = {table: [] for table in COLUMNS}

    def item(self, one: Element, incarnation: int | None) -> None:
        """The journal row of an element, and its warnings."""
        whole = one.readable
        self.tables["pos_journalitem"].append((
            one.pk, self.till, incarnation, one.id, one.inc if whole else None, one.seq if whole else None,
            one.type if whole else None, one.prev if whole else None, one.hash, one.claimed_hash,
            one.sig if whole else None, one.authentic, one.at, self.now, one.text, one.status, one.reason, one.detail,
        ))  # fmt: skip
        self.warnings(one)

    def warnings(self, one: Element) -> None:
        """One row per code; the first detail of a code is kept."""
        first: dict[str, str] = {}
        for code, detail in one.warnings:
            first.setdefault(code, detail)
        for code, detail in first.items():
            self.tables["pos_itemwarning"].append((one.pk, code, detail[:500], self.now))

    def conflict(self, first: int, second: int, diff: list[dict[str, Any]]) -> None:
        """Two contents of one id."""
        self.tables["pos_itemconflict"].append((first, second, _json(diff), "open", self.now, ""))

    def fork(self, first: int, second: int) -> None:
        """Two items at one place."""
        self.tables["pos_forkalarm"].append((first, second, "open", self.now, ""))

    def project(self, one: Element) -> None:
        """The facts that a stored item states."""
        writer = _WRITERS.get(type(one.typed))
        if writer is not None:
            writer(self, one, one.typed)

    def _fact(self, one: Element, own_id: uuid.UUID | None = None) -> Row:
        return (own_id or one.id, one.pk, self.till, one.inc, one.seq, one.at)

    def _receipt(self, one: Element, body: ReceiptBody) -> None:
        earned, _told, hold = body.bonus
        late = any(code == "late" for code, _detail in one.warnings)
        self.tables["pos_receipt"].append((
            one.id, one.pk, self.store, self.till, one.inc, one.seq, body.kind, body.number, body.day, body.shift,
            body.cashier, body.opened_at, body.closed_at, self.now, body.currency, body.prices_include_tax,
            body.customer, body.card, body.buyer_tax_id, len(body.lines), sum(x.discount for x in body.lines),
            body.total, body.tax_total, body.rounding, body.due, earned, body.points_paid, hold, body.pair, body.reason,
            body.engine, body.rulebook, late,
        ))  # fmt: skip
        self.tables["pos_receiptposting"].append((one.id, self.store, "waiting", 0, ""))
        lines, discounts = self.tables["pos_receiptline"], self.tables["pos_receiptdiscount"]
        for x in body.lines:
            origin, origin_n = x.origin or (None, None)
            lines.append((
                one.id, x.n, x.product, x.name, x.barcode, x.quantity, x.unit, x.price, x.gross, x.discount, x.total,
                x.tax_code, x.tax_percent, x.tax_amount, x.deposit, origin, origin_n, x.mark, x.lot,
                x.price_from,
            ))  # fmt: skip
            for at, d in enumerate(x.discounts, 1):
                discounts.append(
                    (one.id, x.n, at, d.source, d.ref, d.name, d.amount, d.approved_by, d.reason)
                )
        for row in body.taxes:
            self.tables["pos_receipttax"].append((one.id, row.code, row.percent, row.net, row.tax, row.gross))
        self._payments(one, body)

    def _payments(self, one: Element, body: ReceiptBody) -> None:
        for at, paid in enumerate(body.payments, 1):
            change = None if paid.tendered is None else paid.change
            self.tables["pos_receiptpayment"].append(
                (one.id, at, paid.method, paid.amount, paid.tendered, change, _json(paid.details))
            )

    def _shift(self, one: Element, body: ShiftBody) -> None:
        fact = self._fact(one, body.shift)
        if body.action == "open":
            self.tables["pos_shift"].append((*fact, body.number, body.day, body.cashier, body.float))
        else:
            counts = (
                body.counted, _json(body.denominations), _json(body.totals), body.approved_by, body.reason, body.forced,
                _json(body.checks),
            )  # fmt: skip
            self.tables["pos_shiftclosing"].append(
                (*fact, body.shift, body.number, body.day, body.cashier, *counts)
            )

    def _cash(self, one: Element, b: CashBody) -> None:
        self.tables["pos_cashmove"].append(
            (*self._fact(one), b.shift, b.cashier, b.kind, b.amount, b.reason, b.approved_by)
        )

    def _event(self, one: Element, b: EventBody) -> None:
        self.tables["pos_tillevent"].append(
            (*self._fact(one), b.name, b.shift, b.cashier, b.receipt, b.line, _json(b.data))
        )

    def _fiscal(self, one: Element, b: FiscalBody) -> None:
        self.tables["pos_fiscalact"].append(
            (*self._fact(one), b.receipt, b.printer, b.state, b.number, b.reason, _json(b.answer))
        )

    def _hold(self, one: Element, b: HoldBody) -> None:
        self.tables["pos_holdsettlement"].append((*self._fact(one), b.action, b.hold, b.receipt, b.redeemed))


_WRITERS: dict[type, Callable[[Rows, Element, Any], None]] = {
    ReceiptBody: Rows._receipt,
    ShiftBody: Rows._shift,
    CashBody: Rows._cash,
    EventBody: Rows._event,
    FiscalBody: Rows._fiscal,
    HoldBody: Rows._hold,
}


def _json(value: object) -> str | None:
    """JSON text for a jsonb column."""
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def diff(first: Any, second: Any, path: str = "") -> Iterable[dict[str, Any]]:
    """Where two JSON values differ: {"path", "first", "second"}, a missing member told as null."""
    if isinstance(first, dict) and isinstance(second, dict):
        for key in sorted(first.keys() | second.keys()):
            yield from diff(first.get(key), second.get(key), f"{path}.{key}" if path else key)
    elif isinstance(first, list) and isinstance(second, list):
        for at in range(max(len(first), len(second))):
            one = first[at] if at < len(first) else None
            other = second[at] if at < len(second) else None
            yield from diff(one, other, f"{path}[{at}]")
    elif first != second or type(first) is not type(second):
        yield {"path": path, "first": first, "second": second}
