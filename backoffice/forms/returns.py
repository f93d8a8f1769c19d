"""What a store allows when goods come back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.forms.base import Form, dress
from core.fields import MoneyFormField

MAX_LIMIT = 10**9


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

    def __init__(self, *args: Any, currency: str, value: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, initial={**value, "exchange": value.get("exchange") == "net"}, **kwargs)
        field = MoneyFormField(
            currency=currency,
            label=_("Most that a return without a receipt may come to"),
            min_value=0,
            max_value=MAX_LIMIT,
        )
        dress(field.widget)
        self.fields["blind_limit"] = field

    def value(self) -> dict[str, Any]:
        """The setting's value."""
        names = ("days", "blind_days", "blind_limit")
        exchange = "net" if self.cleaned_data["exchange"] else "off"
        return {**{name: self.cleaned_data[name] for name in names}, "exchange": exchange}
