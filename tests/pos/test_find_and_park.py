"""What a till asks about the shop: receipts, stock, the shift; and receipts parked for whoever takes them first."""

import threading
import uuid
from typing import Any

import pytest
from django.db import connection

from core import clock
from core.errors import KasaError
from pos import ops
from pos.headless.chain import new_id
from pos.headless.receipts import cash, discount, paid
from pos.live.frames import RawAnswer, Request
from pos.models import Incarnation, Till
from pos.selectors import shifts
from pos.services import park, posting
from tests.pos.shop import Desk, Shop, make_shop


def session(desk: Desk) -> ops.Session:
    return ops.Session(Incarnation.objects.select_related("till__store__company").get(id=desk.device_id))


def ask(desk: Desk, op: str, **members: Any) -> dict[str, Any]:
    answer = ops.perform(session(desk), Request(1, op, members))
    assert not isinstance(answer, RawAnswer)
    return answer


def refused(desk: Desk, op: str, **members: Any) -> str:
    with pytest.raises(KasaError) as error:
        ask(desk, op, **members)
    return error.value.code


def test_a_receipt_is_found_by_everything_and_says_what_may_come_back(desk: Desk, shop: Shop) -> None:
    sale = desk.sale(desk.goods(quantity=3000), card="4000", payments=[cash(1497)])
    origin = {"receipt": sale["id"], "n": 1}
    desk.push(sale, desk.sale(), desk.sale(desk.goods(origin=origin), kind="return"))
    day = sale["body"]["day"]
    for filters in (
        {"number": "1-1.1-1"}, {"number": "1.1-1"}, {"code": sale["id"]}, {"code": "1-1.1-1"}, {"card": "4000"},
        {"total": 1497}, {"day": day, "till": 1, "total": 1497}, {"product": str(shop.milk.id), "total": 1497},
    ):  # fmt: skip
        found = ask(desk, "receipt.find", **filters)["receipts"]
        assert [one["id"] for one in found] == [sale["id"]], filters
        assert found[0]["label"] == "1-1.1-1"
        assert found[0]["lines"][0]["returnable"] == {"quantity": 2000, "total": 998}
    assert len(ask(desk, "receipt.find", number=1)["receipts"]) == 2
    assert ask(desk, "receipt.find", number="1-1.1-R1")["receipts"][0]["lines"][0]["returnable"] == {
        "quantity": 0,
        "total": 0,
    }
    assert ask(desk, "receipt.find", limit=1)["more"] is True
    assert ask(desk, "receipt.find", number="nonsense")["receipts"] == []


@pytest.mark.parametrize(
    "members",
    [
        {"day": "x"},
        {"till": "1"},
        {"limit": 21},
        {"card": 5},
        {"product": "x"},
        {"number": [1]},
        {"card": "\x00"},
        {"card": "\ud800"},
    ],
)
def test_odd_filters_are_refused(desk: Desk, members: dict[str, Any]) -> None:
    assert refused(desk, "receipt.find", **members) == "bad_request"


def test_stock_follows_posting(desk: Desk, shop: Shop) -> None:
    desk.push(desk.sale(desk.goods(quantity=2000)))
    posting.post_waiting(store=shop.store, now=clock.now())
    answer = ask(desk, "stock.find", product=str(shop.milk.id))
    assert answer["here"]["quantity"] == -2000 and answer["elsewhere"] == []
    assert refused(desk, "stock.find", product=new_id()) == "not_found"


