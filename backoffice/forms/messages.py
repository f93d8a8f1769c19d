"""A message as a manager writes it, and the cart it is tried on."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice.forms.base import Form, dress
from backoffice.forms.languages import add_texts, bound_texts, shown_texts, typed_texts
from backoffice.forms.settings import LinesField
from backoffice.forms.validity import DAY, HOUR, ValidityForm, validity_shown
from core.fields import MoneyFormField
from core.models import Store
from inventory.models import Group
from loyalty.models import CustomerGroup, MessageRule, Promotion
from loyalty.services.messages import MAX_TEXT


class MessageForm(ValidityForm):
    """Everything about one message."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("For you; nobody else reads it."))
    event = forms.ChoiceField(
        label=_("When it is said"),
        choices=MessageRule.Event.choices,
        widget=forms.Select(attrs={"data-shows": "needs"}),
    )
    before = forms.IntegerField(label=_("Days before"), required=False, min_value=0, max_value=30)
    after = forms.IntegerField(label=_("Days after"), required=False, min_value=0, max_value=30)
    more = forms.IntegerField(label=_("More lines than"), required=False, min_value=1, max_value=500)
    days = forms.IntegerField(label=_("Days before they expire"), required=False, min_value=0, max_value=365)
    promotion = forms.ChoiceField(label=_("Promotion"), required=False)
    goods_groups = forms.MultipleChoiceField(
        label=_("Groups of goods"), required=False, widget=forms.SelectMultiple(attrs={"size": 8})
    )
    codes = LinesField(
        label=_("Goods"), max_lines=200, max_width=240, help_text=_("One code (PLU) or barcode per line.")
    )
    place = forms.ChoiceField(label=_("Where"), choices=MessageRule.Place.choices, widget=forms.Select())
    code = forms.BooleanField(
        label=_("With a code that no other receipt has"),
        required=False,
        help_text=_("The text must hold {code}."),
    )
    groups = forms.MultipleChoiceField(
        label=_("Only customers in"), required=False, widget=forms.CheckboxSelectMultiple
    )
    position = forms.IntegerField(
        label=_("Order"),
        initial=100,
        min_value=0,
        max_value=10_000,
        help_text=_("A smaller number is shown first."),
    )
    active = forms.BooleanField(label=_("Switched on"), required=False, initial=True)

    def __init__(
        self,
        *args: Any,
        store: Store,
        tree: list[tuple[int, Group]],
        groups: list[CustomerGroup],
        promotions: list[Promotion],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from"] = MoneyFormField(
            currency=store.currency, label=gettext("Sum from"), required=False, min_value=1
        )
        dress(self.fields["from"].widget)
        add_texts(self, "text", longest=MAX_TEXT)
        choices: dict[str, list[tuple[str, str]]] = {
            "promotion": [("", gettext("any")), *((str(one.id), one.name) for one in promotions)],
            "goods_groups": [(str(group.id), "\u2003" * depth + group.name) for depth, group in tree],
            "groups": [(str(one.id), one.name) for one in groups],
        }
        if not groups:
            self.fields["groups"].help_text = gettext("No group yet.")
        for name, values in choices.items():
            self.fields[name].choices = values  # type: ignore[attr-defined]

    @property
    def texts(self) -> list[forms.BoundField]:
        """The texts, bound."""
        return bound_texts(self, "text")

    def changes(self, find: Callable[[list[str]], dict[str, Any]]) -> dict[str, Any] | None:
        """The service's arguments, or None with errors when a code is unknown."""
        data = self.cleaned_data
        codes = [line.split()[0] for line in data["codes"] if line.strip()]
        found = self.goods_found(codes, find)
        if found is None:
            return None
        numbers = ("before", "after", "more", "days", "from")
        params = {name: data[name] for name in numbers if data.get(name) is not None}
        params |= {
            "products": [product.id for product in found],
            "groups": [UUID(one) for one in data["goods_groups"]],
        }
        params |= {"promotion": data["promotion"] or None, "code": data["code"]}
        if data["event"] == "birthday":
            params = {"before": 0, "after": 0, **params}
        names = ("name", "event", "place", "position", "active")
        return {
            **{name: data[name] for name in names},
            **self.validity(),
            "params": params,
            "texts": typed_texts(self, "text"),
            "groups": [UUID(one) for one in data["groups"]],
        }


def initial(rule: MessageRule, code_lines: list[str]) -> dict[str, Any]:
    """The form's values of a rule that exists."""
    names = ("name", "event", "place", "position", "active")
    params = dict(rule.params)
    numbers = ("before", "after", "more", "days", "from", "code", "promotion")
    return {
        **{name: getattr(rule, name) for name in names},
        **{name: params[name] for name in numbers if name in params},
        **validity_shown(rule),
        **shown_texts(rule.texts, "text"),
        "goods_groups": params.get("groups", []),
        "codes": code_lines,
        "groups": [str(one) for one in rule.groups],
    }


class TryForm(Form):
    """A cart to try the messages on: goods by code, who buys, and when."""

    codes = LinesField(
        label=_("Goods"),
        max_lines=50,
        max_width=240,
        help_text=_("One code (PLU) or barcode per line; a number after it is how many."),
    )
    day = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput(**DAY))
    hour = forms.TimeField(label=_("Hour"), required=False, widget=forms.TimeInput(**HOUR))
    customer = forms.BooleanField(label=_("A customer buys"), required=False)
    born = forms.DateField(label=_("Birth date"), required=False, widget=forms.DateInput(**DAY))
    bought = forms.BooleanField(label=_("Has bought before"), required=False)
    group = forms.ChoiceField(label=_("Group of customers"), required=False)
    expires = forms.DateField(label=_("Points expire on"), required=False, widget=forms.DateInput(**DAY))

    def __init__(self, *args: Any, groups: list[CustomerGroup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", gettext("none")), *((str(one.id), one.name) for one in groups)]
        self.fields["group"].choices = choices  # type: ignore[attr-defined]

    def lines(self) -> list[tuple[str, int]]:
        """Codes with how many of each, at most 999."""
        found = []
        for line in self.cleaned_data["codes"]:
            words = line.split()
            if words:
                count = int(words[-1]) if len(words) > 1 and words[-1].isdigit() and len(words[-1]) < 4 else 1
                found.append((words[0], count or 1))
        return found

    def person(self) -> dict[str, Any] | None:
        """The customer of the cart as a till would know them."""
        data = self.cleaned_data
        if not data["customer"]:
            return None
        return {
            "name": "Anna K.",
            "groups": [data["group"]] if data["group"] else [],
            "born": data["born"].isoformat() if data["born"] else None,
            "bought": data["bought"],
            "points": 1240,
            "expiring": 1240 if data["expires"] else None,
            "expires": data["expires"].isoformat() if data["expires"] else None,
        }
