"""A picture that somebody sends."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.forms.base import Form


class PictureForm(Form):
    """One file; `limits` tells people what `core.picture.checked` will ask of it."""

    limits: ClassVar[Any]
    file = forms.FileField(
        label=_("Picture"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = self.limits
        self.fields["file"].error_messages["required"] = _("Choose a file first.")
