"""The picture of goods: what is one, what the tills are told, and what is forgotten."""

import hashlib
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from core.picture import BadPicture
from inventory.models import GoodsPicture
from inventory.services.pictures import product_picture_remove, product_picture_set
from tests.inventory.conftest import NOW, Shop
from tests.inventory.test_goods import told
from tests.pos.test_pictures import picture


def address(content: bytes) -> str:
    return f"/pos/pictures/{hashlib.sha256(content).hexdigest()}"


def test_tills_are_told_its_name_and_anybody_may_fetch_it(shop: Shop) -> None:
    content = picture("WEBP", 300, 200)
    before = told("product", shop.apples.id)
    assert before and "picture" not in before
    product_picture_set(shop.apples, content, now=NOW)
    assert told("product", shop.apples.id) == {**before, "picture": hashlib.sha256(content).hexdigest()}
    answer = Client().get(address(content))
    assert answer.content == content and answer["Content-Type"] == "image/webp"
    product_picture_remove(shop.apples, now=NOW)
    assert told("product", shop.apples.id) == before
    assert Client().get(address(content)).status_code == 404


def test_a_picture_that_others_still_show_is_kept(shop: Shop) -> None:
    one, other = picture(width=100, height=100), picture(width=101, height=100)
    for product in (shop.apples, shop.milk):
        product_picture_set(product, one, now=NOW)
    product_picture_set(shop.apples, other, now=NOW)
    assert GoodsPicture.objects.count() == 2 and Client().get(address(one)).status_code == 200
    product_picture_set(shop.milk, other, now=NOW)
    assert list(GoodsPicture.objects.values_list("sha256", flat=True)) == [hashlib.sha256(other).hexdigest()]


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", picture(width=60), picture(width=2050), picture() + bytes(600_000)]
)
def test_what_is_no_picture_of_goods_is_refused(shop: Shop, content: bytes) -> None:
    with pytest.raises(BadPicture):
        product_picture_set(shop.apples, content, now=NOW)
    assert not GoodsPicture.objects.exists()


def test_the_database_keeps_a_picture_that_is_shown(shop: Shop) -> None:
    product_picture_set(shop.apples, picture(), now=NOW)
    changes: list[Callable[[], object]] = [
        lambda: connection.cursor().execute(
            "DELETE FROM inventory_goodspicture; SET CONSTRAINTS ALL IMMEDIATE"
        ),
        lambda: GoodsPicture.objects.update(media_type="image/svg+xml"),
        lambda: GoodsPicture.objects.create(sha256="x", media_type="image/png", content=b"", added_at=NOW),
    ]
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
