"""The store's settings as a manager types them: plain lines, no JSON."""

import re
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice.forms.base import Form
from backoffice.page import LANGUAGE_NAMES
from core import money
from core.models import Store

if TYPE_CHECKING:
    # The stubs' form sets are generic, Django's own are not.
    LabelSet = forms.BaseFormSet["WeighedLabelForm"]
else:
    LabelSet = forms.BaseFormSet

MAX_LINES = 10
MAX_NOTES = 12
MAX_TABS = 12
MAX_TILES = 48
LINE_WIDTH = 48
_LABEL_PARTS = ("value", "code_digits", "value_digits")
_TAB = re.compile(r"^\[(.{1,24})\]$")


class LinesField(forms.CharField):
    """Text of several lines that cleans to a list; empty lines at the end are dropped."""

    def __init__(self, *, max_lines: int, max_width: int, rows: int = 5, **kwargs: Any) -> None:
        self.max_lines, self.max_width = max_lines, max_width
        widget = forms.Textarea(attrs={"rows": rows, "class": "kasa-code", "spellcheck": "false"})
        super().__init__(
            required=False, strip=False, widget=widget, max_length=max_lines * (max_width + 2) + 2, **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        lines = (
            [line.rstrip() for line in text.replace("\r\n", "\n").rstrip().split("\n")]
            if text.strip()
            else []
        )
        if len(lines) > self.max_lines:
            raise forms.ValidationError(gettext("At most %(n)d lines.") % {"n": self.max_lines})
        for number, line in enumerate(lines, 1):
            if len(line) > self.max_width:
                words = {"line": number, "n": self.max_width}
                raise forms.ValidationError(gettext("Line %(line)d is longer than %(n)d characters.") % words)
        return lines


class StoreForm(Form):
    """The store's own data, which tills show and print."""

    name = forms.CharField(label=_("Name of the store"), max_length=200)
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    language = forms.ChoiceField(label=_("Language of receipts and tills"))
    receipt_header = LinesField(
        label=_("Above the receipt"),
        max_lines=MAX_LINES,
        max_width=LINE_WIDTH,
        help_text=_("Up to 10 lines of 48 characters."),
    )
    receipt_footer = LinesField(
        label=_("Below the receipt"),
        max_lines=MAX_LINES,
        max_width=LINE_WIDTH,
        help_text=_("For example opening hours or thanks."),
    )

    def __init__(self, *args: Any, store: Store, **kwargs: Any) -> None:
        names = ("name", "address", "language", "receipt_header", "receipt_footer")
        super().__init__(*args, initial={name: getattr(store, name) for name in names}, **kwargs)
        self.fields["language"].choices = [(code, LANGUAGE_NAMES[code]) for code, _n in settings.LANGUAGES]  # type: ignore[attr-defined]


class WeighedLabelForm(Form):
    """One kind of label that a scale prints: `21 ppppp wwwww c`."""

    begins = forms.RegexField(
        label=_("Begins with"),
        regex=r"^2\d$",
        max_length=2,
        required=False,
        widget=forms.TextInput(attrs={"class": "w-tight", "inputmode": "numeric"}),
    )
    value = forms.ChoiceField(
        label=_("Carries"), choices=[("weight", _("weight in grams")), ("price", _("price"))]
    )
    code_digits = forms.IntegerField(label=_("Digits of the code"), min_value=3, max_value=7, initial=5)
    value_digits = forms.IntegerField(label=_("Digits of the value"), min_value=3, max_value=7, initial=5)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        digits = (data.get("code_digits") or 0) + (data.get("value_digits") or 0)
        # EAN-13: two digits of prefix, one check digit, and sometimes a check digit of the value.
        if data.get("begins") and digits not in (9, 10):
            raise forms.ValidationError(
                gettext("Code and value have 9 or 10 digits together, because the label is an EAN-13.")
            )
        return data


class WeighedLabels(LabelSet):
    """All kinds of labels; a row without a prefix is left out, a prefix stands once."""

    def clean(self) -> None:
        prefixes = [form.cleaned_data["begins"] for form in self.forms if form.cleaned_data.get("begins")]
        if len(prefixes) != len(set(prefixes)):
            raise forms.ValidationError(gettext("Each beginning may stand only once."))

    def labels(self) -> list[dict[str, Any]]:
        """The setting's value."""
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data.get("begins")]
        return [{"prefix": row["begins"], **{name: row[name] for name in _LABEL_PARTS}} for row in rows]