def test_x_and_z_are_computed_and_compared(desk: Desk) -> None:
    items = [
        desk.open_shift(start=10000),
        desk.sale(desk.goods(quantity=2000, discounts=[discount("manual", 8)])),
        desk.sale(payments=[paid("card", 400), cash(99, 100)]),
        desk.sale(kind="return", reason="spoilt", payments=[cash(499)]),
        desk.item(
            "cash",
            {"kind": "out", "shift": desk.shift, "cashier": str(desk.shop.cast.cashier.id), "amount": 50},
        ),
        desk.event("line_void"),
    ]
    desk.push(*items)
    x = ask(desk, "report.x", shift=desk.shift)
    totals = x["totals"]
    assert totals["tenders"] == {"cash": {"count": 3, "amount": 590}, "card": {"count": 1, "amount": 400}}
    assert (totals["sales"], totals["refunds"], totals["receipts"], totals["returns"]) == (1489, 499, 2, 1)
    assert (totals["expected_cash"], totals["voided_lines"], totals["discounts"]) == (10540, 1, 8)
    assert totals["taxes"] == [{"code": "C", "percent": 500, "net": 943, "tax": 47, "gross": 990}]
    assert (x["closed"], x["complete"], x["differences"]) == (False, False, [])
    theirs = {
        "sales": 1489,
        "refunds": 500,
        "tenders": {"cash": {"count": 3, "amount": 590}, "gift": {"count": 1, "amount": 5}},
    }
    desk.push(desk.item("shift", desk.shift_body("close", counted=10500, totals=theirs)))
    z = shifts.shift_report(shifts.shift_get(desk.shop.store, uuid.UUID(desk.shift)))
    assert (z.closed, z.complete, z.cash_difference) == (True, True, -40)
    assert {(one.name, one.till, one.server) for one in z.differences} == {
        ("refunds", 500, 499),
        ("tenders.card.amount", 0, 400),
        ("tenders.gift.amount", 5, 0),
        ("tenders.gift.count", 1, 0),
    }


def test_a_shift_with_missing_items_is_not_complete(desk: Desk) -> None:
    items = [desk.open_shift(), desk.sale(), desk.sale(), desk.item("shift", desk.shift_body("close"))]
    desk.push(items[0], items[1], items[3])
    report = ask(desk, "report.x", shift=desk.shift)
    assert (report["closed"], report["complete"], report["missing"]) == (True, False, 1)
    desk.push(items[2])
    report = ask(desk, "report.x", shift=desk.shift)
    assert (report["complete"], report["missing"], report["late"]) == (True, 0, 1)


def test_another_tills_shift_is_not_told(shop: Shop) -> None:
    one, two = Desk.enrolled(shop, 1), Desk.enrolled(shop, 2)
    one.push(one.open_shift())
    assert refused(two, "report.x", shift=one.shift) == "not_found"


def test_a_parked_receipt_is_taken_once_and_told_again_to_its_taker(shop: Shop) -> None:
    one, two = Desk.enrolled(shop, 1), Desk.enrolled(shop, 2)
    parked_id = new_id()
    put = {"receipt": parked_id, "label": "Pani Zofia", "total": 499, "lines": 1, "data": {"lines": [1]}}
    assert ask(one, "park.put", **put) == ask(one, "park.put", **put)
    assert refused(one, "park.put", **{**put, "data": {}}) == "exists_different"
    listed = ask(two, "park.list")["parked"]
    assert [(row["receipt"], row["label"], row["till"]) for row in listed] == [(parked_id, "Pani Zofia", 1)]
    taken = ask(two, "park.take", receipt=parked_id)
    assert taken["data"] == {"lines": [1]}
    assert ask(two, "park.take", receipt=parked_id) == taken
    assert refused(one, "park.take", receipt=parked_id) == "taken"
    assert refused(one, "park.drop", receipt=parked_id) == "taken"
    assert ask(one, "park.list")["parked"] == []
    assert refused(one, "park.take", receipt=new_id()) == "not_found"
    assert refused(one, "park.put", receipt=new_id()) == "bad_request"
    assert refused(one, "park.put", receipt=new_id(), data={"x": "y" * 300_000}) == "too_large"


@pytest.mark.django_db(transaction=True)
def test_of_many_takers_exactly_one_gets_it() -> None:
    shop = make_shop()
    desks = [Desk.enrolled(shop, number) for number in range(1, 9)]
    parking = park.Parking(uuid.UUID(new_id()), "", 0, 0, None, {"a": 1})
    park.park_put(till=Till.objects.get(number=1), parking=parking, now=clock.now())
    results: list[str] = []
    ready = threading.Barrier(len(desks))

    def take(desk: Desk) -> None:
        ready.wait()
        try:
            ask(desk, "park.take", receipt=str(parking.id))
            results.append("got it")
        except KasaError as error:
            results.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["got it"] + ["taken"] * 7
