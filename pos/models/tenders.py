"""Means of payment as data: what a cashier may take, and under which rules."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

LANGUAGES = ("en", "pl", "uk", "ru")


class Tender(models.Model):
    """One means of payment. `code` is its short name for ever: receipts and reports carry it.

    `names` is what people read: {"en": "Voucher", "pl": "Bon"…}. `key` is where the payment screen offers it: F5 and
    F6 belong to one each, F8 opens the list of those that share it, and cash, on Enter, has none. An inactive one is
    no longer offered, and stays for the receipts that name it.
    """

    class Kind(models.TextChoices):
        CASH = "cash", _("Cash")
        CARD = "card", _("Card terminal")
        VOUCHER = "voucher", _("Voucher")
        INTERNAL = "internal", _("Internal use")
        ACCOUNT = "account", _("Customer's account")

    class Key(models.TextChoices):
        F5 = "F5", "F5"
        F6 = "F6", "F6"
        F8 = "F8", _("F8 (list)")

    code = models.CharField(max_length=20, primary_key=True)
    kind = models.CharField(max_length=10, choices=Kind)
    names = models.JSONField()
    key = models.CharField(max_length=2, choices=Key, default=Key.F8, blank=True)
    position = models.PositiveSmallIntegerField(default=100)
    needs_customer = models.BooleanField(default=False)
    needs_reference = models.BooleanField(default=False)
    opens_drawer = models.BooleanField(default=False)
    over_tender = models.BooleanField(default=False)
    refundable = models.BooleanField(default=True)
    counted = models.BooleanField(default=False)
    # The id of a card terminal in the bridges of the tills; empty where the sum goes there by hand.
    terminal = models.CharField(max_length=32, blank=True, default="")
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[a-z][a-z0-9_]{0,19}$"),
                name="tender_code_is_a_short_word",
                violation_error_message=_("A short name is small Latin letters and digits, a letter first."),
            ),
            models.CheckConstraint(
                condition=Q(names__has_keys=list(LANGUAGES)), name="tender_is_named_in_every_language"
            ),
            models.CheckConstraint(
                condition=Q(
                    code="cash", kind="cash", active=True, needs_customer=False, needs_reference=False
                )
                | (~Q(code="cash") & ~Q(kind="cash")),
                name="tender_cash_is_one",
                violation_error_message=_("There is one cash: always on, without customer or reference."),
            ),
            # Receipts write `card` for every terminal and name the terminal beside it; `bonus` belongs to loyalty.
            models.CheckConstraint(
                condition=~Q(code__in=["card", "bonus"]),
                name="tender_code_is_not_reserved",
                violation_error_message=_("This short name has a meaning of its own. Choose another."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="account") | Q(needs_customer=True),
                name="tender_account_needs_a_customer",
                violation_error_message=_("An account belongs to a customer, so it needs one."),
            ),
            models.CheckConstraint(
                condition=Q(terminal="")
                | (Q(kind="card") & Q(terminal__regex=r"^[a-z0-9][a-z0-9_-]{0,31}$")),
                name="tender_terminal_is_a_device",
                violation_error_message=_(
                    "A terminal is named as in the bridge: small letters, digits, - and _."
                ),
            ),
            models.CheckConstraint(
                condition=Q(over_tender=False) | Q(kind__in=["cash", "voucher", "internal"]),
                name="tender_over_is_not_for_cards",
                violation_error_message=_("A card or an account pays exactly what is left, never more."),
            ),
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(active=True, key__in=["F5", "F6"]),
                name="tender_key_is_free",
                violation_error_message=_("Another means of payment has this key."),
            ),
        ]
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.code

    def name(self, language: str) -> str:
        """What people read in a language, in English when it has no other."""
        names: dict[str, str] = self.names
        return names.get(language) or names["en"]
