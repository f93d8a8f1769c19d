# ruff: noqa: E501  (tables with one case a line)
"""`manage.py price` answers "why this price?" for a cart given by ids, barcodes or codes."""

import io
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from core.services import organisation
from inventory.models import Product, Unit
from inventory.services import basics, goods, prices
from loyalty import services
from pos.pricing import rulebook, sentences
from tests.conftest import Cast

NOW = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
AT = "2026-11-21T14:30"


@pytest.fixture
def milk(cast: Cast) -> Product:
    """Milk at 4.99 in a group inside a group, one piece and a case of twelve."""
    basics.basics_ensure(country="pl")
    food = goods.group_save(name="Food")
    dairy = goods.group_save(name="Dairy", parent=food)
    unit = Unit.objects.get(code="pcs")
    product = goods.product_save(
        code="7", name="Milk", kind="piece", unit=unit, group=dairy, tax="A", now=NOW
    )
    goods.barcode_add(product=product, code="5900000000015")
    goods.barcode_add(product=product, code="5900000000022", quantity=12000)
    prices.price_change(product=product, price=499, now=NOW)
    services.promotion_save(
        name="Dairy days",
        kind="percent",
        params={"percent": 1000},
        groups=[food.id],
        now=NOW,
        valid_to=date(2026, 11, 30),
    )
    return product


def ask(monkeypatch: pytest.MonkeyPatch, cart: Any, *options: str) -> str:
    text = cart if isinstance(cart, bytes) else json.dumps(cart).encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text)))
    out = io.StringIO()
    call_command("price", *options, stdout=out)
    return out.getvalue().replace("\u00a0", " ").replace("\u2212", "-")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["7", "5900000000015", "id"])
