"""Words for label scales: how one is, why goods are not on it, and what its driver's settings mean."""

from typing import Any

from django.utils.translation import gettext_lazy as _

# Why a scale cannot be loaded, by `LabelScale.error`.
ERRORS: dict[str, Any] = {
    "unreachable": _("Does not answer"),
    "password": _("Does not take the password"),
    "busy": _("Somebody works at the scale"),
    "not_understood": _("Answers what is not understood"),
    "settings": _("Its settings do not fit the driver"),
}
# Why goods are not loaded, by `Kept.reason`.
REASONS: dict[str, Any] = {
    "no_label": _("The store has no labels that begin like this scale's (Settings, Labels)."),
    "code": _("The code (PLU) does not fit into the barcode: a till would not find the goods again."),
    "code_twice": _("Other goods have the same code when leading zeros are left out."),
    "open_price": _("The price is typed at the till."),
    "no_price": _("No price."),
    "price": _("The price is larger than the scale can hold."),
    "piece": _("Goods sold by the piece need a label that carries the price."),
    "tare": _("They have a tare, and it is not known how this kind of scale is told of it."),
    "pieces": _("It is not known how this kind of scale sells by the piece."),
    "no_room": _("No room on the scale."),
}
# What the scale itself did not like, the first word of `ScalePlace.error`.
REFUSALS: dict[str, Any] = {
    "number": _("the place"),
    "code": _("the code"),
    "price": _("the price"),
    "shelf_days": _("the shelf life"),
    "tare": _("the tare"),
    "text": _("the text"),
    "group": _("the group"),
    "date": _("the date"),
    "room": _("it is full"),
    "other": _("something"),
}
# The settings of all drivers: label and help.
SETTINGS: dict[str, tuple[Any, Any]] = {
    "password": (_("Password"), _("The administrator's password in the scale's menu.")),
    "places": (_("Places"), _("How many goods the scale has room for; its own menu tells.")),
    "text_lines": (_("Lines of a text"), _("How many lines of ingredients the scale keeps for one thing.")),
    "tries": (_("Tries"), _("How often a command is sent before the scale counts as away.")),
    "answer_seconds": (_("Seconds to answer"), _("How long each time an answer is waited for.")),
    "department": (_("Department"), _("The number of the department on the scale.")),
    "label_format": (_("Label"), _("The number of the label's layout on the scale; 0 is its usual one.")),
    "barcode_format": (
        _("Barcode"),
        _("The number of the barcode's layout on the scale; 0 is its usual one."),
    ),
}
WIRES: dict[str, Any] = {
    "udp": _("network (UDP)"),
    "tcp": _("network (TCP)"),
    "file": _("a file"),
}


def refusal(error: str) -> str:
    """What is wrong with one place, in words; empty when nothing is."""
    if not error:
        return ""
    if error == "differs":
        return str(_("On the scale stood something else; it is sent again."))
    reason, _space, number = error.partition(" ")
    words = REFUSALS.get(reason, REFUSALS["other"])
    return str(_("The scale refuses %(what)s (%(number)s).")) % {"what": words, "number": number}
