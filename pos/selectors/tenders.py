"""Means of payment by what receipts call them."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pos.models import Tender


def methods() -> dict[str, str]:
    """Their names in the language of the moment, those that were removed or are built in too."""
    language = get_language() or "en"
    held = {row.code: row.name(language) for row in Tender.objects.all()}
    built_in = {"cash": _("Cash"), "card": _("Card"), "voucher": _("Voucher"), "bonus": _("Points")}
    return {**built_in, "exchange": _("Exchange"), **held}