def test_goods_are_found_by_any_of_their_names(
    milk: Product, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = str(milk.id) if name == "id" else name
    priced = json.loads(ask(monkeypatch, {"lines": [{"product": wanted}]}, "--at", AT, "--json"))
    assert priced["total"] == 449
    assert priced["rulebook"] == rulebook.current_rulebook()[0]


@pytest.mark.django_db
def test_each_discount_has_its_reason_in_one_line(milk: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    services.promotion_save(
        name="From 5", kind="threshold", params={"from_total": 500, "amount": 98}, everything=True, now=NOW
    )
    hand = {"percent": 1000, "reason": "torn"}
    cart = {
        "lines": [
            {"product": "7", "quantity": 2000, "manual": hand},
            {"product": "Bag", "price": 50, "tax": "A"},
        ]
    }
    text = ask(monkeypatch, cart, "--at", AT)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    # 998 - 100 (10 % of 998 = 99.8) = 898; - 90 = 808; with the bag 858; - 98 spread: 92.3 and 5.7.
    assert lines == [
        "Milk 7,16",
        "2 × 4,99 = 9,98",
        "-1,00 Dairy days: 10 % off",
        "-0,90 By hand: 10 % (torn)",
        "-0,92 its part of the discounts on the receipt",
        "Bag 0,44",
        "1 × 0,50 = 0,50",
        "-0,06 its part of the discounts on the receipt",
        "-0,98 From 5: 0,98 zł off a purchase from 5,00 zł",
        "Total 7,60 zł",
        "Tax A 23 % of 6,18 1,42",
        "To pay 7,60 zł",
    ]


@pytest.mark.django_db
def test_a_case_is_twelve_and_the_promotion_ends_on_its_day(
    milk: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    cart = {"lines": [{"product": "5900000000022"}]}
    for at, total in (("2026-11-30T23:59", 5988 - 599), ("2026-11-30T23:00:00Z", 5988), ("2026-12-01", 5988)):
        assert json.loads(ask(monkeypatch, cart, "--at", at, "--json"))["total"] == total


@pytest.mark.django_db
def test_an_earlier_rulebook_can_be_asked(milk: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    earlier, _body = rulebook.current_rulebook()
    services.promotion_save(name="Half", kind="percent", params={"percent": 5000}, everything=True, now=NOW)
    cart = {"lines": [{"product": "7"}]}
    assert json.loads(ask(monkeypatch, cart, "--at", AT, "--json"))["total"] == 249
    assert json.loads(ask(monkeypatch, cart, "--at", AT, "--json", "--rulebook", earlier))["total"] == 449


@pytest.mark.django_db
def test_cash_is_rounded_as_the_country_says(milk: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    organisation.setting_save("cash_rounding", [{"from": None, "to": None, "step": 5}])
    text = ask(monkeypatch, {"cash": True, "lines": [{"product": "7"}]}, "--at", AT)
    assert "Cash rounding" in text and "0,01" in text and "4,50" in text


BAD: dict[str, tuple[Any, tuple[str, ...], int, str]] = {
    "not JSON": (b"{", (), 2, "bad_request"),
    "nothing": (b"", (), 2, "bad_request"),
    "a float": (b'{"lines":[{"product":"7","quantity":1.5}]}', (), 2, "bad_request"),
    "above 2^53": (b'{"lines":[{"product":"7","price":9007199254740993}]}', (), 2, "bad_request"),
    "two MiB": (b" " * 2_097_152, (), 2, "too_large"),
    "a list": ([], (), 2, "bad_input"),
    "no lines": ({}, (), 2, "bad_input"),
    "a line that is no object": ({"lines": ["7"]}, (), 2, "bad_input"),
    "a line without product": ({"lines": [{"quantity": 1000}]}, (), 2, "bad_input"),
    "a misspelt key": ({"lines": [{"product": "7", "qty": 1000}]}, (), 2, "bad_input"),
    "a misspelt key of the cart": ({"lines": [], "weekend": True}, (), 2, "bad_input"),
    "a number that is no number": ({"lines": [{"product": "7", "n": "1"}]}, (), 2, "bad_input"),
    "a time that is no time": ({"lines": []}, ("--at", "yesterday"), 2, "bad_input"),
    "unknown goods": ({"lines": [{"product": "5901234123457"}]}, (), 1, "unknown_product"),
    "an unknown id": (
        {"lines": [{"product": "018f0000-0000-7000-8000-000000000001"}]},
        (),
        1,
        "unknown_product",
    ),
    "an unknown tax": ({"lines": [{"product": "Bag", "price": 50, "tax": "Q"}]}, (), 1, "unknown_tax"),
    "a quantity of nothing": ({"lines": [{"product": "7", "quantity": 0}]}, (), 1, "bad_line"),
    "an unknown rulebook": ({"lines": []}, ("--rulebook", "f" * 64), 1, "not_found"),
    "above the limit": (
        {"lines": [{"product": "7", "manual": {"percent": 2000}}], "manual_limit": 1000},
        (),
        1,
        "over_limit",
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_priced_is_said_with_an_exit_code(
    milk: Product, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cart, options, code, word = BAD[name]
    at = () if "--at" in options else ("--at", AT)
    with pytest.raises(CommandError, match=f"^{word}: ") as refused:
        ask(monkeypatch, cart, *at, *options)
    assert refused.value.returncode == code


@pytest.mark.django_db
def test_goods_without_a_price_and_two_of_one_name_are_refused(
    milk: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = Unit.objects.get(code="pcs")
    other = goods.product_save(
        code="5900000000015", name="Trap", kind="piece", unit=unit, group=milk.group, tax="A", now=NOW
    )
    with pytest.raises(CommandError, match=r"^ambiguous_product: "):
        ask(monkeypatch, {"lines": [{"product": "5900000000015"}]}, "--at", AT)
    with pytest.raises(CommandError, match=r"^no_price: "):
        ask(monkeypatch, {"lines": [{"product": str(other.id)}]}, "--at", AT)


def test_every_reason_of_the_engine_has_a_sentence() -> None:
    args = {
        "name": "N",
        "percent": 500,
        "amount": 100,
        "take": 3,
        "pay": 2,
        "price": 900,
        "nth": 2,
        "from_total": 1000,
    }
    codes = "percent amount n_for_m n_for_price nth_cheaper threshold_percent threshold_amount manual_percent manual_amount"
    for code in codes.split():
        line = sentences.reason_line({"code": code, "args": {**args, "reason": None}}, currency="PLN")
        assert line and code not in line and "%" not in line.replace("5\u00a0%", "") and "\n" not in line
    assert sentences.reason_line({"code": "moon", "args": {"name": "N"}}, currency="PLN") == "N (moon)"
