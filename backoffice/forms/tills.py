"""Tills as a manager names them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.forms.base import Form
from pos.models import Till


class TillForm(Form):
    """A new till."""

    number = forms.IntegerField(
        label=_("Number"),
        min_value=1,
        max_value=9999,
        help_text=_("Printed on every receipt."),
        widget=forms.NumberInput(attrs={"class": "w-tight"}),
    )
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("For people, for example “Till 1, entrance”.")
    )
    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=Till.Kind.choices,
        initial=Till.Kind.TILL,
        required=False,
        help_text=_("A price checker is a tablet for customers: it shows prices and never sells."),
    )

    def clean_kind(self) -> str:
        """A till unless something else is said."""
        return str(self.cleaned_data["kind"] or Till.Kind.TILL)


class RenameForm(Form):
    """Another name for a till."""

    name = forms.CharField(label=_("Name"), max_length=80)


class MessageForm(Form):
    """A text that tills show to their cashiers."""

    text = forms.CharField(label=_("Message to the cashier"), max_length=200)
