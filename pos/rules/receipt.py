"""The receipt body: its shape, and the rules that need nothing but the receipt itself (protocol.md section 4)."""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core.money import round_div
from pos.rules import tax
from pos.rules.shape import COUNT_MAX, MONEY_MAX, QUANTITY_MAX, Broken, Fields

KINDS = ("sale", "return")
SOURCES = ("promotion", "card", "manual", "bonus", "coupon", "rounding")
PRICE_FROM = ("typed", "label", "sticker")
MAX_LINES, MAX_DISCOUNTS, MAX_PAYMENTS = 1000, 50, 50
# The largest step of cash rounding in use is half a unit of money; ten units is far beyond any.
MAX_ROUNDING = 1000


@dataclass(slots=True)
class Discount:
    """One reason why a line costs less."""

    source: str
    ref: uuid.UUID | None
    name: str
    amount: int
    approved_by: uuid.UUID | None
    reason: str | None


@dataclass(slots=True)
class Line:
    """One line as the till sent it."""

    n: int
    product: uuid.UUID
    name: str
    barcode: str | None
    quantity: int
    unit: str
    price: int
    gross: int
    discounts: tuple[Discount, ...]
    discount: int
    total: int
    tax_code: str
    tax_percent: int
    tax_amount: int
    deposit: bool
    origin: tuple[uuid.UUID, int] | None
    reason: str | None
    mark: str | None
    lot: str | None
    price_from: str | None


@dataclass(slots=True)
class Payment:
    """What was paid by one means."""

    method: str
    amount: int
    tendered: int | None
    change: int | None
    details: dict[str, Any] | None


@dataclass(slots=True)
class ReceiptBody:
    """A receipt body whose shape is right; `check` says whether its numbers are."""

    kind: str
    number: int
    day: date
    shift: uuid.UUID
    cashier: uuid.UUID
    opened_at: datetime
    closed_at: datetime
    currency: str
    prices_include_tax: bool
    customer: uuid.UUID | None
    card: str | None
    buyer_tax_id: str | None
    lines: tuple[Line, ...]
    taxes: tuple[tax.TaxRow, ...]
    total: int
    rounding: int
    due: int
    payments: tuple[Payment, ...]
    bonus: tuple[int, int, uuid.UUID | None]
    pair: uuid.UUID | None
    reason: str | None
    engine: str | None
    rulebook: str | None

    @property
    def tax_total(self) -> int:
        """The sum of the tax table."""
        return sum(row.tax for row in self.taxes)

    @property
    def points_paid(self) -> int:
        """What was paid, or given back, in points: the payments say it."""
        return sum(payment.amount for payment in self.payments if payment.method == "bonus")


def read(body: object) -> ReceiptBody:
    """The typed body. Raises Broken("bad_body")."""
    f = Fields(body)
    priced = f.fields_or_none("priced")
    return ReceiptBody(
        kind=f.choice("kind", KINDS),
        number=f.integer("number", 1, COUNT_MAX),
        day=f.day("day"),
        shift=f.identifier("shift"),
        cashier=f.identifier("cashier"),
        opened_at=f.instant("opened_at"),
        closed_at=f.instant("closed_at"),
        currency=f.text("currency", 3, 3),
        prices_include_tax=f.flag("prices_include_tax"),
        customer=f.identifier_or_none("customer"),
        card=f.text_or_none("card", 64),
        buyer_tax_id=f.text_or_none("buyer_tax_id", 32),
        lines=tuple(_line(line) for line in f.entries("lines", MAX_LINES, 1)),
        taxes=tuple(_tax_row(row) for row in f.entries("taxes", 100)),
        total=f.integer("total"),
        rounding=f.integer("rounding", -MONEY_MAX),
        due=f.integer("due"),
        payments=tuple(_payment(payment) for payment in f.entries("payments", MAX_PAYMENTS)),
        bonus=_bonus(f.fields_or_none("bonus")),
        pair=f.identifier_or_none("pair"),
        reason=f.text_or_none("reason", 200),
        engine=priced.text_or_none("engine", 64) if priced else None,
        rulebook=priced.text_or_none("rulebook", 64) if priced else None,
    )


def _line(f: Fields) -> Line:
    data, origin = f.data, f.fields_or_none("origin")
    rate = f.fields("tax")
    discounts = tuple(_discount(entry) for entry in f.entries("discounts", MAX_DISCOUNTS))
    return Line(
        n=f.integer("n", 1, COUNT_MAX),
        product=f.identifier("product"),
        name=f.text("name", 300, 0),
        barcode=f.text_or_none("barcode", 100),
        quantity=f.integer("quantity", 1, QUANTITY_MAX),
        unit=f.text("unit", 20),
        price=f.integer("price"),
        gross=f.integer("gross"),
        discounts=discounts,
        discount=sum(entry.amount for entry in discounts) if discounts else 0,
        total=f.integer("total", -MONEY_MAX),
        tax_code=rate.text("code", 10),
        tax_percent=rate.integer("percent", 0, 100_000),
        tax_amount=f.integer("tax_amount"),
        deposit=f.flag_or_false("deposit"),
        origin=(origin.identifier("receipt"), origin.integer("n", 1, COUNT_MAX)) if origin else None,
        # Most lines have none of these; a look at the object is cheaper than a reader's call.
        reason=f.text_or_none("reason", 200) if data.get("reason") is not None else None,
        mark=f.text_or_none("mark", 300) if data.get("mark") is not None else None,
        lot=f.text_or_none("lot", 100) if data.get("lot") is not None else None,
        price_from=f.choice("price_from", PRICE_FROM) if data.get("price_from") is not None else None,
    )


