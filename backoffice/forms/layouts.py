"""Forms of the layouts: a new one, from a preset or a file, and a group of tills."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice import words_layouts
from backoffice.forms.base import Form
from pos.layouts import judge
from pos.models import Till


class NewLayoutForm(Form):
    """A name and what to begin with: a preset, or a file that was exported before."""

    name = forms.CharField(label=_("Name"), max_length=60)
    preset = forms.ChoiceField(label=_("Begin with"), choices=list(words_layouts.PRESETS.items()))
    file = forms.FileField(
        label=_("Or a file"), required=False, help_text=_("A layout exported from here or from another shop.")
    )

    def body(self) -> Any:
        """The layout to begin with. Raises ProtocolError when the file is not strict JSON or too large."""
        file = self.cleaned_data["file"]
        if file is None:
            return judge.presets()[self.cleaned_data["preset"]]
        return judge.read(file.read(judge.MAX_BYTES + 1))


class TillGroupForm(Form):
    """The name of a group of tills and who is in it."""

    name = forms.CharField(label=_("Name of the group"), max_length=60)
    tills = forms.ModelMultipleChoiceField(
        label=_("Tills"), queryset=Till.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, tills: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tills"].queryset = tills  # type: ignore[attr-defined]
