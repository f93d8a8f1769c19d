"""Groups, products and barcodes: what is refused, and what tills hear."""

import json
import threading

import pytest
from django.db import connection

from core import feed
from core.models import FeedRow
from core.verify import CHECKS
from inventory import text
from inventory.models import Group, Product
from inventory.selectors import goods as selectors
from inventory.services import goods
from inventory.services.prices import price_change
from inventory.services.refusals import Refused
from tests.inventory.conftest import NOW, Shop, make_product


def told(kind: str, key: object) -> dict[str, object] | None:
    """What the tills hold of a thing; None when it is gone or never was there."""
    row = FeedRow.objects.filter(kind=kind, key=str(key)).first()
    return json.loads(row.data) if row and row.data else None


def test_a_product_is_told_as_the_protocol_says(shop: Shop) -> None:
    assert told("product", shop.apples.id) == {
        "code": "4011", "name": "Jabłka Gala", "kind": "weighed", "unit": "kg", "group": str(shop.juices.id),
        "tax": "C", "age": 0, "discountable": True, "content": None, "content_unit": None,
    }  # fmt: skip
    assert told("group", shop.juices.id) == {
        "name": "Soki",
        "parent": str(shop.drinks.id),
        "position": 0,
        "colour": None,
    }
    assert told("unit", "kg") == {"name": {"en": "kg", "pl": "kg", "uk": "кг", "ru": "кг"}, "decimals": 3}


def test_saving_what_is_there_is_not_news(shop: Shop) -> None:
    head = feed.head()
    make_product(shop.drinks, product=shop.milk)
    assert feed.head() == head


def test_a_product_off_sale_leaves_the_tills_with_all_that_hangs_on_it(shop: Shop) -> None:
    goods.barcode_add(product=shop.milk, code="5901234123457", quantity=12_000)
    price_change(product=shop.milk, price=399, now=NOW)
    make_product(shop.drinks, product=shop.milk, active=False)
    assert told("product", shop.milk.id) is None
    assert told("barcode", "5901234123457") is None
    assert not FeedRow.objects.filter(kind="price").exclude(data=None).exists()
    assert [list(CHECKS[name]()) for name in ("feed_matches_goods", "prices_at_tills")] == [[], []]
    make_product(shop.drinks, product=shop.milk)
    assert told("barcode", "5901234123457") == {"product": str(shop.milk.id), "quantity": 12_000}
    assert FeedRow.objects.filter(kind="price").exclude(data=None).count() == 1


def test_a_deposit_is_never_discountable(shop: Shop) -> None:
    assert not make_product(shop.drinks, "901", "Kaucja", kind="deposit", tax="E").discountable


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("product_code_taken", {"code": "4011"}),
        ("product_code_is_typeable", {"code": "a b"}),
        ("product_has_a_name", {"name": "  "}),
        ("product_age_is_0_to_99", {"age": 100}),
        ("product_content_has_a_unit", {"content": 500}),
    ],
)
def test_a_broken_rule_is_told_by_its_name(shop: Shop, code: str, fields: dict[str, object]) -> None:
    with pytest.raises(Refused) as caught:
        make_product(shop.drinks, **{"code": "555", **fields})  # type: ignore[arg-type]
    assert caught.value.code == code
    assert caught.value.message


def test_a_tax_of_another_country_is_refused(shop: Shop) -> None:
    with pytest.raises(goods.UnknownTax):
        make_product(shop.drinks, "555", tax="А")


def test_names_are_one_clean_line_and_found_without_accents(shop: Shop) -> None:
    product = make_product(shop.drinks, "556", "  Żółty\tsér\u200b \x00 „Ementaler” ")
    assert product.name == "Żółty sér „Ementaler”"
    assert text.fold("ŻÓŁTY ser") == "zolty ser"
    assert text.fold("Ёж, Їжак, Йод") == "еж, іжак, иод"
    found = selectors.matching(Product.objects.all(), "ser zolt")
    assert list(found) == [product]


def test_search_takes_codes_and_barcodes_whole(shop: Shop) -> None:
    goods.barcode_add(product=shop.milk, code="5901234123457")
    assert list(selectors.matching(Product.objects.all(), "5901234123457")) == [shop.milk]
    assert list(selectors.matching(Product.objects.all(), "4011")) == [shop.apples]
    found = selectors.by_barcode("5901234123457")
    assert found is not None and found.product == shop.milk


def test_a_barcode_has_one_owner_until_it_is_taken_away(shop: Shop) -> None:
    goods.barcode_add(product=shop.milk, code="5901234123457")
    with pytest.raises(Refused) as caught:
        goods.barcode_add(product=shop.apples, code="5901234123457")
    assert caught.value.code == "barcode_taken"
    goods.barcode_remove(code="5901234123457")
    assert told("barcode", "5901234123457") is None
    goods.barcode_add(product=shop.apples, code="5901234123457")
    with pytest.raises(goods.UnknownBarcode):
        goods.barcode_remove(code="none")


def test_the_tree_stays_a_tree(shop: Shop) -> None:
    deep = goods.group_save(name="Tłoczone", parent=shop.juices)
    with pytest.raises(Refused) as caught:
        goods.group_save(shop.drinks, name="Napoje", parent=deep)
    assert caught.value.code == "group_cycle"
    assert [(depth, group.name) for depth, group in selectors.tree()] == [
        (0, "Napoje"),
        (1, "Soki"),
        (2, "Tłoczone"),
    ]
    assert selectors.inside(shop.juices) == {shop.juices.id, deep.id}
    assert [g.name for g in selectors.paths([deep.id])[deep.id]] == ["Napoje", "Soki", "Tłoczone"]
    with pytest.raises(goods.GroupInUse):
        goods.group_remove(group=shop.juices)
    goods.group_remove(group=deep)
    assert told("group", deep.id) is None


@pytest.mark.django_db(transaction=True)
def test_two_moves_that_would_close_a_circle_together_cannot_both_pass(shop: Shop) -> None:
    """Each alone is fine; the lock of the tree makes the second see the first."""
    left, right = goods.group_save(name="Lewa"), goods.group_save(name="Prawa")
    barrier, refused = threading.Barrier(2), []

    def hang(group: Group, below: Group) -> None:
        try:
            barrier.wait()
            goods.group_save(group, name=group.name, parent=below)
        except Refused as error:
            refused.append(error.code)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=hang, args=(left, right)),
        threading.Thread(target=hang, args=(right, left)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["group_cycle"]
    assert list(CHECKS["group_tree"]()) == []


def test_automatic_codes_step_over_taken_ones(shop: Shop) -> None:
    make_product(shop.drinks, str(goods.FIRST_AUTOMATIC_CODE + 1), "Zajęty")
    first, second = goods.product_codes_next(2)
    assert first == str(goods.FIRST_AUTOMATIC_CODE)
    assert second == str(goods.FIRST_AUTOMATIC_CODE + 2)


def test_verify_finds_rows_that_tills_should_not_have(shop: Shop) -> None:
    with feed.transaction():
        feed.put("product", "00000000-0000-7000-8000-000000000000", {"code": "ghost"})
        feed.drop("product", shop.milk.id)
    details = [finding.detail for finding in CHECKS["feed_matches_goods"]()]
    assert details == [
        "differs from the table it was published from",
        "holds 2 rows, 1 of which the tables do not know",
    ]


def test_verify_finds_a_tax_without_a_rate(shop: Shop) -> None:
    Product.objects.filter(id=shop.milk.id).update(tax="Z")
    assert [f.culprit for f in CHECKS["product_taxes"]()] == ["product 100"]
