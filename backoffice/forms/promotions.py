"""A promotion as a manager writes it: an offer in plain fields, goods by group and by code."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice.forms.base import Filters
from backoffice.forms.settings import LinesField
from backoffice.forms.validity import ValidityForm, validity_shown
from core.fields import MoneyFormField, PercentFormField
from core.models import Store
from inventory.models import Group
from loyalty.models import DEFAULT_PRIORITY, Promotion

# Which fields say what an offer of each kind needs (loyalty.services.PARAMETERS).
NEEDS = {
    "percent": ["percent"],
    "amount": ["amount"],
    "n_for_m": ["take", "pay"],
    "n_for_price": ["take", "price"],
    "nth_cheaper": ["nth", "percent"],
    "threshold": ["from_total"],
}
# Kind and target are separate: every kind except the receipt's threshold reaches chosen goods.
MAX_CODES = 500


class PromotionFilters(Filters):
    """Filters of the list of promotions."""

    state = forms.ChoiceField(
        label=_("Show"),
        choices=[("", _("Running and to come")), ("over", _("Over or switched off")), ("all", _("All"))],
        widget=forms.Select(attrs={"data-send": ""}),
    )


class PromotionForm(ValidityForm):
    """Everything about one offer."""

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("Printed on the receipt beside the discount.")
    )
    kind = forms.ChoiceField(
        label=_("Offer"), choices=Promotion.Kind.choices, widget=forms.Select(attrs={"data-shows": "needs"})
    )
    percent = PercentFormField(label=_("Percent off"), required=False, min_value=1, max_value=10_000)
    amount = MoneyFormField(label=_("Amount off"), required=False, min_value=1)
    take = forms.IntegerField(label=_("Pieces to take"), required=False, min_value=1, max_value=1000)
    pay = forms.IntegerField(label=_("Pieces to pay"), required=False, min_value=1, max_value=999)
    price = MoneyFormField(label=_("Price of them together"), required=False, min_value=0)
    nth = forms.IntegerField(
        label=_("Which piece is cheaper (2 = every second)"), required=False, min_value=2, max_value=1000
    )
    from_total = MoneyFormField(label=_("From a receipt of"), required=False, min_value=1)
    everything = forms.BooleanField(label=_("For all goods"), required=False)
    groups = forms.MultipleChoiceField(
        label=_("Groups"), required=False, widget=forms.SelectMultiple(attrs={"size": 10})
    )
    codes = LinesField(
        label=_("Goods"),
        max_lines=MAX_CODES,
        max_width=240,
        rows=6,
        help_text=_("One code (PLU) or barcode per line. What follows the code is only for reading."),
    )
    priority = forms.IntegerField(
        label=_("Order"),
        initial=DEFAULT_PRIORITY,
        min_value=-1_000_000,
        max_value=1_000_000,
        help_text=_("A smaller number goes first and keeps its goods from later offers."),
        widget=forms.NumberInput(attrs={"class": "w-tight"}),
    )
    active = forms.BooleanField(label=_("Switched on"), required=False, initial=True)

    def __init__(self, *args: Any, store: Store, tree: list[tuple[int, Group]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("amount", "price", "from_total"):
            old = self.fields[name]
            field = MoneyFormField(
                currency=store.currency,
                label=old.label,
                required=False,
                min_value=0 if name == "price" else 1,
            )
            field.widget.attrs |= {"class": "form-control"}
            self.fields[name] = field
        self.order_fields(list(self.base_fields))
        choices = [(str(group.id), "\u2003" * depth + group.name) for depth, group in tree]
        self.fields["groups"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for name in NEEDS.get(data.get("kind", ""), []):
            if data.get(name) is None and name not in self.errors:
                self.add_error(name, gettext("This offer needs it."))
        if data.get("kind") == "threshold" and (data.get("percent") is None) == (data.get("amount") is None):
            self.add_error("percent", gettext("Say either a percent or an amount."))
        if not data.get("everything") and not data.get("groups") and not data.get("codes"):
            self.add_error(
                "everything", gettext("Say for which goods: all of them, groups, or single goods.")
            )
        return data

    def params(self) -> dict[str, int]:
        """The parameters of the chosen kind, in minor units and hundredths of a percent."""
        names = list(NEEDS[self.cleaned_data["kind"]])
        if self.cleaned_data["kind"] == "threshold":
            names.append("percent" if self.cleaned_data["percent"] is not None else "amount")
        return {name: self.cleaned_data[name] for name in names}

    def codes_typed(self) -> list[str]:
        """The first word of each line."""
        return [line.split()[0] for line in self.cleaned_data["codes"] if line.strip()]

    def changes(self, find: Callable[[list[str]], dict[str, Any]]) -> dict[str, Any] | None:
        """The service's arguments, or None with errors when a code is unknown; `find` gives products by code."""
        data, codes = self.cleaned_data, [] if self.cleaned_data["everything"] else self.codes_typed()
        found = self.goods_found(codes, find)
        if found is None:
            return None
        names = ("name", "kind", "everything", "priority", "active")
        return {
            **{name: data[name] for name in names},
            **self.validity(),
            "params": self.params(),
            "groups": [] if data["everything"] else data["groups"],
            "products": [product.id for product in found],
        }


def initial(promotion: Promotion, code_lines: list[str]) -> dict[str, Any]:
    """The form's values of a promotion that exists."""
    names = ("name", "kind", "everything", "priority", "active")
    return {
        **{name: getattr(promotion, name) for name in names},
        **validity_shown(promotion),
        **promotion.params,
        "groups": [str(pk) for pk in promotion.groups],
        "codes": code_lines,
    }
