"""Filters of the journal, of the signs per cashier and of the speed of tills."""

import uuid
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice import journal_words
from backoffice.forms.sales import PeriodFilters
from backoffice.selectors import journal, periods
from backoffice.selectors.signs import SIGNS
from core.models import Employee, Store

# Without a first day a text is looked for in so many days: reading years of events would take minutes.
TEXT_DAYS = 31
_SEND = {"data-send": ""}


class JournalFilters(PeriodFilters):
    """Filters of the journal; `shift` and `sign` come from links on other pages."""

    q = forms.CharField(
        label=_("Text, name of goods or code"),
        max_length=64,
        widget=forms.TextInput(attrs={"type": "search", "data-search": "", "autocomplete": "off"}),
    )
    receipt = forms.CharField(
        label=_("Receipt"),
        max_length=64,
        widget=forms.TextInput(
            attrs={"type": "search", "data-scan": "send", "autocomplete": "off", "size": "12"}
        ),
    )
    cashier = forms.ModelChoiceField(
        label=_("Cashier"),
        queryset=Employee.objects.order_by("name"),
        empty_label=_("Everybody"),
        widget=forms.Select(attrs=_SEND),
    )
    name = forms.ChoiceField(label=_("What"), widget=forms.Select(attrs=_SEND))
    sign = forms.ChoiceField(label=_("Sign"), widget=forms.Select(attrs=_SEND))
    shift = forms.UUIDField(widget=forms.HiddenInput)
    field_order = ["q", "receipt", "name", "sign", "cashier", "till", "since", "until"]

    def __init__(self, *args: Any, store: Store, others: list[str], **kwargs: Any) -> None:
        super().__init__(*args, store=store, **kwargs)
        self.store = store
        self.fields["name"].choices = journal_words.choices(others)  # type: ignore[attr-defined]
        signs = [(key, str(label)) for key, (label, _help) in journal_words.SIGNS.items()]
        self.fields["sign"].choices = [("", _("Any")), *signs]  # type: ignore[attr-defined]
        self.order_fields(self.field_order)

    def searched_since(self, today: date) -> date | None:
        """The first day: the one that was asked for, else what a text is looked for in."""
        since: date | None = self.value("since")
        return since or (today - timedelta(days=TEXT_DAYS) if self.text else None)

    @property
    def text(self) -> str:
        """The text without blanks around it."""
        return str(self.value("q") or "").strip()

    def wanted(self, today: date) -> journal.Wanted:
        """What to show."""

        def pk(name: str) -> uuid.UUID | None:
            row = self.value(name)
            return row.pk if row is not None else None

        since, until = self.searched_since(today), self.value("until")
        receipt = str(self.value("receipt") or "").strip()
        return journal.Wanted(
            till=pk("till"),
            cashier=pk("cashier"),
            shift=self.value("shift"),
            since=periods.begin(self.store, since) if since else None,
            until=periods.end(self.store, until) if until else None,
            name=self.value("name") or "",
            sign=self.value("sign") or "",
            receipts=journal.receipts_called(self.store, receipt) if receipt else None,
            text=self.text,
            goods=journal.goods_called(self.text) if self.text else (),
        )


class SignFilters(PeriodFilters):
    """The period of the signs; 30 days when none is asked for. The till is not asked: a rate is a person's."""

    DAYS = 30

    def __init__(self, *args: Any, store: Store, **kwargs: Any) -> None:
        super().__init__(*args, store=store, **kwargs)
        del self.fields["till"]

    def days(self, today: date) -> tuple[date, date]:
        """First and last day."""
        until: date = self.value("until") or today
        return self.value("since") or until - timedelta(days=self.DAYS - 1), until


class SpeedFilters(PeriodFilters):
    """A till and a period of the speed of tills; 30 days when none is asked for."""

    def days(self, today: date) -> tuple[date, date]:
        """First and last day."""
        until: date = self.value("until") or today
        return self.value("since") or until - timedelta(days=SignFilters.DAYS - 1), until


assert set(journal_words.SIGNS) == set(SIGNS), "every sign has its words"
