"""Codes of the journal as people's words: reasons of quarantine, remarks, events, means of payment.

A code that is not listed is shown as it is, so a newer till never makes a page fail.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from pos.selectors import tenders

# What happened, and what a manager can do about it.
REASONS: dict[str, tuple[Any, Any]] = {
    "not_an_item": (
        gettext_lazy("What arrived is not a journal item at all."),
        gettext_lazy(
            "Nothing can be booked from it. Ask support to look at the till's program, then dismiss it."
        ),
    ),
    "bad_body": (
        gettext_lazy("A field of the item has another shape than the wire allows."),
        gettext_lazy("Update the till's program. Dismiss the item when its sale was booked otherwise."),
    ),
    "bad_text": (
        gettext_lazy("A text in the item holds characters that are not allowed."),
        gettext_lazy("Correct the name at its source. Dismiss the item when its sale was booked otherwise."),
    ),
    "bad_hash": (
        gettext_lazy(
            "The content is not what the till's own hash says: it was changed on the way or at the till."
        ),
        gettext_lazy("Compare it with the paper receipt. Do not accept it before you know who changed it."),
    ),
    "bad_signature": (
        gettext_lazy("The signature is not that of this till's device."),
        gettext_lazy(
            "Compare it with the paper receipt. A device that was copied or tampered with must be revoked."
        ),
    ),
    "broken_chain": (
        gettext_lazy("The item does not continue the till's chain: the link to its neighbour is wrong."),
        gettext_lazy(
            "Look at the items before and after it. If receipts were lost, revoke the device and enrol it again."
        ),
    ),
    "fork": (
        gettext_lazy(
            "Two devices claim the same place in the till's chain: it was copied or restored from a backup."
        ),
        gettext_lazy("Find the second device, revoke the till and enrol the right one again."),
    ),
    "foreign_item": (
        gettext_lazy("Another till has sent, or signed, this item."),
        gettext_lazy("Look for the same receipt at the other till. Dismiss it here when it is booked there."),
    ),
    "unknown_incarnation": (
        gettext_lazy("The item names a device of this till that was never enrolled here."),
        gettext_lazy("Was the server restored from a backup? Then accept it once the device is known again."),
    ),
    "clock_off": (
        gettext_lazy("The time in the item is off by more than two days."),
        gettext_lazy("Set the clock of the till's computer. Accept the item when its content is right."),
    ),
    "unknown_type": (
        gettext_lazy("The server does not know this type of item."),
        gettext_lazy("Update the server, then accept the item."),
    ),
    "unknown_product": (
        gettext_lazy("A line names goods that do not exist here."),
        gettext_lazy("Bring the goods back, for example by import, then accept the item."),
    ),
    "unknown_cashier": (
        gettext_lazy("The cashier is not known here."),
        gettext_lazy("Check who sold. Accept the item once the person exists."),
    ),
    "unknown_shift": (
        gettext_lazy("The opening of its shift has not arrived yet."),
        gettext_lazy("It arrives when the till is online again."),
    ),
    "foreign_shift": (
        gettext_lazy("The shift belongs to another till."),
        gettext_lazy("Compare with the till's Z report."),
    ),
    "shift_repeated": (
        gettext_lazy("This shift was already opened or closed."),
        gettext_lazy("Compare with the till's Z report."),
    ),
    "unknown_origin": (
        gettext_lazy("A return names a receipt that is not here."),
        gettext_lazy(
            "It may be from another store or not have arrived yet. Accept it when you have seen the paper."
        ),
    ),
    "return_quantity": (
        gettext_lazy("More goods came back than were sold."),
        gettext_lazy("Compare with the first receipt."),
    ),
    "return_money": (
        gettext_lazy("More money was given back than was paid."),
        gettext_lazy("Compare with the first receipt."),
    ),
    "return_product": (
        gettext_lazy("Other goods came back than were sold."),
        gettext_lazy("Compare with the first receipt."),
    ),
    "return_unexplained": (
        gettext_lazy("A return names neither a receipt nor a reason."),
        gettext_lazy("Ask the cashier. Accept it when the return was right."),
    ),
    "gross": (
        gettext_lazy("A line is not price times quantity."),
        gettext_lazy("The till's program is wrong: report it to support."),
    ),
    "line_total": (
        gettext_lazy("A line's total is not its price less its discounts."),
        gettext_lazy("The till's program is wrong: report it to support."),
    ),
    "line_number": (
        gettext_lazy("Two lines have the same number."),
        gettext_lazy("The till's program is wrong: report it to support."),
    ),
    "negative_total": (
        gettext_lazy("A total is below zero."),
        gettext_lazy("The till's program is wrong: report it to support."),
    ),
    "total": (
        gettext_lazy("The total is not the sum of the lines."),
        gettext_lazy("The till's program is wrong: report it to support."),
    ),
    "due": (
        gettext_lazy("The sum to pay is not the total and its rounding."),
        gettext_lazy("The till's program is wrong: report it to support."),
    ),
    "rounding": (
        gettext_lazy("The rounding does not follow the country's rule."),
        gettext_lazy("Compare with the paper receipt."),
    ),
    "taxes": (
        gettext_lazy("The tax table does not follow from the lines."),
        gettext_lazy("Check the tax rates of that day."),
    ),
    "tax_amount": (
        gettext_lazy("A line's tax does not follow from the tax table."),
        gettext_lazy("Check the tax rates of that day."),
    ),
    "tax_mode": (
        gettext_lazy("Prices with and without tax were mixed up."),
        gettext_lazy("Check the store's settings."),
    ),
    "currency": (
        gettext_lazy("The receipt is in another currency than the store's."),
        gettext_lazy("Check the store's settings."),
    ),
    "payments": (
        gettext_lazy("What was paid is not what was due."),
        gettext_lazy("Compare with the paper receipt and the card terminal."),
    ),
    "change": (
        gettext_lazy("The change is not what was given less what was due."),
        gettext_lazy("Compare with the paper receipt."),
    ),
    "deposit_discount": (
        gettext_lazy("A deposit carries a discount."),
        gettext_lazy("The till's program is wrong: report it to support."),
    ),
    "mark_empty": (
        gettext_lazy("The number of a unit (mark, stamp, serial) is empty."),
        gettext_lazy("The till's program is wrong: report it to support."),
    ),
    "mark_quantity": (
        gettext_lazy("A line with the number of one unit sells more than one."),
        gettext_lazy("The till's program is wrong: report it to support."),
    ),
    "mark_repeated": (
        gettext_lazy("Two lines carry the number of the same unit."),
        gettext_lazy("Compare with the goods and the paper receipt."),
    ),
    "number_gap": (
        gettext_lazy("A receipt number was left out."),
        gettext_lazy("Look for the missing receipt at the till."),
    ),
    "number_repeated": (
        gettext_lazy("A receipt number was used twice."),
        gettext_lazy("Compare both receipts."),
    ),
    "refused_by_database": (
        gettext_lazy("The database keeps a rule that this item breaks."),
        gettext_lazy("Report it to support with the item below."),
    ),
    "unknown_promotion": (
        gettext_lazy("A discount names a promotion that does not exist."),
        gettext_lazy("Compare with the promotions of that day."),
    ),
    "promotion_inactive": (
        gettext_lazy("A discount names a promotion that was not running."),
        gettext_lazy("Compare with the promotions of that day."),
    ),
}

WARNINGS: dict[str, Any] = {
    "repriced": gettext_lazy("The pricing engine on the server comes to other amounts."),
    "bonus_differs": gettext_lazy("The store's rule gives other points than the receipt says."),
    "mark_sold_before": gettext_lazy("The number of a unit (mark, stamp, serial) was sold before."),
    "own_approval": gettext_lazy("Somebody approved what they did themselves."),
    "unknown_approver": gettext_lazy("Who approved it is not known here."),
    "approver_without_right": gettext_lazy("Who approved it has not the right to."),
    "unknown_shift": gettext_lazy("The opening of its shift has not arrived yet."),
    "late": gettext_lazy("It arrived after its shift was closed here."),
    "unknown_cashier": gettext_lazy("The cashier is not known here."),
    "unknown_origin": gettext_lazy("It names a receipt that is not here yet."),
    "number_gap": gettext_lazy("A receipt number before it was left out."),
    "unknown_promotion": gettext_lazy("A discount names a promotion that does not exist."),
    "unknown_tender": gettext_lazy("It was paid with means of payment that are not known here."),
    "tender_rule": gettext_lazy("A payment does not follow the rules of its means of payment."),
    "buyer_tax_id": gettext_lazy("The buyer's tax number has a wrong check digit."),
    "promotion_inactive": gettext_lazy("A discount names a promotion that was not running."),
}

EVENTS: dict[str, Any] = {
    "approval": gettext_lazy("Approved by a manager"),
    "login": gettext_lazy("Signed in"),
    "login_failed": gettext_lazy("Wrong PIN or badge"),
    "logout": gettext_lazy("Signed out"),
    "x_report": gettext_lazy("X report"),
    "age_confirmed": gettext_lazy("Age checked"),
    "cancel": gettext_lazy("Receipt voided"),
    "discount": gettext_lazy("Discount by hand"),
    "discount_manual": gettext_lazy("Discount by hand"),
    "drawer_open": gettext_lazy("Drawer opened without a sale"),
    "fiscal_intent": gettext_lazy("Fiscal printing began"),
    "fiscal_failed": gettext_lazy("Fiscal printer refused"),
    "fiscal_retried": gettext_lazy("Sent to the fiscal printer again"),
    "fiscal_defer": gettext_lazy("Fiscal printing put off"),
    "fiscal_skip": gettext_lazy("Fiscal printing left out"),
    "fiscal_mark": gettext_lazy("Fiscal number typed by hand"),
    "fiscal_report": gettext_lazy("Report of the fiscal printer"),
    "fiscal_cash": gettext_lazy("Cash at the fiscal printer"),
    "card_intent": gettext_lazy("Card terminal asked"),
    "card_result": gettext_lazy("Card terminal answered"),
    "card_slip": gettext_lazy("Card payment settled by hand"),
    "line_void": gettext_lazy("Line voided"),
    "quantity_change": gettext_lazy("Quantity changed"),
    "handover": gettext_lazy("Drawer handed over"),
    "drawer_count": gettext_lazy("Drawer counted"),
    "shift_continue": gettext_lazy("Shift of an earlier day goes on"),
    "training_begin": gettext_lazy("Training began"),
    "training_end": gettext_lazy("Training ended"),
    "training_receipt": gettext_lazy("Receipt practised"),
    "park": gettext_lazy("Receipt put aside"),
    "park_resume": gettext_lazy("Went on with a parked receipt"),
    "park_take": gettext_lazy("Took over a receipt parked on another till"),
    "park_taken": gettext_lazy("Another till took over the parked receipt"),
    "park_both": gettext_lazy("Paid here and taken over by another till"),
    "pay_intent": gettext_lazy("Payment asked at the terminal"),
    "pay_result": gettext_lazy("Terminal answered"),
    "price_check": gettext_lazy("Price check"),
    "price_manual": gettext_lazy("Price typed by hand"),
    "print_failed": gettext_lazy("Printing failed"),
    "receipt_cancel": gettext_lazy("Receipt voided"),
    "receipt_void": gettext_lazy("Receipt voided"),
    "reprint": gettext_lazy("Printed again"),
    "exchange": gettext_lazy("Goods were exchanged"),
    "return_blind": gettext_lazy("Goods came back without a receipt"),
    "return_cancel": gettext_lazy("A return was given up"),
    "return_empties": gettext_lazy("Empty bottles came back"),
    "return_open": gettext_lazy("A receipt was opened for a return"),
    "return_over": gettext_lazy("A return beyond the limits was allowed"),
    "return_paper": gettext_lazy("A receipt was opened for a return from its paper alone"),
    "sign_in": gettext_lazy("Signed in"),
    "sign_out": gettext_lazy("Signed out"),
    "unknown_code": gettext_lazy("Unknown code scanned"),
    "expired_stopped": gettext_lazy("Expired goods stopped"),
    "mark_read": gettext_lazy("Number of a unit read"),
    "open_price": gettext_lazy("Price typed at the till"),
    "sale_ban": gettext_lazy("Forbidden goods stopped"),
    "void_line": gettext_lazy("Line voided"),
}

FIGURES: dict[str, Any] = {
    "receipts": gettext_lazy("Receipts"),
    "returns": gettext_lazy("Returns"),
    "sales": gettext_lazy("Sales"),
    "refunds": gettext_lazy("Paid back"),
    "discounts": gettext_lazy("Discounts"),
    "rounding": gettext_lazy("Rounding"),
    "voided_lines": gettext_lazy("Voided lines"),
    "cancelled_receipts": gettext_lazy("Voided receipts"),
    "float": gettext_lazy("Float"),
    "cash_in": gettext_lazy("Put in"),
    "cash_out": gettext_lazy("Taken out"),
    "drop": gettext_lazy("Dropped into the safe"),
    "collection": gettext_lazy("Collected"),
    "correction": gettext_lazy("Correction"),
    "expected_cash": gettext_lazy("Cash that must be there"),
    "first_number": gettext_lazy("First receipt number"),
    "last_number": gettext_lazy("Last receipt number"),
}

CASH_MOVES: dict[str, Any] = {
    "float": gettext_lazy("Float"),
    "in": gettext_lazy("Put in"),
    "out": gettext_lazy("Taken out"),
    "drop": gettext_lazy("Dropped into the safe"),
    "collection": gettext_lazy("Collected"),
    "correction": gettext_lazy("Correction"),
}

DISCOUNTS: dict[str, Any] = {
    "promotion": gettext_lazy("Promotion"),
    "card": gettext_lazy("Customer's card"),
    "manual": gettext_lazy("By hand"),
    "bonus": gettext_lazy("Bonus"),
    "coupon": gettext_lazy("Coupon"),
    "rounding": gettext_lazy("Rounding"),
}

ITEM_TYPES: dict[str, Any] = {
    "receipt": gettext_lazy("Receipt"),
    "fiscal": gettext_lazy("Fiscal act"),
    "event": gettext_lazy("Event"),
    "shift": gettext_lazy("Shift"),
    "cash": gettext_lazy("Cash"),
    "document": gettext_lazy("Document"),
    "hold": gettext_lazy("Bonus hold"),
}


def reason(code: str) -> tuple[str, str]:
    """What a reason of quarantine means, and what to do."""
    what, todo = REASONS.get(
        code, (code, _("Compare the item with the paper receipt, then accept or dismiss it."))
    )
    return str(what), str(todo)


def warning(code: str) -> str:
    """What a remark means."""
    return str(WARNINGS.get(code, code))


def event(name: str) -> str:
    """What a cashier did."""
    return str(EVENTS.get(name, name))


def figure(name: str) -> tuple[str, bool]:
    """A figure of the X and Z report by its name in the till's totals, and whether it is money."""
    label = FIGURES.get(name)
    if label is None:
        return name, False
    return str(label), name not in (
        "receipts",
        "returns",
        "voided_lines",
        "cancelled_receipts",
        "first_number",
        "last_number",
    )


def methods() -> dict[str, str]:
    """Means of payment by what receipts call them, in the reader's language."""
    return tenders.methods()


def own(texts: Mapping[str, str]) -> str:
    """A text of several languages in the reader's, else in English, else in the first there is."""
    return texts.get(get_language() or "en") or texts.get("en") or next(iter(texts.values()), "")
