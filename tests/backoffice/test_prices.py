"""Many prices at once: paste or tick, look, save."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from core import clock
from inventory.models import Price
from inventory.selectors.prices import price_of
from tests.backoffice.pages import XSS
from tests.backoffice.shop import Shop

NEW = "/backoffice/prices/new/"


def price(shop: Shop) -> int:
    found = price_of(shop.butter, at=clock.now(), store=shop.store)
    assert found is not None
    return found.price


def test_lines_from_a_table_become_rows_to_look_at_and_nothing_is_saved_yet(
    shop: Shop, manager: Client
) -> None:
    lines = "1001\t8,99\n2001;4.49\r\n5901234123457 9,10\n\nno-such-goods 1\n"
    response = manager.post(NEW, {"action": "paste", "lines": lines})
    batch = response.context["batch"]
    assert [(row.product.code, row.price) for row in batch.rows] == [("1001", 910), ("2001", 449)]
    assert batch.unknown == ["no-such-goods"]
    assert price(shop) == 799


def test_ticked_goods_are_filled_by_a_percent_and_saved(shop: Shop, manager: Client) -> None:
    ids = [str(shop.butter.id), str(shop.apples.id)]
    started = manager.post(NEW, {"action": "start", "product": [*ids, "not-an-id"]})
    assert len(started.context["batch"].rows) == 2
    filled = manager.post(NEW, {"action": "fill", "product": ids, "percent": "-10", "when": "now"})
    texts = {str(row.product.id): row.text for row in filled.context["batch"].rows}
    assert texts == {ids[0]: "7.19", ids[1]: "3.59"}
    assert price(shop) == 799
    form = {
        "action": "save",
        "product": ids,
        "when": "now",
        **{f"price-{pk}": text for pk, text in texts.items()},
    }
    assert manager.post(NEW, form)["Location"] == "/backoffice/prices/"
    assert price(shop) == 719
    again = manager.post(NEW, form, follow=True).content.decode()
    assert "Nothing was changed" in again


def test_one_bad_price_keeps_all_of_them_from_being_saved_and_all_that_was_typed(
    shop: Shop, manager: Client
) -> None:
    butter, apples = str(shop.butter.id), str(shop.apples.id)
    form = {
        "action": "save",
        "product": [butter, apples],
        "when": "now",
        f"price-{butter}": "9.99",
        f"price-{apples}": XSS[:30],
    }
    response = manager.post(NEW, form)
    html = response.content.decode()
    assert response.status_code == 422
    assert 'value="9.99"' in html and f'href="#price-{apples}"' in html and "<script>alert" not in html
    assert price(shop) == 799


def test_enter_in_a_price_only_looks_again(shop: Shop, manager: Client) -> None:
    butter = str(shop.butter.id)
    html = manager.post(NEW, {"action": "start", "product": [butter]}).content.decode()
    form = html[html.index(f'action="{NEW}"') :]
    assert form.index('value="check"') < form.index('value="save"')
    manager.post(NEW, {"action": "check", "product": [butter], f"price-{butter}": "9.99", "when": "now"})
    assert price(shop) == 799


def test_a_batch_may_take_effect_later(shop: Shop, manager: Client) -> None:
    butter = str(shop.butter.id)
    begins = timezone.now() + timedelta(days=2)
    form = {
        "action": "save",
        "product": [butter],
        f"price-{butter}": "9.99",
        "when": "later",
        "begins": f"{begins:%Y-%m-%dT%H:%M}",
    }
    manager.post(NEW, form)
    assert price(shop) == 799
    assert Price.objects.filter(product=shop.butter, price=999, valid_from__gt=timezone.now()).exists()
    assert "to come" in manager.get("/backoffice/prices/", {"when": "later"}).content.decode()
    assert manager.post(NEW, {**form, "begins": ""}).status_code == 422


def test_the_list_names_who_decided_and_where_it_has_arrived(shop: Shop, manager: Client) -> None:
    html = manager.get("/backoffice/prices/").content.decode()
    assert "Masło ekstra 200 g" in html and "Marta Lis" in html and "0 of 1 tills" in html


def test_an_empty_paste_is_answered_with_what_to_do(shop: Shop, manager: Client) -> None:
    response = manager.post(NEW, {"action": "paste", "lines": " \n "})
    assert response.status_code == 422 and "at least one line" in response.content.decode()
