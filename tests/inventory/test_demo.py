"""The demo shop: real numbers, marked prices, three countries, and nothing new the second time."""

import csv
import json
from collections import Counter
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from stdnum import ean

from core import feed
from core.models import Employee, Setting, Store
from core.verify import CHECKS
from inventory.demo.groups import GROUPS, TAXES
from inventory.demo.loose import LOOSE
from inventory.demo.shop import GOODS
from inventory.models import Price, Product, StockBalance
from inventory.selectors import goods


def rows() -> list[dict[str, str]]:
    with GOODS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_every_packed_good_has_a_real_number_of_its_own() -> None:
    numbers = [row["ean"] for row in rows()]
    assert len(numbers) >= 300
    assert [number for number in numbers if not ean.is_valid(number)] == []
    assert [number for number, count in Counter(numbers).items() if count > 1] == []
    assert {row["group"] for row in rows()} <= {group.key for group in GROUPS if group.high}


def test_loose_goods_have_codes_that_fit_a_weighed_label() -> None:
    weighed = [thing for thing in LOOSE if thing.kind == "weighed"]
    assert len(weighed) >= 12
    assert all(thing.code.isdigit() and len(thing.code) <= 5 for thing in LOOSE)
    assert {thing.kind for thing in LOOSE} == {"weighed", "piece", "deposit", "service"}


@pytest.mark.parametrize("country", TAXES)
def test_the_shop_opens_in_each_country_and_stays_as_it_is(db: None, settings: Any, country: str) -> None:
    settings.COUNTRY = country
    out = StringIO()
    call_command("demo", stdout=out)
    assert "1111" in out.getvalue() and "9999" in out.getvalue()
    head = feed.head()
    call_command("demo", stdout=StringIO())
    assert feed.head() == head
    assert Product.objects.count() == len(rows()) + len(LOOSE)
    assert set(Price.objects.values_list("source", flat=True)) == {"invented"}
    assert Price.objects.count() == Product.objects.count()
    assert Store.objects.get().currency == {"pl": "PLN", "ua": "UAH", "ru": "RUB"}[country]
    findings = [str(finding) for check in CHECKS.values() for finding in check()]
    assert findings == []


def test_the_shop_has_what_a_till_needs(db: None, settings: Any) -> None:
    settings.COUNTRY = "pl"
    call_command("demo", stdout=StringIO())
    names = {
        "bridge",
        "card_tenders",
        "data_age_warn_hours",
        "price_type",
        "quick_cash",
        "quick_grid",
        "weighed_labels",
    }
    assert names <= set(Setting.objects.values_list("name", flat=True))
    grid: Any = Setting.objects.get(name="quick_grid").value
    assert len(grid) == 3 and all(tab["products"] for tab in grid)
    known = {str(product) for product in Product.objects.values_list("id", flat=True)}
    assert {product for tab in grid for product in tab["products"]} <= known
    assert json.dumps(grid)
    assert Employee.objects.count() == 3
    assert Employee.objects.get(username="manager").may("backoffice.view")
    assert StockBalance.objects.filter(quantity__gt=0, value__gt=0).count() > 350
    beer = Product.objects.get(code="5900490000182")
    assert (beer.age, beer.tax) == (18, "A")
    path = [group.name for group in goods.paths()[beer.group_id]]
    assert path == ["Napoje", "Alkohole", "Piwo i wino"]


def test_a_shop_of_another_country_is_not_mixed(db: None, settings: Any) -> None:
    settings.COUNTRY = "pl"
    call_command("demo", stdout=StringIO())
    settings.COUNTRY = "ru"
    with pytest.raises(CommandError, match="KASA_DATA"):
        call_command("demo")
