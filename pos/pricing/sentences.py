"""Why this price: each reason that the engine gives, as one line of plain language."""

from typing import Any

from django.utils.translation import gettext as _

from core.money import format_minor, format_percent


def reason_line(reason: dict[str, Any], *, currency: str, language: str = "en") -> str:
    """One line that explains one reason of a priced cart, without its amount.

    A kind that this page does not know yet is told by its code and name, so nothing goes untold.
    """
    args = reason["args"]
    by_hand = _(" (%(reason)s)") % {"reason": args["reason"]} if args.get("reason") else ""
    values: dict[str, Any] = {**args, "name": args.get("name", ""), "by_hand": by_hand}
    for key in ("amount", "price", "from_total"):
        if isinstance(args.get(key), int):
            values[key] = format_minor(args[key], currency, language)
    if isinstance(args.get("percent"), int):
        values["percent"] = format_percent(args["percent"], language)
    pattern = _patterns().get(reason["code"])
    return pattern % values if pattern else f"{values['name']} ({reason['code']})"


def _patterns() -> dict[str, str]:
    return {
        "percent": _("%(name)s: %(percent)s off"),
        "amount": _("%(name)s: %(amount)s off each piece or kilogram"),
        "n_for_m": _("%(name)s: take %(take)s, pay for %(pay)s"),
        "n_for_price": _("%(name)s: %(take)s for %(price)s"),
        "nth_cheaper": _("%(name)s: the cheapest of every %(nth)s is %(percent)s cheaper"),
        "threshold_percent": _("%(name)s: %(percent)s off a purchase from %(from_total)s"),
        "threshold_amount": _("%(name)s: %(amount)s off a purchase from %(from_total)s"),
        "manual_percent": _("By hand: %(percent)s%(by_hand)s"),
        "manual_amount": _("By hand: %(amount)s%(by_hand)s"),
    }
