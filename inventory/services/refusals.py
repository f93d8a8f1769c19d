"""Turns a named constraint that refused a row into the sentence a person can act on."""

from contextlib import AbstractContextManager

from django.utils.translation import gettext_lazy as _

from core import constraints
from core.errors import KasaError


class Refused(KasaError):
    """The change would break a rule of the database; `code` names the rule."""

    code = "refused"


_SENTENCES = {
    "inventory_product_code_key": ("product_code_taken", _("Another product already has this code.")),
    "product_code_is_typeable": (
        "product_code_is_typeable",
        _("A code is 1 to 20 Latin letters, digits, dots, dashes or underscores."),
    ),
    "product_has_a_name": ("product_has_a_name", _("A product needs a name.")),
    "product_age_is_0_to_99": ("product_age_is_0_to_99", _("The age is a number of years from 0 to 99.")),
    "product_deposit_has_no_discount": (
        "product_deposit_has_no_discount",
        _("A deposit cannot be discounted: it is paid back as it was taken."),
    ),
    "product_content_has_a_unit": (
        "product_content_has_a_unit",
        _("The content of a piece needs both a quantity above zero and a unit."),
    ),
    "product_price_limits_need_open_price": (
        "product_price_limits",
        _("Only goods whose price is typed at the till have a lowest and a highest price."),
    ),
    "product_price_limits_are_in_order": (
        "product_price_limits",
        _("The highest price must be above zero and not below the lowest."),
    ),
    "product_deposit_stands_alone": (
        "product_deposit_stands_alone",
        _("A deposit has a fixed price and no deposit of its own."),
    ),
    "product_capture_is_of_pieces": (
        "product_capture_is_of_pieces",
        _("Numbers of single units are read only from goods sold by the piece."),
    ),
    "product_licence_is_known": ("product_licence_is_known", _("This licence is not known.")),
    "group_name_is_unique_in_its_parent": (
        "group_name_taken",
        _("There is already a group of this name in the same place."),
    ),
    "group_tree_has_no_cycle": (
        "group_cycle",
        _("A group cannot be inside itself or inside its own subgroup."),
    ),
    "group_is_not_its_own_parent": (
        "group_cycle",
        _("A group cannot be inside itself or inside its own subgroup."),
    ),
    "group_colour_is_hex": ("group_colour_is_hex", _("A colour is written like #2f6fde.")),
    "group_has_a_name": ("group_has_a_name", _("A group needs a name.")),
    "inventory_barcode_pkey": ("barcode_taken", _("Another product already has this barcode.")),
    "barcode_is_printable": (
        "barcode_is_printable",
        _("A barcode is 1 to 48 Latin letters, digits and signs without spaces."),
    ),
    "barcode_quantity_is_positive": (
        "barcode_quantity_is_positive",
        _("One scan stands for a quantity above zero."),
    ),
    "price_is_not_negative": ("price_is_not_negative", _("A price cannot be below zero.")),
    "price_ends_after_it_begins": ("price_ends_after_it_begins", _("A price must end after it begins.")),
    "tax_periods_do_not_overlap": (
        "tax_periods_overlap",
        _("This tax code already has a rate on some of these days."),
    ),
    "tax_period_begins_once": (
        "tax_periods_overlap",
        _("This tax code already has a rate on some of these days."),
    ),
    "tax_ends_after_it_begins": ("tax_ends_after_it_begins", _("A tax rate must end after it begins.")),
    "tax_percent_is_0_to_100": ("tax_percent_is_0_to_100", _("A tax rate is from 0 to 100 %.")),
    "tax_exempt_is_zero": ("tax_exempt_is_zero", _("An exempt rate is 0 %.")),
}


def refusal(constraint: str) -> Refused:
    """The refusal that a constraint would cause, for a rule that is seen to be broken before the database is asked."""
    code, sentence = _SENTENCES[constraint]
    return Refused(str(sentence), code=code)


def explained() -> AbstractContextManager[None]:
    """A savepoint in which a broken rule becomes Refused; anything else stays the failure it is."""
    return constraints.explained(lambda name: refusal(name) if name in _SENTENCES else None)
