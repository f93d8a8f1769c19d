"""Prices: history, what tills are told, what they are told no more."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import feed
from core.models import FeedRow
from core.verify import CHECKS
from inventory.models import Price
from inventory.selectors import prices as selectors
from inventory.services import prices
from inventory.services.prices import PriceChange, price_change, prices_change_many
from inventory.services.refusals import Refused
from tests.inventory.conftest import NOW, Shop, make_product

HOUR = timedelta(hours=1)


def at_tills() -> dict[str, int]:
    """Prices as a till would read them, by row."""
    rows = FeedRow.objects.filter(kind="price").exclude(data=None).values_list("key", "data")
    return {key: json.loads(data or "")["price"] for key, data in rows}


def test_a_price_is_history_and_news_in_one_transaction(shop: Shop) -> None:
    row = price_change(product=shop.milk, price=399, now=NOW, by=shop.cast.manager)
    assert row is not None
    assert at_tills() == {str(row.id): 399}
    assert json.loads(FeedRow.objects.get(kind="price").data or "") == {
        "product": str(shop.milk.id),
        "type": "retail",
        "price": 399,
        "from": "2026-11-21T09:30:00.000Z",
        "to": None,
    }
    found = selectors.price_of(shop.milk, at=NOW, store=shop.cast.store)
    assert found == row
    assert list(selectors.history(shop.milk)) == [row]


def test_the_same_price_again_is_not_news(shop: Shop) -> None:
    price_change(product=shop.milk, price=399, now=NOW)
    head = feed.head()
    assert price_change(product=shop.milk, price=399, now=NOW + HOUR) is None
    assert feed.head() == head


def test_the_price_that_ended_leaves_the_tills(shop: Shop) -> None:
    price_change(product=shop.milk, price=399, now=NOW)
    price_change(product=shop.milk, price=449, now=NOW + HOUR)
    assert list(at_tills().values()) == [449]
    assert Price.objects.count() == 2


def test_a_price_decided_ahead_waits_beside_the_present_one(shop: Shop) -> None:
    price_change(product=shop.milk, price=399, now=NOW)
    tomorrow = NOW + timedelta(days=1)
    assert price_change(product=shop.milk, price=499, now=NOW, valid_from=tomorrow) is not None
    assert price_change(product=shop.milk, price=499, now=NOW, valid_from=tomorrow) is None
    assert sorted(at_tills().values()) == [399, 499]
    assert prices.prices_retire(now=NOW) == 0
    assert prices.prices_retire(now=tomorrow) == 1
    assert list(at_tills().values()) == [499]


def test_a_price_for_some_days_gives_way_again(shop: Shop) -> None:
    price_change(product=shop.milk, price=399, now=NOW)
    offer = price_change(product=shop.milk, price=299, now=NOW, valid_to=NOW + HOUR)
    assert offer is not None
    in_force = selectors.price_of(shop.milk, at=NOW, store=shop.cast.store)
    after = selectors.price_of(shop.milk, at=NOW + HOUR, store=shop.cast.store)
    assert in_force == offer
    assert after is not None and after.price == 399
    assert prices.prices_retire(now=NOW + HOUR) == 1
    assert list(at_tills().values()) == [399]


def test_the_past_is_not_rewritten(shop: Shop) -> None:
    with pytest.raises(prices.PriceInThePast):
        price_change(product=shop.milk, price=1, now=NOW, valid_from=NOW - HOUR)


def test_a_negative_price_is_refused_in_words(shop: Shop) -> None:
    with pytest.raises(Refused) as caught:
        price_change(product=shop.milk, price=-1, now=NOW)
    assert caught.value.code == "price_is_not_negative"
    assert at_tills() == {}


def test_an_unknown_product_stops_the_whole_list(shop: Shop) -> None:
    changes = [PriceChange(shop.milk.id, 100), PriceChange(shop.cast.store.id, 100)]
    with pytest.raises(prices.UnknownProduct):
        prices_change_many(changes, now=NOW)
    assert not Price.objects.exists()


def test_a_list_costs_the_same_statements_however_long_it_is(shop: Shop) -> None:
    products = [make_product(shop.drinks, f"P{n}", f"Towar {n}") for n in range(40)]

    def statements(count: int, price: int) -> int:
        with CaptureQueriesContext(connection) as context:
            prices_change_many([PriceChange(p.id, price) for p in products[:count]], now=NOW)
        return len(context)

    assert statements(2, 100) == statements(40, 200)


def test_prices_of_a_product_off_sale_are_kept_but_not_told(shop: Shop) -> None:
    gone = make_product(shop.drinks, "200", "Stary sok", active=False)
    price_change(product=gone, price=100, now=NOW)
    assert at_tills() == {}
    assert list(CHECKS["prices_at_tills"]()) == []
    make_product(shop.drinks, "200", "Stary sok", product=gone)
    assert list(at_tills().values()) == [100]
    assert list(CHECKS["feed_matches_goods"]()) == []


def test_invented_prices_can_be_listed_until_somebody_decides(shop: Shop) -> None:
    price_change(product=shop.milk, price=399, now=NOW, source=Price.Source.INVENTED)
    assert list(selectors.invented()) == [shop.milk]
    price_change(product=shop.milk, price=449, now=NOW + HOUR)
    assert list(selectors.invented()) == []


def test_verify_finds_a_price_that_tills_were_not_told(shop: Shop) -> None:
    price_change(product=shop.milk, price=399, now=NOW)
    FeedRow.objects.filter(kind="price").update(data=None)
    assert len(list(CHECKS["prices_at_tills"]())) == 1
    FeedRow.objects.filter(kind="price").update(data='{"price":1}')
    assert [f.detail for f in CHECKS["feed_matches_goods"]()] == [
        "differs from the table it was published from"
    ]
