"""Checkbox: documents as the JSON that its API takes, its answers as values. Pure.

After the maker's public description of the API, his SDK (checkbox-sdk 1.6.0 on PyPI) and what others published of its
answers. Money is whole kopecks, quantities are thousandths, ids are UUIDs of ours.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from devices.drivers.fiscal import Unfit
from devices.drivers.service import Found, Order, per_letter
from devices.drivers.web import Answer, Reading
from devices.fiscal import Cash, CleanUp, Copy, FiscalDocument, Line, Payment, Receipt, Report

CASH, CASHLESS = "CASH", "CASHLESS"
MAX_NAME, MAX_TEXT = 128, 500
# Codes of its refusals, by what they begin with, as our words.
WORDS = {
    "receipt.already_exists": "already_registered",
    "shift.not_opened": "wrong_mode",
    "shift.already_opened": "wrong_mode",
    "shift.": "wrong_mode",
    "cashier.": "blocked",
    "base.credentials": "blocked",
    "cash_register.": "blocked",
    "organization.": "blocked",
    "signature": "blocked",
    "validation": "syntax",
}
BY_STATUS = {401: "blocked", 402: "blocked", 403: "blocked", 422: "syntax", 429: "busy"}
EXISTS = "receipt.already_exists"


@dataclass(frozen=True)
class Style:
    """`rates` gives each tax code of the store the code of a tax in the account."""

    rates: Mapping[str, str]
    name_length: int = MAX_NAME
    footer: bool = True


@dataclass(frozen=True)
class Shift:
    """Totals per tax code are gross, sales less returns."""

    name: str
    status: str
    serial: int | None
    opened_at: str | None
    cash: int | None
    totals: Mapping[str, int]
    error: str


# -------------------------------------------------------------------- documents to requests


def order(document: FiscalDocument, style: Style) -> Order | None:
    """The request of a document, without its id; None for a clean-up. Raises Unfit."""
    match document:
        case Receipt():
            return _receipt(document, style)
        case Report(report="x"):
            return Order("x", "note", "reports")
        case Report():
            return Order("z", "z", "shifts/close", fiscal=True, slow="report")
        case Cash(direction, amount, _reason):
            moved = amount if direction == "in" else -amount
            body = {"payment": {"type": CASH, "value": moved}}
            return Order("cash", "cash", "receipts/service", body, amount=moved, fiscal=True)
        case Copy():
            raise Unfit(
                "unsupported", "a register in the cloud has no paper: the receipt's page shows it again"
            )
        case CleanUp():
            return None


def _receipt(receipt: Receipt, style: Style) -> Order:
    if receipt.currency != "UAH":
        raise Unfit("unsupported", f"this register works in UAH, not in {receipt.currency}")
    sold = [line for line in receipt.lines if line.total > 0]
    if not sold:
        raise Unfit("zero", "nothing on this receipt has a price")
    back = receipt.kind == "return"
    body: dict[str, object] = {
        "goods": [_good(line, style, back) for line in sold],
        "payments": [_payment(one) for one in receipt.payments if one.tendered],
    }
    if receipt.cashier:
        body["cashier_name"] = receipt.cashier
    if receipt.rounding:
        body["rounding"] = True
    texts = [receipt.number, *receipt.footer] if style.footer else []
    if receipt.buyer_tax_id is not None:
        texts.append(f"ІПН покупця {receipt.buyer_tax_id}")
    if any(texts):
        body["footer"] = "\n".join(text for text in texts if text)[:MAX_TEXT]
    return Order(
        receipt.kind,
        "sale",
        "receipts/sell",
        body,
        amount=receipt.due,
        receipt=receipt.receipt,
        omitted=tuple(line.n for line in receipt.lines if line.total == 0),
        needs={style.rates[line.tax.code]: line.tax.percent for line in sold},
        totals=per_letter(receipt, style.rates),
        fiscal=True,
    )


def _good(line: Line, style: Style, back: bool) -> dict[str, object]:
    if line.deposit:
        raise Unfit("deposit", f"line {line.n} «{line.name}»: this register has no deposits")
    code = style.rates.get(line.tax.code)
    if code is None:
        raise Unfit(
            "tax_unknown", f"line {line.n} «{line.name}»: the setting rates has no tax for {line.tax.code}"
        )
    name = line.name[: style.name_length].strip()
    good = {"code": article(name, code), "name": name, "price": line.price, "tax": [int(code)]}
    told: dict[str, object] = {"good": good, "quantity": line.quantity, "is_return": back}
    if line.discount:
        told["discounts"] = [{"type": "DISCOUNT", "mode": "VALUE", "value": line.discount}]
    return told


def article(name: str, tax: str) -> str:
    """The register wants a code of each article. A fiscal document has none: the same name and tax is the same code."""
    return hashlib.sha256(f"{name}\n{tax}".encode()).hexdigest()[:12]


def _payment(payment: Payment) -> dict[str, object]:
    told: dict[str, object] = {
        "type": CASH if payment.kind == "cash" else CASHLESS,
        "value": payment.tendered,
    }
    return {**told, "label": payment.name} if payment.name and payment.kind != "cash" else told


# -------------------------------------------------------------------- answers to values


def receipt_found(told: Reading) -> Found:
    """Of a receipt: CREATED until the tax office has answered, then DONE or ERROR."""
    match told.needed("status"):
        case "DONE":
            return Found("done", told=told)
        case "ERROR":
            return Found(
                "refused", "blocked", f"the tax office refuses it: {_why(told.table('transaction'))}"
            )
        case _:
            return Found("going")


def shift(told: Reading) -> Shift:
    balance = told.table("balance")
    totals = {
        str(one.whole("code")): (one.whole("sales_turnover") or 0) - (one.whole("returns_turnover") or 0)
        for one in told.tables("taxes")
    }
    closing, opening = told.table("closing_transaction"), told.table("initial_transaction")
    failed = [
        one
        for one in (closing, opening)
        if one.text("status") == "ERROR" or one.text("response_error_message")
    ]
    return Shift(
        told.needed("id"),
        told.needed("status"),
        told.whole("serial"),
        told.text("opened_at"),
        balance.whole("balance"),
        {code: amount for code, amount in totals.items() if amount},
        _why(failed[0]) if failed else "",
    )


def rates(told: Reading) -> dict[str, int | None]:
    """Of the list of taxes, in hundredths of a percent per code."""
    found: dict[str, int | None] = {}
    for one in told.tables("results"):
        code, rate = one.whole("code"), one.hundredths("rate")
        if code is not None:
            found[str(code)] = rate
    return found


def refusal(answer: Answer) -> tuple[str, str, str]:
    """Its own code, our word and a sentence of an answer that refuses."""
    code = answer.told.text("code") or ""
    word = next((word for begins, word in WORDS.items() if code.startswith(begins)), "")
    says = answer.told.text("message") or f"status {answer.status}"
    return (
        code,
        word or BY_STATUS.get(answer.status, "device_error"),
        f"Checkbox {code or answer.status}: {says}",
    )


def _why(transaction: Reading) -> str:
    return (
        transaction.text("response_error_message")
        or transaction.text("response_status")
        or "it does not say why"
    )