def label_rows(labels: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The setting's value as the form set's initial rows."""
    return [{**label, "begins": label.get("prefix", "")} for label in labels]


WeighedLabelSet = forms.formset_factory(
    WeighedLabelForm, formset=WeighedLabels, extra=2, max_num=9, absolute_max=12
)


class CashForm(Form):
    """Quick notes of the payment screen."""

    quick_cash = forms.CharField(
        label=_("Quick notes"),
        required=False,
        max_length=200,
        help_text=_("Amounts with spaces between them, for example: 10 20 50 100 200"),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    receipt_url = forms.URLField(
        label=_("Where customers open their receipts"),
        required=False,
        max_length=200,
        assume_scheme="https",
        help_text=_(
            "The address of this server as telephones reach it. Empty: the address of the tills' own pages."
        ),
    )
    data_age_warn_hours = forms.IntegerField(
        label=_("Warn at the till when prices are older than (hours)"),
        min_value=1,
        max_value=240,
        widget=forms.NumberInput(attrs={"class": "w-tight"}),
    )

    open_receipts = forms.ChoiceField(
        label=_("When a price changes while a receipt is open"),
        choices=[
            ("keep", _("The line keeps the price it was scanned at")),
            ("better", _("The line takes the new price when it is lower")),
        ],
    )

    def __init__(self, *args: Any, currency: str, values: dict[str, Any], **kwargs: Any) -> None:
        self.currency = currency
        digits = money.currency_digits(currency)
        notes = [
            money.typed(note, digits).removesuffix("0" * digits).rstrip(".,") for note in values["quick_cash"]
        ]
        initial = {
            "quick_cash": " ".join(notes),
            "receipt_url": values["receipt_url"],
            "data_age_warn_hours": values["data_age_warn_hours"],
            "open_receipts": values["open_receipts"],
        }
        super().__init__(*args, initial=initial, **kwargs)

    def clean_quick_cash(self) -> list[int]:
        """The notes in minor units, smallest first, each once."""
        try:
            notes = {
                money.parse_minor(text, self.currency) for text in self.cleaned_data["quick_cash"].split()
            }
        except money.NotANumber as error:
            raise forms.ValidationError(error.message) from error
        if any(note <= 0 for note in notes) or len(notes) > MAX_NOTES:
            raise forms.ValidationError(gettext("Up to 12 amounts above zero."))
        return sorted(notes)


class GridForm(Form):
    """The quick grid of the till as plain lines: `[Bread]`, then one code a line."""

    grid = LinesField(
        label=_("Quick grid"),
        max_lines=400,
        max_width=240,
        rows=20,
        help_text=_(
            "A tab is a name in square brackets; below it, one code (PLU) per line. "
            "What follows the code is only for reading."
        ),
    )

    def parsed(self) -> list[tuple[str, list[tuple[int, str]]]]:
        """Tabs with (line number, code) each. Raises ValidationError."""
        tabs: list[tuple[str, list[tuple[int, str]]]] = []
        for number, line in enumerate(self.cleaned_data["grid"], 1):
            text = line.strip()
            if found := _TAB.match(text):
                tabs.append((found[1].strip(), []))
            elif text and not tabs:
                raise forms.ValidationError(
                    gettext(
                        "Line %(line)d stands before the first tab. Begin with a name in square brackets."
                    )
                    % {"line": number}
                )
            elif text:
                tabs[-1][1].append((number, text.split()[0]))
        if len(tabs) > MAX_TABS or any(len(codes) > MAX_TILES for _label, codes in tabs):
            raise forms.ValidationError(gettext("At most 12 tabs of 48 goods each."))
        return tabs

    def value(self, products: dict[str, UUID]) -> list[dict[str, Any]] | None:
        """The setting's value, or None with errors when a code is unknown; `products` are ids by code."""
        tabs = self.parsed()
        unknown = [(number, code) for _label, codes in tabs for number, code in codes if code not in products]
        for number, code in unknown[:10]:
            self.add_error(
                "grid",
                gettext("Line %(line)d: there are no goods with the code %(code)s.")
                % {"line": number, "code": code[:40]},
            )
        if unknown:
            return None
        return [
            {"label": label, "products": [str(products[code]) for _n, code in codes]} for label, codes in tabs
        ]
