"""NoviAPI: documents as the JSON that a Novitus printer takes, its answers as values. Pure.

After the maker's OpenAPI document, version 1.0.4 (10 February 2026). Amounts and quantities are texts with a point; a
request is validated by the printer against its schema, which has no room for a key too many.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from devices.document import Barcode, Document, Feed, Qr
from devices.drivers.fiscal import Unfit, error_words
from devices.drivers.service import Order, per_letter
from devices.drivers.web import Reading, decimal, hundredths, quantity
from devices.errors import TransportError
from devices.fiscal import Cash, CleanUp, Copy, FiscalDocument, Line, Payment, Receipt, Report
from devices.layout import Row, lay_out

LETTERS = "ABCDEFG"
REQUEST_ID = re.compile(r"[0-9A-Za-z]{32}")
# What the schema lets through.
MAX_ITEMS, MAX_LINES, MAX_PRINTED, MAX_NAME, MAX_TEXT = 255, 50, 1000, 60, 64
MAX_UNIT, MAX_CASHIER, MAX_NIP, MAX_PAYMENT, MAX_NUMBER = 4, 32, 16, 24, 512
MAX_CODE, MAX_QR = 52, 1852
MAX_PAYMENTS = 16
PAYMENTS = {
    "cash": "cash",
    "card": "card",
    "voucher": "coupon",
    "account": "credit",
    "internal": "other",
    "bonus": "other",
    "transfer": "transfer",
    "other": "other",
}
RETURN_TITLE = "ZWROT TOWARU"
EXEMPT = "ZW"

# Errors of its REST face, and of the commands behind it, which have the numbers of the older Novitus protocols.
TOKEN_INCORRECT, STORED_IN_QUEUE, WAITS_FOR_REPORT = 4, 10, 11
REST_WORDS = error_words(syntax="7 8", wrong_mode="9 10", z_needed="11", busy="2 6", memory_full="14")
WORDS = error_words(
    clock="1 5 7 1085",
    memory_fault="6 1009-1014 1016 1028 1030 1088 1089 1099 1102 1114",
    goods="16 38",
    out_of_range="4 15 17 19 22 23 25 28 34 51 84 1004 1005",
    tax_unknown="11 18 1003 1007",
    totals_differ="20 27",
    payment="26 30",
    zero="35 1092",
    not_fiscal="12 40 1006 1015",
    memory_full="1008 1029",
    deposit="83",
    unknown_command="82 99 1022 1023",
    wrong_mode="8 21 1002 1027 1031",
    busy="1033 1034",
    mechanism="9 1017 1086",
    read_only="1021",
    no_paper="1037",
    blocked="1054 1100",
    buyer="1098 1101 1104",
    z_needed="1116",
)


@dataclass(frozen=True)
class Style:
    """What the requests depend on besides the document; `rates` gives each tax code of the store its letter."""

    rates: Mapping[str, str]
    name_length: int = 40
    columns: int = 40
    footer: bool = True
    deposits_in_total: bool = False
    open_drawer: bool = False


@dataclass(frozen=True)
class Printer:
    """Of the status `device`: rates in hundredths of a percent, None when exempt; gross since the last report."""

    name: str
    columns: int | None
    rates: Mapping[str, int | None]
    totals: Mapping[str, int]


@dataclass(frozen=True)
class Memory:
    """Of the status `fiscal_memory`."""

    unique_number: str
    reports: int
    most_reports: int


# -------------------------------------------------------------------- documents to requests


def order(document: FiscalDocument, style: Style, today: date) -> Order | None:
    """The request of a document; None for a clean-up. Raises Unfit."""
    match document:
        case Receipt(kind="sale"):
            return _sale(document, style)
        case Receipt():
            return _return(document, style)
        case Report(report="z"):
            body = {"daily_report": {"date": today.strftime("%d/%m/%Y")}}
            return Order("z", "z", "daily_report", body, fiscal=True, slow="report")
        case Report() | Cash() | Copy():
            raise Unfit("unsupported", "NoviAPI has no such document: use the printer's own menu")
        case CleanUp():
            return None


def text_order(document: Document, style: Style) -> Order:
    """A printout that is not fiscal, which the printer itself marks as such."""
    lines = [line for piece in lay_out(document, style.columns) for line in _printed(piece)][:MAX_PRINTED]
    printout: dict[str, object] = {"lines": lines or [EMPTY]}
    if document.drawer:
        printout["device_control"] = {"open_drawer": True}
    return Order("text", "note", "nf_printout", {"printout": printout})


EMPTY: dict[str, object] = {"special_line": {"type": "emptyline"}}


def _sale(receipt: Receipt, style: Style) -> Order:
    _only_what_it_knows(receipt)
    sold = [line for line in receipt.lines if line.total > 0]
    if not sold:
        raise Unfit("zero", "nothing on this receipt has a price")
    if len(sold) > MAX_ITEMS:
        raise Unfit("out_of_range", f"a receipt has at most {MAX_ITEMS} lines")
    goods = sum(line.total for line in sold if not line.deposit)
    if not goods:
        raise Unfit("deposit", "NoviAPI has no document of packaging alone")
    told: dict[str, object] = {"items": [_item(line, style) for line in sold]}
    payments = [_payment(payment) for payment in receipt.payments if payment.tendered]
    if len(payments) > MAX_PAYMENTS:
        raise Unfit("payment", f"a receipt has at most {MAX_PAYMENTS} payments")
    told["payments"] = payments
    told["summary"] = _summary(receipt, receipt.total if style.deposits_in_total else goods)
    footer = _footer(receipt) if style.footer else []
    if footer:
        told["printout_lines"] = footer
    if receipt.buyer_tax_id is not None:
        if len(receipt.buyer_tax_id) > MAX_NIP:
            raise Unfit("buyer", f"a buyer's tax number has at most {MAX_NIP} characters")
        told["buyer"] = {"nip": receipt.buyer_tax_id}
    system = _system(receipt) if style.footer else {}
    if system:
        told["system_info"] = system
    if style.open_drawer:
        told["device_control"] = {"open_drawer": True}
    totals = per_letter(receipt, style.rates)
    return Order(
        "sale",
        "sale",
        "receipt",
        {"receipt": told},
        amount=goods,
        receipt=receipt.receipt,
        omitted=tuple(line.n for line in receipt.lines if line.total == 0),
        needs={style.rates[line.tax.code]: line.tax.percent for line in sold if not line.deposit},
        totals=totals,
        fiscal=True,
    )


def _only_what_it_knows(receipt: Receipt) -> None:
    if receipt.currency != "PLN":
        raise Unfit("unsupported", f"this printer registers PLN, not {receipt.currency}")
    if receipt.rounding:
        raise Unfit("unsupported", "this printer knows no rounding of what is paid")


def _item(line: Line, style: Style) -> dict[str, object]:
    if line.deposit:
        return {"container": _container(line, style)}
    letter = style.rates.get(line.tax.code)
    if letter is None:
        raise Unfit(
            "tax_unknown", f"line {line.n} «{line.name}»: the setting rates has no letter for {line.tax.code}"
        )
    article: dict[str, object] = {
        "name": line.name[: style.name_length].strip(),
        "ptu": letter,
        "quantity": quantity(line.quantity),
        "price": decimal(line.price),
        "value": decimal(line.gross),
    }
    if line.unit:
        article["unit"] = line.unit[:MAX_UNIT]
    if line.discount:
        article["discount_markup"] = {"type": "value_discount", "value": decimal(line.discount)}
    return {"article": article}


def _container(line: Line, style: Style) -> dict[str, object]:
    """Packaging: the quantity is for the paper alone, the value is that of all."""
    return {
        "name": line.name[: style.name_length].strip(),
        "quantity": quantity(line.quantity),
        "value": decimal(line.total),
    }


def _payment(payment: Payment) -> dict[str, object]:
    told = {"value": decimal(payment.tendered)}
    if payment.name and payment.kind != "cash":
        told = {"name": payment.name[:MAX_PAYMENT].strip(), **told}
    return {PAYMENTS[payment.kind]: told}


def _summary(receipt: Receipt, total: int) -> dict[str, object]:
    change = sum(payment.change for payment in receipt.payments)
    told = {
        "total": decimal(total),
        "pay_in": decimal(sum(payment.tendered for payment in receipt.payments)),
    }
    return {**told, "change": decimal(change)} if change else {**told}


def _system(receipt: Receipt) -> dict[str, object]:
    told: dict[str, object] = {}
    if receipt.cashier:
        told["cashier_name"] = receipt.cashier[:MAX_CASHIER]
    if receipt.number:
        told["system_number"] = {"print_as": "text", "value": receipt.number[:MAX_NUMBER]}
    return told


def _footer(receipt: Receipt) -> list[dict[str, object]]:
    return [_line(text) for text in receipt.footer if text][:MAX_LINES]


def _return(receipt: Receipt, style: Style) -> Order:
    """Poland has no fiscal return: a note of goods given back, which is not fiscal."""
    _only_what_it_knows(receipt)
    if not receipt.total:
        raise Unfit("zero", "nothing on this return has a price")
    lines = [_line(RETURN_TITLE, bold=True, center=True), _line(receipt.number or receipt.receipt)]
    for line in receipt.lines:
        lines.append(_line(line.name))
        lines.append(_right(f"{quantity(line.quantity)} {line.unit} x {decimal(line.price)}"))
        lines.append(_right(decimal(line.total)))
    lines.append({"special_line": {"type": "underline"}})
    lines.append(_right(f"RAZEM {decimal(receipt.total)} PLN", bold=True))
    lines += [EMPTY, _line("Podpis klienta: ....................")]
    if receipt.cashier:
        lines.append(_line(f"Kasjer: {receipt.cashier}"))
    return Order(
        "return",
        "note",
        "nf_printout",
        {"printout": {"lines": lines[:MAX_PRINTED]}},
        amount=receipt.total,
        receipt=receipt.receipt,
        substitute="return_note",
    )


def _printed(piece: Row | Feed | Qr | Barcode) -> list[dict[str, object]]:
    match piece:
        case Feed(lines):
            return [EMPTY] * lines
        case Qr(data):
            if len(data) > MAX_QR:
                raise Unfit("out_of_range", f"a QR code has at most {MAX_QR} characters")
            return [{"qrcode": {"text": data, "masked": False}}]
        case Barcode(data, _kind):
            return [{"barcode": {"text": data[:MAX_CODE], "masked": False}}]
        case Row():
            more: dict[str, bool] = {}
            if piece.align != "left":
                more[piece.align] = True
            if piece.size == 2:
                more["big"] = True
            return [_line(piece.text, bold=piece.bold, **more)]


def _right(text: str, bold: bool = False) -> dict[str, object]:
    return _line(text, bold=bold, right=True)


def _line(text: str, bold: bool = False, **more: bool) -> dict[str, object]:
    shown = text[:MAX_TEXT].strip()
    if not shown:
        return EMPTY
    return {"textline": {"text": shown, "masked": False, **({"bold": True} if bold else {}), **more}}


# -------------------------------------------------------------------- answers to values


def printer(told: Reading) -> Printer:
    """Of the answer to the status `device`."""
    device = told.table("device")
    rates: dict[str, int | None] = {}
    for one in device.tables("tax_rates"):
        value = one.needed("value").upper()
        percent = hundredths(value)
        if percent is not None or value == EXEMPT:
            rates[one.needed("name")] = percent
    totals = {
        one.needed("tax_rate"): (one.hundredths("receipt") or 0) + (one.hundredths("invoice") or 0)
        for one in device.tables("totals")
    }
    return Printer(
        device.text("name") or "",
        device.whole("characters_per_line"),
        rates,
        {letter: amount for letter, amount in totals.items() if amount},
    )


def memory(told: Reading) -> Memory:
    """Of the answer to the status `fiscal_memory`."""
    found = told.table("fiscal_memory")
    reports, most = found.whole("daily_reports_count"), found.whole("max_daily_reports")
    if reports is None or most is None:
        raise TransportError("the printer does not tell how many daily reports it has", touched=True)
    return Memory(found.needed("unique_number"), reports, most)


def exception(told: Reading) -> tuple[int, str, str]:
    """The number, our word and a sentence of a refusal of its REST face."""
    found = told.table("exception")
    code, says = found.whole("code") or 0, found.text("description") or "it refuses"
    more = "; ".join(found.texts("errors")[:3])
    return (
        code,
        REST_WORDS.get(code, "device_error"),
        f"NoviAPI error {code}: {says}" + (f" ({more})" if more else ""),
    )


def fault(told: Reading) -> tuple[str, str]:
    """Our word and a sentence for an `error` of a request or of the printer."""
    code = told.whole("code") or 0
    return WORDS.get(code, "device_error"), f"printer error {code}: {told.text('description') or 'no words'}"
