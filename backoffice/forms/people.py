"""An employee and a role as typed by a manager."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice.forms.base import Filters, Form, dress
from backoffice.page import LANGUAGE_NAMES
from core import permissions
from core.fields import MoneyFormField, PercentFormField
from core.models import Employee, Role

_SECRET = {"autocomplete": "new-password", "spellcheck": "false"}


class EmployeeFilters(Filters):
    """Filters of the list of people."""

    q = forms.CharField(
        label=_("Name"), max_length=100, widget=forms.TextInput(attrs={"data-search": "", "type": "search"})
    )
    all = forms.BooleanField(
        label=_("Also those who left"), widget=forms.CheckboxInput(attrs={"data-send": ""})
    )


class EmployeeForm(Form):
    """A person. Empty secrets leave the present ones."""

    name = forms.CharField(label=_("Full name"), max_length=120)
    role = forms.ModelChoiceField(label=_("Role"), queryset=Role.objects.none(), empty_label=None)
    pin = forms.CharField(
        label=_("New PIN for the tills"),
        required=False,
        max_length=12,
        help_text=_("4 to 12 digits. Nobody can read it afterwards, only set a new one."),
        widget=forms.PasswordInput(attrs={**_SECRET, "inputmode": "numeric"}),
    )
    badge = forms.CharField(
        label=_("New badge"),
        required=False,
        max_length=100,
        help_text=_("Click here and scan the badge."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-scan": "field"}),
    )
    no_badge = forms.BooleanField(label=_("Take the present badge away"), required=False)
    username = forms.CharField(
        label=_("User name for the back office"),
        required=False,
        max_length=60,
        help_text=_("Leave empty for people who only work at a till."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("New password for the back office"),
        required=False,
        max_length=200,
        strip=False,
        help_text=_("At least 10 characters, not a common word."),
        widget=forms.PasswordInput(attrs=_SECRET),
    )
    same_as = forms.ModelChoiceField(
        label=_("Second account of"),
        queryset=Employee.objects.none(),
        required=False,
        empty_label=_("nobody: this is their only account"),
        help_text=_(
            "Nobody approves at a till what they do themselves, also not with another badge of theirs."
        ),
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    active = forms.BooleanField(label=_("Works here"), required=False, initial=True)

    def __init__(self, *args: Any, roles: Any, person: Employee | None = None, **kwargs: Any) -> None:
        self.person = person
        if person is not None:
            kwargs["initial"] = {
                name: getattr(person, name)
                for name in ("name", "role", "username", "language", "active", "same_as")
            }
        super().__init__(*args, **kwargs)
        self.fields["role"].queryset = roles  # type: ignore[attr-defined]
        others = Employee.objects.filter(active=True, same_as=None).order_by("name", "id")
        others = others.exclude(id=person.id) if person else others
        self.fields["same_as"].queryset = others  # type: ignore[attr-defined]
        languages = [(code, LANGUAGE_NAMES[code]) for code, _name in settings.LANGUAGES]
        self.fields["language"].choices = [("", _("Of the store")), *languages]  # type: ignore[attr-defined]
        if person is None:
            del self.fields["no_badge"], self.fields["active"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("password") and not data.get("username"):
            self.add_error("username", gettext("A password needs a user name."))
        if data.get("password"):
            try:
                validate_password(data["password"], self.person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        is_new_user = data.get("username") and not (self.person and self.person.has_usable_password())
        if is_new_user and not data.get("password"):
            self.add_error("password", gettext("Somebody who signs in here needs a password."))
        return data

    def changes(self) -> dict[str, Any]:
        """The keyword arguments of the service; secrets that were left empty are not among them."""
        data = dict(self.cleaned_data)
        no_badge = data.pop("no_badge", False)
        data["username"] = data["username"] or None
        data["pin"] = data["pin"] or None
        data["badge"] = data["badge"] or ("" if no_badge else None)
        if not data["password"]:
            del data["password"]
        return data


class RoleForm(Form):
    """A role: its name, what it may do and how far each right goes."""

    name = forms.CharField(label=_("Name"), max_length=100)
    permissions = forms.MultipleChoiceField(
        label=_("Rights"), required=False, choices=permissions.CHOICES, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, *args: Any, role: Role | None = None, actor: Employee, currency: str, **kwargs: Any
    ) -> None:
        self.role, self.actor = role, actor
        if role is not None:
            kwargs["initial"] = {"name": role.name, "permissions": role.permissions, **role.limits}
        super().__init__(*args, **kwargs)
        for name, kind, _right, label in permissions.LIMITS:
            self.fields[name] = limit_field(kind, label, currency)
            dress(self.fields[name].widget)

    def clean_permissions(self) -> list[str]:
        """Nobody gives a right that they do not have."""
        chosen: list[str] = self.cleaned_data["permissions"]
        if not self.actor.is_superuser and set(chosen) - set(self.actor.role.permissions):
            raise forms.ValidationError(gettext("You can only give rights that you have yourself."))
        return chosen

    def clean(self) -> dict[str, Any]:
        """Nobody lets others go further than they may go themselves."""
        data = super().clean() or {}
        own = {} if self.actor.is_superuser else self.actor.role.limits
        for name, kind, right, _label in permissions.LIMITS:
            bound = own.get(name)
            # A hundred percent bounds nothing.
            if (
                bound is None
                or (kind == "percent" and bound >= 10000)
                or right not in data.get("permissions", ())
                or name in self.errors
            ):
                continue
            if data.get(name) is None or data[name] > bound:
                most = self.fields[name].plain(bound)  # type: ignore[attr-defined]
                self.add_error(
                    name, gettext("Your own limit is %(most)s, so this one is at most that.") % {"most": most}
                )
        return data

    def code(self) -> str:
        """The role's present code, or one made from its name."""
        if self.role is not None:
            return self.role.code
        base = slugify(self.cleaned_data["name"])[:34] or "role"
        taken = set(Role.objects.filter(code__startswith=base).values_list("code", flat=True))
        return next(code for n in range(1, 1000) if (code := base if n == 1 else f"{base}-{n}") not in taken)

    def limits(self) -> dict[str, int]:
        """The limits that were typed; an empty field is a right without bounds."""
        typed = {name: self.cleaned_data[name] for name, *_rest in permissions.LIMITS}
        return {name: value for name, value in typed.items() if value is not None}

    def limit_fields(self) -> list[forms.BoundField]:
        """The fields of the limits, for the page."""
        return [self[name] for name, *_rest in permissions.LIMITS]


def limit_field(kind: str, label: Any, currency: str) -> forms.Field:
    """A field for one limit: a percent up to 100, or a sum of money."""
    words = _("Empty: no limit. Above it somebody else approves at the till.")
    common: dict[str, Any] = {"label": label, "required": False, "min_value": 0, "help_text": words}
    if kind == "percent":
        return PercentFormField(max_value=10000, **common)
    return MoneyFormField(currency=currency, max_value=10**11, **common)
