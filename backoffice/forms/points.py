"""Points: the store's rule, points given or taken by hand, and holds that an operator frees."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.forms.base import Form, dress
from core import ids
from core.fields import MoneyFormField, PercentFormField
from loyalty.bonus_rule import LEASE, ONLINE_ONLY, WHOLE, BonusRule

MAX_POINTS = 10**9


class BonusForm(Form):
    """The setting `bonus`, as tills read it."""

    on = forms.BooleanField(label=_("The store gives points"), required=False)
    percent = PercentFormField(
        label=_("Points for what is paid, %"),
        min_value=0,
        max_value=WHOLE,
        help_text=_(
            "Of what is paid otherwise than by points, deposits left out. A point is worth the smallest unit of money."
        ),
    )
    most = PercentFormField(label=_("Most of the goods that points may pay, %"), min_value=0, max_value=WHOLE)
    policy = forms.ChoiceField(
        label=_("While a till cannot reach the server"),
        choices=[
            (ONLINE_ONLY, _("nobody pays with points")),
            (LEASE, _("points up to the balance last known, within the limits below")),
        ],
        help_text=_("Points are earned in any case. Each till counts its limits for itself."),
    )

    def __init__(self, *args: Any, currency: str, value: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, initial=value, **kwargs)
        for name, label in (
            ("lease_card", _("Then at most, a day and customer")),
            ("lease_day", _("Then at most, a day and till")),
        ):
            self.fields[name] = MoneyFormField(
                currency=currency, label=label, min_value=0, max_value=MAX_POINTS
            )
            dress(self.fields[name].widget)

    def rule(self) -> BonusRule:
        """What was typed."""
        return BonusRule(**{name: value for name, value in self.cleaned_data.items() if name != "on"})


class AdjustForm(Form):
    """Points by hand. `act` is the act's id, so that a form sent twice is done once."""

    act = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, initial={"act": ids.uuid7()}, **kwargs)
        self.fields["points"] = MoneyFormField(
            currency=currency,
            label=_("Points to give, or to take with a minus"),
            min_value=-MAX_POINTS,
            max_value=MAX_POINTS,
        )
        dress(self.fields["points"].widget)


class ReleaseForm(Form):
    """Why a hold is freed by hand."""

    reason = forms.CharField(label=_("Reason"), max_length=200)
