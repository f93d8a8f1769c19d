"""What may not be sold when, and stickers that reduce a price: two settings of the store as rows of fields."""

import re
from datetime import date, time
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice.forms.base import Form
from backoffice.forms.goods import LICENCES, GroupField
from inventory.models import Group

if TYPE_CHECKING:
    # The stubs' form sets are generic, Django's own are not.
    BanRows = forms.BaseFormSet["BanForm"]
    StickerRows = forms.BaseFormSet["StickerForm"]
else:
    BanRows = StickerRows = forms.BaseFormSet

WEEKDAYS = {
    "1": _("Mon"),
    "2": _("Tue"),
    "3": _("Wed"),
    "4": _("Thu"),
    "5": _("Fri"),
    "6": _("Sat"),
    "7": _("Sun"),
}
MAX_BANS = 20
MAX_STICKERS = 9
MAX_DAYS = 60
_TIME = {"type": "time"}
_DAY = {"type": "date"}


class BanForm(Form):
    """One ban. A row without a name is left out."""

    name = forms.CharField(
        label=_("What the cashier reads"),
        max_length=60,
        required=False,
        help_text=_("For example: no alcohol from 22:00 to 6:00. Empty takes the row away."),
    )
    licence = forms.ChoiceField(
        label=_("Goods under a licence"), choices=[("", "—"), *LICENCES.items()], required=False
    )
    group = GroupField(label=_("or a group"), required=False, empty_label="—")
    weekdays = forms.MultipleChoiceField(
        label=_("Only on these weekdays"),
        choices=list(WEEKDAYS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    begins = forms.TimeField(
        label=_("From hour"), required=False, widget=forms.TimeInput(attrs=_TIME, format="%H:%M")
    )
    ends = forms.TimeField(
        label=_("To hour"),
        required=False,
        widget=forms.TimeInput(attrs=_TIME, format="%H:%M"),
        help_text=_("Both empty: the whole day. An earlier end is on the next day."),
    )
    days = forms.CharField(
        label=_("Only on these dates"),
        max_length=700,
        required=False,
        help_text=_("With spaces between them, for example: 2026-12-24 2026-12-25"),
    )
    first = forms.DateField(
        label=_("First day"), required=False, widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        help_text=_("A licence that ends: the day after it as the first day, and no last day."),
    )

    def __init__(self, *args: Any, tree: list[tuple[int, Group]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].show(tree)  # type: ignore[attr-defined]

    def clean_days(self) -> list[str]:
        """The dates, each once, in order."""
        words = self.cleaned_data["days"].split()
        try:
            days = sorted({date.fromisoformat(word).isoformat() for word in words})
        except ValueError as error:
            raise forms.ValidationError(gettext("A date is written like 2026-12-24.")) from error
        if len(days) > MAX_DAYS:
            raise forms.ValidationError(gettext("At most %(n)d dates.") % {"n": MAX_DAYS})
        return days

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("name"):
            return data
        if bool(data.get("licence")) == bool(data.get("group")):
            raise forms.ValidationError(gettext("Say either a licence or a group."))
        begins, ends = data.get("begins"), data.get("ends")
        if (begins is None) != (ends is None) or (begins is not None and begins == ends):
            self.add_error("ends", gettext("Say two different hours, or none."))
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            self.add_error("last", gettext("The last day must not come before the first."))
        return data

    def value(self) -> dict[str, Any]:
        """The ban as tills read it."""
        data = self.cleaned_data
        hours = data["begins"] is not None
        return {
            "name": data["name"],
            "licence": data["licence"] or None,
            "group": str(data["group"].id) if data["group"] else None,
            "weekdays": [int(day) for day in data["weekdays"]] or None,
            "hours": {"from": _minutes(data["begins"]), "to": _minutes(data["ends"])} if hours else None,
            "days": data["days"] or None,
            "from": data["first"].isoformat() if data["first"] else None,
            "to": data["last"].isoformat() if data["last"] else None,
        }


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def ban_rows(bans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The setting's value as the form set's initial rows."""
    return [
        {
            "name": ban["name"],
            "licence": ban["licence"] or "",
            "group": ban["group"],
            "weekdays": [str(day) for day in ban["weekdays"] or []],
            "begins": _clock(ban["hours"], "from"),
            "ends": _clock(ban["hours"], "to"),
            "days": " ".join(ban["days"] or []),
            "first": ban["from"],
            "last": ban["to"],
        }
        for ban in bans
    ]


def _clock(hours: dict[str, int] | None, end: str) -> time | None:
    return time(hours[end] // 60, hours[end] % 60) if hours else None


class Bans(BanRows):
    """All bans; a row without a name is left out."""

    def value(self) -> list[dict[str, Any]]:
        """The setting `sale_bans`."""
        return [form.value() for form in self.forms if form.cleaned_data.get("name")]


class StickerForm(Form):
    """One kind of sticker: beginning, code of the goods, value, number, check digit."""

    begins = forms.RegexField(
        label=_("Begins with"),
        regex=re.compile(r"^\d{2,6}$", re.ASCII),
        max_length=6,
        required=False,
        widget=forms.TextInput(attrs={"class": "w-tight", "inputmode": "numeric"}),
    )
    value = forms.ChoiceField(
        label=_("Carries"), choices=[("price", _("the reduced price")), ("percent", _("percent off"))]
    )
    code_digits = forms.IntegerField(label=_("Digits of the code"), min_value=3, max_value=13, initial=5)
    value_digits = forms.IntegerField(label=_("Digits of the value"), min_value=2, max_value=7, initial=5)
    serial_digits = forms.IntegerField(
        label=_("Digits of a number"),
        min_value=0,
        max_value=12,
        initial=0,
        help_text=_("With a number each sticker is good once; 0 for none."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("begins") and data.get("value") == "percent" and data.get("value_digits", 2) != 2:
            self.add_error("value_digits", gettext("A percentage has two digits."))
        return data


class Stickers(StickerRows):
    """All kinds of stickers; a row without a beginning is left out."""

    def clean(self) -> None:
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data.get("begins")]
        kinds = {(row["begins"], self._length(row)) for row in kept if "value_digits" in row}
        if len(kinds) != len(kept):
            raise forms.ValidationError(gettext("Two kinds of stickers cannot be told apart."))

    @staticmethod
    def _length(row: dict[str, Any]) -> int:
        return len(row["begins"]) + sum(
            row.get(f"{part}_digits") or 0 for part in ("code", "value", "serial")
        )

    def value(self) -> list[dict[str, Any]]:
        """The setting `reduced_stickers`."""
        names = ("value", "code_digits", "value_digits", "serial_digits")
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data.get("begins")]
        return [{"prefix": row["begins"], **{name: row[name] for name in names}} for row in rows]


def sticker_rows(stickers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The setting's value as the form set's initial rows."""
    return [{**sticker, "begins": sticker["prefix"]} for sticker in stickers]


BanSet = forms.formset_factory(BanForm, formset=Bans, extra=1, max_num=MAX_BANS, absolute_max=MAX_BANS + 1)
StickerSet = forms.formset_factory(
    StickerForm, formset=Stickers, extra=1, max_num=MAX_STICKERS, absolute_max=MAX_STICKERS + 1
)
