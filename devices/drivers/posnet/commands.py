"""What a Posnet printer is told for each document: a plan of commands, and what will prove that it happened. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from devices.document import Barcode, Document, Feed, Qr
from devices.drivers.fiscal import Unfit
from devices.drivers.posnet.codec import Command, command, quantity, same_goods, text
from devices.fiscal import Cash, CleanUp, Copy, FiscalDocument, Line, Receipt, Report
from devices.layout import Row, lay_out

# What proves a plan: the count of receipts, the sums of a packaging document, the count of daily reports, the state of
# the till, the running number of printed documents (all of a note, or that a longer paper was begun), or nothing but
# the answer itself.
Proof = Literal["sale", "pack", "z", "cash", "note", "paper", "answer"]
What = Literal["sale", "return", "x", "z", "cash", "copy", "text", "drawer"]

LETTERS = "ABCDEFG"
# The document allows 500 lines of sale in a receipt and 60 lines behind it.
MAX_FOOTER = 60
PAYMENT_TYPES = {
    "cash": 0,
    "card": 2,
    "voucher": 4,
    "account": 5,
    "internal": 6,
    "bonus": 6,
    "transfer": 8,
    "other": 6,
}
# Lines of "trftrln": the number of the transaction, the cashier, and a text without a keyword.
NUMBER_LINE, CASHIER_LINE, FREE_LINE = 0, 8, 25
# The "super form", whose lines are free text, under its empty heading.
FORM, HEADING = 200, 85


@dataclass(frozen=True)
class Style:
    """What the commands depend on besides the document; `rates` gives each tax code of the store its letter 0 to 6."""

    rates: Mapping[str, int]
    name_length: int = 40
    columns: int = 40
    footer: bool = True
    shift: str = "X"


@dataclass(frozen=True)
class Plan:
    """Commands in order. `key` is the one whose success is the document; `labels` name commands for people.

    `goods` and `deposits` are the sums the device must arrive at, `needs` the rates per letter in hundredths of a
    percent, `papers` how many documents with a running number come out, `slow` how patient to be with the key.
    """

    what: What
    proof: Proof
    commands: tuple[Command, ...]
    key: int
    labels: Mapping[int, str]
    slow: Literal["print", "report"] = "print"
    goods: int = 0
    deposits: int = 0
    omitted: tuple[int, ...] = ()
    needs: Mapping[str, int] | None = None
    papers: int = 1
    substitute: str | None = None
    fiscal: bool = False


def plan(document: FiscalDocument, style: Style) -> Plan | None:
    """The plan of a document; None for a clean-up, which depends on what the printer says. Raises Unfit."""
    match document:
        case Receipt(kind="sale"):
            return _sale(document, style)
        case Receipt():
            return _return(document)
        case Report(report="x"):
            return _one("x", "note", command("shiftrep", sh=text(style.shift, 8), zr=False))
        case Report():
            # The day is that of the printer's own clock, which it compares: filled in when it has been asked.
            return _one("z", "z", command("dailyrep"), slow="report", fiscal=True)
        case Cash(direction, amount, _reason):
            return _one("cash", "cash", command("cash", kw=amount, wp=direction == "in"))
        case Copy():
            return _one("copy", "answer", command("eclastprintouts", no=1))
        case CleanUp():
            return None


def drawer() -> Plan:
    return _one("drawer", "answer", command("opendrwr"))


def text_plan(document: Document, style: Style) -> Plan:
    """A document that is not fiscal, as a form of free lines. The printer itself writes that it is not fiscal."""
    found = [command("opendrwr")] if document.drawer else []
    found.append(command("formstart", fn=FORM, fh=HEADING))
    for piece in lay_out(document, style.columns):
        found += _form_lines(piece, style.columns)
    found.append(command("formend", fn=FORM))
    return Plan("text", "paper", tuple(found), len(found) - 1, {})


def _one(
    what: What,
    proof: Proof,
    asked: Command,
    slow: Literal["print", "report"] = "print",
    fiscal: bool = False,
) -> Plan:
    return Plan(what, proof, (asked,), 0, {}, slow=slow, fiscal=fiscal)


def _sale(receipt: Receipt, style: Style) -> Plan:
    _only_what_poland_knows(receipt)
    sold = [line for line in receipt.lines if line.total > 0]
    if not sold:
        raise Unfit("zero", "nothing on this receipt has a price")
    goods = sum(line.total for line in sold if not line.deposit)
    deposits = sum(line.total for line in sold if line.deposit)
    # A receipt of nothing but packaging is another kind of document, which is not fiscal.
    found = [command("trinit", bm=True) if goods else command("trpackinit")]
    labels: dict[int, str] = {}
    for line in sold:
        labels[len(found)] = f"line {line.n} «{line.name}» {line.tax.code} {line.tax.percent / 100:g} %"
        found.append(_packaging(line) if line.deposit else _line(line, style))
    if receipt.buyer_tax_id is not None and goods:
        found.append(command("trnipset", ni=text(receipt.buyer_tax_id, 30), dw=True))
    found += _payments(receipt)
    key = len(found)
    footer = _footer(receipt, style) if style.footer else []
    found.append(_end(receipt, goods, deposits, bool(footer)))
    if footer:
        found += [*footer, command("trftrend")]
    return Plan(
        "sale",
        "sale" if goods else "pack",
        tuple(found),
        key,
        labels,
        goods=goods,
        deposits=deposits,
        omitted=tuple(line.n for line in receipt.lines if line.total == 0),
        needs={LETTERS[_letter(line, style)]: line.tax.percent for line in sold if not line.deposit},
        fiscal=goods > 0,
    )


def _only_what_poland_knows(receipt: Receipt) -> None:
    if receipt.currency != "PLN":
        raise Unfit("unsupported", f"this printer registers PLN, not {receipt.currency}")
    if receipt.rounding:
        raise Unfit("unsupported", "this printer knows no rounding of what is paid")


def _line(line: Line, style: Style) -> Command:
    name = text(line.name, style.name_length)
    if not same_goods(name):
        raise Unfit("goods", f"the name of line {line.n} has no letter or digit that this printer knows")
    return command(
        "trline",
        na=name,
        vt=_letter(line, style),
        pr=line.price,
        wa=line.gross,
        il=quantity(line.quantity),
        jm=text(line.unit, 4) or None,
        rd=True if line.discount else None,
        rw=line.discount or None,
    )


def _letter(line: Line, style: Style) -> int:
    letter = style.rates.get(line.tax.code)
    if letter is None:
        raise Unfit(
            "tax_unknown", f"line {line.n} «{line.name}»: the setting rates has no letter for {line.tax.code}"
        )
    return letter


def _packaging(line: Line) -> Command:
    if line.quantity % 1000:
        raise Unfit("deposit", f"line {line.n} «{line.name}»: packaging is counted in whole pieces")
    return command(
        "trpack",
        ne=False,
        pr=line.price,
        il=line.quantity // 1000,
        wa=line.gross,
        de=text(line.name, 40) or None,
    )


def _payments(receipt: Receipt) -> list[Command]:
    """How it was paid, as handed over, and the change in cash."""
    found = [
        command(
            "trpayment",
            ty=PAYMENT_TYPES[payment.kind],
            wa=payment.tendered,
            na=text(payment.name, 25) or None,
            re=False,
        )
        for payment in receipt.payments
        if payment.tendered
    ]
    change = sum(payment.change for payment in receipt.payments)
    if change:
        found.append(command("trpayment", ty=PAYMENT_TYPES["cash"], wa=change, re=True))
    return found


def _end(receipt: Receipt, goods: int, deposits: int, more: bool) -> Command:
    change = sum(payment.change for payment in receipt.payments)
    return command(
        "trend",
        to=goods or None,
        op=deposits or None,
        fp=sum(payment.tendered for payment in receipt.payments),
        re=change or None,
        fe=False if more else None,
    )


def _footer(receipt: Receipt, style: Style) -> list[Command]:
    lines = [(NUMBER_LINE, receipt.number), (CASHIER_LINE, receipt.cashier)]
    lines += [(FREE_LINE, one) for one in receipt.footer]
    return [
        command("trftrln", id=kind, na=text(value, style.columns))
        for kind, value in lines[:MAX_FOOTER]
        if text(value, style.columns)
    ]


def _return(receipt: Receipt) -> Plan:
    """Poland has no fiscal return: the printer's own notes of goods and of packaging given back."""
    _only_what_poland_knows(receipt)
    goods = sum(line.total for line in receipt.lines if not line.deposit)
    deposits = sum(line.total for line in receipt.lines if line.deposit)
    found = [command("stocash", kw=goods)] if goods else []
    if deposits:
        found.append(command("packret", kw=deposits))
    if not found:
        raise Unfit("zero", "nothing on this return has a price")
    return Plan(
        "return",
        "note",
        tuple(found),
        len(found) - 1,
        {},
        goods=goods,
        deposits=deposits,
        papers=len(found),
        substitute="return_note",
    )


