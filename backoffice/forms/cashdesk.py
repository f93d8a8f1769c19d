"""The cash desk as a manager sets it up: reasons to choose from, the lock, when a business day begins."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.forms.base import Form, dress
from backoffice.forms.settings import LinesField

# A reason has one digit on the till, and stands on a slip.
MAX_REASONS = 9
REASON_WIDTH = 60
REASONS: list[tuple[str, Any]] = [
    ("in", _("Reasons to put cash in")),
    ("out", _("Reasons to take cash out")),
    ("drop", _("Reasons of a drop to the safe")),
    ("collection", _("Reasons of a collection")),
    ("drawer", _("Reasons to open the drawer")),
    ("cancel", _("Reasons to void a receipt")),
    ("difference", _("Reasons of a difference")),
]


class CashDeskForm(Form):
    """Settings `cash_reasons`, `lock_minutes` and `day_starts`."""

    lock_minutes = forms.IntegerField(
        label=_("A till locks itself after (minutes)"),
        min_value=0,
        max_value=240,
        help_text=_("0: never. Open receipts stay; whoever comes next signs in."),
        widget=forms.NumberInput(attrs={"class": "w-tight"}),
    )
    day_starts = forms.IntegerField(
        label=_("A business day begins at (hour)"),
        min_value=0,
        max_value=12,
        help_text=_("A shift that is still open then is yesterday's: tills ask before they sell into it."),
        widget=forms.NumberInput(attrs={"class": "w-tight"}),
    )

    def __init__(self, *args: Any, values: dict[str, Any], **kwargs: Any) -> None:
        initial = {"lock_minutes": values["lock_minutes"], "day_starts": values["day_starts"]}
        initial |= {f"reasons_{kind}": values["cash_reasons"].get(kind, []) for kind, _label in REASONS}
        super().__init__(*args, initial=initial, **kwargs)
        for kind, label in REASONS:
            self.fields[f"reasons_{kind}"] = field = LinesField(
                label=label, max_lines=MAX_REASONS, max_width=REASON_WIDTH, rows=4
            )
            dress(field.widget)

    def reason_fields(self) -> list[forms.BoundField]:
        """One field a kind, for the page."""
        return [self[f"reasons_{kind}"] for kind, _label in REASONS]

    def settings(self) -> dict[str, Any]:
        """The settings' values; a kind without lines has the usual reasons, in the cashier's language."""
        typed = {
            kind: [line.strip() for line in self.cleaned_data[f"reasons_{kind}"] if line.strip()]
            for kind, _label in REASONS
        }
        return {
            "lock_minutes": self.cleaned_data["lock_minutes"],
            "day_starts": self.cleaned_data["day_starts"],
            "cash_reasons": {kind: lines for kind, lines in typed.items() if lines},
        }
