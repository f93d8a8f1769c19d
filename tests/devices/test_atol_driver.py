"""ATOL tasks to the letter, and the driver against an emulated web server over real HTTP: documents and refusals."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from devices import drivers, settings
from devices.document import parse_document
from devices.drivers.atol.codec import Style, found, order, text_order
from devices.drivers.contract import Device
from devices.drivers.fiscal import FiscalDevice, Unfit
from devices.drivers.web import Reading, dump
from devices.emulators.atol import AtolFaults, AtolServer, Memory
from devices.errors import ConfigError
from devices.fiscal import parse_fiscal
from devices.transports import make_transport
from tests.devices.fiscal_rig import Bench, Document, X, Z, line, payment, result, russian, sale
from tests.devices.service_rig import CALM, CLEAN_UP, RUSSIA, standing

Shop = tuple[Bench, AtolServer]
PAYMENTS = {"cash": "cash", "card": "electronically", "voucher": "prepaid"}
STYLE = Style({"A": "vat22", "B": "vat10"}, PAYMENTS)


def sent(document: Document, style: Style = STYLE) -> str:
    made = order(parse_fiscal(document), style)
    assert made is not None
    return dump(made.body).decode()


# -------------------------------------------------------------------- to the letter


def test_a_receipt_is_a_task_as_programs_send_it() -> None:
    document = russian(
        sale(
            line("Хлеб", 500, 2000, 100, unit="шт"),
            line("Сыр", 49_990, 1252, tax="B", unit="кг"),
            line("Залог", 50, deposit=True),
            line("Даром", 0),
            rounding=-7,
            due=63_530,
            payments=[payment(50_000, "card", "Карта"), payment(13_530, change=470)],
            footer=["Спасибо"],
            buyer_tax_id="7707083893",
        )
    )
    assert sent(document) == (
        '{"type":"sell","taxationType":"osn","ignoreNonFiscalPrintErrors":true,"items":['
        '{"type":"position","name":"Хлеб","price":4.5,"quantity":2.0,"amount":9.0,"paymentMethod":"fullPayment",'
        '"paymentObject":"commodity","tax":{"type":"vat22"},"measurementUnit":"piece"},'
        '{"type":"position","name":"Сыр","price":625.87,"quantity":1.0,"amount":625.87,"paymentMethod":"fullPayment",'
        '"paymentObject":"commodity","tax":{"type":"vat10"},"measurementUnit":"piece"},'
        '{"type":"position","name":"Залог","price":0.5,"quantity":1.0,"amount":0.5,"paymentMethod":"fullPayment",'
        '"paymentObject":"pledge","tax":{"type":"none"},"measurementUnit":"piece"}],'
        '"payments":[{"type":"electronically","sum":500.0},{"type":"cash","sum":140.0}],"total":635.3,'
        '"operator":{"name":"Anna"},"clientInfo":{"vatin":"7707083893"},'
        '"postItems":[{"type":"text","text":"1-1.1-318"},{"type":"text","text":"Спасибо"}]}'
    )
    assert '"type":"sellReturn"' in sent({**russian(sale()), "kind": "return"})
    assert "measurementUnit" not in sent(russian(sale()), Style(STYLE.rates, PAYMENTS, units=False))


def test_the_other_tasks() -> None:
    assert sent(X) == '{"type":"reportX"}'
    assert sent(Z) == '{"type":"closeShift"}'
    assert sent({"kind": "copy"}) == '{"type":"printLastReceiptCopy"}'
    assert sent({"kind": "cash", "direction": "in", "amount": 1234, "reason": ""}) == (
        '{"type":"cashIn","cashSum":12.34}'
    )
    blocks = [{"text": "Магазин", "align": "center", "size": 2}, {"feed": 1}, {"qr": "https://a"}]
    assert dump(text_order(parse_document({"blocks": blocks}), STYLE).body).decode() == (
        '{"type":"nonFiscal","items":[{"type":"text","text":"Магазин","alignment":"center","doubleWidth":true,'
        '"doubleHeight":true},{"type":"text","text":""},'
        '{"type":"barcode","barcode":"https://a","barcodeType":"QR","alignment":"center"}]}'
    )


UNFIT: dict[str, tuple[str, Document]] = {
    "currency": ("unsupported", sale()),
    "no tax": ("tax_unknown", russian(sale(line(tax="C")))),
    "another percent": ("tax_unknown", russian(sale()) | {"lines": [{"n": 1, **line()}]}),
    "nothing": ("zero", russian(sale(line(price=0)))),
    "rounding": ("unsupported", russian(sale(rounding=1, due=500, payments=[payment(500)]))),
}


@pytest.mark.parametrize("case", UNFIT)
def test_what_it_cannot_say_is_refused_before_anything_is_sent(case: str) -> None:
    code, document = UNFIT[case]
    with pytest.raises(Unfit) as refused:
        order(parse_fiscal(document), STYLE)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("told", "state", "code"),
    [
        (
            '{"results":[{"error":{"code":0,"description":""},"status":"inProgress","result":null}]}',
            "going",
            "",
        ),
        ('{"results":[{"status":"wait"}]}', "going", ""),
        (
            '{"results":[{"status":"ready","error":{"code":0},"result":{"fiscalParams":{"total":1.5}}}]}',
            "done",
            "",
        ),
        (
            '{"results":[{"status":"error","error":{"code":44,"description":"Нет бумаги"}}]}',
            "refused",
            "no_paper",
        ),
        ('{"results":[{"status":"error","errorCode":68,"errorDescription":"Смена"}]}', "refused", "z_needed"),
        ('{"results":[{"status":"interrupted"}]}', "refused", "device_error"),
        (
            '{"results":[{"status":"blocked","error":{"code":2,"description":"Нет связи"}}]}',
            "lost",
            "no_answer",
        ),
        ("{}", "going", ""),
    ],
)
def test_states_of_a_task(told: str, state: str, code: str) -> None:
    one = found(Reading(json.loads(told), "test"))
    assert (one.state, one.code) == (state, code)


# -------------------------------------------------------------------- over HTTP


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with standing(tmp_path_factory.mktemp("shop"), "atol", AtolServer(), "/api/v2", **CALM, **RUSSIA) as made:
        yield made


@pytest.fixture
def new(shop: Shop) -> Shop:
    bench, server = shop
    server.memory, server.faults, server.tasks = Memory(), AtolFaults(), {}
    return bench, server


def test_a_sale_opens_the_shift_and_is_told(new: Shop) -> None:
    bench, server = new
    told = result(bench, russian(sale(line("Сыр", 499, 1500, 49, tax="B"), line(), line("Даром", 0))))
    assert (told["number"], told["document"], told["sign"], told["z_number"]) == (1, 2, "1000000002", 1)
    assert (told["unique_number"], told["omitted"]) == ("9999078900000961", [3])
    assert [one["type"] for one in server.memory.documents] == ["openShift", "sell"]


def test_the_other_documents(new: Shop) -> None:
    bench, server = new
    assert bench.register(Z).code == "zero"
    result(bench, russian(sale(line(price=900, tax="B"))))
    assert result(bench, {"kind": "cash", "direction": "in", "amount": 5000, "reason": ""})["cash"] == 5900
    assert result(bench, {"kind": "cash", "direction": "out", "amount": 900, "reason": ""})["cash"] == 5000
    assert result(bench, {**russian(sale(line(price=100))), "kind": "return"})["number"] == 2
    assert result(bench, X)["report"] == "x"
    result(bench, {"kind": "copy"})
    assert bench.act("drawer").action.state == "done"
    assert bench.act("print", document={"blocks": [{"text": "Сдача"}]}).action.state == "done"
    z = result(bench, Z)
    assert (z["report"], z["z_number"], z["receipts"]) == ("z", 1, 2)
    assert server.memory.counted == {"x": 1, "copy": 1, "drawer": 1, "text": 1}
    assert result(bench, russian(sale()))["z_number"] == 2
    assert result(bench, CLEAN_UP)["cancelled"] is None


def test_how_it_is_doing(new: Shop) -> None:
    bench, server = new
    found = bench.health()
    assert (found["state"], found["mode"], found["z_needed"], found["drawer"]) == (
        "ready",
        "fiscal",
        False,
        "closed",
    )
    assert abs(found["skew_seconds"]) < 60
    server.memory.cover = True
    assert bench.health()["state"] == "cover_open"


REFUSALS: dict[str, tuple[str, Any]] = {
    "paper": ("no_paper", lambda server: setattr(server.memory, "paper", False)),
    "cover": ("cover_open", lambda server: setattr(server.memory, "cover", True)),
    "not registered": ("not_fiscal", lambda server: setattr(server.memory, "registered", False)),
    "clock": ("clock", lambda server: setattr(server.memory, "clock_off", timedelta(hours=1))),
    "a day": ("z_needed", lambda server: setattr(server.memory, "state", "expired")),
    "in the middle": (
        "device_error",
        lambda server: setattr(server.faults, "error", (5, "Некорректные данные")),
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_printer_that_cannot_register_gets_nothing(new: Shop, case: str) -> None:
    bench, server = new
    result(bench, russian(sale()))
    code, happens = REFUSALS[case]
    happens(server)
    document = russian(sale())
    action = bench.register(document)
    assert (action.state, action.code) == ("failed", code), action.detail
    assert len(server.memory.sold) == 1
    server.memory, server.faults = Memory(), AtolFaults()
    assert bench.register(document).state == "done", (
        "the same receipt, under another id where the first is used up"
    )


# -------------------------------------------------------------------- settings


def device(folder: Path, url: str = "http://127.0.0.1:1/api/v2", **values: object) -> Device:
    checked = settings.check(values, drivers.manifest("atol").settings, "test")
    return drivers.create(
        "fiscal1", "atol", checked, make_transport({"kind": "http", "url": url}, "test"), folder
    )


def test_it_is_a_fiscal_device_that_keeps_its_password_to_itself(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    found = device(tmp_path, login="admin", password="87654321")
    assert isinstance(found, FiscalDevice)
    assert (found.manifest.kind, found.manifest.quality, found.manifest.tried_on_hardware) == (
        "fiscal",
        "silver",
        False,
    )
    assert "87654321" not in f"{found.features()} {found.fiscal_state()} {found.status()} {caplog.text}"
    with pytest.raises(ConfigError, match="https"):
        device(tmp_path, "http://192.168.1.5:16732/api/v2", login="admin", password="87654321")
    for name, value in (("rates", "A=vat99"), ("payments", "cash=cash")):
        with pytest.raises(ConfigError, match=name):
            device(tmp_path, **{name: value})