def _form_lines(piece: Row | Feed | Qr | Barcode, columns: int) -> list[Command]:
    match piece:
        case Feed(lines):
            return [command("formcmd", fn=FORM, cm=0)] * lines
        case Qr(data):
            octets = data.encode()
            # Larger codes have more modules: they shrink so that the widest still fits 57 mm paper.
            dots = 6 if len(octets) <= 100 else 4 if len(octets) <= 250 else 3
            return [
                command("qrcode", px=dots, el=1, hx=True, tx=octets.hex().upper()),
                command("formbarcode2d", fn=FORM),
            ]
        case Barcode(data, kind):
            return [command("formbarcode", fn=FORM, bc=data, bt=1 if kind == "ean13" else 0)]
        case Row():
            return [_form_row(piece, columns)]


def _form_row(row: Row, columns: int) -> Command:
    width = columns // row.size
    shown = text(row.text, width)
    if not shown:
        return command("formcmd", fn=FORM, cm=0)
    if row.align == "right":
        shown = shown.rjust(width)
    # One ampersand begins a format, two print one.
    body = shown.replace("&", "&&")
    marks: dict[str, Callable[[], bool]] = {
        "&c": lambda: row.align == "center",
        "&s": lambda: row.bold,
        "&b": lambda: row.size == 2,
    }
    return command(
        "formformattedline", s1="".join(mark for mark, wanted in marks.items() if wanted()) + body, fn=FORM
    )
