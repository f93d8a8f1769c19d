"""What all forms share: Tabler's classes on the inputs, and refusals of services beside the right field."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from core.errors import KasaError

Result = TypeVar("Result")
_SELECTS = (forms.Select, forms.SelectMultiple)
# Groups of ticks would carry the class on the element around them too; the style sheet knows them by their kind.
_QUIET = (forms.HiddenInput, forms.CheckboxSelectMultiple, forms.RadioSelect)


class Form(forms.Form):
    """A form in the back office's look."""

    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for field in self.fields.values():
            dress(field.widget)


class Filters(forms.Form):
    """Filters of a list, taken from the URL; a value that makes no sense filters nothing and is shown as typed."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for field in self.fields.values():
            field.required = False
            dress(field.widget)

    def value(self, name: str) -> Any:
        """The cleaned value, or nothing."""
        self.is_valid()
        return self.cleaned_data.get(name)

    @property
    def is_used(self) -> bool:
        """Whether any filter narrows the list."""
        self.is_valid()
        return any(value not in (None, "", []) for value in self.cleaned_data.values())


def dress(widget: forms.Widget) -> None:
    """Gives an input the class that Tabler styles."""
    if isinstance(widget, _QUIET):
        return
    css = "form-select" if isinstance(widget, _SELECTS) else "form-control"
    if isinstance(widget, forms.CheckboxInput):
        css = "form-check-input"
    widget.attrs["class"] = f"{css} {widget.attrs.get('class', '')}".strip()


def attempt(
    form: forms.Form, work: Callable[[], Result], *, fields: dict[str, str] | None = None
) -> Result | None:
    """Does the work of a valid form; a refusal lands beside its field and the typed text stays.

    `fields` says which form field an error code belongs to; an error may name its field itself.
    Returns None when refused.
    """
    try:
        return work()
    except KasaError as error:
        name = (fields or {}).get(error.code) or error.extra.get("field")
        form.add_error(name if name in form.fields else None, error.message)
    except ValidationError as error:
        _add(form, error)
    return None


def _add(form: forms.Form, error: ValidationError) -> None:
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        target = name if name != NON_FIELD_ERRORS and name in form.fields else None
        for one in errors:
            form.add_error(target, one)
