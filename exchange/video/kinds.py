"""Kinds of acts that recorders are told of: what each is called, how it is told, and what Trassir calls it.

Every journal item becomes acts of these kinds; an event that is not listed is an `other`. Trassir's names are those of
its manual (DSSL XML for ActivePOS); acts without a name there go as a comment with their words.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

COMMENT = "POSNG_COMMENT"
_ACT = "{time} #{till} {event} {goods} {quantity} {amount} {reason} {cashier}"
_RECEIPT = "{time} #{till} {event} {receipt} {amount} {reason} {cashier}"


@dataclass(frozen=True)
class Kind:
    """One kind. `events` are names of the till's events that become it; `usual` says that new recorders want it."""

    code: str
    group: str
    label: Any
    template: str = _ACT
    trassir: str = COMMENT
    events: tuple[str, ...] = ()
    usual: bool = True


GROUPS: dict[str, Any] = {
    "receipts": _("Receipts"),
    "returns": _("Returns"),
    "voids": _("Voids and discounts"),
    "payment": _("Payment"),
    "cash": _("Cash and shifts"),
    "people": _("People"),
    "rest": _("Devices and program"),
}

ALL: tuple[Kind, ...] = (
    Kind("receipt_open", "receipts", _("Receipt begun"), _RECEIPT, "POSNG_RECEIPT_OPEN"),
    Kind("item", "receipts", _("Line sold"), "{time} {line}. {goods}{br}{quantity} {unit} x {price} = {amount}",
         "POSNG_POSITION_ADD"),
    Kind("sale", "receipts", _("Sale"), _RECEIPT, "POSNG_RECEIPT_SELL_CLOSE"),
    Kind("paper", "receipts", _("Text of the whole receipt"), "{paper}", usual=False),
    Kind("reprint", "receipts", _("Receipt printed again"), _RECEIPT, events=("reprint",)),
    Kind("park", "receipts", _("Receipt put aside or taken up"), _RECEIPT,
         events=("park", "park_both", "park_resume", "park_take", "park_taken", "receipt_left")),
    Kind("price_check", "receipts", _("Price check"), events=("price_check",)),
    Kind("refused", "receipts", _("Goods or code refused"),
         events=("scan_refused", "expired_stopped", "sale_ban", "customer_card_refused")),
    Kind("age", "receipts", _("Age checked"), events=("age_confirmed",)),
    Kind("return_begun", "returns", _("Return begun"), _RECEIPT, "POSNG_RECEIPT_RETURN",
         ("return_open", "return_paper", "return_blind", "return_empties")),
    Kind("return_item", "returns", _("Line taken back"),
         "{time} {line}. {goods}{br}{quantity} {unit} x {price} = {amount} {reason}", "POSNG_POSITION_ADD"),
    Kind("return", "returns", _("Return"), _RECEIPT, "POSNG_RECEIPT_RETURN_CLOSE"),
    Kind("return_other", "returns", _("Return given up or allowed"), _RECEIPT,
         events=("return_cancel", "return_over", "exchange")),
    Kind("line_void", "voids", _("Line voided"), trassir="POSNG_POSITION_STORNO", events=("line_void",)),
    Kind("receipt_cancel", "voids", _("Receipt voided"), _RECEIPT, "POSNG_RECEIPT_CANCEL", ("receipt_cancel",)),
    Kind("quantity", "voids", _("Quantity changed"), events=("quantity_change",)),
    Kind("price", "voids", _("Price changed by hand"), events=("open_price", "price_change")),
    Kind("discount", "voids", _("Discount by hand"), events=("discount",)),
    Kind("payment", "payment", _("Payment"), "{time} {method} {amount} {card}"),
    Kind("tender_back", "payment", _("Payment taken back"), _RECEIPT, events=("tender_cancel", "payment_left")),
    Kind("card", "payment", _("Card terminal"), events=("card_intent", "card_result", "card_slip")),
    Kind("drawer", "cash", _("Drawer opened or counted"), events=("drawer_open", "drawer_count")),
    Kind("cash", "cash", _("Cash put in or taken out"), events=("handover",)),
    Kind("shift_open", "cash", _("Shift opened"), trassir="POSNG_SHIFT_START"),
    Kind("shift_close", "cash", _("Shift closed"), trassir="POSNG_SHIFT_END"),
    Kind("report", "cash", _("X or Z report"), trassir="POSNG_REPORT_X",
         events=("x_report", "report_printed", "fiscal_report")),
    Kind("login", "people", _("Signed in"), trassir="POSNG_CASHIER_LOGIN", events=("login",)),
    Kind("logout", "people", _("Signed out"), trassir="POSNG_CASHIER_LOGOUT", events=("logout",)),
    Kind("login_failed", "people", _("Sign-in failed"), trassir="POSNG_CASHIER_LOGIN_FAIL",
         events=("login_failed",)),
    Kind("approval", "people", _("Approval asked, given or refused"),
         events=("approval", "approval_asked", "approval_refused")),
    Kind("training", "people", _("Training"), events=("training_begin", "training_end", "training_receipt")),
    Kind("fiscal", "rest", _("Fiscal printer"),
         events=("fiscal_cash", "fiscal_defer", "fiscal_failed", "fiscal_intent", "fiscal_mark", "fiscal_retried",
                 "fiscal_skip"), usual=False),
    Kind("device", "rest", _("Devices changed their state"),
         events=("devices", "print_answered", "print_failed", "print_retried", "printer_fault", "printer_ready"),
         usual=False),
    Kind("other", "rest", _("Everything else"), usual=False),
)  # fmt: skip

BY_CODE = {kind.code: kind for kind in ALL}
OF_EVENT = {event: kind.code for kind in ALL for event in kind.events}
# How a receipt came about stands in its lines; told apart it would only say everything twice.
UNTOLD = frozenset({"receipt_trail", "latency"})
TEST = Kind("test", "rest", _("Test of the recorder"), "{date} {time} {store}: {event} {text}")


def usual() -> list[str]:
    """What a new recorder is told of."""
    return [kind.code for kind in ALL if kind.usual]


def kind_of(code: str) -> Kind:
    """A kind by its code; the test is one too."""
    return TEST if code == TEST.code else BY_CODE[code]
