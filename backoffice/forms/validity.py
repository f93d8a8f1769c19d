"""When a promotion or a message holds, as a manager types it: days, weekdays, and one span of the clock."""

from collections.abc import Callable
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice.forms.base import Form
from loyalty.models.validity import Validity

WEEKDAYS = [
    (1, _("Monday")),
    (2, _("Tuesday")),
    (3, _("Wednesday")),
    (4, _("Thursday")),
    (5, _("Friday")),
    (6, _("Saturday")),
    (7, _("Sunday")),
]
DAY: dict[str, Any] = {"format": "%Y-%m-%d", "attrs": {"type": "date"}}
HOUR: dict[str, Any] = {"format": "%H:%M", "attrs": {"type": "time", "class": "w-tight"}}


class ValidityForm(Form):
    """The fields of `loyalty.models.validity`; what stays empty limits nothing."""

    valid_from = forms.DateField(label=_("First day"), required=False, widget=forms.DateInput(**DAY))
    valid_to = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput(**DAY))
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Only on"),
        required=False,
        coerce=int,
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: every day."),
    )
    hour_from = forms.TimeField(label=_("From hour"), required=False, widget=forms.TimeInput(**HOUR))
    hour_to = forms.TimeField(label=_("To hour"), required=False, widget=forms.TimeInput(**HOUR))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (data.get("hour_from") is None) != (data.get("hour_to") is None):
            self.add_error("hour_to", gettext("Hours need both a beginning and an end."))
        return data

    def validity(self) -> dict[str, Any]:
        """The service's arguments."""
        data = self.cleaned_data
        return {
            "valid_from": data["valid_from"],
            "valid_to": data["valid_to"],
            "weekdays": data["weekdays"] or None,
            "hours": self._hours(),
        }

    def _hours(self) -> list[tuple[int, int]] | None:
        """Minutes since midnight; a night is two pairs, and an end at 00:00 means the day's end."""
        first, last = self.cleaned_data["hour_from"], self.cleaned_data["hour_to"]
        if first is None or last is None:
            return None
        begin, end = first.hour * 60 + first.minute, last.hour * 60 + last.minute or 1440
        if begin < end:
            return [(begin, end)]
        return [(0, end), (begin, 1440)] if begin > end else [(0, 1440)]

    def goods_found(self, codes: list[str], find: Callable[[list[str]], dict[str, Any]]) -> list[Any] | None:
        """The products of these codes in their order, or None with an error for each that is unknown."""
        found = find(codes)
        for code in [code for code in codes if code not in found][:10]:
            self.add_error(
                "codes", gettext("There are no goods with the code %(code)s.") % {"code": code[:40]}
            )
        return None if "codes" in self.errors else [found[code] for code in codes]


def validity_shown(rule: Validity) -> dict[str, Any]:
    """The form's values of what exists; a night, kept as two pairs, is one span again."""
    shown: dict[str, Any] = {
        "valid_from": rule.valid_from,
        "valid_to": rule.valid_to,
        "weekdays": rule.weekdays or [],
    }
    if rule.hours:
        pairs = sorted(tuple(pair) for pair in rule.hours)
        first, last = pairs[0]
        if len(pairs) == 2 and first == 0 and pairs[1][1] == 1440:
            first = pairs[1][0]
        shown |= {"hour_from": _time(first), "hour_to": _time(last)}
    return shown


def _time(minute: int) -> time:
    return time(minute % 1440 // 60, minute % 60)
