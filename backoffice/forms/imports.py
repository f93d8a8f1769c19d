"""Uploading a list of goods and telling its columns apart."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice.forms.base import Form, dress
from backoffice.services.imports import Look
from inventory.importing.columns import FIELDS

FIELD_NAMES: dict[str, Any] = {
    "barcode": _("Barcode"),
    "name": _("Name"),
    "brand": _("Brand"),
    "code": _("Code (PLU)"),
    "unit": _("Unit"),
    "quantity": _("Content of one piece"),
    "price": _("Price"),
    "tax": _("Tax"),
    "group": _("Group"),
    "kind": _("Kind"),
    "age": _("Age"),
}


class UploadForm(Form):
    """The file."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        help_text=_("CSV, TSV (also .gz) or XLSX, up to 64 MiB. The first rows hold the headings."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.gz,.xlsx"}),
    )


class MappingForm(forms.Form):
    """Which column is which: one choice a column, the guess filled in."""

    def __init__(self, *args: Any, look: Look, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.look = look
        names = [("", _("— leave out —")), *((field, FIELD_NAMES.get(field, field)) for field in FIELDS)]
        for at, heading in enumerate(look.headings):
            label = heading or gettext("Column %(n)d") % {"n": at + 1}
            field = forms.ChoiceField(choices=names, required=False, initial=look.fields[at], label=label)
            dress(field.widget)
            field.widget.attrs["class"] += " form-select-sm"
            self.fields[f"column_{at}"] = field

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen = [value for value in data.values() if value]
        for field in sorted({field for field in chosen if chosen.count(field) > 1}):
            self.add_error(
                None,
                gettext("“%(field)s” was chosen for two columns.") % {"field": FIELD_NAMES.get(field, field)},
            )
        if "name" not in chosen:
            self.add_error(None, gettext("Say which column is the name."))
        if not {"barcode", "code"} & set(chosen):
            self.add_error(None, gettext("Say which column is the barcode or the code."))
        return data

    def told(self) -> dict[str, str]:
        """Field to column number from 1; fields that no column was chosen for are left out on purpose."""
        told = dict.fromkeys(FIELDS, "")
        for at in range(len(self.look.headings)):
            if chosen := self.cleaned_data.get(f"column_{at}"):
                told[chosen] = str(at + 1)
        return told

    def columns(self) -> list[tuple[forms.BoundField, list[str]]]:
        """Each column's choice with its samples, for the template."""
        return [(self[f"column_{at}"], samples) for at, samples in enumerate(self.look.samples)]
