"""Acts of the journal in people's words: names, what their data says, the signs per cashier.

Names and kinds of data come from the tills' registry (`pos.rules.happenings`); a name or member that is not listed is
shown as it is, so a newer till never makes a page fail.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from backoffice import words
from backoffice.selectors.replay import Step
from core.money import format_minor, format_percent, format_quantity
from pos.rules import happenings

# Groups of the filter, each with its names in the order of a day.
GROUPS: list[tuple[Any, list[str]]] = [
    (
        gettext_lazy("Receipts"),
        [
            *("sale", "return", "receipt_cancel", "receipt_left", "receipt_trail", "reprint"),
            *("park", "park_take", "park_taken", "park_resume", "park_both"),
            *(
                "return_open",
                "return_paper",
                "return_blind",
                "return_empties",
                "return_over",
                "return_cancel",
            ),
        ],
    ),
    (
        gettext_lazy("Lines"),
        [
            *("line_void", "quantity_change", "discount", "price_check", "scan_refused", "search_unsold"),
            "age_confirmed",
        ],
    ),
    (gettext_lazy("Payment"), ["payment_left", "tender_cancel", "card_intent", "card_result", "card_slip"]),
    (
        gettext_lazy("Cash and shifts"),
        [
            *(
                "shift_open",
                "shift_close",
                "drawer_open",
                "cash_in",
                "cash_out",
                "cash_drop",
                "cash_collection",
            ),
            *("cash_float", "cash_correction", "x_report", "report_printed"),
        ],
    ),
    (
        gettext_lazy("People"),
        [
            *("login", "login_failed", "logout", "approval_asked", "approval", "approval_refused"),
            "focus_lost",
        ],
    ),
    (
        gettext_lazy("Customers"),
        [
            *("customer_add", "customer_remove", "customer_create", "customer_update"),
            *("customer_card_refused", "customer_card_block", "customer_card_replace"),
            *("message_seen", "message_printed"),
        ],
    ),
    (
        gettext_lazy("Fiscal printer"),
        [
            *("fiscal_failed", "fiscal_retried", "fiscal_defer", "fiscal_skip", "fiscal_mark"),
            *("fiscal_report", "fiscal_cash", "fiscal_intent"),
        ],
    ),
    (
        gettext_lazy("Devices and program"),
        [
            *(
                "print_failed",
                "print_retried",
                "print_answered",
                "printer_fault",
                "printer_ready",
                "bridge_paired",
                "devices",
            ),
            *("start", "lock", "unlock", "offline", "online", "clock_jump", "clock_corrected"),
            *("storage_low", "storage_unsafe", "latency"),
        ],
    ),
]

# Kinds of acts, by `backoffice.selectors.journal.KINDS`.
KINDS: dict[str, Any] = {
    "all_returns": gettext_lazy("All returns"),
    "all_voids": gettext_lazy("All voids"),
    "all_discounts": gettext_lazy("All discounts and typed prices"),
    "all_cards": gettext_lazy("All acts with cards"),
    "all_drawer": gettext_lazy("Drawer and cash"),
    "all_approvals": gettext_lazy("All approvals and failed sign-ins"),
}

NAMES: dict[str, Any] = {
    "sale": gettext_lazy("Sale"),
    "return": gettext_lazy("Return"),
    "shift_open": gettext_lazy("Shift opened"),
    "shift_close": gettext_lazy("Shift closed"),
    "cash_float": gettext_lazy("Float"),
    "cash_in": gettext_lazy("Cash put in"),
    "cash_out": gettext_lazy("Cash taken out"),
    "cash_drop": gettext_lazy("Cash dropped into the safe"),
    "cash_collection": gettext_lazy("Cash collected"),
    "cash_correction": gettext_lazy("Cash corrected"),
    "approval_asked": gettext_lazy("Manager was asked"),
    "approval_refused": gettext_lazy("Approval was not given"),
    "bridge_paired": gettext_lazy("Paired with a device bridge"),
    "clock_corrected": gettext_lazy("Clock corrected by the server"),
    "clock_jump": gettext_lazy("The device's clock jumped"),
    "customer_add": gettext_lazy("Customer put on the receipt"),
    "customer_card_block": gettext_lazy("Customer's card blocked"),
    "customer_card_refused": gettext_lazy("Customer's card refused"),
    "customer_card_replace": gettext_lazy("Customer's card replaced"),
    "customer_create": gettext_lazy("Customer added"),
    "customer_remove": gettext_lazy("Customer taken off the receipt"),
    "customer_update": gettext_lazy("Customer's data changed"),
    "devices": gettext_lazy("Devices changed their state"),
    "focus_lost": gettext_lazy("Another window was in front"),
    "latency": gettext_lazy("How quick the till was"),
    "lock": gettext_lazy("Till locked"),
    "unlock": gettext_lazy("Till unlocked"),
    "message_printed": gettext_lazy("The shop's message printed"),
    "message_seen": gettext_lazy("The shop's message shown"),
    "offline": gettext_lazy("Server lost"),
    "online": gettext_lazy("Server back"),
    "payment_left": gettext_lazy("Back from payment without paying"),
    "print_answered": gettext_lazy("Said whether it was printed"),
    "print_retried": gettext_lazy("Printing tried again"),
    "printer_fault": gettext_lazy("Printer fault"),
    "printer_ready": gettext_lazy("Printer ready again"),
    "quantity_change": gettext_lazy("Quantity changed"),
    "receipt_left": gettext_lazy("Receipt left for another one"),
    "receipt_trail": gettext_lazy("Steps of a receipt"),
    "report_printed": gettext_lazy("Report printed"),
    "return_blind": gettext_lazy("Return without a receipt begun"),
    "return_cancel": gettext_lazy("Return given up"),
    "return_empties": gettext_lazy("Empty bottles taken back"),
    "return_open": gettext_lazy("Return by a receipt from elsewhere begun"),
    "return_over": gettext_lazy("Return above the limit allowed"),
    "return_paper": gettext_lazy("Receipt opened from its paper alone"),
    "scan_refused": gettext_lazy("Code refused"),
    "search_unsold": gettext_lazy("Search without a sale"),
    "start": gettext_lazy("Program started"),
    "storage_low": gettext_lazy("The till's storage is nearly full"),
    "storage_unsafe": gettext_lazy("The browser may clear the till's storage"),
    "tender_cancel": gettext_lazy("Payment taken back"),
}

MEMBERS: dict[str, Any] = {
    "product": gettext_lazy("goods"),
    "quantity": gettext_lazy("quantity"),
    "price": gettext_lazy("price"),
    "amount": gettext_lazy("amount"),
    "total": gettext_lazy("total"),
    "due": gettext_lazy("to pay"),
    "tendered": gettext_lazy("given"),
    "reason": gettext_lazy("reason"),
    "approved_by": gettext_lazy("approved by"),
    "by": gettext_lazy("by"),
    "permission": gettext_lazy("right"),
    "why": gettext_lazy("why"),
    "quick": gettext_lazy("last line"),
    "after_total": gettext_lazy("after the total was told"),
    "scale": gettext_lazy("weighed on the scale"),
    "from": gettext_lazy("from"),
    "to": gettext_lazy("to"),
    "code": gettext_lazy("code"),
    "problem": gettext_lazy("problem"),
    "times": gettext_lazy("times"),
    "ms": gettext_lazy("lasted"),
    "method": gettext_lazy("paid with"),
    "text": gettext_lazy("text"),
    "read": gettext_lazy("read as"),
    "found": gettext_lazy("found"),
    "lines": gettext_lazy("lines"),
    "discount": gettext_lazy("discount"),
    "state": gettext_lazy("state"),
    "detail": gettext_lazy("detail"),
    "kind": gettext_lazy("kind"),
    "number": gettext_lazy("number"),
    "fails": gettext_lazy("wrong tries"),
    "age": gettext_lazy("age"),
    "printed": gettext_lazy("printed"),
    "jobs": gettext_lazy("prints"),
    "build": gettext_lazy("version"),
    "how": gettext_lazy("how"),
    "receipts": gettext_lazy("open receipts"),
    "unsent": gettext_lazy("not sent yet"),
    "origin": gettext_lazy("first receipt"),
    "parked": gettext_lazy("parked as"),
    "till": gettext_lazy("till"),
    "change": gettext_lazy("change"),
    "reference": gettext_lazy("reference"),
    "used": gettext_lazy("used"),
    "size": gettext_lazy("size"),
    "url": gettext_lazy("address"),
    "bridge": gettext_lazy("device bridge"),
    "devices": gettext_lazy("devices"),
    "customer": gettext_lazy("customer"),
    "card": gettext_lazy("card"),
    "new": gettext_lazy("new card"),
    "fields": gettext_lazy("fields"),
    "rule": gettext_lazy("rule"),
    "printer": gettext_lazy("printer"),
    "documents": gettext_lazy("documents"),
    "report": gettext_lazy("report"),
    "totals": gettext_lazy("totals"),
    "differences": gettext_lazy("differences"),
    "direction": gettext_lazy("direction"),
}

SIGNS: dict[str, tuple[Any, Any]] = {
    "voids": (
        gettext_lazy("Voided lines"),
        gettext_lazy("Lines struck off a receipt, and what they came to."),
    ),
    "after_total": (
        gettext_lazy("Voids after the total"),
        gettext_lazy("Lines or receipts voided, or quantities lowered, after the customer was told the sum."),
    ),
    "cancels": (
        gettext_lazy("Voided receipts"),
        gettext_lazy("Receipts with lines that were dropped whole."),
    ),
    "lowered": (gettext_lazy("Lowered quantities"), gettext_lazy("A line's quantity made smaller.")),
    "drawer": (
        gettext_lazy("Drawer without a sale"),
        gettext_lazy("The drawer opened with a reason, not by a payment."),
    ),
    "unsold_checks": (
        gettext_lazy("Price checks without a sale"),
        gettext_lazy("Goods whose price was asked and which that till did not sell within 20 minutes."),
    ),
    "tender_cancels": (
        gettext_lazy("Payments taken back"),
        gettext_lazy("Means of payment taken and given back."),
    ),
    "discounts": (
        gettext_lazy("Discounts by hand"),
        gettext_lazy("Receipts with a discount by hand, and what was given."),
    ),
    "returns": (gettext_lazy("Returns"), gettext_lazy("Goods taken back, and what was paid out.")),
}


def name(event: str) -> str:
    """What was done."""
    return str(NAMES.get(event) or words.event(event))


def choices(more: list[str]) -> list[tuple[str, Any]]:
    """Groups of names for a filter; `more` are names that were journaled but are not known here."""
    groups: list[tuple[str, Any]] = [("", _("Everything"))]
    groups.append((_("Kinds of acts"), [(one, str(label)) for one, label in KINDS.items()]))
    groups += [(str(label), [(one, name(one)) for one in names]) for label, names in GROUPS]
    others = [one for one in more if not any(one in names for _label, names in GROUPS)]
    return [*groups, (_("Other"), [(one, name(one)) for one in sorted(others)])] if others else groups


def duration(ms: int) -> str:
    """A time span as people say it, to the second; below ten seconds in milliseconds."""
    if abs(ms) < 10_000:
        return _("%(n)d ms") % {"n": ms}
    sign, seconds = ("−" if ms < 0 else ""), abs(ms) // 1000
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{sign}{hours}:{minutes:02d}:{rest:02d}" if hours else f"{sign}{minutes}:{rest:02d}"


_DIGEST = re.compile("[0-9a-f]{64}")


class Teller:
    """Puts data into words; the names of goods and people were looked up for the whole page before."""

    def __init__(self, *, currency: str, goods: Mapping[str, str], people: Mapping[str, str]) -> None:
        self.currency, self.goods, self.people = currency, goods, people
        self.language = (get_language() or "en").split("-")[0]

    def told(self, event: str, data: Mapping[str, Any]) -> list[tuple[str, str]]:
        """(label, value) of each member that says something."""
        pairs = (
            (str(MEMBERS.get(key, key)), self._value(event, str(key), value)) for key, value in data.items()
        )
        return [(label, text) for label, text in pairs if text]

    def money(self, amount: int) -> str:
        """An amount in the store's currency."""
        return format_minor(amount, self.currency, self.language)

    def _value(self, event: str, member: str, value: Any) -> str:
        if value is None or value is False or value in ("", [], {}):
            return ""
        if value is True:
            return _("yes")
        if isinstance(value, list):
            return str(len(value))
        if isinstance(value, dict):
            return self._object(value)
        kind = happenings.kind(event, member)
        return self._number(kind, value) if isinstance(value, int) else self._text(kind or member, str(value))

    def _number(self, kind: str, value: int) -> str:
        if kind == "money":
            return self.money(value)
        if kind == "quantity":
            return format_quantity(value, self.language)
        if kind == "percent":
            return format_percent(value, self.language)
        return duration(value) if kind == "ms" else str(value)

    def _text(self, kind: str, value: str) -> str:
        if kind == "product":
            return self.goods.get(value, value)
        if kind in ("employee", "approved_by"):
            return self.people.get(value, value)
        # Nobody reads a whole digest; its beginning tells two builds apart.
        return value[:12] if _DIGEST.fullmatch(value) else value[:200]

    def _object(self, value: Mapping[str, Any]) -> str:
        """A discount, or any object: what it holds, one after the other."""
        parts = []
        for key, inner in list(value.items())[:8]:
            if key == "percent" and isinstance(inner, int):
                parts.append(format_percent(inner, self.language))
            elif key == "amount" and isinstance(inner, int):
                parts.append(self.money(inner))
            elif isinstance(inner, str) and inner:
                parts.append(self.people.get(inner, inner)[:80])
        return ", ".join(parts)


