"""Filters of shifts and receipts."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.forms.base import Filters
from core.fields import MoneyFormField
from core.models import Employee, Store
from pos.models import Till

_SEND = {"data-send": ""}


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **_SEND})
    )


class PeriodFilters(Filters):
    """A till and the days from one to another, both included."""

    till = forms.ModelChoiceField(
        label=_("Till"),
        queryset=Till.objects.none(),
        empty_label=_("All tills"),
        widget=forms.Select(attrs=_SEND),
    )
    since = _day(_("From day"))
    until = _day(_("To day"))

    def __init__(self, *args: Any, store: Store, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["till"].queryset = Till.objects.filter(store=store).order_by("number")  # type: ignore[attr-defined]


class ShiftFilters(PeriodFilters):
    """Filters of the list of shifts."""

    state = forms.ChoiceField(
        label=_("State"),
        choices=[("", _("Open and closed")), ("open", _("Is open")), ("closed", _("Closed"))],
        widget=forms.Select(attrs=_SEND),
    )


class ReceiptFilters(PeriodFilters):
    """Filters of the list of receipts; `shift` and `product` come from links on other pages."""

    q = forms.CharField(
        label=_("Number, printed code or card"),
        max_length=64,
        widget=forms.TextInput(
            attrs={"type": "search", "data-search": "", "data-scan": "send", "autocomplete": "off"}
        ),
    )
    cashier = forms.ModelChoiceField(
        label=_("Cashier"),
        queryset=Employee.objects.order_by("name"),
        empty_label=_("Everybody"),
        widget=forms.Select(attrs=_SEND),
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("", _("Sales and returns")), ("sale", _("Sales")), ("return", _("Returns"))],
        widget=forms.Select(attrs=_SEND),
    )
    least = MoneyFormField(label=_("Amount from"))
    most = MoneyFormField(label=_("Amount to"))
    flag = forms.ChoiceField(
        label=_("Only"),
        choices=[
            ("", _("All")),
            ("discount", _("With a discount")),
            ("late", _("Late for their shift")),
            ("warned", _("With a remark")),
            ("waiting", _("Not in stock yet")),
            ("unregistered", _("Not registered by the fiscal printer")),
        ],
        widget=forms.Select(attrs=_SEND),
    )
    shift = forms.UUIDField(widget=forms.HiddenInput)
    product = forms.UUIDField(widget=forms.HiddenInput)
    field_order = ["q", "since", "until", "till", "cashier", "kind", "least", "most", "flag"]

    def __init__(self, *args: Any, store: Store, **kwargs: Any) -> None:
        super().__init__(*args, store=store, **kwargs)
        for name in ("least", "most"):
            field = MoneyFormField(currency=store.currency, label=self.fields[name].label, required=False)
            field.widget.attrs |= {"class": "form-control", "size": "8"}
            self.fields[name] = field
        self.order_fields(self.field_order)

    def narrowing(self) -> dict[str, Any]:
        """The keyword arguments of the selector."""

        def pk(name: str) -> uuid.UUID | None:
            row = self.value(name)
            return row.pk if row is not None else None

        plain = {name: self.value(name) for name in ("since", "until", "least", "most", "shift", "product")}
        texts = {
            "text": self.value("q") or "",
            "kind": self.value("kind") or "",
            "flag": self.value("flag") or "",
        }
        return {**plain, **texts, "till": pk("till"), "cashier": pk("cashier")}
