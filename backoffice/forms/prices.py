"""Many price changes at once: pasted lines or ticked goods become a table that is corrected and then saved."""

import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice.forms.base import Filters, Form
from backoffice.forms.goods import WhenForm
from core import money
from core.fields import PercentFormField
from core.money import round_div
from inventory.models import Product

MAX_ROWS = 300
HIGHEST = 99_999_999_99
_SEPARATORS = re.compile(r"[\t;]+|\s{2,}| (?=[\d.,]+\s*$)")


class ChangesFilters(Filters):
    """Filters of the list of price changes."""

    when = forms.ChoiceField(
        label=_("Show"),
        choices=[
            ("manual", _("Decided by people")),
            ("later", _("To come")),
            ("all", _("All, also imports")),
        ],
        widget=forms.Select(attrs={"data-send": ""}),
    )


class PasteForm(Form):
    """Lines of code and price, as copied from a table."""

    lines = forms.CharField(
        label=_("Codes and new prices"),
        max_length=40_000,
        strip=False,
        required=False,
        help_text=_(
            "One line each: code or barcode, then the price. Copy two columns from a table and paste them here. "
            "Up to 300 lines."
        ),
        widget=forms.Textarea(attrs={"rows": 12, "class": "kasa-code", "spellcheck": "false"}),
    )

    def rows(self) -> list[tuple[str, str]]:
        """(code, price text) of every line that is not empty; the price text may be empty."""
        rows = []
        for line in self.cleaned_data["lines"].splitlines():
            parts = [part for part in _SEPARATORS.split(line.strip()) if part]
            if parts:
                rows.append((parts[0].strip(), parts[-1].strip() if len(parts) > 1 else ""))
        return rows


class BatchForm(WhenForm):
    """When the whole batch takes effect, and a percent to fill the table with."""

    percent = PercentFormField(
        label=_("Change all by, %"),
        required=False,
        min_value=-9000,
        max_value=100_000,
        help_text=_("For example −5 or 10. Fills the table; nothing is saved yet."),
    )


@dataclass
class BatchRow:
    """One product of the batch: its price now, what was typed, and what is wrong with it."""

    product: Product
    now: int | None
    text: str = ""
    price: int | None = None
    error: str = ""

    @property
    def change(self) -> int | None:
        """The change in hundredths of a percent, None when there is nothing to compare."""
        if self.price is None or not self.now:
            return None
        return round_div((self.price - self.now) * 10_000, self.now)


@dataclass
class Batch:
    """The table between typing and saving."""

    currency: str
    rows: list[BatchRow] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def errors(self) -> list[BatchRow]:
        """Rows that cannot be saved as they are."""
        return [row for row in self.rows if row.error]

    def add(self, product: Product, now: int | None, text: str) -> None:
        """Takes a product in once; the text typed last counts."""
        known = next((row for row in self.rows if row.product.id == product.id), None)
        row = known or BatchRow(product, now)
        row.text = text
        if known is None:
            self.rows.append(row)
        self._read(row)

    def _read(self, row: BatchRow) -> None:
        row.price, row.error = None, ""
        if not row.text.strip():
            return
        try:
            row.price = money.parse_minor(row.text, self.currency)
        except money.NotANumber as error:
            row.error = error.message
            return
        if not 0 <= row.price <= HIGHEST:
            row.price, row.error = (
                None,
                gettext("A price is from 0 to %(highest)s.") % {"highest": money.typed(HIGHEST, 2)},
            )

    def fill(self, percent: int) -> None:
        """Puts the price now, changed by a percent and rounded half-up, into every row."""
        for row in self.rows:
            if row.now is not None:
                price = round_div(row.now * (10_000 + percent), 10_000)
                row.text = money.typed(price, money.currency_digits(self.currency))
                self._read(row)


def posted_ids(data: QueryDict) -> list[uuid.UUID]:
    """The products named in a post, each once; what is not an id is left out."""
    found: dict[uuid.UUID, Any] = {}
    for text in data.getlist("product")[:MAX_ROWS]:
        try:
            found[uuid.UUID(text)] = None
        except ValueError:
            continue
    return list(found)
