"""A fiscal document: what a till asks a fiscal printer to register, free of any brand and any country.

All amounts are whole minor units and include tax; quantities are thousandths. Every sum is verified before a byte
is made: what a fiscal memory has taken cannot be taken back. The shapes are described in docs/devices.md.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, cast

from devices.document import LANGUAGES, clean
from devices.shape import bad, choice, matching, only, table, whole

PaymentKind = Literal["cash", "card", "voucher", "account", "internal", "bonus", "transfer", "other"]

# What the narrowest protocol of a fiscal printer carries: eight digits before the point, two behind it.
MAX_MONEY = 9_999_999_999
MAX_QUANTITY = 999_999_999
MAX_LINES = 500
MAX_PAYMENTS = 20
MAX_FOOTER = 40
MAX_NAME = 200
PAYMENT_KINDS = ("cash", "card", "voucher", "account", "internal", "bonus", "transfer", "other")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
CURRENCY = re.compile(r"[A-Z]{3}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

RECEIPT_KEYS = {
    "kind",
    "receipt",
    "number",
    "cashier",
    "currency",
    "language",
    "buyer_tax_id",
    "lines",
    "total",
    "rounding",
    "due",
    "payments",
    "footer",
    "origin",
}
LINE_KEYS = {"n", "name", "quantity", "unit", "price", "gross", "discount", "total", "tax", "deposit"}


@dataclass(frozen=True)
class Tax:
    """`percent` is in hundredths of a percent; an exempt code has 0."""

    code: str
    percent: int


@dataclass(frozen=True)
class Line:
    n: int
    name: str
    quantity: int
    unit: str
    price: int
    gross: int
    discount: int
    total: int
    tax: Tax
    deposit: bool


@dataclass(frozen=True)
class Payment:
    """`tendered` is what was handed over, `change` what went back; `amount` is what stays."""

    kind: PaymentKind
    name: str
    amount: int
    tendered: int
    change: int


@dataclass(frozen=True)
class Origin:
    """The fiscal receipt that a return is of, as its own result told it; `at` is the printer's wall time."""

    document: int
    at: datetime
    unique_number: str


@dataclass(frozen=True)
class Receipt:
    """A sale or a return. `number` and `cashier` are texts for the paper, `receipt` the till's own id, `origin` is of a
    return, for printers that must name it.
    """

    kind: Literal["sale", "return"]
    receipt: str
    number: str
    cashier: str
    currency: str
    language: str
    buyer_tax_id: str | None
    lines: tuple[Line, ...]
    total: int
    rounding: int
    due: int
    payments: tuple[Payment, ...]
    footer: tuple[str, ...]
    origin: Origin | None = None


@dataclass(frozen=True)
class Report:
    """`day` is the shop's day that the report is about; a printer closes the day of its own clock."""

    report: Literal["x", "z"]
    day: str


@dataclass(frozen=True)
class Cash:
    direction: Literal["in", "out"]
    amount: int
    reason: str


@dataclass(frozen=True)
class Copy:
    """The last document once more, marked as a copy by the printer."""


@dataclass(frozen=True)
class CleanUp:
    """Whatever document stands open in the printer is cancelled."""


FiscalDocument = Receipt | Report | Cash | Copy | CleanUp


def parse_fiscal(value: object) -> FiscalDocument:
    """Check a fiscal document from the wire. Raises BridgeError `bad_document` naming what is wrong."""
    raw = table(value, "document")
    kind = raw.get("kind")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise bad(f"kind must be one of {', '.join(_READERS)}")
    return reader(raw)


def line_gross(quantity: int, price: int) -> int:
    """price x quantity, rounded half up: how the store's engine and fiscal printers alike compute a line."""
    return (quantity * price + 500) // 1000


def _receipt(raw: Mapping[str, object]) -> Receipt:
    only(raw, RECEIPT_KEYS, "document")
    receipt = Receipt(
        kind=cast(Literal["sale", "return"], raw["kind"]),
        receipt=matching(raw, "receipt", UUID, "a UUID in lower case"),
        number=_text(raw, "number", 40, "document"),
        cashier=_text(raw, "cashier", 60, "document"),
        currency=matching(raw, "currency", CURRENCY, "three capital letters"),
        language=choice(raw, "language", LANGUAGES),
        buyer_tax_id=_buyer(raw.get("buyer_tax_id")),
        lines=tuple(_line(one, n) for n, one in enumerate(_list(raw, "lines", 1, MAX_LINES), start=1)),
        total=_money(raw, "total", "document"),
        rounding=whole(raw.get("rounding"), -MAX_MONEY, MAX_MONEY, "document: rounding"),
        due=_money(raw, "due", "document"),
        payments=tuple(_payment(one, n) for n, one in enumerate(_list(raw, "payments", 0, MAX_PAYMENTS), 1)),
        footer=tuple(_footer(one) for one in _list(raw, "footer", 0, MAX_FOOTER)),
        origin=_origin(raw),
    )
    _check_sums(receipt)
    return receipt


