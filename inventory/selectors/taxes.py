"""Tax rates of the company's country, by day."""

from datetime import UTC, date, datetime

from django.db.models import Q, QuerySet

from core import clock
from core.models import Company, Store
from inventory.models import Tax


def company_country() -> str:
    """The country whose taxes the shop charges; empty while there is no company."""
    return Company.objects.order_by("id").values_list("country", flat=True).first() or ""


def store_day(now: datetime) -> date:
    """The calendar day on the store's own clock; UTC's while there is no store."""
    zone = Store.objects.order_by("number").values_list("time_zone", flat=True).first()
    return clock.local(now, zone).date() if zone else now.astimezone(UTC).date()


def taxes_on(day: date, country: str) -> QuerySet[Tax]:
    """The rates of a country in force on a day, one per code."""
    return Tax.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gte=day), country=country
    ).order_by("code")


def tax_codes(country: str) -> set[str]:
    """Every code of a country, whatever its dates."""
    return set(Tax.objects.filter(country=country).values_list("code", flat=True))
