"""A means of payment as a manager writes it: its names, where the payment screen offers it, and its rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice.forms.base import Form
from backoffice.page import LANGUAGE_NAMES
from pos.models import Tender
from pos.models.tenders import LANGUAGES
from pos.services.tenders import RESERVED

RULES = ("needs_customer", "needs_reference", "opens_drawer", "over_tender", "refundable", "counted")
# Cash is taken with Enter, never needs anything, and is always there.
NOT_FOR_CASH = ("key", "position", "terminal", "needs_customer", "needs_reference", "active")


class TenderForm(Form):
    """Everything about one means of payment; short name and kind are chosen once."""

    code = forms.RegexField(
        label=_("Short name"),
        regex=r"^[a-z][a-z0-9_]{0,19}$",
        help_text=_("Small Latin letters and digits, for reports. It cannot be changed later."),
        error_messages={
            "invalid": _("A short name is small Latin letters and digits, a letter first."),
        },
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[choice for choice in Tender.Kind.choices if choice[0] != Tender.Kind.CASH],
    )
    key = forms.ChoiceField(
        label=_("Key on the payment screen"),
        choices=Tender.Key.choices,
        help_text=_("F5 and F6 take one each. F8 offers all others as a list."),
    )
    position = forms.IntegerField(
        label=_("Place in the list"), min_value=1, max_value=999, initial=100,
        widget=forms.NumberInput(attrs={"class": "w-tight"}),
    )  # fmt: skip
    terminal = forms.CharField(
        label=_("Terminal on the bridge"),
        required=False,
        max_length=32,
        help_text=_(
            "The id of the device in the bridge. Empty: the cashier types the sum into the terminal."
        ),
        widget=forms.TextInput(attrs={"class": "w-tight"}),
    )
    needs_customer = forms.BooleanField(label=_("Needs a customer on the receipt"), required=False)
    needs_reference = forms.BooleanField(
        label=_("Needs a number or a reason"),
        required=False,
        help_text=_("The cashier types it: the number of a voucher, or who took the goods."),
    )
    opens_drawer = forms.BooleanField(label=_("Opens the drawer"), required=False)
    over_tender = forms.BooleanField(
        label=_("May be worth more than is left to pay"),
        required=False,
        help_text=_("What is over is kept and shown on the receipt; only cash gives change."),
    )
    refundable = forms.BooleanField(
        label=_("Goes back the same way on a return"),
        required=False,
        initial=True,
        help_text=_("Otherwise its part is given back in cash."),
    )
    counted = forms.BooleanField(label=_("Is counted when the shift is closed"), required=False)
    active = forms.BooleanField(label=_("Offered at the tills"), required=False, initial=True)

    def __init__(self, *args: Any, tender: Tender | None, **kwargs: Any) -> None:
        self.tender = tender
        super().__init__(*args, initial=_initial(tender) if tender else None, **kwargs)
        for language in LANGUAGES:
            self.fields[f"name_{language}"] = forms.CharField(
                label=_("Name (%(language)s)") % {"language": LANGUAGE_NAMES[language]},
                max_length=24,
                required=False,
                initial=tender.names.get(language, "") if tender else "",
                widget=forms.TextInput(attrs={"class": "form-control"}),
            )
        for name in ("code", "kind") if tender else ():
            del self.fields[name]
        if tender is not None and tender.kind == Tender.Kind.CASH:
            for name in NOT_FOR_CASH:
                del self.fields[name]

    @property
    def names(self) -> list[forms.BoundField]:
        """The fields of the names, in the order of the languages."""
        return [self[f"name_{language}"] for language in LANGUAGES]

    @property
    def rules(self) -> list[forms.BoundField]:
        """The ticks."""
        return [self[name] for name in (*RULES, "active") if name in self.fields]

    def clean_code(self) -> str:
        """A short name that nobody has."""
        code: str = self.cleaned_data["code"]
        if code in RESERVED:
            raise forms.ValidationError(gettext("This short name has a meaning of its own. Choose another."))
        if Tender.objects.filter(code=code).exists():
            raise forms.ValidationError(gettext("Another means of payment has this short name."))
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        names = {language: (data.get(f"name_{language}") or "").strip() for language in LANGUAGES}
        known = next(filter(None, names.values()), "")
        if not known:
            self.add_error("name_en", gettext("Give it a name in one language at least."))
        data["names"] = {language: text or known for language, text in names.items()}
        return data

    def changes(self) -> dict[str, Any]:
        """The service's arguments."""
        names = ("names", "kind", "key", "position", "terminal", *RULES, "active")
        found = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        if self.cleaned_data.get("kind") == Tender.Kind.ACCOUNT or (
            self.tender is not None and self.tender.kind == Tender.Kind.ACCOUNT
        ):
            found["needs_customer"] = True
        return found


def _initial(tender: Tender) -> dict[str, Any]:
    return {name: getattr(tender, name) for name in ("key", "position", "terminal", *RULES, "active")}
