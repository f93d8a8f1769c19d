"""One text in each of our languages, as fields of a form: `<prefix>_<language>`."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext

from backoffice.page import LANGUAGE_NAMES

EACH_LANGUAGE = [(code, LANGUAGE_NAMES[code]) for code, _name in settings.LANGUAGES]


def add_texts(form: forms.Form, prefix: str, *, longest: int, rows: int = 0) -> None:
    """Adds a field for each language, of several lines when `rows` is given."""
    kind: type[forms.Widget] = forms.Textarea if rows else forms.TextInput
    for code, name in EACH_LANGUAGE:
        attrs: dict[str, Any] = {"class": "form-control", "lang": code} | ({"rows": rows} if rows else {})
        form.fields[f"{prefix}_{code}"] = forms.CharField(
            label=gettext("Text in %(language)s") % {"language": name},
            required=False,
            max_length=longest,
            widget=kind(attrs=attrs),
        )


def bound_texts(form: forms.Form, prefix: str) -> list[forms.BoundField]:
    """The fields as a template shows them."""
    return [form[f"{prefix}_{code}"] for code, _name in EACH_LANGUAGE]


def typed_texts(form: forms.Form, prefix: str) -> dict[str, str]:
    """What was typed, by language."""
    return {code: form.cleaned_data[f"{prefix}_{code}"] for code, _name in EACH_LANGUAGE}


def shown_texts(texts: Mapping[str, str], prefix: str) -> dict[str, str]:
    """The form's values of a text that exists."""
    return {f"{prefix}_{code}": text for code, text in texts.items()}
