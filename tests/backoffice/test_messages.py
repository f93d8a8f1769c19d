"""Messages in the back office: written in plain fields, tried on a cart, and a printed code found again."""

from typing import Any

from django.test import Client
from django.urls import reverse

from core import clock
from loyalty.models import MessageRule
from tests.backoffice.shop import Shop

NEW = "/backoffice/messages/new/"


def form(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Fragile",
        "event": "goods",
        "codes": "1001 butter",
        "place": "screen",
        "text_en": "Mind this: {goods}",
        "position": "10",
        "active": "on",
        **changes,
    }


def test_a_message_is_written_comes_back_into_its_form_and_is_tried_on_a_cart(
    shop: Shop, manager: Client
) -> None:
    for wrong in (
        {"codes": "no-such"},
        {"codes": ""},
        {"event": "lines"},
        {"text_en": ""},
        {"hour_to": "10:00"},
    ):
        answer = manager.post(NEW, form(**wrong))
        assert answer.status_code == 422 and "data-focus" in answer.content.decode(), wrong
    assert not MessageRule.objects.exists()
    night = {"hour_from": "22:00", "hour_to": "06:00", "weekdays": ["6", "7"]}
    assert manager.post(NEW, form(**night)).status_code == 302
    rule = MessageRule.objects.get()
    assert rule.params["products"] == [str(shop.butter.id)] and rule.hours == [[0, 360], [1320, 1440]]
    shown = manager.get(reverse("backoffice:message", args=[rule.id])).content.decode()
    assert "1001 Masło ekstra 200 g" in shown and 'value="22:00"' in shown
    manager.post(reverse("backoffice:message", args=[rule.id]), form(name="Always"))
    rule.refresh_from_db()
    assert (rule.name, rule.hours, rule.weekdays) == ("Always", None, None)

    said = manager.post(
        "/backoffice/messages/try/", {"codes": "1001 2", "customer": "on", "born": "1990-05-17"}
    )
    assert said.status_code == 200 and "Mind this: Masło ekstra 200 g" in said.content.decode()
    unknown = manager.post("/backoffice/messages/try/", {"codes": "no-such"})
    assert unknown.status_code == 422


def test_a_printed_code_leads_to_its_receipt(shop: Shop, manager: Client) -> None:
    now = clock.now()
    shop.pen.open_shift(now)
    receipt = shop.pen.sell([(shop.butter, 1000, 799)], now)["id"]
    shop.pen.event("message_printed", now, receipt=receipt, data={"rule": "x", "code": "ABCD-EFGH-JKMN"})
    shop.pen.send()
    found = manager.get("/backoffice/messages/", {"code": " abcd-efgh-jkmn "}).content.decode()
    assert reverse("backoffice:receipt", args=[receipt]) in found
    missed = manager.get("/backoffice/messages/", {"code": "ABCD"}).content.decode()
    assert "/backoffice/receipts/" + str(receipt) not in missed
