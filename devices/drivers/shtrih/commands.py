"""What a Shtrih-M printer with a fiscal storage is told for each document: a plan of commands, and what will prove that
it happened. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from devices.document import Barcode, Document, Feed, Qr
from devices.drivers.fiscal import Unfit
from devices.drivers.shtrih.codec import ENCODING, TAG_ENCODING, Command, line_of, number, tag, text
from devices.fiscal import Cash, CleanUp, Copy, FiscalDocument, Line, Receipt, Report, line_gross
from devices.layout import Row, lay_out, wrap

# What proves a plan: a receipt or the closing of a shift found in the fiscal storage, a counter of the printer (of
# X reports, of cash in, of cash out), or nothing but the answer itself.
Proof = Literal["sale", "z", "x", "in", "out", "answer"]
What = Literal["sale", "return", "x", "z", "cash", "copy", "text", "drawer"]

OPEN, CLOSE, LINE, TAG, LINE_TAG = 0x8D, 0xFF45, 0xFF46, 0xFF0C, 0xFF4D
X, Z, CASH_IN, CASH_OUT, COPY, DRAWER = 0x40, 0x41, 0x50, 0x51, 0x8C, 0x28
PRINT, PRINT_WIDE, CUT, FEED, BARCODE = 0x17, 0x12, 0x25, 0x29, 0xC2
# Kinds of a receipt where it is opened, and of an operation on it and in the storage.
OPENED = {"sale": 0, "return": 2}
OPERATION = {"sale": 1, "return": 2}
# The printer computes the tax of a line by itself.
BY_PRINTER = b"\xff" * 5
FULL_PAYMENT = 4
GOODS, PLEDGE = 1, 19
WITHOUT_TAX = 4
RECEIPT_ROLL = b"\x02"
PAYMENTS, RATES = 16, 6
# Tags of the tax office: of the buyer (a table since version 1.2 of the formats), of a line's unit.
BUYER, BUYER_TAX_ID, UNIT = 1256, 1228, 2108
# Numbers of units in version 1.2 of the formats; whatever has no number here is a piece or "another".
UNITS: Mapping[str, int] = {
    **dict.fromkeys(("г", "g", "gr"), 10),
    **dict.fromkeys(("кг", "kg"), 11),
    **dict.fromkeys(("т", "t"), 12),
    **dict.fromkeys(("см", "cm"), 20),
    **dict.fromkeys(("м", "m"), 22),
    **dict.fromkeys(("мл", "ml"), 40),
    **dict.fromkeys(("л", "l"), 41),
    **dict.fromkeys(("м3", "м³", "m3", "m³"), 42),
}
PIECE, ANOTHER = 0, 255
WIDE = 20
NARROWEST = 40


@dataclass(frozen=True)
class Style:
    """What the commands depend on besides the document. `rates` gives each tax code of the store its row in the
    printer's table of rates, `rate_bytes` how that row is written in a line, `payments` the type 1 to 16 of each kind.
    """

    rates: Mapping[str, int]
    rate_bytes: Mapping[int, int]
    payments: Mapping[str, int]
    tax_system: int = 1
    department: int = 1
    name_length: int = 128
    columns: int = 40
    footer: bool = True
    units: bool = True


@dataclass(frozen=True)
class Plan:
    """Commands in order. `key` is the one whose success is the document; `labels` name commands for people.

    `amount` and `operation` are what the fiscal storage must hold, `needs` the rates per row in hundredths of a
    percent.
    """

    what: What
    proof: Proof
    commands: tuple[Command, ...]
    key: int
    labels: Mapping[int, str]
    slow: Literal["print", "report"] = "print"
    amount: int = 0
    operation: int = 0
    omitted: tuple[int, ...] = ()
    needs: Mapping[str, int] | None = None
    fiscal: bool = False


def _by_operator(code: int, data: bytes = b"") -> Command:
    return Command(code, data, "operator")


def plan(document: FiscalDocument, style: Style) -> Plan | None:
    """The plan of a document; None for a clean-up, which depends on what the printer says. Raises Unfit."""
    match document:
        case Receipt():
            return _receipt(document, style)
        case Report(report="x"):
            return _one("x", "x", Command(X))
        case Report():
            return Plan("z", "z", (Command(Z),), 0, {}, slow="report", fiscal=True)
        case Cash("in", amount, _reason):
            return _one("cash", "in", _by_operator(CASH_IN, number(amount, 5)))
        case Cash(_, amount, _reason):
            return _one("cash", "out", _by_operator(CASH_OUT, number(amount, 5)))
        case Copy():
            return _one("copy", "answer", _by_operator(COPY))
        case CleanUp():
            return None


def drawer() -> Plan:
    return _one("drawer", "answer", _by_operator(DRAWER, b"\0"))


def text_plan(document: Document, style: Style) -> Plan:
    """A document that is not fiscal, line by line. Codes that this driver does not draw are printed as their text."""
    found = [_by_operator(DRAWER, b"\0")] if document.drawer else []
    for piece in lay_out(document, style.columns):
        found += _printed(piece, style.columns)
    found.append(_by_operator(CUT, b"\0") if document.cut else _by_operator(FEED, RECEIPT_ROLL + b"\x03"))
    return Plan("text", "answer", tuple(found), len(found) - 1, {})


def _one(what: What, proof: Proof, asked: Command) -> Plan:
    return Plan(what, proof, (asked,), 0, {})


def _receipt(receipt: Receipt, style: Style) -> Plan:
    _only_what_russia_knows(receipt)
    sold = [line for line in receipt.lines if line.total > 0]
    if not sold:
        raise Unfit("zero", "nothing on this receipt has a price")
    found = [_by_operator(OPEN, number(OPENED[receipt.kind], 1))]
    labels: dict[int, str] = {}
    for line in sold:
        label = f"line {line.n} «{line.name}» {line.tax.code} {line.tax.percent / 100:g} %"
        for one in _line(line, OPERATION[receipt.kind], style):
            labels[len(found)] = label
            found.append(one)
    if receipt.buyer_tax_id is not None:
        found.append(_buyer(receipt.buyer_tax_id, style))
    if style.footer:
        found += _footer(receipt, style)
    found.append(_close(receipt, style))
    return Plan(
        "sale" if receipt.kind == "sale" else "return",
        "sale",
        tuple(found),
        len(found) - 1,
        labels,
        amount=receipt.due,
        operation=OPERATION[receipt.kind],
        omitted=tuple(line.n for line in receipt.lines if line.total == 0),
        needs={str(_row(line, style)): line.tax.percent for line in sold if not line.deposit},
        fiscal=True,
    )


def _only_what_russia_knows(receipt: Receipt) -> None:
    if receipt.currency != "RUB":
        raise Unfit("unsupported", f"this printer registers RUB, not {receipt.currency}")
    # Only the kopecks of the total may be rounded off.
    if not -(receipt.total % 100) <= receipt.rounding <= 0:
        raise Unfit("unsupported", "this printer rounds a total down to the rouble and not otherwise")


def _line(line: Line, operation: int, style: Style) -> list[Command]:
    name = text(line.name, style.name_length)
    if name.startswith("//"):
        # Two slashes at the beginning would keep the line off the paper.
        name = "/" + name.lstrip("/")
    row = WITHOUT_TAX if line.deposit else _row(line, style)
    rate = style.rate_bytes.get(row)
    if rate is None:
        raise Unfit("tax_unknown", f"line {line.n} «{line.name}»: the setting rate_bytes has no row {row}")
    tail = number(rate, 1) + number(style.department, 1) + number(FULL_PAYMENT, 1)
    tail += number(PLEDGE if line.deposit else GOODS, 1) + name.encode(ENCODING)
    found = []
    for quantity, price, total in spread(line):
        head = number(operation, 1) + number(quantity * 1000, 6) + number(price, 5) + number(total, 5)
        found.append(_by_operator(LINE, head + BY_PRINTER + tail))
        if style.units:
            found.append(_by_operator(LINE_TAG, tag(UNIT, number(unit_of(line), 1))))
    return found


def spread(line: Line) -> list[tuple[int, int, int]]:
    """(quantity, price, sum) whose prices carry the discount, because the tax office knows no discount of a line.

    A sum may be off price times quantity by one kopeck at most. Where no single price comes so near, a part of the
    quantity costs one kopeck more than the rest: then both come out exactly, in pieces and in grams. What is worth less
    than a kopeck a piece is said as one piece.
    """
    quantity, total = line.quantity, line.total
    price, low = (total * 1000 + quantity // 2) // quantity, total * 1000 // quantity
    if price and abs(line_gross(quantity, price) - total) <= 1:
        return [(quantity, price, total)]
    if not low:
        return [(1000, total, total)]
    dearer = total * 1000 - low * quantity
    first = line_gross(quantity - dearer, low)
    return [(quantity - dearer, low, first), (dearer, low + 1, total - first)]


def unit_of(line: Line) -> int:
    known = UNITS.get(line.unit.lower().rstrip("."))
    return known if known is not None else ANOTHER if line.quantity % 1000 else PIECE


def _row(line: Line, style: Style) -> int:
    row = style.rates.get(line.tax.code)
    if row is None:
        raise Unfit(
            "tax_unknown", f"line {line.n} «{line.name}»: the setting rates has no row for {line.tax.code}"
        )
    return row


def _buyer(tax_id: str, style: Style) -> Command:
    if not (tax_id.isascii() and tax_id.isdigit() and len(tax_id) in (10, 12)):
        raise Unfit("buyer", "a buyer's tax number (INN) has ten or twelve digits")
    found = tag(BUYER_TAX_ID, tax_id.ljust(12).encode(TAG_ENCODING))
    return _by_operator(TAG, tag(BUYER, found) if style.units else found)


def _footer(receipt: Receipt, style: Style) -> list[Command]:
    lines = [receipt.number, receipt.cashier, *receipt.footer]
    pieces = [piece for line in lines if line for piece in wrap(text(line, 200), style.columns)]
    return [_printed_line(piece, style.columns) for piece in pieces if piece]


def _close(receipt: Receipt, style: Style) -> Command:
    """What was handed over in cash, so that the printer finds the change by itself; of all else what stays."""
    sums = [0] * PAYMENTS
    for payment in receipt.payments:
        kind = style.payments[payment.kind]
        sums[kind - 1] += payment.tendered if payment.kind == "cash" else payment.amount
    data = b"".join(number(one, 5) for one in sums) + number(-receipt.rounding, 1)
    # Zeros: it computes the taxes itself. The text behind the tax system may be left off.
    return _by_operator(CLOSE, data + number(0, 5) * RATES + number(style.tax_system, 1))


def _printed(piece: Row | Feed | Qr | Barcode, columns: int) -> list[Command]:
    match piece:
        case Feed(lines):
            return [_by_operator(FEED, RECEIPT_ROLL + number(lines, 1))] if lines else []
        case Barcode(data, "ean13"):
            # Twelve digits: the printer finds the last one by itself.
            return [_by_operator(BARCODE, number(int(data[:12]), 5))]
        case Barcode(data, _) | Qr(data):
            return [_printed_line(line, columns) for line in wrap(data, columns)]
        case Row(size=2):
            return [_by_operator(PRINT_WIDE, RECEIPT_ROLL + line_of(_aligned(piece, WIDE), WIDE))]
        case Row():
            return [_printed_line(_aligned(piece, columns), columns)]


def _printed_line(value: str, columns: int) -> Command:
    return _by_operator(PRINT, RECEIPT_ROLL + line_of(value, max(columns, NARROWEST)))


def _aligned(row: Row, width: int) -> str:
    shown = text(row.text, width)
    return (
        shown.center(width).rstrip()
        if row.align == "center"
        else shown.rjust(width)
        if row.align == "right"
        else shown
    )
