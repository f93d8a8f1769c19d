"""A message as a manager writes it, and the cart it is tried on."""

from collections.abc import Callable
from datetime import time
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice.forms.base import Form, dress
from backoffice.forms.promotions import WEEKDAYS
from backoffice.forms.settings import LinesField
from backoffice.page import LANGUAGE_NAMES
from core.fields import MoneyFormField
from core.models import Store
from inventory.models import Group
from loyalty.models import CustomerGroup, MessageRule, Promotion
from loyalty.services.messages import MAX_TEXT

_EACH_LANGUAGE = [(code, LANGUAGE_NAMES[code]) for code, _name in settings.LANGUAGES]
_DAY: dict[str, Any] = {"format": "%Y-%m-%d", "attrs": {"type": "date"}}
_HOUR: dict[str, Any] = {"format": "%H:%M", "attrs": {"type": "time", "class": "w-tight"}}


class MessageForm(Form):
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
    valid_from = forms.DateField(label=_("First day"), required=False, widget=forms.DateInput(**_DAY))
    valid_to = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput(**_DAY))
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Only on"), required=False, coerce=int, choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple
    )
    hour_from = forms.TimeField(label=_("From hour"), required=False, widget=forms.TimeInput(**_HOUR))
    hour_to = forms.TimeField(label=_("To hour"), required=False, widget=forms.TimeInput(**_HOUR))
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
        for code, name in _EACH_LANGUAGE:
            self.fields[f"text_{code}"] = forms.CharField(
                label=gettext("Text in %(language)s") % {"language": name},
                required=False,
                max_length=MAX_TEXT,
                widget=forms.TextInput(attrs={"class": "form-control", "lang": code}),
            )
        choices: dict[str, list[tuple[str, str]]] = {
            "promotion": [("", gettext("any")), *((str(one.id), one.name) for one in promotions)],
            "goods_groups": [(str(group.id), "\u2003" * depth + group.name) for depth, group in tree],
            "groups": [(str(one.id), one.name) for one in groups],
        }
        for name, values in choices.items():
            self.fields[name].choices = values  # type: ignore[attr-defined]

    @property
    def texts(self) -> list[Any]:
        """The texts, bound."""
        return [self[f"text_{code}"] for code, _name in _EACH_LANGUAGE]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (data.get("hour_from") is None) != (data.get("hour_to") is None):
            self.add_error("hour_to", gettext("Hours need both a beginning and an end."))
        return data

    def changes(self, find: Callable[[list[str]], dict[str, Any]]) -> dict[str, Any] | None:
        """The service's arguments, or None with errors when a code is unknown."""
        data = self.cleaned_data
        codes = [line.split()[0] for line in data["codes"] if line.strip()]
        found = find(codes)
        for code in [code for code in codes if code not in found][:10]:
            self.add_error(
                "codes", gettext("There are no goods with the code %(code)s.") % {"code": code[:40]}
            )
        if "codes" in self.errors:
            return None
        numbers = ("before", "after", "more", "days", "from")
        params = {name: data[name] for name in numbers if data.get(name) is not None}
        params |= {
            "products": [found[code].id for code in codes],
            "groups": [UUID(one) for one in data["goods_groups"]],
        }
        params |= {"promotion": data["promotion"] or None, "code": data["code"]}
        if data["event"] == "birthday":
            params = {"before": 0, "after": 0, **params}
        names = ("name", "event", "place", "valid_from", "valid_to", "position", "active")
        return {
            **{name: data[name] for name in names},
            "params": params,
            "texts": {code: data[f"text_{code}"] for code, _name in _EACH_LANGUAGE},
            "groups": [UUID(one) for one in data["groups"]],
            "weekdays": data["weekdays"] or None,
            "hours": self._hours(),
        }

    def _hours(self) -> list[tuple[int, int]] | None:
        """Minutes since midnight; a night is two pairs."""
        first, last = self.cleaned_data["hour_from"], self.cleaned_data["hour_to"]
        if first is None or last is None:
            return None
        begin, end = first.hour * 60 + first.minute, last.hour * 60 + last.minute or 1440
        return [(begin, end)] if begin < end else [(0, end), (begin, 1440)] if begin > end else None


def initial(rule: MessageRule, code_lines: list[str]) -> dict[str, Any]:
    """The form's values of a rule that exists."""
    names = ("name", "event", "place", "valid_from", "valid_to", "position", "active")
    params = dict(rule.params)
    hours = sorted(rule.hours or [])
    shown: dict[str, Any] = {}
    if hours:
        first, last = (hours[1][0], hours[0][1]) if len(hours) == 2 else (hours[0][0], hours[0][1])
        shown = {"hour_from": time(first // 60, first % 60), "hour_to": time(last % 1440 // 60, last % 60)}
    return {
        **{name: getattr(rule, name) for name in names},
        **{
            name: params[name]
            for name in ("before", "after", "more", "days", "from", "code", "promotion")
            if name in params
        },
        "goods_groups": params.get("groups", []),
        "codes": code_lines,
        "groups": [str(one) for one in rule.groups],
        "weekdays": rule.weekdays or [],
        **shown,
        **{f"text_{code}": text for code, text in rule.texts.items()},
    }


class TryForm(Form):
    """A cart to try the messages on: goods by code, who buys, and when."""

    codes = LinesField(
        label=_("Goods"),
        max_lines=50,
        max_width=240,
        help_text=_("One code (PLU) or barcode per line; a number after it is how many."),
    )
    day = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput(**_DAY))
    hour = forms.TimeField(label=_("Hour"), required=False, widget=forms.TimeInput(**_HOUR))
    customer = forms.BooleanField(label=_("A customer buys"), required=False)
    born = forms.DateField(label=_("Birth date"), required=False, widget=forms.DateInput(**_DAY))
    bought = forms.BooleanField(label=_("Has bought before"), required=False)
    group = forms.ChoiceField(label=_("Group of customers"), required=False)
    expires = forms.DateField(label=_("Points expire on"), required=False, widget=forms.DateInput(**_DAY))

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
