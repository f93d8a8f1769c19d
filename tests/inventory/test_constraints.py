"""Every named constraint of the inventory's tables refuses the row it was made for."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from core.ids import uuid7
from inventory.models import Barcode, Group, Price, PriceType, Product, StockBalance, StockMove, Tax, Unit
from tests.inventory.conftest import NOW, Shop

NAMES = {"en": "x", "pl": "x", "uk": "x", "ru": "x"}


def refused(constraint: str, model: Any, **fields: Any) -> None:
    """The database refuses this row, by this constraint."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        model.objects.create(**fields)
    assert constraint in str(caught.value)


def product(shop: Shop, **fields: Any) -> dict[str, Any]:
    values = {
        "code": "777",
        "name": "Chleb",
        "search_name": "chleb",
        "unit_id": "pcs",
        "group": shop.drinks,
        "tax": "C",
        "created_at": NOW,
        "changed_at": NOW,
    }
    return values | fields


def price(shop: Shop, **fields: Any) -> dict[str, Any]:
    return {
        "product": shop.milk,
        "price_type_id": "retail",
        "price": 399,
        "valid_from": NOW,
        "created_at": NOW,
    } | fields


def stock_move(shop: Shop, **fields: Any) -> dict[str, Any]:
    return {
        "store": shop.cast.store,
        "product": shop.milk,
        "quantity": 1000,
        "value": 100,
        "source_kind": "receipt",
        "source_id": uuid7(),
        "source_line": 1,
        "at": NOW,
        "day": NOW.date(),
        "recorded_at": NOW,
    } | fields


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("unit_code_is_plain", {"code": "Kg!", "names": NAMES}),
        ("unit_decimals_fit_thousandths", {"code": "mg", "names": NAMES, "decimals": 4}),
        ("unit_is_named_in_every_language", {"code": "mg", "names": {"en": "mg", "pl": "mg", "uk": "мг"}}),
    ],
)
def test_units(shop: Shop, constraint: str, fields: dict[str, Any]) -> None:
    refused(constraint, Unit, **fields)


TAX = {"country": "pl", "code": "X", "name": "x", "percent": 100}


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("tax_country_is_iso", TAX | {"country": "PL"}),
        ("tax_code_has_no_spaces", TAX | {"code": "A B"}),
        ("tax_percent_is_0_to_100", TAX | {"percent": 10001}),
        ("tax_percent_is_0_to_100", TAX | {"percent": -1}),
        ("tax_exempt_is_zero", TAX | {"exempt": True}),
        ("tax_ends_after_it_begins", TAX | {"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 31)}),
        ("two rates on one day", TAX | {"code": "A", "valid_from": date(2030, 1, 1)}),
        ("two rates on one day", TAX | {"code": "D", "valid_to": date(1990, 1, 1)}),
    ],
)
def test_taxes(shop: Shop, constraint: str, fields: dict[str, Any]) -> None:
    refused(constraint, Tax, **fields)


def test_a_tax_code_begins_once_a_day_even_without_the_trigger(shop: Shop) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE inventory_tax DISABLE TRIGGER tax_periods_do_not_overlap")
    refused("tax_period_begins_once", Tax, country="pl", code="D", name="0 %", percent=0)
    refused("tax_ends_after_it_begins", Tax, **TAX, valid_from=date(2026, 2, 1), valid_to=date(2026, 1, 31))


def test_groups(shop: Shop) -> None:
    refused("group_has_a_name", Group, name="")
    refused("group_name_is_unique_in_its_parent", Group, name="Napoje")
    refused("group_name_is_unique_in_its_parent", Group, name="Soki", parent=shop.drinks)
    refused("group_colour_is_hex", Group, name="x", colour="red")
    own = uuid7()
    refused("inside itself", Group, id=own, name="x", parent_id=own)


def test_a_group_cannot_be_its_own_parent_even_without_the_trigger(shop: Shop) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE inventory_group DISABLE TRIGGER group_tree_has_no_cycle")
    own = uuid7()
    refused("group_is_not_its_own_parent", Group, id=own, name="x", parent_id=own)


def test_the_tree_refuses_a_cycle_of_any_length(shop: Shop) -> None:
    deep = Group.objects.create(name="Tłoczone", parent=shop.juices)
    with pytest.raises(IntegrityError, match="inside itself"), transaction.atomic():
        Group.objects.filter(id=shop.drinks.id).update(parent=deep)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("inventory_product_code_key", {"code": "100"}),
        ("product_code_is_typeable", {"code": "a b"}),
        ("product_code_is_typeable", {"code": "ż"}),
        ("product_has_a_name", {"name": ""}),
        ("product_has_a_name", {"search_name": ""}),
        ("product_kind_is_known", {"kind": "magic"}),
        ("product_age_is_0_to_99", {"age": 100}),
        ("product_deposit_has_no_discount", {"kind": "deposit"}),
        ("product_content_has_a_unit", {"content": 500}),
        ("product_content_has_a_unit", {"content_unit_id": "ml"}),
        ("product_content_has_a_unit", {"content": 0, "content_unit_id": "ml"}),
    ],
)
def test_products(shop: Shop, constraint: str, fields: dict[str, Any]) -> None:
    refused(constraint, Product, **product(shop, **fields))


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("barcode_is_printable", {"code": "590 0"}),
        ("barcode_is_printable", {"code": ""}),
        ("barcode_is_printable", {"code": "żółć"}),
        ("barcode_quantity_is_positive", {"code": "5901234123457", "quantity": 0}),
    ],
)
def test_barcodes(shop: Shop, constraint: str, fields: dict[str, Any]) -> None:
    refused(constraint, Barcode, product=shop.milk, **fields)


def test_a_barcode_belongs_to_one_product(shop: Shop) -> None:
    Barcode.objects.create(code="5901234123457", product=shop.milk)
    refused("inventory_barcode_pkey", Barcode, code="5901234123457", product=shop.apples)


def test_prices(shop: Shop) -> None:
    refused("price_type_code_is_plain", PriceType, code="Retail Price", name="x")
    refused("price_is_not_negative", Price, **price(shop, price=-1))
    refused("price_ends_after_it_begins", Price, **price(shop, valid_to=NOW))
    refused("price_source_is_known", Price, **price(shop, source="guessed"))


def test_stock(shop: Shop) -> None:
    first = StockMove.objects.create(**stock_move(shop))
    refused("stock_move_posts_once", StockMove, **stock_move(shop, source_id=first.source_id))
    refused("stock_move_moves_something", StockMove, **stock_move(shop, quantity=0))
    refused("stock_move_moves_something", StockMove, **stock_move(shop, adjustment=True))
    refused("stock_move_source_kind_is_plain", StockMove, **stock_move(shop, source_kind="Receipt!"))
    refused("stock_move_line_counts_from_one", StockMove, **stock_move(shop, source_line=0))
    balance = {"store": shop.cast.store, "product": shop.milk}
    refused("stock_balance_empty_is_worth_nothing", StockBalance, **balance, value=1)
    refused("stock_balance_cost_is_a_fraction", StockBalance, **balance, cost_value=1)
    StockBalance.objects.create(**balance)
    refused("stock_balance_is_unique", StockBalance, **balance)


@pytest.mark.parametrize("table", ["inventory_price", "inventory_stockmove"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_facts_cannot_be_changed(shop: Shop, table: str, statement: str) -> None:
    Price.objects.create(**price(shop, valid_to=NOW + timedelta(days=1)))
    StockMove.objects.create(**stock_move(shop))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with (
        pytest.raises(DatabaseError, match="holds facts"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))