def _discount(f: Fields) -> Discount:
    return Discount(
        source=f.choice("source", SOURCES),
        ref=f.identifier_or_none("ref"),
        name=f.text("name", 200, 0),
        amount=f.integer("amount"),
        approved_by=f.identifier_or_none("approved_by"),
        reason=f.text_or_none("reason", 200),
    )


def _tax_row(f: Fields) -> tax.TaxRow:
    return tax.TaxRow(
        f.text("code", 10),
        f.integer("percent", 0, 100_000),
        f.integer("net"),
        f.integer("tax"),
        f.integer("gross"),
    )


def _payment(f: Fields) -> Payment:
    return Payment(
        method=f.text("method", 40),
        amount=f.integer("amount"),
        tendered=f.integer_or_none("tendered"),
        change=f.integer_or_none("change"),
        details=f.object_or_none("details"),
    )


def _bonus(f: Fields | None) -> tuple[int, int, uuid.UUID | None]:
    if f is None:
        return 0, 0, None
    return f.integer_or_none("earned") or 0, f.integer_or_none("redeemed") or 0, f.identifier_or_none("hold")


def check(body: ReceiptBody, *, currency: str, prices_include_tax: bool) -> None:
    """The rules a receipt can break by itself, in the order a cashier would see them. Raises Broken."""
    if body.currency != currency:
        raise Broken("currency", f"the store's currency is {currency}")
    if body.prices_include_tax != prices_include_tax:
        raise Broken("tax_mode", f"the store's prices_include_tax is {str(prices_include_tax).lower()}")
    _check_lines(body)
    _check_taxes(body)
    _check_totals(body)
    _check_payments(body)
    if body.kind == "return":
        _check_return(body)


def _check_lines(body: ReceiptBody) -> None:
    seen: set[int] = set()
    marks: set[str] = set()
    for line in body.lines:
        if line.n in seen:
            raise Broken("line_number", f"two lines have n {line.n}")
        seen.add(line.n)
        gross = round_div(line.price * line.quantity, 1000)
        if line.gross != gross:
            raise Broken("gross", f"line {line.n}: price x quantity gives {gross}, not {line.gross}")
        if line.total != line.gross - line.discount:
            raise Broken("line_total", f"line {line.n}: gross less discounts is {line.gross - line.discount}")
        if line.total < 0:
            raise Broken("negative_total", f"line {line.n}: the discounts are more than the goods")
        if line.deposit and line.discounts:
            raise Broken("deposit_discount", f"line {line.n}: a deposit carries no discount")
        if line.mark is not None:
            _check_mark(line, marks)


def _check_mark(line: Line, seen: set[str]) -> None:
    """A mark, serial number or stamp is one unit's own."""
    assert line.mark is not None
    if not line.mark.strip():
        raise Broken("mark_empty", f"line {line.n}: the mark holds nothing")
    if line.quantity != 1000:
        raise Broken("mark_quantity", f"line {line.n}: a mark is of exactly one unit")
    if line.mark in seen:
        raise Broken("mark_repeated", f"line {line.n}: another line carries the same mark")
    seen.add(line.mark)


def _check_taxes(body: ReceiptBody) -> None:
    included = body.prices_include_tax
    groups: dict[tuple[str, int], list[tax.TaxedLine]] = defaultdict(list)
    for line in body.lines:
        groups[line.tax_code, line.tax_percent].append(
            tax.TaxedLine(line.n, line.tax_code, line.tax_percent, line.total, line.tax_amount)
        )
    wanted = tax.table([line for lines in groups.values() for line in lines], included=included)
    given = {(row.code, row.percent): row for row in body.taxes}
    if len(given) != len(body.taxes):
        raise Broken("taxes", "the table names one tax twice")
    shares = _shares(body)
    for key, row in wanted.items():
        if key in shares and tax.is_share(given.pop(key, None), row, groups[key], included=included):
            continue
        if given.pop(key, None) != row:
            raise Broken("taxes", f"tax {row.code}: net {row.net}, tax {row.tax}, gross {row.gross} is right")
        if not tax.is_spread(groups[key], row, included=included):
            raise Broken("tax_amount", f"tax {row.code}: {row.tax} is not spread over its lines")
    if given:
        raise Broken("taxes", f"no line has tax {next(iter(given))[0]}")


def _shares(body: ReceiptBody) -> set[tuple[str, int]]:
    """The taxes of goods that come back to a receipt: each line gives back a share of the tax it was sold with."""
    if body.kind != "return":
        return set()
    return {(line.tax_code, line.tax_percent) for line in body.lines if line.origin}


def _check_totals(body: ReceiptBody) -> None:
    total = sum(line.total for line in body.lines)
    if body.total != total:
        raise Broken("total", f"the lines come to {total}, not {body.total}")
    if abs(body.rounding) > MAX_ROUNDING:
        raise Broken("rounding", f"{body.rounding} is no rounding of cash")
    due = total + body.rounding + (0 if body.prices_include_tax else body.tax_total)
    if body.due != due:
        raise Broken("due", f"total and rounding come to {due}, not {body.due}")


def _check_payments(body: ReceiptBody) -> None:
    paid = sum(payment.amount for payment in body.payments)
    if paid != body.due:
        raise Broken("payments", f"the payments come to {paid}, due is {body.due}")
    for at, payment in enumerate(body.payments, 1):
        if payment.tendered is None:
            wrong = payment.change not in (None, 0)
        else:
            wrong = payment.change != payment.tendered - payment.amount
        if wrong:
            raise Broken("change", f"payment {at}: change is not tendered less amount")


def _check_return(body: ReceiptBody) -> None:
    for line in body.lines:
        if line.origin is None and not (body.reason or line.reason):
            raise Broken("return_unexplained", f"line {line.n} names neither its origin nor a reason")
