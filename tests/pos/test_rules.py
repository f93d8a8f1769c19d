"""Each rule of protocol.md section 4 has its own reason code, and an honest receipt breaks none."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from core.models import Store
from core.services import organisation
from pos.headless.chain import new_id
from pos.headless.receipts import cash, discount, paid, receipt
from pos.models import ItemWarning, JournalItem, Receipt, ReceiptLine, ReceiptPayment
from pos.rules import tax
from tests.pos.shop import Desk, Shop

Change = Callable[[dict[str, Any]], object]


def two_lines(desk: Desk, **more: Any) -> dict[str, Any]:
    """An honest receipt: milk twice with a discount, apples by weight, paid in cash with change."""
    goods = [
        desk.goods(quantity=2000, discounts=[discount("manual", 100)]),
        desk.goods(product=str(desk.shop.apples.id), price=349, quantity=1235, unit="kg"),
    ]
    return receipt(desk.heading(**more), goods, [cash(1329, 2000)])


def verdict(desk: Desk, body: dict[str, Any]) -> str:
    return desk.statuses(desk.item("receipt", body))[0]


def test_an_honest_receipt_is_stored(desk: Desk) -> None:
    assert verdict(desk, two_lines(desk)) == "stored"
    weighed = ReceiptLine.objects.get(n=2)
    assert (weighed.gross, weighed.quantity) == (431, 1235)
    assert ReceiptPayment.objects.get().change == 671


def line(which: int, /, **changes: Any) -> Change:
    return lambda body: body["lines"][which - 1].update(changes)


def top(**changes: Any) -> Change:
    return lambda body: body.update(changes)


def pay(**changes: Any) -> Change:
    return lambda body: body["payments"][0].update(changes)


BROKEN: list[tuple[str, Change]] = [
    ("gross", line(1, gross=999, total=899)),
    ("gross", line(2, quantity=1000)),
    ("line_total", line(1, total=899)),
    ("negative_total", line(1, discounts=[discount("x", 1000)], total=-2)),
    ("line_number", line(2, n=1)),
    ("deposit_discount", line(1, deposit=True)),
    ("mark_quantity", line(1, mark="0105901234123457215")),
    ("bad_body", line(1, mark="x" * 301)),
    ("bad_body", line(1, price_from="thin air")),
    ("bad_body", line(1, price_from=1)),
    ("tax_amount", lambda b: (line(1, tax_amount=b["lines"][0]["tax_amount"] + 1)(b),)),
    (
        "tax_amount",
        lambda b: (
            line(1, tax_amount=b["lines"][0]["tax_amount"] + 3)(b),
            line(2, tax_amount=b["lines"][1]["tax_amount"] - 3)(b),
        ),
    ),
    ("taxes", lambda b: b["taxes"][0].update(tax=1)),
    ("taxes", top(taxes=[])),
    ("taxes", lambda b: b["taxes"].append({"code": "A", "percent": 2300, "net": 0, "tax": 0, "gross": 0})),
    ("taxes", lambda b: b["taxes"].append(b["taxes"][0])),
    ("total", top(total=1)),
    ("due", top(due=1)),
    ("due", top(rounding=-4)),
    ("rounding", top(rounding=-1001, due=328)),
    ("payments", pay(amount=1, tendered=None, change=None)),
    ("payments", top(payments=[])),
    ("change", pay(change=1)),
    ("change", pay(tendered=None)),
    ("change", pay(change=None)),
    ("currency", top(currency="EUR")),
    ("tax_mode", top(prices_include_tax=False)),
    ("unknown_product", line(1, product=new_id())),
    ("unknown_promotion", line(1, discounts=[{**discount("p", 100, source="promotion"), "ref": new_id()}])),
    ("number_gap", top(number=2)),
    ("bad_body", top(kind="exchange")),
    ("bad_body", top(number=0)),
    ("bad_body", top(number="1")),
    ("bad_body", top(lines=[])),
    ("bad_body", top(lines=None)),
    ("bad_body", top(day="2026-13-01")),
    ("bad_body", top(closed_at="2026-11-21 09:30")),
    ("bad_body", top(shift="x")),
    ("bad_body", top(due=2**53)),
    ("bad_body", top(card="x" * 65)),
    ("bad_body", line(1, quantity=0)),
    ("bad_body", line(1, quantity=-1000)),
    ("bad_body", line(1, price=-1)),
    ("bad_body", line(1, name=5)),
    ("bad_body", line(1, discounts={})),
    ("bad_body", line(1, discounts=[discount("x", -1)])),
    ("bad_body", line(1, discounts=[discount("x", 1, source="gift")])),
    ("bad_body", line(1, tax=None)),
    ("bad_body", line(1, deposit=1)),
    ("bad_body", pay(amount=-1)),
    ("bad_body", pay(details=[])),
    ("bad_body", pay(method="")),
    ("bad_text", line(1, name="a\x00")),
]


@pytest.mark.parametrize(
    ("reason", "change"), BROKEN, ids=[f"{n}-{code}" for n, (code, _c) in enumerate(BROKEN)]
)
def test_a_broken_rule_has_its_own_code(desk: Desk, reason: str, change: Change) -> None:
    body = copy.deepcopy(two_lines(desk))
    change(body)
    assert verdict(desk, body) == f"quarantined:{reason}"
    assert not Receipt.objects.exists()


def test_the_contracts_own_example_is_right() -> None:
    lines = [tax.TaxedLine(1, "A", 2300, 898, 168)]
    row = tax.table(lines, included=True)["A", 2300]
    assert (row.net, row.tax, row.gross) == (730, 168, 898)
    assert tax.is_spread(lines, row, included=True)


@pytest.mark.parametrize("amounts", [[1, 1, 0], [1, 0, 1], [0, 1, 1]])
def test_equal_remainders_may_go_to_any_line(amounts: list[int]) -> None:
    lines = [tax.TaxedLine(n, "A", 2300, 4, amount) for n, amount in enumerate(amounts, 1)]
    row = tax.table(lines, included=True)["A", 2300]
    assert row.tax == 2 and tax.is_spread(lines, row, included=True)


def test_largest_remainder_is_not_any_remainder() -> None:
    lines = [tax.TaxedLine(1, "A", 2300, 10, 1), tax.TaxedLine(2, "A", 2300, 12, 3)]
    assert not tax.is_spread(lines, tax.table(lines, included=True)["A", 2300], included=True)


def test_with_tax_on_top_due_adds_it(shop: Shop) -> None:
    Store.objects.update(prices_include_tax=False)
    shop.store.refresh_from_db()
    desk = Desk.enrolled(shop)
    body = receipt(desk.heading(prices_include_tax=False), [desk.goods()])
    assert (body["total"], body["due"], body["taxes"][0]["tax"]) == (499, 524, 25)
    assert verdict(desk, body) == "stored"


def test_numbers_run_by_kind_and_are_gapless(desk: Desk) -> None:
    assert (
        desk.statuses(desk.sale(), desk.sale(kind="return", reason="spoilt"), desk.sale()) == ["stored"] * 3
    )
    again = desk.sale(number=2)
    assert desk.statuses(again) == ["quarantined:number_repeated"]
    desk.numbers["sale"] = 2
    assert desk.statuses(desk.sale(), desk.sale(number=9)) == ["stored", "quarantined:number_gap"]


def test_a_number_may_skip_what_is_missing_or_set_aside(desk: Desk) -> None:
    items = [desk.sale(), desk.sale(), desk.sale(), desk.sale()]
    assert desk.statuses(items[0], items[2]) == ["stored", "stored"]
    assert desk.statuses(items[1]) == ["stored"]
    assert desk.statuses(items[3]) == ["stored"]
    assert desk.statuses(desk.sale(desk.goods(product=new_id())), desk.sale()) == [
        "quarantined:unknown_product",
        "stored",
    ]


def test_a_late_receipt_cannot_take_a_number_out_of_order(desk: Desk) -> None:
    first, second, third = desk.sale(), desk.sale(number=2), desk.sale(number=2)
    assert desk.statuses(first, third) == ["stored", "stored"]
    assert desk.statuses(second) == ["quarantined:number_repeated"]


def test_the_next_incarnation_counts_from_one(shop: Shop) -> None:
    old = Desk.enrolled(shop)
    old.push(old.sale(), old.sale())
    new = Desk.enrolled(shop)
    assert new.statuses(new.sale()) == ["stored"]


def sold(desk: Desk, quantity: int = 3000) -> tuple[str, dict[str, Any]]:
    sale = desk.sale(desk.goods(quantity=quantity))
    desk.push(sale)
    return sale["id"], {"receipt": sale["id"], "n": 1}


def back(desk: Desk, origin: dict[str, Any] | None, quantity: int = 1000, **more: Any) -> str:
    goods = desk.goods(quantity=quantity, origin=origin, **more)
    return desk.statuses(desk.sale(goods, kind="return"))[0]


def test_no_more_comes_back_than_was_sold(desk: Desk) -> None:
    _id, origin = sold(desk)
    assert back(desk, origin, 2000) == "stored"
    assert back(desk, origin, 2000) == "quarantined:return_quantity"
    assert back(desk, origin, 1000) == "stored"
    assert back(desk, origin, 1) == "quarantined:return_quantity"


def test_no_more_money_comes_back_than_was_paid(desk: Desk) -> None:
    _id, origin = sold(desk, 1000)
    assert back(desk, origin, price=500) == "quarantined:return_money"
    assert back(desk, origin, price=499) == "stored"


def test_two_lines_of_one_return_share_what_is_left(desk: Desk) -> None:
    _id, origin = sold(desk)
    item = desk.sale(
        desk.goods(quantity=2000, origin=origin), desk.goods(quantity=2000, origin=origin), kind="return"
    )
    assert desk.statuses(item) == ["quarantined:return_quantity"]


def test_a_sale_and_its_return_may_be_in_one_batch(desk: Desk) -> None:
    sale = desk.sale()
    origin = {"receipt": sale["id"], "n": 1}
    first, second = (desk.sale(desk.goods(origin=origin), kind="return") for _ in range(2))
    assert desk.statuses(sale, first, second) == ["stored", "stored", "quarantined:return_quantity"]


def test_a_return_names_its_origin_or_a_reason(desk: Desk) -> None:
    assert back(desk, None) == "quarantined:return_unexplained"
    assert back(desk, None, reason="no receipt") == "stored"
    assert desk.statuses(desk.sale(kind="return", reason="shop's courtesy")) == ["stored"]


def test_an_origin_must_exist_and_have_sold_the_same(desk: Desk) -> None:
    sale_id, origin = sold(desk)
    assert back(desk, {"receipt": new_id(), "n": 1}) == "quarantined:unknown_origin"
    assert back(desk, {"receipt": sale_id, "n": 2}) == "quarantined:unknown_origin"
    assert back(desk, origin, product=str(desk.shop.apples.id)) == "quarantined:return_product"
    assert desk.statuses(desk.sale(desk.goods(origin=origin), kind="return", number=4)) == ["stored"]


def test_another_till_may_take_goods_back(shop: Shop) -> None:
    one, two = Desk.enrolled(shop, 1), Desk.enrolled(shop, 2)
    _id, origin = sold(one, 1000)
    assert back(two, origin) == "stored"
    assert back(one, origin) == "quarantined:return_quantity"


def test_a_shift_opens_and_closes_once_and_belongs_to_its_till(shop: Shop) -> None:
    desk, other = Desk.enrolled(shop, 1), Desk.enrolled(shop, 2)
    close = desk.shift_body("close", counted=20000, denominations={"10000": 2})
    items = [desk.open_shift(), desk.item("shift", close), desk.open_shift(), desk.item("shift", close)]
    assert desk.statuses(*items) == [
        "stored",
        "stored",
        "quarantined:shift_repeated",
        "quarantined:shift_repeated",
    ]
    other.shift = desk.shift
    assert other.statuses(other.sale()) == ["quarantined:foreign_shift"]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("cash", {"kind": "in", "amount": -1}),
        ("cash", {"kind": "gift", "amount": 1}),
        ("cash", {"kind": "in", "amount": 1, "shift": None}),
        ("event", {"name": ""}),
        ("event", {"name": "x" * 61}),
        ("event", {"name": "x", "data": []}),
        ("fiscal", {"receipt": "x", "printer": "1", "state": "registered"}),
        ("fiscal", {"receipt": new_id(), "printer": "1", "state": "burnt"}),
        ("hold", {"action": "steal", "hold": new_id()}),
        ("shift", {"action": "open"}),
    ],
)
def test_bodies_of_the_other_kinds_are_read_strictly(desk: Desk, kind: str, body: dict[str, Any]) -> None:
    whole = {"shift": desk.shift, "cashier": str(desk.shop.cast.cashier.id), **body}
    assert desk.statuses(desk.item(kind, whole)) == ["quarantined:bad_body"]


def test_the_other_kinds_are_stored(desk: Desk) -> None:
    cashier, receipt_id = str(desk.shop.cast.cashier.id), new_id()
    items = [
        desk.item(
            "cash",
            {"kind": "correction", "shift": desk.shift, "cashier": cashier, "amount": -5, "reason": "x"},
        ),
        desk.item("event", {"name": "pay_intent", "data": {"amount": 5}, "receipt": receipt_id, "line": 1}),
        desk.item("fiscal", {"receipt": receipt_id, "printer": "1", "state": "registered", "number": "7"}),
        desk.item("hold", {"action": "cancel", "hold": new_id(), "receipt": None, "redeemed": 0}),
        desk.item("document", {"anything": [1, {"a": None}]}),
    ]
    assert desk.statuses(*items) == ["stored"] * 5


def test_money_taken_by_card_and_cash_together(desk: Desk) -> None:
    assert desk.statuses(desk.sale(payments=[paid("card", 400), cash(99, 100)])) == ["stored"]


def test_an_unknown_cashier_is_a_remark(desk: Desk) -> None:
    item = desk.sale(cashier=new_id())
    assert desk.statuses(item) == ["stored"]
    assert {w.code for w in Receipt.objects.get().item.warnings.all()} == {"unknown_cashier", "unknown_shift"}
    assert organisation.current_store() == desk.shop.store


def units(desk: Desk, *marks: str) -> dict[str, Any]:
    """One unit a line, each with its own number."""
    body = receipt(desk.heading(), [desk.goods(quantity=1000) for _mark in marks])
    for one, mark in zip(body["lines"], marks, strict=True):
        one["mark"] = mark
    return body


def test_the_number_of_a_unit_stands_once_on_a_receipt_and_holds_something(desk: Desk) -> None:
    assert verdict(desk, units(desk, "A" * 20, "B" * 20)) == "stored"
    assert set(ReceiptLine.objects.values_list("mark", flat=True)) == {"A" * 20, "B" * 20}
    for marks, code in ((("C" * 20, "C" * 20), "mark_repeated"), ((" ",), "mark_empty")):
        desk.push(desk.item("receipt", units(desk, *marks)))
        assert JournalItem.objects.latest("id").reason == code


def test_a_unit_sold_twice_is_a_remark(desk: Desk) -> None:
    first, again = (desk.item("receipt", units(desk, "A" * 20)) for _time in range(2))
    assert desk.statuses(first, again) == ["stored", "stored"]
    assert ItemWarning.objects.filter(code="mark_sold_before").count() == 1
