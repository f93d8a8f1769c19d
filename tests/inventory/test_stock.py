"""Posting to the ledger: once, in any order, with balances that can be rebuilt."""

import threading
import uuid
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.ids import uuid7
from core.verify import CHECKS
from inventory.models import StockBalance, StockMove
from inventory.selectors import stock as selectors
from inventory.services import stock
from inventory.services.prices import UnknownProduct
from inventory.services.stock import Move
from tests.inventory.conftest import NOW, Shop, make_product


def a_move(product: uuid.UUID, quantity: int, **fields: Any) -> Move:
    values: dict[str, Any] = {
        "source_kind": "receipt",
        "source_id": uuid7(),
        "source_line": 1,
        "at": NOW,
        "day": NOW.date(),
    }
    return Move(product=product, quantity=quantity, **values | fields)


def post(shop: Shop, *moves: Move) -> stock.Posted:
    return stock.stock_post(moves, store=shop.cast.store, now=NOW)


def balance(shop: Shop) -> StockBalance:
    return StockBalance.objects.get(store=shop.cast.store, product=shop.milk)


def test_a_sale_takes_its_share_of_the_value(shop: Shop) -> None:
    post(shop, a_move(shop.milk.id, 10_000, value=3000, source_kind="opening"), a_move(shop.milk.id, -4_000))
    row = balance(shop)
    assert (row.quantity, row.value) == (6_000, 1800)
    assert row.last_move_id == StockMove.objects.order_by("-id").values_list("id", flat=True).first()
    assert selectors.average_cost(row) == 300
    assert selectors.on_hand(shop.cast.store, [shop.milk.id]) == {shop.milk.id: 6_000}


def test_posting_a_line_again_changes_nothing(shop: Shop) -> None:
    move = a_move(shop.milk.id, -1_000)
    assert post(shop, move) == stock.Posted(1, 0, 0)
    assert post(shop, move, a_move(shop.apples.id, -500)) == stock.Posted(1, 1, 0)
    assert balance(shop).quantity == -1_000
    assert [row.product_id for row in selectors.negative(shop.cast.store)] == [shop.milk.id, shop.apples.id]


def test_one_batch_cannot_name_a_line_twice(shop: Shop) -> None:
    move = a_move(shop.milk.id, -1_000)
    with pytest.raises(stock.SourceRepeated):
        post(shop, move, move)


def test_a_service_is_sold_but_lies_on_no_shelf(shop: Shop) -> None:
    service = make_product(shop.drinks, "900", "Dostawa", kind="service", tax="A")
    assert post(shop, a_move(service.id, -1_000)) == stock.Posted(0, 0, 1)
    assert not StockBalance.objects.exists()


def test_an_unknown_product_is_named(shop: Shop) -> None:
    stranger = uuid7()
    with pytest.raises(UnknownProduct, match=str(stranger)):
        post(shop, a_move(stranger, -1_000))


def test_goods_come_back_at_the_cost_they_left_with(shop: Shop) -> None:
    sale = a_move(shop.milk.id, -3_000)
    post(shop, a_move(shop.milk.id, 10_000, value=1000), sale)
    post(shop, a_move(shop.milk.id, 10_000, value=9000))
    back = a_move(shop.milk.id, 1_000, origin=("receipt", sale.source_id, 1))
    post(shop, back)
    assert StockMove.objects.get(source_id=back.source_id).value == 100


def test_a_late_receipt_corrects_the_provisional_cost_with_a_row_of_its_own(shop: Shop) -> None:
    post(shop, a_move(shop.milk.id, 1_000, value=100), a_move(shop.milk.id, -3_000))
    late = a_move(shop.milk.id, 5_000, value=1000)
    post(shop, late)
    rows = StockMove.objects.filter(source_id=late.source_id).order_by("id")
    assert [(row.quantity, row.value, row.adjustment) for row in rows] == [
        (5_000, 1000, False),
        (0, -200, True),
    ]
    assert (balance(shop).quantity, balance(shop).value) == (3_000, 600)


def test_a_batch_costs_the_same_statements_however_large_it_is(shop: Shop) -> None:
    products = [make_product(shop.drinks, f"P{n}", f"Towar {n}") for n in range(30)]

    def statements(count: int) -> int:
        with CaptureQueriesContext(connection) as context:
            post(shop, *[a_move(p.id, -1_000) for p in products[:count]])
        return len(context)

    statements(1)
    assert statements(2) == statements(30) <= 10


def test_a_balance_changed_behind_our_back_is_found_and_rebuilt(shop: Shop) -> None:
    post(shop, a_move(shop.milk.id, 10_000, value=1000), a_move(shop.apples.id, 5_000, value=700))
    assert list(CHECKS["stock_balances"]()) == []
    StockBalance.objects.filter(product=shop.milk).update(quantity=1)
    StockBalance.objects.filter(product=shop.apples).delete()
    assert [f.culprit for f in CHECKS["stock_balances"]()] == [
        f"stock of {shop.milk.id}",
        f"stock of {shop.apples.id}",
    ]
    out = StringIO()
    call_command("stock_rebuild", stdout=out)
    assert out.getvalue() == "001 Sklep 1: 2 balances put right\n"
    assert list(CHECKS["stock_balances"]()) == []
    assert stock.balances_rebuild(store=shop.cast.store) == 0


@pytest.mark.django_db(transaction=True)
def test_batches_that_meet_neither_deadlock_nor_lose_a_move(shop: Shop) -> None:
    """Each of six posters sells the same goods in another order, and one line is posted by all of them."""
    shared = a_move(shop.milk.id, -1_000)
    errors: list[BaseException] = []

    def sell(number: int) -> None:
        try:
            for _ in range(10):
                ids = [shop.milk.id, shop.apples.id]
                moves = [a_move(p, -1_000) for p in (ids if number % 2 else ids[::-1])]
                post(shop, *moves, shared)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=sell, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert balance(shop).quantity == -61_000
    assert StockMove.objects.count() == 121
    assert list(CHECKS["stock_balances"]()) == []
