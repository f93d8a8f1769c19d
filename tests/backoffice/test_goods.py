"""Goods: finding them among many, the card, barcodes, one price."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import clock
from inventory.models import Barcode, Price, Product
from inventory.services import goods, prices
from pos.models import Incarnation
from tests.backoffice.shop import Shop, make_product
from tests.conftest import Cast
from tests.pos.test_pictures import picture

LIST = "/backoffice/goods/"


def names(html: str) -> list[str]:
    """The names in the order of the list."""
    rows = html.split("data-row>")[1:]
    return [row.split("<")[0] for row in rows]


def listed(client: Client, **query: str) -> list[str]:
    return names(client.get(LIST, query).content.decode())


def test_goods_are_found_by_words_without_their_accents_by_code_and_by_barcode(
    shop: Shop, manager: Client
) -> None:
    assert listed(manager) == ["Jabłka luzem", "Masło ekstra 200 g"]
    assert listed(manager, q="maslo 200") == ["Masło ekstra 200 g"]
    assert listed(manager, q="2001") == ["Jabłka luzem"]
    assert listed(manager, q="5901234123457") == ["Masło ekstra 200 g"]


def test_goods_are_found_though_the_keyboard_was_in_another_language(shop: Shop, manager: Client) -> None:
    make_product("3001", "Молоко 1 л", shop.group)
    html = manager.get(LIST, {"q": "vjkjrj"}).content.decode()
    assert names(html) == ["Молоко 1 л"]
    assert "молоко" in html
    assert listed(manager, q="ьфідщ") == [] or "Masło ekstra 200 g" in listed(manager, q="ьфідщ")


def test_filters_narrow_the_list_and_say_when_nothing_is_left(shop: Shop, manager: Client) -> None:
    assert listed(manager, kind="weighed") == ["Jabłka luzem"]
    assert listed(manager, group=str(shop.group.id), kind="piece") == ["Masło ekstra 200 g"]
    other = goods.group_save(name="Below", parent=shop.group)
    make_product("4001", "Kefir", other)
    assert "Kefir" in listed(manager, group=str(shop.group.id))
    assert listed(manager, price="none") == ["Kefir"]
    html = manager.get(LIST, {"q": "nothing like that"}).content.decode()
    assert "No goods match the search and the filters." in html and "Clear the filters" in html


def test_an_empty_shop_is_told_how_to_begin(manager: Client) -> None:
    html = manager.get(LIST).content.decode()
    assert "No goods yet." in html and "Import goods" in html


def test_goods_not_for_sale_are_hidden_until_asked_for(shop: Shop, manager: Client) -> None:
    goods.product_save(
        shop.butter, code="1001", name=shop.butter.name, kind="piece", unit=shop.butter.unit,
        group=shop.group, tax="C", active=False, now=clock.now(),
    )  # fmt: skip
    assert listed(manager) == ["Jabłka luzem"]
    assert listed(manager, state="off") == ["Masło ekstra 200 g"]
    assert len(listed(manager, state="all")) == 2


@pytest.mark.parametrize("sort", ["name", "-name", "code", "-code", "changed", "-changed"])
def test_pages_follow_each_other_without_gap_or_repeat_in_every_order(
    shop: Shop, manager: Client, sort: str
) -> None:
    for n in range(120):
        make_product(f"7{n:03d}", f"Item {n % 7} number {n}", shop.group)
    seen: list[str] = []
    query = {"sort": sort}
    for _page in range(10):
        response = manager.get(LIST, query)
        seen += names(response.content.decode())
        after = response.context["rows"].next
        if not after:
            break
        query = {"sort": sort, "after": after}
    everything = Product.objects.count()
    assert len(seen) == everything and len(set(seen)) == everything
    back = manager.get(LIST, {"sort": sort, "before": response.context["rows"].previous})
    assert names(back.content.decode()) == seen[50:100]


def test_a_place_that_nobody_gave_out_shows_the_first_page(shop: Shop, manager: Client) -> None:
    for token in (
        "rubbish",
        "W10",
        "e30",
        "WyJhIl0",
        "bnVsbA",
        "WzEsMl0",
        "WyJhIiwibm90LWEtdXVpZCJd",
        "/" * 3000,
    ):
        for side in ("after", "before"):
            response = manager.get(LIST, {side: token})
            assert response.status_code == 200


def test_the_list_costs_the_same_number_of_statements_however_long_it_is(shop: Shop, manager: Client) -> None:
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert manager.get(LIST).status_code == 200
        return len(found)

    manager.get(LIST)
    few = statements()
    for n in range(60):
        item = make_product(f"8{n:03d}", f"Many {n}", shop.group)
        goods.barcode_add(product=item, code=f"29000000{n:05d}")
        prices.price_change(product=item, price=100 + n, now=clock.now())
    assert statements() == few <= 20


def test_a_htmx_search_gets_the_list_alone(shop: Shop, manager: Client) -> None:
    response = manager.get(LIST, {"q": "maslo"}, headers={"HX-Request": "true", "HX-Target": "goods-list"})
    html = response.content.decode()
    assert "<html" not in html and names(html) == ["Masło ekstra 200 g"]


def test_a_product_is_added_with_the_next_free_code(shop: Shop, manager: Client) -> None:
    form = {
        "name": "Kefir 400 g", "code": "", "group": str(shop.group.id), "kind": "piece", "unit": "pcs", "tax": "C",
        "age": "0", "discountable": "on", "active": "on", "content": "400", "content_unit": "g",
    }  # fmt: skip
    response = manager.post("/backoffice/goods/new/", form)
    made = Product.objects.get(name="Kefir 400 g")
    assert response["Location"] == reverse("backoffice:goods_card", args=[made.id])
    assert made.code == "100001" and made.content == 400_000


def test_a_code_that_is_taken_is_refused_at_its_field_and_nothing_typed_is_lost(
    shop: Shop, manager: Client
) -> None:
    form = {
        "name": "Kefir",
        "code": "1001",
        "group": str(shop.group.id),
        "kind": "piece",
        "unit": "pcs",
        "tax": "C",
        "age": "0",
    }
    response = manager.post("/backoffice/goods/new/", form)
    html = response.content.decode()
    assert response.status_code == 422
    assert response.context["form"].errors["code"]
    assert 'value="Kefir"' in html and "data-focus" in html and 'href="#id_code"' in html


def test_a_product_is_changed(shop: Shop, manager: Client) -> None:
    form = {
        "name": "Masło 82 %",
        "code": "1001",
        "group": str(shop.group.id),
        "kind": "piece",
        "unit": "pcs",
        "tax": "B",
        "age": "18",
        "active": "on",
    }
    manager.post(reverse("backoffice:goods_edit", args=[shop.butter.id]), form)
    shop.butter.refresh_from_db()
    assert (shop.butter.name, shop.butter.tax, shop.butter.age, shop.butter.discountable) == (
        "Masło 82 %",
        "B",
        18,
        False,
    )


def test_barcodes_come_and_go(shop: Shop, manager: Client) -> None:
    card = reverse("backoffice:goods_card", args=[shop.butter.id])
    manager.post(f"{card}barcodes/add/", {"code": "5900000000121", "quantity": "12"})
    assert Barcode.objects.get(code="5900000000121").quantity == 12_000
    taken = manager.post(
        reverse("backoffice:barcode_add", args=[shop.apples.id]), {"code": "5900000000121", "quantity": "1"}
    )
    assert taken.status_code == 422 and "already has this barcode" in taken.content.decode()
    manager.post(reverse("backoffice:barcode_remove", args=[shop.apples.id]), {"code": "5900000000121"})
    assert Barcode.objects.filter(code="5900000000121").exists(), "another product's barcode was taken away"
    manager.post(f"{card}barcodes/remove/", {"code": "5900000000121"})
    assert not Barcode.objects.filter(code="5900000000121").exists()


def test_a_price_changes_at_once_and_the_card_says_which_tills_have_it(shop: Shop, manager: Client) -> None:
    card = reverse("backoffice:goods_card", args=[shop.butter.id])
    manager.post(f"{card}price/", {"price": "8,49", "when": "now"})
    newest = Price.objects.order_by("-created_at", "-id").first()
    assert newest is not None and newest.price == 849 and newest.created_by is not None
    assert "0 of 1 tills" in manager.get(card).content.decode()
    from core import feed

    Incarnation.objects.update(cursor=str(feed.head()))
    assert "all tills have it" in manager.get(card).content.decode()


def test_a_price_may_begin_later_and_end_but_not_begin_in_the_past(shop: Shop, manager: Client) -> None:
    card = reverse("backoffice:goods_card", args=[shop.butter.id])
    tomorrow = timezone.now() + timedelta(days=1)
    form = {
        "price": "5.99",
        "when": "later",
        "begins": f"{tomorrow:%Y-%m-%dT%H:%M}",
        "ends": f"{tomorrow + timedelta(days=7):%Y-%m-%dT%H:%M}",
    }
    assert manager.post(f"{card}price/", form).status_code == 302
    planned = Price.objects.order_by("-created_at", "-id")[0]
    assert planned.valid_from > timezone.now() and planned.valid_to is not None
    past = {**form, "begins": "2020-01-01T10:00", "ends": ""}
    response = manager.post(f"{card}price/", past)
    assert response.status_code == 422 and "This time has passed." in response.content.decode()
    assert 'value="5.99"' in response.content.decode()


def test_the_hour_typed_is_the_store_s_own(shop: Shop, manager: Client) -> None:
    card = reverse("backoffice:goods_card", args=[shop.butter.id])
    manager.post(f"{card}price/", {"price": "1.00", "when": "later", "begins": "2027-07-01T08:00"})
    planned = Price.objects.order_by("-created_at", "-id")[0]
    assert clock.to_wire(planned.valid_from) == "2027-07-01T06:00:00.000Z"


@pytest.mark.parametrize("text", ["", "abc", "-1", "1,234,5", "9" * 20, "1.999"])
def test_what_is_no_price_is_refused_in_words(shop: Shop, manager: Client, text: str) -> None:
    before = Price.objects.count()
    response = manager.post(
        reverse("backoffice:goods_price", args=[shop.butter.id]), {"price": text, "when": "now"}
    )
    assert response.status_code == 422
    assert Price.objects.count() == before


def test_a_scan_opens_the_goods_card_the_receipt_or_a_search(shop: Shop, manager: Client) -> None:
    def leads_to(code: str) -> str:
        return manager.get("/backoffice/scan/", {"code": code})["Location"]

    card = reverse("backoffice:goods_card", args=[shop.butter.id])
    assert leads_to("5901234123457") == card
    assert leads_to("1001") == card
    pen = shop.pen
    pen.open_shift(clock.now() - timedelta(hours=1))
    sale = pen.sell([(shop.butter, 1000, 799)], clock.now() - timedelta(minutes=30))
    pen.send()
    receipt = reverse("backoffice:receipt", args=[sale["id"]])
    assert leads_to(sale["id"]) == receipt
    assert leads_to("1-1.1-1") == receipt
    assert leads_to("4006381333931") == "/backoffice/goods/?q=4006381333931&state=all"
    assert manager.get("/backoffice/scan/").status_code == 302
    assert manager.get("/backoffice/scan/", {"code": "\x00"}).status_code == 302


def test_the_card_shows_what_was_sold(shop: Shop, manager: Client) -> None:
    pen, at = shop.pen, clock.now() - timedelta(hours=1)
    pen.open_shift(at)
    pen.sell([(shop.butter, 3000, 799)], at + timedelta(minutes=1))
    pen.send()
    html = manager.get(reverse("backoffice:goods_card", args=[shop.butter.id])).content.decode()
    assert "PLN\u00a023.97" in html and "kasa-chart" in html


def test_goods_that_do_not_exist_are_told_so(manager: Client, shop: Shop) -> None:
    response = manager.get(reverse("backoffice:goods_card", args=[shop.store.id]))
    assert response.status_code == 404 and "There are no such goods." in response.content.decode()


def test_a_picture_is_shown_on_the_card_and_taken_away(shop: Shop, manager: Client) -> None:
    card = reverse("backoffice:goods_card", args=[shop.butter.id])
    address = reverse("backoffice:goods_picture", args=[shop.butter.id])
    for content, status in ((b"%PDF-1.7", 422), (bytes(700_000), 400), (picture(), 302)):
        answer = manager.post(address, {"file": SimpleUploadedFile("a.png", content)})
        assert answer.status_code == status
    shop.butter.refresh_from_db()
    assert f"/pos/pictures/{shop.butter.picture_id}" in manager.get(card).content.decode()
    manager.post(reverse("backoffice:goods_picture_remove", args=[shop.butter.id]))
    assert "/pos/pictures/" not in manager.get(card).content.decode()


def test_a_picture_needs_the_token_of_its_form(shop: Shop, cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.manager)
    address = reverse("backoffice:goods_picture", args=[shop.butter.id])
    assert strict.post(address, {"file": SimpleUploadedFile("a.png", picture())}).status_code == 403
