"""Fiscal printers in the back office: the store's rule, and the receipts that none of them has registered."""

from datetime import timedelta

from django.test import Client

from core import clock
from core.models import Setting
from tests.backoffice.shop import Shop
from tests.backoffice.test_sales import found


def test_the_rule_is_saved_and_anything_else_is_refused(manager: Client) -> None:
    address = "/backoffice/settings/fiscal/"
    assert manager.get(address).status_code == 200
    assert manager.post(address, {"required": "stop"}).status_code == 302
    assert Setting.objects.get(name="fiscal").value == {"required": "stop"}
    assert manager.post(address, {"required": "perhaps"}).status_code == 422


def test_receipts_that_no_printer_has_registered_are_found(shop: Shop, manager: Client) -> None:
    pen, at = shop.pen, clock.now() - timedelta(hours=1)
    pen.open_shift(at)
    sold = [
        str(pen.sell([(shop.butter, 1000, 799)], at + timedelta(minutes=minute))["id"])
        for minute in (1, 2, 3, 4, 5)
    ]
    registered, put_off, left_out, begun, _other_till = sold
    for receipt, states in (
        (registered, ("deferred", "registered")),
        (put_off, ("deferred",)),
        (left_out, ("skipped",)),
    ):
        for state in states:
            act = {"receipt": receipt, "printer": "fiscal1", "state": state, "number": None, "answer": None}
            pen.item("fiscal", act, at + timedelta(minutes=6))
    pen.event("fiscal_intent", at + timedelta(minutes=6), receipt=begun, data={"action": "x"})
    assert {answer["status"] for answer in pen.send()} == {"stored"}
    assert found(manager, flag="unregistered") == ["1-1.1-4", "1-1.1-3", "1-1.1-2"]
    page = manager.get(f"/backoffice/receipts/{put_off}/").content.decode()
    assert "Fiscal printing put off" in page
