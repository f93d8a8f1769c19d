"""Net.FP to the letter, and the driver against an emulated server over real HTTP: every document, every refusal."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from devices import drivers, settings
from devices.drivers.contract import Device
from devices.drivers.erpnetfp.codec import Style, ended, order, said
from devices.drivers.fiscal import FiscalDevice, Unfit
from devices.drivers.web import Reading, dump
from devices.emulators.erpnetfp import ErpNetFaults, ErpNetServer, Memory
from devices.errors import BridgeError, ConfigError, TransportError
from devices.fiscal import parse_fiscal
from devices.transports import make_transport
from tests.devices.fiscal_rig import Bench, Document, X, Z, line, payment, result, sale
from tests.devices.service_rig import BULGARIA, CALM, CLEAN_UP, euros, standing

Shop = tuple[Bench, ErpNetServer]
PAYMENTS = {"cash": "cash", "card": "card", "voucher": "coupons", "transfer": "bank", "other": "reserved1"}
STYLE = Style({"A": "2", "B": "4"}, {"2": 2300, "4": 800}, PAYMENTS)


def sent(document: Document, style: Style = STYLE) -> str:
    found = order(parse_fiscal(document), style)
    assert found is not None
    return dump(found.body).decode()


# -------------------------------------------------------------------- to the letter


def test_a_receipt_is_what_the_protocol_says() -> None:
    """After the example of «Print Fiscal Receipt With Operator Credentials»."""
    document = euros(
        sale(
            line("Cheese", 1200, 1000, tax="B"),
            line("Milk", 1000, 2500, 10, tax="A"),
            line("Free", 0),
            payments=[payment(2000, "card"), payment(1690, change=310)],
            footer=["YOU ARE WELCOME!"],
            buyer_tax_id="000713391",
        )
    )
    assert sent(document, Style(STYLE.groups, STYLE.percents, PAYMENTS, operator="1", password="2")) == (
        '{"operator":"1","operatorPassword":"2","items":['
        '{"text":"Cheese","quantity":1.0,"unitPrice":12.0,"taxGroup":4},'
        '{"text":"Milk","quantity":2.5,"unitPrice":10.0,"taxGroup":2,"priceModifierType":"discount-amount",'
        '"priceModifierValue":0.1},{"type":"comment","text":"Buyer: 000713391"},'
        '{"type":"footer-comment","text":"1-1.1-318"},{"type":"footer-comment","text":"Anna"},'
        '{"type":"footer-comment","text":"YOU ARE WELCOME!"}],'
        '"payments":[{"amount":20.0,"paymentType":"card"},{"amount":16.9,"paymentType":"cash"}]}'
    )
    assert sent({"kind": "cash", "direction": "out", "amount": 1234, "reason": ""}) == '{"amount":12.34}'


UNFIT: dict[str, tuple[str, Document]] = {
    "currency": ("unsupported", sale()),
    "return of nothing": ("unsupported", {**euros(sale()), "kind": "return"}),
    "rounding": ("unsupported", euros(sale(rounding=-9, due=490, payments=[payment(490)]))),
    "no group": ("tax_unknown", euros(sale(line(tax="C")))),
    "another percent": ("tax_unknown", euros(sale(line() | {"tax": {"code": "A", "percent": 2200}}))),
    "nothing": ("zero", euros(sale(line(price=0)))),
    "deposit": ("deposit", euros(sale(line(deposit=True)))),
}


@pytest.mark.parametrize("case", UNFIT)
def test_what_it_cannot_say_is_refused_before_anything_is_sent(case: str) -> None:
    code, document = UNFIT[case]
    with pytest.raises(Unfit) as refused:
        order(parse_fiscal(document), STYLE)
    assert refused.value.code == code


def reading(text: str) -> Reading:
    return Reading(json.loads(text), "test")


def test_answers_of_the_protocols_examples() -> None:
    good = '{"ok":"true","messages":[{"type":"warning","code":"W301","text":"Low paper"}],"receiptNumber":"0000085"}'
    assert (said(reading(good)).right, said(reading(good)).paper_low, ended(reading(good)).state) == (
        True,
        True,
        "done",
    )
    full = '{"ok":"false","messages":[{"type":"error","code":"E201","text":"The fiscal memory is full"}]}'
    assert (ended(reading(full)).state, ended(reading(full)).code) == ("refused", "memory_full")
    away = '{"ok":false,"messages":[{"type":"error","code":"E101","text":"No answer"}]}'
    assert ended(reading(away)).state == "lost", "the server does not know whether it was printed"
    with pytest.raises(TransportError):
        ended(reading("{}"))


# -------------------------------------------------------------------- over HTTP


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with standing(tmp_path_factory.mktemp("shop"), "erpnetfp", ErpNetServer(), **CALM, **BULGARIA) as made:
        yield made


@pytest.fixture
def new(shop: Shop) -> Shop:
    bench, server = shop
    server.memory, server.faults, server.tasks = Memory(), ErpNetFaults(), {}
    return bench, server


def test_a_sale_is_registered_and_told_under_a_number_of_its_own(new: Shop) -> None:
    bench, server = new
    told = result(bench, euros(sale(line("Сирене", 499, 1500, 49, tax="B"), line(), line("Nic", 0))))
    assert (told["number"], told["unique_number"], told["omitted"]) == (1, "02517985", [3])
    assert told["at"].startswith("20") and told["substitute"] is None
    result(bench, euros(sale()))
    first, second = (receipt["uniqueSaleNumber"] for receipt in server.memory.receipts)
    assert first == told["sale"] and first.startswith("DT517985-0001-")
    assert int(second[-7:]) == int(first[-7:]) + 1, "without gaps"


def test_the_other_documents(new: Shop) -> None:
    bench, server = new
    result(bench, euros(sale()))
    assert result(bench, {"kind": "cash", "direction": "in", "amount": 5000, "reason": ""})["cash"] == 5499
    assert result(bench, {"kind": "cash", "direction": "out", "amount": 499, "reason": ""})["cash"] == 5000
    assert (result(bench, X)["report"], result(bench, Z)["report"]) == ("x", "z")
    result(bench, {"kind": "copy"})
    assert server.memory.counted == {"x": 1, "z": 1, "copy": 1}
    assert result(bench, CLEAN_UP)["cancelled"] is None
    for op, document in (("print", {"blocks": []}), ("drawer", None)):
        with pytest.raises(BridgeError, match="cannot"):
            bench.act(op, document=document)


def test_a_return_names_the_receipt_and_the_sale_that_it_is_of(new: Shop) -> None:
    bench, server = new
    sold = result(bench, euros(sale()))
    origin = {"document": sold["document"], "at": sold["at"], "unique_number": sold["unique_number"]}
    back = result(bench, {**euros(sale()), "kind": "return", "origin": origin})
    assert (back["number"], back["sale"]) == (2, sold["sale"])
    told = server.memory.receipts[-1]
    assert {key: told[key] for key in ("reason", "receiptNumber", "fiscalMemorySerialNumber")} == {
        "reason": "refund",
        "receiptNumber": "0000001",
        "fiscalMemorySerialNumber": "02517985",
    }
    assert server.memory.cash == 0
    stranger = {**euros(sale()), "kind": "return", "origin": {**origin, "document": 77}}
    assert bench.register(stranger).code == "unsupported"


def test_how_it_is_doing(new: Shop) -> None:
    bench, server = new
    found = bench.health()
    assert (found["state"], found["unique_number"], found["cash"]) == ("ready", "02517985", 0)
    assert abs(found["skew_seconds"]) < 60
    server.faults.error = ("E301", "No paper")
    assert bench.health()["state"] == "no_paper"


REFUSALS: dict[str, tuple[str, Any]] = {
    "paper": ("no_paper", lambda server: setattr(server.faults, "error", ("E301", "No paper"))),
    "in the middle": ("payment", lambda server: setattr(server.faults, "task_error", ("E406", "Payment"))),
    "clock": ("clock", lambda server: setattr(server.memory, "clock_off", timedelta(hours=3))),
    "looking": ("offline", lambda server: server.faults.status.update({"GET dt517985 cash": 405})),
    "gone": ("offline", lambda server: server.faults.status.update({"GET dt517985 cash": 404})),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_printer_that_cannot_register_gets_nothing(new: Shop, case: str) -> None:
    bench, server = new
    code, happens = REFUSALS[case]
    happens(server)
    document = euros(sale())
    action = bench.register(document)
    assert (action.state, action.code) == ("failed", code), action.detail
    assert server.memory.receipts == []
    server.memory, server.faults = Memory(), ErpNetFaults()
    assert bench.register(document).state == "done", "the same receipt, under a new action"


def test_a_receipt_that_is_registered_again_keeps_its_sale_number(new: Shop) -> None:
    bench, server = new
    document = euros(sale())
    server.faults.task_error = ("E404", "Not now")
    assert bench.register(document).code == "wrong_mode"
    number = result(bench, document)["sale"]
    assert int(result(bench, euros(sale()))["sale"][-7:]) == int(number[-7:]) + 1


def test_its_time_is_set_after_a_report_when_asked_for(tmp_path: Path) -> None:
    with standing(tmp_path, "erpnetfp", ErpNetServer(), **CALM, **BULGARIA, set_clock=True) as (
        bench,
        server,
    ):
        server.memory.clock_off = timedelta(minutes=10)
        result(bench, Z)
        assert abs(server.memory.clock_off) < timedelta(seconds=30)


def test_a_printer_without_the_number_of_the_law_sells_nothing(tmp_path: Path) -> None:
    with standing(tmp_path, "erpnetfp", ErpNetServer(), **CALM, **BULGARIA) as (bench, server):
        server._info = lambda: {"serialNumber": "1"}  # type: ignore[method-assign]
        assert bench.register(euros(sale())).code == "not_fiscal"


# -------------------------------------------------------------------- settings


def device(folder: Path, **values: object) -> Device:
    checked = settings.check({"printer": "dt1", **values}, drivers.manifest("erpnetfp").settings, "test")
    wire = make_transport({"kind": "http", "url": "http://127.0.0.1:1"}, "test")
    return drivers.create("fiscal1", "erpnetfp", checked, wire, folder)


def test_it_is_a_fiscal_device_that_keeps_its_password_to_itself(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    found = device(tmp_path, operator="1", operator_password="87654321")
    assert isinstance(found, FiscalDevice)
    assert (found.manifest.kind, found.manifest.tried_on_hardware) == ("fiscal", False)
    assert found.features() == {"columns": 30, "country": "BG", "currency": "EUR"}
    assert "87654321" not in f"{found.features()} {found.fiscal_state()} {found.status()} {caplog.text}"


@pytest.mark.parametrize(
    ("name", "value"),
    [("rates", "A=9"), ("percents", "2=x"), ("payments", "cash=cash"), ("printer", "../a"), ("printer", "")],
)
def test_settings_that_are_none_are_said_at_the_start(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        device(tmp_path, **{name: value})
