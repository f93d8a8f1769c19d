"""What a store asks of its fiscal printers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.forms.base import Form


class FiscalForm(Form):
    """The setting `fiscal`, as tills read it."""

    required = forms.ChoiceField(
        label=_("While a till's fiscal printer is away"),
        choices=[
            ("warn", _("Sell on, and register the receipts when it is back")),
            ("stop", _("Begin and pay no sale")),
        ],
        help_text=_("Tills without a fiscal printer sell as always."),
    )

    def value(self) -> dict[str, Any]:
        """The setting's value."""
        return {"required": self.cleaned_data["required"]}
