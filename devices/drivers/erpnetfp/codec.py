"""Net.FP: documents as the JSON that an ErpNet.FP server takes, its answers as values. Pure.

After PROTOCOL.md of ErpNet.FP, a print server for fiscal printers of many brands, and the behaviour of its published
sources. Amounts are JSON numbers with two places.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from devices.drivers.contract import State
from devices.drivers.fiscal import Unfit
from devices.drivers.service import Found, Order
from devices.drivers.web import Reading, number
from devices.errors import TransportError
from devices.fiscal import Cash, CleanUp, Copy, FiscalDocument, Line, Receipt, Report

GROUPS = range(1, 9)
PAYMENT_TYPES = (
    "cash",
    "check",
    "card",
    "coupons",
    "ext-coupons",
    "packaging",
    "internal-usage",
    "damage",
    "bank",
    "reserved1",
    "reserved2",
)
# Codes of its messages as our words.
WORDS = {
    "E101": "no_answer",
    "E103": "clock",
    "E104": "memory_fault",
    "E105": "memory_fault",
    "E107": "bad_answer",
    "E108": "busy",
    "E109": "already_registered",
    "E201": "memory_full",
    "E202": "memory_fault",
    "E203": "memory_fault",
    "E204": "read_only",
    "E205": "memory_fault",
    "E206": "memory_fault",
    "E301": "no_paper",
    "E302": "cover_open",
    "E303": "mechanism",
    "E304": "head_hot",
    "E306": "cutter",
    "E401": "syntax",
    "E402": "unknown_command",
    "E403": "out_of_range",
    "E404": "wrong_mode",
    "E405": "totals_differ",
    "E406": "payment",
    "E407": "goods",
    "E408": "blocked",
    "E410": "zero",
    "E411": "tax_unknown",
    "E412": "unsupported",
}
# The server lost its printer in the middle: it cannot know either.
UNSURE = frozenset({"E101", "E102", "E107"})
USED_ID, PAPER_LOW = "E109", "W301"
STATES: Mapping[str, State] = {"no_paper": "no_paper", "cover_open": "cover_open"}


@dataclass(frozen=True)
class Style:
    """`groups` gives each tax code of the store its tax group, `percents` what a group means in hundredths of a
    percent, `payments` the type of payment of each kind.
    """

    groups: Mapping[str, str]
    percents: Mapping[str, int]
    payments: Mapping[str, str]
    currency: str = "EUR"
    name_length: int = 30
    footer: bool = True
    operator: str = ""
    password: str = ""


@dataclass(frozen=True)
class Said:
    """Messages of an answer: the first error with our word, and whether the paper is low."""

    right: bool
    code: str = ""
    word: str = ""
    says: str = ""
    paper_low: bool = False


def order(document: FiscalDocument, style: Style) -> Order | None:
    """The request of a document; None for a clean-up. Raises Unfit."""
    match document:
        case Receipt():
            return _receipt(document, style)
        case Report(report):
            proof = "z" if report == "z" else "note"
            return Order(
                "z" if report == "z" else "x",
                "z" if proof == "z" else "note",
                f"{report}report",
                _credentials(style),
                fiscal=report == "z",
                slow="report" if report == "z" else "print",
            )
        case Cash(direction, amount, _reason):
            body = {"amount": number(amount), **_credentials(style)}
            moved = amount if direction == "in" else -amount
            return Order("cash", "cash", "deposit" if direction == "in" else "withdraw", body, amount=moved)
        case Copy():
            return Order("copy", "note", "duplicate", {})
        case CleanUp():
            return None


def _receipt(receipt: Receipt, style: Style) -> Order:
    if receipt.currency != style.currency:
        raise Unfit("unsupported", f"this printer registers {style.currency}, not {receipt.currency}")
    if receipt.rounding:
        raise Unfit("unsupported", "this printer knows no rounding of what is paid")
    sold = [line for line in receipt.lines if line.total > 0]
    if not sold:
        raise Unfit("zero", "nothing on this receipt has a price")
    items: list[dict[str, object]] = [_item(line, style) for line in sold]
    if receipt.buyer_tax_id is not None:
        items.append({"type": "comment", "text": f"Buyer: {receipt.buyer_tax_id}"})
    if style.footer:
        texts = [receipt.number, receipt.cashier, *receipt.footer]
        items += [{"type": "footer-comment", "text": text[: style.name_length]} for text in texts if text]
    payments = [
        {"amount": number(payment.amount), "paymentType": style.payments[payment.kind]}
        for payment in receipt.payments
        if payment.amount
    ]
    back = receipt.kind == "return"
    # Cash is what it can be asked for afterwards.
    cash = sum(one.amount for one in receipt.payments if style.payments[one.kind] == PAYMENT_TYPES[0])
    return Order(
        receipt.kind,
        "sale",
        "reversalreceipt" if back else "receipt",
        {**_credentials(style), **(_origin(receipt) if back else {}), "items": items, "payments": payments},
        amount=-cash if back else cash,
        receipt=receipt.receipt,
        omitted=tuple(line.n for line in receipt.lines if line.total == 0),
        fiscal=True,
    )


def _origin(receipt: Receipt) -> dict[str, object]:
    """What the law wants to know of the receipt that goods come back from; its sale number the bridge remembers."""
    origin = receipt.origin
    if origin is None:
        raise Unfit("unsupported", "a return must name the fiscal receipt that it is of")
    return {
        "reason": "refund",
        "receiptNumber": f"{origin.document:07}",
        "receiptDateTime": origin.at.replace(tzinfo=None).isoformat(timespec="seconds"),
        "fiscalMemorySerialNumber": origin.unique_number,
    }


def _item(line: Line, style: Style) -> dict[str, object]:
    if line.deposit:
        raise Unfit("deposit", f"line {line.n} «{line.name}»: this printer has no deposits")
    group = style.groups.get(line.tax.code)
    if group is None or style.percents.get(group) != line.tax.percent:
        raise Unfit(
            "tax_unknown",
            f"line {line.n} «{line.name}»: no tax group of the settings is {line.tax.code} "
            f"{line.tax.percent / 100:g} %",
        )
    item: dict[str, object] = {
        "text": line.name[: style.name_length].strip(),
        "quantity": number(line.quantity, 3),
        "unitPrice": number(line.price),
        "taxGroup": int(group),
    }
    if line.discount:
        item["priceModifierType"] = "discount-amount"
        item["priceModifierValue"] = number(line.discount)
    return item


def _credentials(style: Style) -> dict[str, object]:
    return {"operator": style.operator, "operatorPassword": style.password} if style.operator else {}


def said(told: Reading) -> Said:
    """Of any answer about a printer. `ok` is a truth, and in the examples of the document the text of one.

    Raises TransportError for an answer without it, which says nothing about what has happened.
    """
    messages = told.tables("messages")
    errors = [one for one in messages if one.text("type") == "error"]
    low = any(one.text("code") == PAPER_LOW for one in messages)
    right = told.truth("ok")
    if right is None:
        raise TransportError("the server answers without saying whether it is right", touched=True)
    if right:
        return Said(True, paper_low=low)
    if not errors:
        return Said(False, "", "device_error", "the server says that it is not well, and not why", low)
    code, says = errors[0].text("code") or "", errors[0].text("text") or "no words"
    return Said(False, code, WORDS.get(code, "device_error"), f"printer error {code}: {says}", low)


def ended(result: Reading) -> Found:
    """What a finished task says of itself."""
    found = said(result)
    if found.right:
        return Found("done", told=result)
    if found.code in UNSURE:
        return Found("lost", found.word, found.says)
    return Found("refused", found.word, found.says)
