"""The rules of the means of payment, and the buyer's tax number. Pure.

A payment that breaks one is a fact all the same: the money was taken, perhaps under rules that were changed while
the till was away. So nothing here sets a receipt aside; it is shown with a warning.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from stdnum import exceptions as stdnum_errors
from stdnum.pl import nip
from stdnum.ru import inn
from stdnum.ua import edrpou, rntrc

from pos.rules.receipt import Payment, ReceiptBody

# `card` stands for every terminal, which is named in details; `bonus` is answered for by loyalty.
BUILT_IN = frozenset({"cash", "card", "bonus", "exchange"})


@dataclass(frozen=True, slots=True)
class TenderRule:
    """What a means of payment asks for."""

    kind: str
    needs_customer: bool
    needs_reference: bool
    over_tender: bool
    refundable: bool


def warnings(body: ReceiptBody, tenders: Mapping[str, TenderRule], country: str) -> Iterator[tuple[str, str]]:
    """(code, detail) for each rule that the payments of a receipt break; nothing where no rules are known."""
    if tenders:
        for at, payment in enumerate(body.payments, 1):
            for code, detail in _payment(body, payment, tenders):
                yield code, f"payment {at}: {detail}"
    if points := body.points_paid:
        if body.customer is None:
            yield "tender_rule", "bonus needs a customer"
        if body.bonus[1] != points:
            yield "tender_rule", f"bonus: {points} points are paid, the receipt says {body.bonus[1]}"
    if body.buyer_tax_id and not tax_id_holds(body.buyer_tax_id, country):
        yield "buyer_tax_id", f"{body.buyer_tax_id} has a wrong check digit"


def _payment(
    body: ReceiptBody, payment: Payment, tenders: Mapping[str, TenderRule]
) -> Iterator[tuple[str, str]]:
    terminal = (payment.details or {}).get("terminal") if payment.method == "card" else None
    name = terminal if isinstance(terminal, str) else payment.method
    rule = tenders.get(name)
    if rule is None:
        if payment.method not in BUILT_IN:
            yield "unknown_tender", f"there is no means of payment {payment.method}"
        return
    reference = (payment.details or {}).get("reference")
    if rule.needs_customer and body.customer is None and body.card is None:
        yield "tender_rule", f"{name} needs a customer"
    if (
        rule.needs_reference
        and body.kind == "sale"
        and not (isinstance(reference, str) and reference.strip())
    ):
        yield "tender_rule", f"{name} needs a reference"
    if not rule.over_tender and payment.change:
        yield "tender_rule", f"{name} gives no change"
    if body.kind == "return" and not rule.refundable:
        yield "tender_rule", f"{name} is not given back"


def tax_id_holds(text: str, country: str) -> bool:
    """Whether a tax number has the form and the check digit of the country; true where none are known.

    NIP (10 digits), ЄДРПОУ (8) or РНОКПП (10) or the VAT payer's number (12, without a public check digit), ИНН
    (10 or 12).
    """
    try:
        if country == "pl":
            nip.validate(text)
        elif country == "ru":
            inn.validate(text)
        elif country == "ua" and not (len(text) == 12 and text.isdigit()):
            (edrpou if len(text) == 8 else rntrc).validate(text)
    except stdnum_errors.ValidationError:
        return False
    return True
