"""ATOL: documents as tasks in JSON for the web server of the maker's driver (version 10), its answers as values. Pure.

There is no public document of the maker; this follows sources of several programs that talk to real printers. Amounts
are JSON numbers with two places.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from devices.document import Barcode, Document, Feed, Qr
from devices.drivers.fiscal import Unfit, error_words
from devices.drivers.service import Found, Order, What
from devices.drivers.web import Reading, number
from devices.fiscal import Cash, CleanUp, Copy, FiscalDocument, Line, Payment, Receipt, Report
from devices.layout import Row, lay_out

# Rates of its receipts, in hundredths of a percent.
TAXES = {
    "none": 0,
    "vat0": 0,
    "vat5": 500,
    "vat7": 700,
    "vat10": 1000,
    "vat18": 1800,
    "vat20": 2000,
    "vat22": 2200,
}
PAYMENTS = ("cash", "electronically", "prepaid", "credit", "other")
UNITS = {
    "шт": "piece",
    "szt": "piece",
    "кг": "kilogram",
    "kg": "kilogram",
    "г": "gram",
    "л": "liter",
    "м": "meter",
}
WORDS = error_words(no_answer="1-4", no_paper="44", cover_open="45", z_needed="68")
# States of a task. What is blocked may have been printed: the server does not know.
GOING_ON, REFUSED, BLOCKED = ("wait", "inProgress"), ("error", "interrupted", "canceled"), "blocked"
MAX_ROUNDING = 99


@dataclass(frozen=True)
class Style:
    """`rates` gives each tax code of the store a tax of the printer, `payments` each kind its type."""

    rates: Mapping[str, str]
    payments: Mapping[str, str]
    taxation: str = "osn"
    units: bool = True
    name_length: int = 128
    columns: int = 40
    footer: bool = True


def order(document: FiscalDocument, style: Style) -> Order | None:
    """The task of a document; None for a clean-up. Raises Unfit."""
    match document:
        case Receipt():
            return _receipt(document, style)
        case Report(report="x"):
            return _task("x", {"type": "reportX"})
        case Report():
            return _task("z", {"type": "closeShift"}, proof="z", slow="report", fiscal=True)
        case Cash(direction, amount, _reason):
            kind = "cashIn" if direction == "in" else "cashOut"
            return _task("cash", {"type": kind, "cashSum": number(amount)})
        case Copy():
            return _task("copy", {"type": "printLastReceiptCopy"})
        case CleanUp():
            return None


def drawer_order() -> Order:
    return _task("drawer", {"type": "openCashDrawer"})


def text_order(document: Document, style: Style) -> Order:
    """A document that is not fiscal, line by line."""
    items = [item for piece in lay_out(document, style.columns) for item in _printed(piece)]
    return _task("text", {"type": "nonFiscal", "items": items})


def _task(
    what: What,
    body: Mapping[str, object],
    proof: Literal["sale", "z", "note"] = "note",
    slow: Literal["print", "report"] = "print",
    fiscal: bool = False,
) -> Order:
    return Order(what, proof, "requests", body, slow=slow, fiscal=fiscal)


def _receipt(receipt: Receipt, style: Style) -> Order:
    if receipt.currency != "RUB":
        raise Unfit("unsupported", f"this printer registers RUB, not {receipt.currency}")
    if not -MAX_ROUNDING <= receipt.rounding <= 0:
        raise Unfit("unsupported", "this printer takes kopecks off a total and nothing else")
    sold = [line for line in receipt.lines if line.total > 0]
    if not sold:
        raise Unfit("zero", "nothing on this receipt has a price")
    body: dict[str, object] = {
        "type": "sellReturn" if receipt.kind == "return" else "sell",
        "taxationType": style.taxation,
        "ignoreNonFiscalPrintErrors": True,
        "items": [_position(line, style) for line in sold],
        "payments": [_payment(one, style) for one in receipt.payments if one.tendered],
        "total": number(receipt.due),
    }
    if receipt.cashier:
        body["operator"] = {"name": receipt.cashier}
    if receipt.buyer_tax_id is not None:
        body["clientInfo"] = {"vatin": receipt.buyer_tax_id}
    texts = [receipt.number, *receipt.footer] if style.footer else []
    if any(texts):
        body["postItems"] = [{"type": "text", "text": text[: style.columns]} for text in texts if text]
    return Order(
        receipt.kind,
        "sale",
        "requests",
        body,
        amount=receipt.due,
        receipt=receipt.receipt,
        omitted=tuple(line.n for line in receipt.lines if line.total == 0),
        fiscal=True,
    )


def _position(line: Line, style: Style) -> dict[str, object]:
    tax = "none" if line.deposit else style.rates.get(line.tax.code)
    if tax is None or (not line.deposit and TAXES[tax] != line.tax.percent):
        raise Unfit(
            "tax_unknown",
            f"line {line.n} «{line.name}»: no tax of the settings is {line.tax.code} {line.tax.percent / 100:g} %",
        )
    quantity, price = _priced(line)
    told: dict[str, object] = {
        "type": "position",
        "name": line.name[: style.name_length].strip(),
        "price": number(price),
        "quantity": number(quantity, 3),
        "amount": number(line.total),
        "paymentMethod": "fullPayment",
        "paymentObject": "pledge" if line.deposit else "commodity",
        "tax": {"type": tax},
    }
    if style.units:
        told["measurementUnit"] = (
            UNITS.get(line.unit.rstrip("."), "piece") if quantity == line.quantity else "piece"
        )
    return told


def _priced(line: Line) -> tuple[int, int]:
    """The tax office knows no discount: it is in the price, and what does not come out even is said as one piece."""
    price, rest = divmod(line.total * 1000, line.quantity)
    return (line.quantity, price) if not rest else (1000, line.total)


def _payment(payment: Payment, style: Style) -> dict[str, object]:
    return {"type": style.payments[payment.kind], "sum": number(payment.tendered)}


def _printed(piece: Row | Feed | Qr | Barcode) -> list[dict[str, object]]:
    match piece:
        case Feed(lines):
            return [{"type": "text", "text": ""}] * lines
        case Qr(data):
            return [{"type": "barcode", "barcode": data, "barcodeType": "QR", "alignment": "center"}]
        case Barcode(data, kind):
            return [
                {"type": "barcode", "barcode": data, "barcodeType": "EAN13" if kind == "ean13" else "CODE128"}
            ]
        case Row():
            more: dict[str, object] = {} if piece.align == "left" else {"alignment": piece.align}
            if piece.size == 2:
                more = {**more, "doubleWidth": True, "doubleHeight": True}
            return [{"type": "text", "text": piece.text, **more}]


def found(told: Reading) -> Found:
    """Of a task, which is one of a list."""
    results = told.tables("results")
    if not results:
        return Found("going")
    one = results[0]
    status = one.needed("status")
    if status == "ready":
        return Found("done", told=one.table("result"))
    if status in GOING_ON:
        return Found("going")
    error = one.table("error")
    code = error.whole("code") or one.whole("errorCode") or 0
    says = error.text("description") or one.text("errorDescription") or status
    if status in REFUSED:
        return Found("refused", WORDS.get(code, "device_error"), f"driver error {code}: {says}")
    return Found("lost", WORDS.get(code, "device_error"), f"the driver does not know how it ended: {says}")
