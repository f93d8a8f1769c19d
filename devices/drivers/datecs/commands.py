"""What a Datecs printer is told for each document: a plan of commands, and what will prove that it happened. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from devices.document import Barcode, Document, Feed, Qr
from devices.drivers.datecs.codec import MAX_DATA, Command, money, quantity, text
from devices.drivers.datecs.families import LETTERS, Family
from devices.drivers.fiscal import Unfit
from devices.fiscal import Cash, CleanUp, Copy, FiscalDocument, Line, Origin, Receipt, Report
from devices.layout import Row, lay_out, wrap

# What proves a plan: the turnover of the day or the last receipt, the number of the last Z, the cash put in or taken
# out, the number of the last paper, or nothing but the answer itself.
Proof = Literal["sale", "z", "cash", "paper", "answer"]
What = Literal["sale", "return", "x", "z", "cash", "copy", "text", "drawer"]

QR_LENGTH = range(3, 280)


@dataclass(frozen=True)
class Style:
    """What the commands depend on besides the document. `rates` gives each tax code of the store its group A to H,
    `payments` the family's letter of each kind.
    """

    family: Family
    rates: Mapping[str, str]
    payments: Mapping[str, str]
    currency: str
    operator: int = 1
    password: str = "0000"
    till: int = 1
    report_password: str = "0000"
    goods_password: str = "0000"
    name_length: int = 0
    columns: int = 36
    footer: bool = True


@dataclass(frozen=True)
class Goods:
    """What a printer that sells by number must have in its list. `group` is one of A to H."""

    name: str
    group: str
    price: int

    @property
    def key(self) -> tuple[str, str]:
        return self.name, self.group


@dataclass(frozen=True)
class Plan:
    """Commands in order. From `key` on a receipt cannot be cancelled any more: that is its first payment.

    `check` is the place of the subtotal, which must be `amount`; `goods` names what is sold at which place, on a
    printer that sells by number. `sums` are per group, `payments` what is paid in order.
    """

    what: What
    proof: Proof
    commands: tuple[Command, ...]
    key: int
    labels: Mapping[int, str] = field(default_factory=dict)
    slow: Literal["print", "report"] = "print"
    check: int | None = None
    amount: int = 0
    moved: int = 0
    sums: Mapping[str, int] = field(default_factory=dict)
    payments: tuple[tuple[str, int], ...] = ()
    goods: Mapping[int, Goods] = field(default_factory=dict)
    omitted: tuple[int, ...] = ()
    needs: Mapping[str, int] | None = None
    fiscal: bool = False

    def numbered(self, numbers: Mapping[tuple[str, str], int]) -> "Plan":
        """The plan with the numbers of its goods."""
        commands = list(self.commands)
        for place, goods in self.goods.items():
            commands[place] = Command(commands[place].code, f"{numbers[goods.key]}{commands[place].data}")
        return replace(self, commands=tuple(commands), goods={})


def plan(document: FiscalDocument, style: Style) -> Plan | None:
    """The plan of a document; None for a clean-up, which depends on what the printer says. Raises Unfit."""
    family = style.family
    match document:
        case Receipt():
            return _receipt(document, style)
        case Report(report="x"):
            asked = family.command("x", report_password=style.report_password)
            return _one("x", "paper" if family.papers else "answer", asked)
        case Report():
            asked = family.command("z", report_password=style.report_password)
            return Plan("z", "z", (asked,), 0, slow="report", fiscal=True)
        case Cash(direction, amount, _reason):
            if amount > family.most:
                raise Unfit("out_of_range", "this printer takes no such sum")
            asked = family.command(f"cash_{direction}", amount=money(amount))
            return Plan("cash", "cash", (asked,), 0, moved=amount if direction == "in" else -amount)
        case Copy():
            return _one("copy", "answer", family.command("copy"))
        case CleanUp():
            return None


def drawer(style: Style) -> Plan:
    return _one("drawer", "answer", style.family.command("drawer"))


def text_plan(document: Document, style: Style) -> Plan:
    """A document that is not fiscal, line by line. Codes that this family does not draw are printed as their text."""
    family = style.family
    found = [family.command("drawer")] if document.drawer else []
    found.append(family.command("text_open"))
    for piece in lay_out(document, style.columns):
        found += _printed(piece, style)
    found.append(family.command("text_close"))
    return Plan("text", "paper" if family.papers else "answer", tuple(found), len(found) - 1)


def _one(what: What, proof: Proof, asked: Command) -> Plan:
    return Plan(what, proof, (asked,), 0)


# ------------------------------------------------------------------------- receipts


def _receipt(receipt: Receipt, style: Style) -> Plan:
    _only_what_it_knows(receipt, style)
    family = style.family
    sold = [line for line in receipt.lines if line.total > 0]
    if not sold:
        raise Unfit("zero", "nothing on this receipt has a price")
    found = [_opening(receipt, style)]
    labels: dict[int, str] = {}
    goods: dict[int, Goods] = {}
    sums: dict[str, int] = {}
    for line in sold:
        group = _group(line, style)
        sums[group] = sums.get(group, 0) + line.total
        labels[len(found)] = f"line {line.n} «{line.name}» {line.tax.code} {line.tax.percent / 100:g} %"
        if family.articles:
            goods[len(found)] = Goods(_name(line, style), group, line.price)
        found.append(_line(line, group, style))
    if style.footer:
        found += _footer(receipt, style)
    check = len(found)
    payments = _payments(receipt, style)
    found.append(family.command("subtotal"))
    found += [family.command("payment", kind=kind, amount=money(paid)) for kind, paid in payments]
    found.append(family.command("close"))
    return Plan(
        "sale" if receipt.kind == "sale" else "return",
        "sale",
        tuple(found),
        check + 1,
        labels,
        check=check,
        amount=receipt.due,
        sums=sums,
        payments=payments,
        goods=goods,
        omitted=tuple(line.n for line in receipt.lines if line.total == 0),
        needs={_group(line, style): line.tax.percent for line in sold},
        fiscal=True,
    )


def _only_what_it_knows(receipt: Receipt, style: Style) -> None:
    if receipt.currency != style.currency:
        raise Unfit("unsupported", f"this printer registers {style.currency}, not {receipt.currency}")
    if receipt.rounding:
        raise Unfit("unsupported", "this printer is not told any rounding of what is paid")
    if receipt.buyer_tax_id is not None:
        raise Unfit("buyer", "a receipt of this printer has no place for a buyer's tax number")
    if receipt.due > style.family.most:
        raise Unfit("out_of_range", "this printer takes no such sum")


def _opening(receipt: Receipt, style: Style) -> Command:
    who = {"operator": style.operator, "password": style.password, "till": style.till}
    if receipt.kind == "sale":
        return style.family.command("open", **who)
    if not style.family.origin:
        return style.family.command("refund", **who)
    if receipt.origin is None:
        raise Unfit("unsupported", "a return at this printer names the receipt it is of, and none was given")
    return style.family.command("refund", **who, **_origin(receipt.origin))


def _origin(origin: Origin) -> dict[str, object]:
    return {"document": origin.document, "at": origin.at, "memory": text(origin.unique_number, 16)}


def _line(line: Line, group: str, style: Style) -> Command:
    family = style.family
    if max(line.price, line.gross) > family.most or line.quantity > family.most:
        raise Unfit("out_of_range", f"line {line.n} «{line.name}»: this printer takes no such number")
    values = {
        "name": "\n".join(_name_lines(line, style)),
        "group": family.groups[LETTERS.index(group)],
        "price": money(line.price),
        "quantity": quantity(line.quantity),
    }
    if line.discount:
        return family.command("less", discount=money(line.discount), **values)
    return family.command("line", **values)


def _name(line: Line, style: Style) -> str:
    """Without a comma, which would end it where a printer lists its goods."""
    length, lines = style.family.name
    return text(line.name.replace(",", "."), style.name_length or length * lines)


def _name_lines(line: Line, style: Style) -> list[str]:
    length, lines = style.family.name
    return wrap(_name(line, style), length)[:lines]


def _group(line: Line, style: Style) -> str:
    group = style.rates.get(line.tax.code)
    if group is None or LETTERS.index(group) >= len(style.family.groups):
        raise Unfit(
            "tax_unknown", f"line {line.n} «{line.name}»: the setting rates has no group for {line.tax.code}"
        )
    return group


def _payments(receipt: Receipt, style: Style) -> tuple[tuple[str, int], ...]:
    """What may be refused comes first, cash as handed over comes last: then the printer finds the change by itself. A
    return pays out what stays.
    """
    handed = receipt.kind == "sale"
    found = [
        (style.payments[one.kind], one.tendered if handed and one.kind == "cash" else one.amount)
        for one in sorted(receipt.payments, key=lambda one: one.kind == "cash")
    ]
    return tuple((kind, paid) for kind, paid in found if paid)


def _footer(receipt: Receipt, style: Style) -> list[Command]:
    lines = [receipt.number, receipt.cashier, *receipt.footer]
    pieces = [piece for line in lines if line for piece in wrap(text(line, 200), style.columns)]
    return [style.family.command("text", text=piece) for piece in pieces if piece]


# ------------------------------------------------------------------------- papers


def _printed(piece: Row | Feed | Qr | Barcode, style: Style) -> list[Command]:
    family = style.family
    match piece:
        case Feed(lines):
            return [family.command("text_line", text=" ")] * lines
        case Barcode(data, "ean13") if family.knows("ean13"):
            return [family.command("ean13", twelve=data[:12], thirteen=data)]
        case Qr(data) if (
            family.knows("qr") and data.isascii() and len(data) in QR_LENGTH and len(data) < MAX_DATA - 8
        ):
            return [family.command("qr", data=data)]
        case Barcode(data, _) | Qr(data):
            return [
                family.command("text_line", text=text(line, style.columns))
                for line in wrap(data, style.columns)
            ]
        case Row():
            return [family.command("text_line", text=_aligned(piece, style.columns) or " ")]


def _aligned(row: Row, width: int) -> str:
    shown = text(row.text, width)
    if row.align == "center":
        return shown.center(width).rstrip()
    return shown.rjust(width) if row.align == "right" else shown