def _line(value: object, number: int) -> Line:
    where = f"line {number}"
    raw = table(value, where)
    only(raw, LINE_KEYS, where)
    deposit = raw.get("deposit")
    if not isinstance(deposit, bool):
        raise bad(f"{where}: deposit must be true or false")
    line = Line(
        n=whole(raw.get("n"), 1, MAX_MONEY, f"{where}: n"),
        name=_text(raw, "name", MAX_NAME, where, least=1),
        quantity=whole(raw.get("quantity"), 1, MAX_QUANTITY, f"{where}: quantity"),
        unit=_text(raw, "unit", 16, where),
        price=_money(raw, "price", where),
        gross=_money(raw, "gross", where),
        discount=_money(raw, "discount", where),
        total=_money(raw, "total", where),
        tax=_tax(raw.get("tax"), where),
        deposit=deposit,
    )
    if line.gross != line_gross(line.quantity, line.price):
        raise bad(f"{where}: gross is not price times quantity")
    if line.total != line.gross - line.discount:
        raise bad(f"{where}: total is not gross less discount")
    if line.deposit and line.discount:
        raise bad(f"{where}: a deposit has no discount")
    return line


def _tax(value: object, where: str) -> Tax:
    raw = table(value, f"{where}: tax")
    only(raw, {"code", "percent"}, f"{where}: tax")
    code = _text(raw, "code", 8, f"{where}: tax", least=1)
    return Tax(code, whole(raw.get("percent"), 0, 10_000, f"{where}: tax percent"))


def _payment(value: object, number: int) -> Payment:
    where = f"payment {number}"
    raw = table(value, where)
    only(raw, {"kind", "name", "amount", "tendered", "change"}, where)
    payment = Payment(
        kind=cast(PaymentKind, choice(raw, "kind", PAYMENT_KINDS, where)),
        name=_text(raw, "name", 60, where),
        amount=_money(raw, "amount", where),
        tendered=_money(raw, "tendered", where),
        change=_money(raw, "change", where),
    )
    if payment.change != payment.tendered - payment.amount:
        raise bad(f"{where}: change is not tendered less amount")
    return payment


def _check_sums(receipt: Receipt) -> None:
    numbers = [line.n for line in receipt.lines]
    if len(set(numbers)) != len(numbers):
        raise bad("two lines have the same n")
    if receipt.total != sum(line.total for line in receipt.lines):
        raise bad("total is not the sum of the lines")
    if receipt.due != receipt.total + receipt.rounding:
        raise bad("due is not total and rounding")
    if receipt.due != sum(payment.amount for payment in receipt.payments):
        raise bad("due is not the sum of the payments")


def _report(raw: Mapping[str, object]) -> Report:
    only(raw, {"kind", "report", "day"}, "document")
    day = matching(raw, "day", DAY, "a day like 2026-11-21")
    try:
        date.fromisoformat(day)
    except ValueError:
        raise bad("document: there is no such day") from None
    return Report(cast(Literal["x", "z"], choice(raw, "report", ("x", "z"))), day)


def _cash(raw: Mapping[str, object]) -> Cash:
    only(raw, {"kind", "direction", "amount", "reason"}, "document")
    direction = cast(Literal["in", "out"], choice(raw, "direction", ("in", "out")))
    amount = whole(raw.get("amount"), 1, MAX_MONEY, "document: amount")
    return Cash(direction, amount, _text(raw, "reason", 200, "document"))


def _copy(raw: Mapping[str, object]) -> Copy:
    only(raw, {"kind"}, "document")
    return Copy()


def _clean_up(raw: Mapping[str, object]) -> CleanUp:
    only(raw, {"kind"}, "document")
    return CleanUp()


_READERS: dict[str, Callable[[Mapping[str, object]], FiscalDocument]] = {
    "sale": _receipt,
    "return": _receipt,
    "report": _report,
    "cash": _cash,
    "copy": _copy,
    "clean_up": _clean_up,
}


def _money(raw: Mapping[str, object], key: str, where: str) -> int:
    return whole(raw.get(key), 0, MAX_MONEY, f"{where}: {key}")


def _text(raw: Mapping[str, object], key: str, most: int, where: str, least: int = 0) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or len(value) > most:
        raise bad(f"{where}: {key} must be text of at most {most} characters")
    # A document has no line breaks of its own: one in a goods name would end a printer's command early.
    cleaned = " ".join(clean(value).split())
    if len(cleaned) < least:
        raise bad(f"{where}: {key} is empty")
    return cleaned


def _footer(value: object) -> str:
    return _text({"text": value}, "text", 200, "footer")


def _buyer(value: object) -> str | None:
    return None if value is None else _text({"text": value}, "text", 30, "buyer_tax_id", least=1)


def _origin(raw: Mapping[str, object]) -> Origin | None:
    if raw.get("origin") is None:
        return None
    if raw["kind"] != "return":
        raise bad("document: only a return has an origin")
    found = table(raw["origin"], "origin")
    only(found, {"document", "at", "unique_number"}, "origin")
    try:
        at = datetime.fromisoformat(_text(found, "at", 40, "origin", least=1))
    except ValueError:
        raise bad("origin: at must be an instant like 2026-11-21T10:20:30+02:00") from None
    return Origin(
        document=whole(found.get("document"), 1, MAX_MONEY, "origin: document"),
        at=at,
        unique_number=_text(found, "unique_number", 40, "origin", least=1),
    )


def _list(raw: Mapping[str, object], key: str, low: int, high: int) -> list[object]:
    value = raw.get(key)
    if not isinstance(value, list) or not low <= len(value) <= high:
        raise bad(f"document: {key} must be a list of {low} to {high}")
    return value
