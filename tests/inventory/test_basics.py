"""Units and taxes: seeded once, dated, and told to tills by the day."""

import json
from datetime import date

import pytest

from core import feed
from core.models import Company, FeedRow
from core.verify import CHECKS
from inventory.basics import STANDARD_TAX, TAXES
from inventory.models import Tax
from inventory.selectors.taxes import taxes_on
from inventory.services import basics
from inventory.services.refusals import Refused
from tests.conftest import Cast
from tests.inventory.conftest import Shop


def told(code: str) -> dict[str, object]:
    row = FeedRow.objects.get(kind="tax", key=code)
    assert row.data is not None
    value: dict[str, object] = json.loads(row.data)
    return value


def test_doing_it_twice_changes_nothing(shop: Shop) -> None:
    head = feed.head()
    basics.basics_ensure(country="pl")
    assert feed.head() == head


def test_an_unknown_country_is_told(cast: Cast) -> None:
    with pytest.raises(basics.UnknownCountry):
        basics.basics_ensure(country="zz")


@pytest.mark.parametrize("country", TAXES)
def test_every_country_has_its_standard_rate_today(cast: Cast, country: str) -> None:
    basics.basics_ensure(country=country)
    rates = {tax.code: tax.percent for tax in taxes_on(date(2026, 11, 21), country)}
    assert rates[STANDARD_TAX[country]] == {"pl": 2300, "ua": 2000, "ru": 2200}[country]


def test_the_russian_standard_rate_rose_on_the_first_of_january_2026(cast: Cast) -> None:
    Company.objects.update(country="ru", currency="RUB")
    basics.basics_ensure(country="ru")
    rate = {day: taxes_on(day, "ru").get(code="S").percent for day in (date(2025, 12, 31), date(2026, 1, 1))}
    assert list(rate.values()) == [2000, 2200]
    assert told("S")["percent"] == 2200
    periods = told("S")["periods"]
    assert isinstance(periods, list) and [p["percent"] for p in periods] == [2000, 2200]


def test_a_rate_known_ahead_takes_its_place_on_its_day(shop: Shop) -> None:
    basics.tax_rate_add(country="pl", code="A", name="25 %", percent=2500, valid_from=date(2027, 1, 1))
    assert told("A")["percent"] == 2300
    assert told("A")["to"] == "2026-12-31"
    assert basics.taxes_publish(day=date(2026, 12, 31)) == 0
    assert basics.taxes_publish(day=date(2027, 1, 1)) == 1
    assert told("A")["percent"] == 2500


def test_verify_takes_todays_and_yesterdays_rates_and_no_other(shop: Shop) -> None:
    assert list(CHECKS["feed_matches_goods"]()) == []
    Tax.objects.filter(code="B").update(percent=900)
    assert [f.culprit for f in CHECKS["feed_matches_goods"]()] == ["feed tax B"]


def test_two_rates_on_one_day_are_refused_in_words(shop: Shop) -> None:
    with pytest.raises(Refused) as caught:
        basics.tax_rate_add(country="pl", code="A", name="x", percent=2500, valid_from=date(2011, 1, 1))
    assert caught.value.code == "tax_periods_overlap"
