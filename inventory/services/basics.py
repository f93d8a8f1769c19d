"""Units, tax rates and the retail price list that every shop needs before its first product."""

from collections import defaultdict
from datetime import date

from django.utils.translation import gettext as _

from core import canonical, clock, feed
from core.errors import KasaError
from core.models import FeedRow
from inventory.basics import TAXES, UNITS
from inventory.models import PriceType, Tax, Unit
from inventory.models.prices import RETAIL
from inventory.selectors.taxes import company_country, store_day
from inventory.services.publishing import tax_value, unit_value
from inventory.services.refusals import explained, refusal


class UnknownCountry(KasaError):
    """No tax table is known for the country."""

    code = "unknown_country"


def basics_ensure(*, country: str) -> None:
    """Adds the units, tax rates and price list that are missing and publishes them. Doing it twice changes nothing.

    What a person changed since is left alone. Raises UnknownCountry.
    """
    if country not in TAXES:
        raise UnknownCountry(_("No tax table is known for the country “%(country)s”.") % {"country": country})
    with feed.transaction():
        _units_ensure()
        PriceType.objects.get_or_create(code=RETAIL, defaults={"name": _("Retail")})
        _taxes_ensure(country)
        taxes_publish(day=store_day(clock.now()))


def _units_ensure() -> None:
    known = set(Unit.objects.values_list("code", flat=True))
    new = [Unit(code=c, names=names, decimals=d) for c, (names, d) in UNITS.items() if c not in known]
    for unit in Unit.objects.bulk_create(new):
        feed.put("unit", unit.code, unit_value(unit))


def _taxes_ensure(country: str) -> None:
    known = set(Tax.objects.filter(country=country).values_list("code", flat=True))
    Tax.objects.bulk_create(
        Tax(
            country=country,
            code=rate.code,
            name=rate.name,
            percent=rate.percent,
            exempt=rate.exempt,
            valid_from=rate.valid_from,
            valid_to=rate.valid_to,
        )
        for rate in TAXES[country]
        if rate.code not in known
    )


def tax_rate_add(
    *, country: str, code: str, name: str, percent: int, valid_from: date, exempt: bool = False
) -> Tax:
    """Gives a tax code a new rate from a day on; the present open rate ends the day before. Raises Refused."""
    with feed.transaction(), explained():
        open_rate = Tax.objects.select_for_update().filter(country=country, code=code, valid_to=None).first()
        if open_rate is not None and open_rate.valid_from is not None and valid_from <= open_rate.valid_from:
            raise refusal("tax_periods_do_not_overlap")
        if open_rate is not None:
            open_rate.valid_to = date.fromordinal(valid_from.toordinal() - 1)
            open_rate.save(update_fields=["valid_to"])
        tax = Tax.objects.create(
            country=country, code=code, name=name, percent=percent, exempt=exempt, valid_from=valid_from
        )
        taxes_publish(day=store_day(clock.now()))
        return tax


def taxes_publish(*, day: date) -> int:
    """Publishes the tax codes of the company's country whose row at the tills is not today's. Returns how many.

    A worker calls it every hour, so that a rate known in advance takes its place on its day.
    """
    periods: dict[str, list[Tax]] = defaultdict(list)
    for tax in Tax.objects.filter(country=company_country()):
        periods[tax.code].append(tax)
    wanted = {code: tax_value(rates, day) for code, rates in periods.items()}
    return publish_differences("tax", wanted)


def publish_differences(kind: str, wanted: dict[str, dict[str, object]]) -> int:
    """Puts the rows that differ from what is published and drops those that are gone. Returns how many changed."""
    with feed.transaction():
        published = dict(FeedRow.objects.filter(kind=kind).exclude(data=None).values_list("key", "data"))
        changed = [key for key, value in wanted.items() if published.get(key) != canonical.dumps(value)]
        gone = published.keys() - wanted.keys()
        for key in changed:
            feed.put(kind, key, wanted[key])
        for key in sorted(gone):
            feed.drop(kind, key)
        return len(changed) + len(gone)
