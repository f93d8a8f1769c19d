"""The customers' screen as a manager sets it up."""

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.forms.base import Form
from backoffice.forms.pictures import PictureForm


class ScreenForm(Form):
    """What is said and how quickly pictures change."""

    greeting = forms.CharField(
        label=_("Greeting"),
        max_length=120,
        required=False,
        help_text=_("Shown while nothing is being sold and there are no pictures."),
    )
    seconds = forms.IntegerField(
        label=_("Seconds for each picture"),
        min_value=2,
        max_value=60,
        widget=forms.NumberInput(attrs={"class": "w-tight"}),
    )


class ScreenPictureForm(PictureForm):
    """One more picture."""

    limits = _("PNG, JPEG or WebP up to 2 MiB, 320 to 4096 pixels on each side; at most 12 pictures.")
