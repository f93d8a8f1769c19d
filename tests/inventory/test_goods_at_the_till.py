"""What the till asks about goods besides a price: typed prices, deposits, captured numbers, licences."""

from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core import canonical
from core.models import FeedRow
from inventory.models import Product
from inventory.services import goods
from inventory.services.refusals import Refused
from tests.inventory.conftest import NOW, Shop, make_product
from tests.inventory.test_import import listed, run, verified

FIELDS = ("open_price", "price_min", "price_max", "deposit", "capture", "licence", "allergens", "properties")


def fed(product: Product) -> dict[str, Any]:
    row = FeedRow.objects.get(kind="product", key=str(product.id))
    assert row.data is not None
    value: dict[str, Any] = canonical.parse(row.data, 10_000)
    return value


def change(product: Product, **values: Any) -> Product:
    present = {
        name: getattr(product, name) for name in ("code", "name", "kind", "unit", "group", "tax", "age")
    }
    return goods.product_save(product, **present | values, now=NOW)


def test_a_plain_product_carries_none_of_it_to_the_tills(shop: Shop) -> None:
    assert not set(FIELDS) & fed(shop.milk).keys()


def test_everything_reaches_the_tills_and_leaves_again(shop: Shop) -> None:
    bottle = make_product(shop.drinks, "901", "Kaucja", kind="deposit", tax="E")
    product = change(
        shop.milk,
        deposit=bottle,
        capture="mark",
        licence="alcohol",
        allergens="mleko",
        properties=" Kraj: PL \n\n",
    )
    row = fed(product)
    assert (row["deposit"], row["capture"], row["licence"]) == (str(bottle.id), "mark", "alcohol")
    assert (row["allergens"], row["properties"]) == ("mleko", ["Kraj: PL"])
    row = fed(change(product, open_price=True, price_min=100, price_max=500))
    assert (row["open_price"], row["price_min"], row["price_max"]) == (True, 100, 500)
    assert not set(FIELDS) & fed(change(product)).keys()


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("product_price_limits_need_open_price", {"price_min": 1}),
        ("product_price_limits_are_in_order", {"open_price": True, "price_min": 2, "price_max": 1}),
        ("product_price_limits_are_in_order", {"open_price": True, "price_max": 0}),
        ("product_price_limits_are_in_order", {"open_price": True, "price_min": -1}),
        ("product_deposit_stands_alone", {"kind": "deposit", "discountable": False, "open_price": True}),
        ("product_capture_is_of_pieces", {"kind": "weighed", "capture": "mark"}),
        ("product_capture_is_of_pieces", {"capture": "photo"}),
        ("product_licence_is_known", {"licence": "weapons"}),
    ],
)
def test_the_database_refuses(shop: Shop, constraint: str, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Product.objects.filter(id=shop.milk.id).update(**fields)


def test_a_refusal_is_a_sentence(shop: Shop) -> None:
    with pytest.raises(Refused, match="highest price"):
        change(shop.milk, open_price=True, price_min=200, price_max=100)


def test_a_deposit_is_of_that_kind_and_stays_so_while_goods_carry_it(shop: Shop) -> None:
    bottle = make_product(shop.drinks, "901", "Kaucja", kind="deposit", tax="E")
    with pytest.raises(goods.NotADeposit):
        change(shop.milk, deposit=shop.apples)
    with pytest.raises(Refused, match="deposit of its own"):
        change(bottle, deposit=bottle)
    change(shop.milk, deposit=bottle)
    with pytest.raises(goods.NotADeposit, match="must stay one"):
        change(bottle, kind="piece")


HEADER = "code|name|kind|unit|kaucja|koncesja|znakowanie|cena otwarta|alergeny|cena".replace("|", ",")


def test_a_list_brings_it_in_and_a_second_time_changes_nothing(shop: Shop, tmp_path: Path) -> None:
    rows = [
        "901,Kaucja,kaucja,,,,,,,0.50",
        "902,Piwo,,szt,901,alkohol,akcyza,,gluten,4.99",
        "903,Usługa,,,,,,tak,,1.00",
    ]
    summary, problems = run(listed(tmp_path, *rows, header=HEADER))
    assert problems == [] and summary.counts.new == 3
    beer = Product.objects.get(code="902")
    assert (beer.deposit and beer.deposit.code, beer.licence, beer.capture, beer.allergens) == (
        "901", "alcohol", "excise", "gluten",
    )  # fmt: skip
    assert Product.objects.get(code="903").open_price
    assert run(listed(tmp_path, *rows, header=HEADER))[0].counts.changed == 0
    assert verified() == []


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("904,Piwo,,szt,nothing,,,,,1", "deposit"),
        ("904,Piwo,,szt,100,,,,,1", "deposit"),
        ("904,Piwo,,szt,,weapons,,,,1", "koncesja"),
        ("904,Piwo,,szt,,,photo,,,1", "znakowanie"),
        ("904,Jabłka,waga,kg,,,mark,,,1", "znakowanie"),
        ("904,Kaucja,kaucja,szt,,,,tak,,1", "cena otwarta"),
        ("904,Piwo,,szt,,,,maybe,,1", "cena otwarta"),
        ("904,Piwo,,szt,,,,," + "x" * 301 + ",1", "alergeny"),
    ],
)
def test_a_cell_that_makes_no_sense_is_told_and_hinders_nobody(
    shop: Shop, tmp_path: Path, row: str, column: str
) -> None:
    summary, problems = run(listed(tmp_path, row, "905,Woda,,szt,,,,,,1", header=HEADER))
    assert summary.counts.new == 1 and Product.objects.filter(code="905").exists()
    assert [problem["column"] for problem in problems] == [column]


def test_a_list_that_makes_goods_weighed_takes_what_only_pieces_have(shop: Shop, tmp_path: Path) -> None:
    change(shop.milk, capture="serial")
    _summary, problems = run(listed(tmp_path, "100,Mleko,waga,kg,,,,,,1", header=HEADER))
    assert problems == []
    shop.milk.refresh_from_db()
    assert (shop.milk.kind, shop.milk.capture) == ("weighed", "")
