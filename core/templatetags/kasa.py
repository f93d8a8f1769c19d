"""Template faces of money, quantities, percents and instants."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from core import money as numbers

register = template.Library()


def _language() -> str:
    return (get_language() or "en").split("-")[0]


@register.filter
def money(value: int | None, currency: str) -> str:
    """`{{ receipt.total|money:store.currency }}`; nothing for None."""
    return "" if value is None else numbers.format_minor(value, currency, _language())


@register.filter
def amount(value: int | None, currency: str) -> str:
    """Money without the currency's sign, for columns whose header names it."""
    return "" if value is None else numbers.format_minor(value, currency, _language(), symbol=False)


@register.filter
def quantity(value: int | None) -> str:
    """Thousandths as a quantity."""
    return "" if value is None else numbers.format_quantity(value, _language())


@register.filter
def percent(value: int | None) -> str:
    """Hundredths of a percent as a percent."""
    return "" if value is None else numbers.format_percent(value, _language())


@register.filter
def instant(value: datetime | None) -> str:
    """Day and time on the store's wall clock, one fixed form for all languages (ux.md D)."""
    return "" if value is None else f"{timezone.localtime(value):%d.%m.%Y %H:%M:%S}"
