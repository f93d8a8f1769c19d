"""The customers' screen as a manager sets it up."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.forms.base import Form


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


class PictureForm(Form):
    """One more picture."""

    file = forms.FileField(
        label=_("Picture"),
        allow_empty_file=True,
        help_text=_("PNG, JPEG or WebP up to 2 MiB, 320 to 4096 pixels on each side; at most 12 pictures."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].error_messages["required"] = _("Choose a file first.")
