"""A label scale as a manager describes it, and what labels say of goods."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice.forms.base import Form, dress
from backoffice.words_scales import SETTINGS
from exchange.models import LabelGoods, LabelScale
from exchange.scales.contract import Manifest
from exchange.scales.settings import Choice, Flag, Seconds, Text, Whole
from inventory.models import Group


class ScaleForm(Form):
    """The row of a scale; the driver's own settings are made of its manifest."""

    name = forms.CharField(label=_("Name"), max_length=60)
    host = forms.RegexField(
        label=_("Address"),
        regex=r"^[0-9A-Za-z.:-]{1,120}$",
        max_length=120,
        help_text=_("The scale's address in the store's network, as its menu shows it: 192.168.1.60"),
    )
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535)
    groups = forms.MultipleChoiceField(
        label=_("Groups of goods"),
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("Loose goods of these groups and of the groups inside them are on the scale."),
    )
    with_pieces = forms.BooleanField(label=_("Goods sold by the piece too"), required=False)
    begins = forms.ChoiceField(
        label=_("Its labels begin with"),
        help_text=_("Set the scale itself to print just this, else a till does not find the goods."),
    )
    alarm_minutes = forms.IntegerField(
        label=_("Alarm after (minutes)"),
        min_value=1,
        max_value=10_080,
        help_text=_("How long the scale may be away before this is shown as an alarm."),
    )
    active = forms.BooleanField(label=_("Switched on"), required=False)

    def __init__(
        self,
        *args: Any,
        manifest: Manifest,
        tree: list[tuple[int, Group]],
        labels: list[dict[str, Any]],
        scale: LabelScale | None,
        **kwargs: Any,
    ) -> None:
        self.manifest = manifest
        super().__init__(*args, initial=_initial(scale, manifest, labels), **kwargs)
        if manifest.wire == "file":
            del self.fields["host"], self.fields["port"], self.fields["alarm_minutes"]
        self.fields["groups"].choices = [  # type: ignore[attr-defined]
            (str(group.id), "\u2003" * depth + group.name) for depth, group in tree
        ]
        self.fields["begins"].choices = [(rule["prefix"], _label(rule)) for rule in labels]  # type: ignore[attr-defined]
        for key in manifest.settings:
            self.fields[_name(key)] = _field(key, manifest)
            dress(self.fields[_name(key)].widget)

    @property
    def own(self) -> list[forms.BoundField]:
        """The fields of the driver's settings."""
        return [self[_name(key)] for key in self.manifest.settings]

    def changes(self, tree: list[tuple[int, Group]]) -> dict[str, Any]:
        """The service's arguments."""
        data = self.cleaned_data
        groups = {str(group.id): group for _depth, group in tree}
        names = ("name", "host", "port", "with_pieces", "alarm_minutes", "active")
        return {
            **{name: data[name] for name in names if name in data},
            "prefix": data["begins"],
            "groups": [groups[key] for key in data["groups"]],
            "settings": {key: data[_name(key)] for key in self.manifest.settings},
        }


def _name(key: str) -> str:
    """A setting's field; it must not meet a field of the row itself."""
    return f"own_{key}"


def _label(rule: dict[str, Any]) -> str:
    carries = gettext("weight") if rule["value"] == "weight" else gettext("price")
    return gettext("%(prefix)s · %(code)d digits of the code · %(value)d digits of the %(carries)s") % {
        "prefix": rule["prefix"],
        "code": rule["code_digits"],
        "value": rule["value_digits"],
        "carries": carries,
    }


def _field(key: str, manifest: Manifest) -> forms.Field:
    label, words = SETTINGS[key]
    kind, shared = manifest.settings[key], {"label": label, "help_text": words}
    if isinstance(kind, Whole):
        return forms.IntegerField(min_value=kind.low, max_value=kind.high, **shared)
    if isinstance(kind, Seconds):
        return forms.FloatField(min_value=kind.low, max_value=kind.high, **shared)
    if isinstance(kind, Choice):
        return forms.ChoiceField(choices=[(one, one) for one in kind.options], **shared)
    if isinstance(kind, Flag):
        return forms.BooleanField(required=False, **shared)
    assert isinstance(kind, Text), f"the setting {key} is of a kind that has no field"
    return forms.CharField(max_length=kind.max_length, **shared)


def _initial(scale: LabelScale | None, manifest: Manifest, labels: list[dict[str, Any]]) -> dict[str, Any]:
    settings = scale.settings if scale else {}
    own = {_name(key): settings.get(key, kind.default) for key, kind in manifest.settings.items()}
    if scale is None:
        weight = next((rule["prefix"] for rule in labels if rule["value"] == "weight"), "")
        return {"port": manifest.port, "alarm_minutes": 30, "active": True, "begins": weight, **own}
    names = ("name", "host", "port", "with_pieces", "alarm_minutes", "active")
    groups = [str(group.id) for group in scale.groups.all()]
    return {**{name: getattr(scale, name) for name in names}, "begins": scale.prefix, "groups": groups, **own}


class LabelForm(Form):
    """What a label says of goods beside their name and price."""

    tare = forms.IntegerField(
        label=_("Tare, g"), min_value=0, max_value=65_535, help_text=_("Taken off each weight; 0 is none.")
    )
    shelf_days = forms.IntegerField(
        label=_("Shelf life, days"),
        min_value=0,
        max_value=9_999,
        help_text=_("Counted by the scale from the day it prints; 0 prints nothing."),
    )
    text = forms.CharField(
        label=_("Ingredients and other words"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Printed on labels, with the allergens of the goods below it."),
    )


def label_initial(label: LabelGoods | None) -> dict[str, Any]:
    """The form's values of goods whose label was never touched too."""
    names = ("tare", "shelf_days", "text")
    return {name: getattr(label, name) for name in names} if label else {"tare": 0, "shelf_days": 0}
