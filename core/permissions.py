"""The permission names of the whole system and what each one lets a person do."""

from typing import Any

from django.utils.translation import gettext_lazy as _

CHOICES = [
    ("till.sell", _("Sell at a till")),
    ("till.discount", _("Give a discount by hand")),
    ("till.price", _("Type a price by hand")),
    ("till.void", _("Void a line or a receipt")),
    ("till.void_subtotal", _("Void after the subtotal")),
    ("till.return", _("Take goods back")),
    ("till.return_blind", _("Take goods back without a receipt")),
    ("till.empties", _("Take empty bottles back and pay out their deposit")),
    ("till.return_over", _("Take goods back beyond the store's limits")),
    ("till.cash", _("Put cash in and take it out")),
    ("till.drawer", _("Open the drawer without a sale")),
    ("till.reprint", _("Print a receipt again")),
    ("till.fiscal_defer", _("Put fiscal registration off")),
    ("till.fiscal_skip", _("Leave fiscal registration out, or type its number by hand")),
    ("till.card_slip", _("Say what became of a card payment that the terminal cannot tell")),
    ("till.x", _("See the X report")),
    ("till.z", _("Close the shift (Z report)")),
    ("till.training", _("Practise in training mode")),
    ("till.settings", _("Change a till's own settings")),
    ("till.customer", _("Find customers, issue cards and change customers' data")),
    ("till.customer_card", _("Block and replace customers' cards")),
    ("backoffice.view", _("Open the back office")),
    ("goods.edit", _("Edit goods")),
    ("prices.edit", _("Change prices")),
    ("promotions.edit", _("Edit promotions")),
    ("customers.view", _("See customers")),
    ("customers.edit", _("Edit customers, their groups and the form")),
    ("customers.bonus", _("Give and take points by hand, free points that are set aside")),
    ("customers.privacy", _("Export and erase a person's data")),
    ("messages.edit", _("Edit the messages of the tills")),
    ("tills.manage", _("Create, enrol, lock and revoke tills")),
    ("people.manage", _("Manage employees and roles")),
    ("receipts.view", _("See receipts")),
    ("shifts.view", _("See shifts and reports")),
    ("exceptions.resolve", _("Resolve conflicts and quarantined items")),
    ("jobs.manage", _("Start and cancel long work")),
    ("settings.edit", _("Change the store's settings")),
]


def choices() -> list[tuple[str, Any]]:
    """For the role's field. A function, so that a new permission needs no migration."""
    return list(CHOICES)


NAMES = frozenset(name for name, _label in CHOICES)
CASHIER = [
    "till.sell",
    "till.void",
    "till.x",
    "till.reprint",
    "till.discount",
    "till.customer",
    "till.empties",
]
SENIOR = [
    *CASHIER, "till.cash", "till.drawer", "till.z", "till.return", "till.price", "till.void_subtotal", "till.training",
    "till.customer_card", "till.fiscal_defer", "till.card_slip",
]  # fmt: skip
MANAGER = sorted(NAMES)

# How far a right goes: the limit's name, what it counts, the right it belongs to and its words. A role without the
# limit has the right without bounds; above it the till asks somebody else in place.
LIMITS = [
    ("discount_percent", "percent", "till.discount", _("Largest discount by hand, %")),
    ("cash_amount", "money", "till.cash", _("Largest sum put in or taken out at once")),
    ("return_amount", "money", "till.return", _("Largest return")),
    ("difference_amount", "money", "till.z", _("Largest difference of a count")),
]
LIMIT_NAMES = frozenset(name for name, _kind, _right, _label in LIMITS)
