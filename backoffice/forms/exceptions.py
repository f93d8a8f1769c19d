"""What a manager says about something odd."""

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.forms.base import Filters, Form


class ExceptionFilters(Filters):
    """Filters of the three lists."""

    all = forms.BooleanField(
        label=_("Also what was settled"), widget=forms.CheckboxInput(attrs={"data-send": ""})
    )


class NoteForm(Form):
    """The explanation, kept beside the item for ever."""

    note = forms.CharField(
        label=_("What happened, and what you did"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with your name. Nothing is deleted: both versions stay."),
    )
