"""A customer, their groups, and the form that the chain asks its customers to fill in."""

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from backoffice.forms.base import Filters, Form, dress
from backoffice.forms.languages import EACH_LANGUAGE, add_texts, bound_texts, shown_texts, typed_texts
from backoffice.forms.settings import LinesField
from backoffice.forms.validity import DAY
from backoffice.words import own
from loyalty.models import Customer, CustomerGroup, FormField
from loyalty.services.customers import Changes
from loyalty.services.forms import MAX_CONSENT, MAX_LABEL, MAX_OPTIONS

_OPTION = re.compile(r"^\s*([A-Za-z0-9_.-]{1,40})\s*=\s*([^>]+?)\s*(?:>\s*(.+?)\s*)?$")


class CustomerFilters(Filters):
    """One box for name, telephone and card."""

    q = forms.CharField(label=_("Name, telephone or card"), max_length=100)
    group = forms.ChoiceField(label=_("Group"), widget=forms.Select(attrs={"data-send": ""}))

    def __init__(self, *args: Any, groups: Iterable[CustomerGroup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = [  # type: ignore[attr-defined]
            ("", gettext("All")),
            *((str(group.id), group.name) for group in groups),
        ]


class CustomerForm(Form):
    """What is known of a person: built-in fields, and those of the chain as `f_<code>`."""

    name = forms.CharField(label=_("Full name"), max_length=120)
    phone = forms.CharField(label=_("Telephone"), max_length=30, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=200, required=False)
    born = forms.DateField(
        label=_("Birth date"),
        required=False,
        widget=forms.DateInput(**DAY),
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    card = forms.CharField(label=_("Card"), max_length=64, required=False)

    def __init__(
        self, *args: Any, asked: Iterable[FormField], customer: Customer | None = None, **kwargs: Any
    ) -> None:
        self.asked = list(asked)
        super().__init__(*args, initial=_initial(customer), **kwargs)
        self.fields["language"].choices = [("", gettext("The store's")), *EACH_LANGUAGE]  # type: ignore[attr-defined]
        if customer is not None:
            del self.fields["card"]
        for field in self.asked:
            self.fields[f"f_{field.code}"] = _input(field)
            dress(self.fields[f"f_{field.code}"].widget)

    @property
    def extra(self) -> list[Any]:
        """The chain's own fields, bound."""
        return [self[f"f_{field.code}"] for field in self.asked]

    def changes(self) -> Changes:
        """What differs from what was shown, so that a field nobody touched keeps the time it was last set."""
        data, plain = self.cleaned_data, {}
        for name in ("name", "phone", "email", "born", "language"):
            if name in self.changed_data or not self.initial:
                plain[name] = data[name]
        answers = {
            field.code: _answer(data[f"f_{field.code}"])
            for field in self.asked
            if f"f_{field.code}" in self.changed_data
        }
        return Changes(plain=plain, answers=answers)


def _initial(customer: Customer | None) -> dict[str, Any]:
    if customer is None:
        return {}
    names = ("name", "phone", "email", "born", "language")
    known = {name: getattr(customer, name) for name in names}
    return {**known, **{f"f_{code}": value for code, value in customer.form.items()}}


def _input(field: FormField) -> forms.Field:
    label, options = own(field.labels), [(one["code"], own(one["labels"])) for one in field.options]
    if field.kind == FormField.Kind.NUMBER:
        return forms.IntegerField(label=label, required=False, min_value=-(2**53) + 1, max_value=2**53 - 1)
    if field.kind == FormField.Kind.DATE:
        return forms.DateField(label=label, required=False, widget=forms.DateInput(**DAY))
    if field.kind == FormField.Kind.FLAG:
        return forms.BooleanField(label=label, required=False)
    if field.kind == FormField.Kind.CHOICE:
        return forms.ChoiceField(label=label, required=False, choices=[("", "–"), *options])
    if field.kind == FormField.Kind.CHOICES:
        return forms.MultipleChoiceField(
            label=label, required=False, choices=options, widget=forms.CheckboxSelectMultiple
        )
    return forms.CharField(label=label, required=False, max_length=200)


def _answer(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


class GroupsForm(Form):
    """The groups a manager puts a customer into."""

    groups = forms.MultipleChoiceField(label=_("Groups"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, known: Iterable[CustomerGroup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one.id), one.name) for one in known]
        self.fields["groups"].choices = choices  # type: ignore[attr-defined]
        self.fields["groups"].help_text = "" if choices else gettext("No group yet.")

    def chosen(self) -> list[UUID]:
        """Ids of the ticked ones."""
        return [UUID(one) for one in self.cleaned_data["groups"]]


class CardForm(Form):
    """A card that is given to a customer; a reason when it stands for an older one."""

    number = forms.CharField(label=_("Card number"), max_length=64, min_length=3)
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)


class GroupForm(Form):
    """A group of customers."""

    name = forms.CharField(label=_("Name"), max_length=120)
    active = forms.BooleanField(label=_("Switched on"), required=False, initial=True)


class FieldForm(Form):
    """A question of the form or the questionnaire, with a text in each language."""

    code = forms.CharField(
        label=_("Code"), max_length=40, help_text=_("Small letters, digits and _. It cannot change later.")
    )
    part = forms.ChoiceField(
        label=_("Where"),
        choices=[("form", _("In the form")), ("questionnaire", _("In the extra questionnaire"))],
    )
    kind = forms.ChoiceField(
        label=_("Answer"),
        choices=[
            ("text", _("Text")),
            ("number", _("Whole number")),
            ("date", _("Day")),
            ("flag", _("Yes or no")),
            ("choice", _("One of several")),
            ("choices", _("Any of several")),
        ],
        widget=forms.Select(attrs={"data-shows": "needs"}),
    )
    options = LinesField(
        label=_("Options"),
        max_lines=MAX_OPTIONS,
        max_width=600,
        help_text=_(
            "One per line: code = text, or code = text > group. The group is where this answer puts people."
        ),
    )
    required = forms.BooleanField(label=_("Must be answered"), required=False)
    position = forms.IntegerField(label=_("Place"), initial=0, min_value=0, max_value=10_000)
    active = forms.BooleanField(label=_("Switched on"), required=False, initial=True)

    def __init__(self, *args: Any, field: FormField | None = None, **kwargs: Any) -> None:
        self.field = field
        super().__init__(*args, initial=_field_initial(field), **kwargs)
        add_texts(self, "label", longest=MAX_LABEL)
        if field is not None:
            for name in ("code", "kind"):
                self.fields[name].disabled = True

    @property
    def labels(self) -> list[forms.BoundField]:
        """The texts, bound."""
        return bound_texts(self, "label")

    def changes(self, groups: Iterable[CustomerGroup]) -> dict[str, Any] | None:
        """The service's arguments, or None with errors beside the options."""
        data, options = self.cleaned_data, []
        known = {group.name.casefold(): str(group.id) for group in groups}
        old = {one["code"]: one["labels"] for one in (self.field.options if self.field else [])}
        language = get_language() or "en"
        for line in data["options"] if data["kind"] in ("choice", "choices") else []:
            found = _OPTION.match(line)
            if found is None or (found[3] and found[3].casefold() not in known):
                self.add_error(
                    "options", gettext("This line is not understood: %(line)s") % {"line": line[:60]}
                )
                return None
            labels = {**old.get(found[1], {}), language: found[2]}
            options.append(
                {"code": found[1], "labels": labels, "group": known.get((found[3] or "").casefold())}
            )
        names = ("code", "part", "kind", "required", "position", "active")
        return {
            **{name: data[name] for name in names},
            "labels": typed_texts(self, "label"),
            "options": options,
        }


def _field_initial(field: FormField | None) -> dict[str, Any]:
    if field is None:
        return {}
    names = dict(CustomerGroup.objects.values_list("id", "name"))
    lines = [
        f"{one['code']} = {own(one['labels'])}" + (f" > {names[UUID(one['group'])]}" if one["group"] else "")
        for one in field.options
    ]
    plain = {
        name: getattr(field, name) for name in ("code", "part", "kind", "required", "position", "active")
    }
    return {**plain, "options": lines, **shown_texts(field.labels, "label")}


class ConsentForm(Form):
    """New words that people agree to; they become the next version."""

    kind = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("For example data or adverts. The same code makes a new version."),
    )
    required = forms.BooleanField(label=_("Without it no data are kept"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_texts(self, "text", longest=MAX_CONSENT, rows=3)

    @property
    def texts(self) -> list[forms.BoundField]:
        """The texts, bound."""
        return bound_texts(self, "text")

    def words(self) -> dict[str, str]:
        """By language."""
        return typed_texts(self, "text")