# Steps of a receipt's trail; a step with another name is an event and has that event's words.
STEPS: dict[str, Any] = {
    "line": gettext_lazy("Line added"),
    "quantity": gettext_lazy("Quantity changed"),
    "price": gettext_lazy("Price changed"),
    "void": gettext_lazy("Line voided"),
    "unvoid": gettext_lazy("Line taken back"),
    "discount": gettext_lazy("Discount by hand"),
    "age": gettext_lazy("Age checked"),
    "total": gettext_lazy("Total told"),
    "tender": gettext_lazy("Payment taken"),
    "untender": gettext_lazy("Payment taken back"),
}


def step(one: Step, teller: Teller, methods: Mapping[str, str]) -> tuple[str, str]:
    """What a step did, and to what."""
    label = str(STEPS.get(one.do) or name(one.do))
    return label, " · ".join(text for text in _details(one, teller, methods) if text)


def _details(one: Step, teller: Teller, methods: Mapping[str, str]) -> Iterator[str]:
    def number(key: str) -> int | None:
        value = one.data.get(key)
        return value if type(value) is int else None

    if "product" in one.data:
        yield teller.goods.get(str(one.data["product"]), "")
    if "method" in one.data:
        method = str(one.data["method"])
        yield methods.get(method, method)
    for key in ("quantity", "from", "to"):
        held = number(key)
        if held is not None:
            yield teller.money(held) if one.do == "price" else format_quantity(held, teller.language)
    for key in ("price", "amount", "due", "tendered"):
        held = number(key)
        if held is not None:
            yield teller.money(held)
    percent = number("percent")
    if percent is not None:
        yield format_percent(percent, teller.language)
