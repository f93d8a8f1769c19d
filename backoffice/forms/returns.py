"""What a store allows when goods come back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.forms.base import Form, dress
from core.fields import MoneyFormField

MAX_LIMIT = 10**9
# What tills take where a store saved its rules before papers carried their sale (static/till/models/return-rules.js).
PAPER, PAPER_LIMIT = "on", 20_000


class ReturnsForm(Form):
    """The setting `returns`, as tills read it."""

    days = forms.IntegerField(
        label=_("A receipt may come back for (days)"),
        min_value=1,
        max_value=3650,
        help_text=_("An older one needs somebody who may go beyond the limits."),
        widget=forms.NumberInput(attrs={"class": "w-tight"}),
    )
    blind_days = forms.IntegerField(
        label=_("Goods without a receipt are worth the lowest price of (days)"),
        min_value=1,
        max_value=366,
        widget=forms.NumberInput(attrs={"class": "w-tight"}),
    )
    exchange = forms.BooleanField(
        label=_("Goods may be exchanged in one go, paying only the difference"), required=False
    )

    paper = forms.BooleanField(
        label=_("Receipts carry a code with all that was sold, and tills take it while the server is away"),
        required=False,
        help_text=_("Without it a receipt of another till cannot be opened until the server is back."),
    )

    def __init__(self, *args: Any, currency: str, value: dict[str, Any], **kwargs: Any) -> None:
        held = {"paper": PAPER, "paper_limit": PAPER_LIMIT, **value}
        flags = {"exchange": held.get("exchange") == "net", "paper": held["paper"] == "on"}
        super().__init__(*args, initial={**held, **flags}, **kwargs)
        self._sum("blind_limit", currency, _("Most that a return without a receipt may come to"))
        self._sum(
            "paper_limit",
            currency,
            _("Most that may be given back on such a code alone"),
            help_text=_("More needs somebody who may go beyond the limits, or the server."),
        )

    def _sum(self, name: str, currency: str, label: Any, **more: Any) -> None:
        field = MoneyFormField(currency=currency, label=label, min_value=0, max_value=MAX_LIMIT, **more)
        dress(field.widget)
        self.fields[name] = field

    def value(self) -> dict[str, Any]:
        """The setting's value."""
        names = ("days", "blind_days", "blind_limit", "paper_limit")
        exchange = "net" if self.cleaned_data["exchange"] else "off"
        paper = "on" if self.cleaned_data["paper"] else "off"
        return {**{name: self.cleaned_data[name] for name in names}, "exchange": exchange, "paper": paper}
