"""Checkbox to the letter, and the driver against an emulated register over real HTTP: every document, every refusal."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from devices import drivers, settings
from devices.drivers.checkbox.codec import Style, order, rates, receipt_found, refusal, shift
from devices.drivers.contract import Device
from devices.drivers.fiscal import FiscalDevice, Unfit
from devices.drivers.service import own_id
from devices.drivers.web import Answer, Reading, dump
from devices.emulators.checkbox import LICENCE, PIN, CheckboxFaults, CheckboxRegister
from devices.errors import BridgeError, ConfigError
from devices.fiscal import parse_fiscal
from devices.transports import make_transport
from tests.devices.fiscal_rig import Bench, Document, X, Z, line, payment, result, sale
from tests.devices.service_rig import CALM, CLEAN_UP, UKRAINE, hryvnias, standing

Shop = tuple[Bench, CheckboxRegister]
STYLE = Style({"A": "1", "B": "2"})


def sent(document: Document) -> str:
    found = order(parse_fiscal(document), STYLE)
    assert found is not None
    return dump(found.body).decode()


# -------------------------------------------------------------------- to the letter


def test_a_receipt_is_what_the_service_describes() -> None:
    document = hryvnias(
        sale(
            line("Хліб", 10_000, 1000),
            line("Сир", 5_050, 1250, 13, tax="B"),
            line("Даром", 0),
            payments=[payment(6_000, "card", "Картка"), payment(10_300, change=700)],
            footer=["Дякуємо"],
            buyer_tax_id="1234567890",
        )
    )
    assert sent(document) == (
        '{"goods":[{"good":{"code":"d2240b84baf3","name":"Хліб","price":10000,"tax":[1]},"quantity":1000,"is_return":false},'
        '{"good":{"code":"a5139d2efc03","name":"Сир","price":5050,"tax":[2]},"quantity":1250,"is_return":false,'
        '"discounts":[{"type":"DISCOUNT","mode":"VALUE","value":13}]}],'
        '"payments":[{"type":"CASHLESS","value":6000,"label":"Картка"},{"type":"CASH","value":11000}],'
        '"cashier_name":"Anna","footer":"1-1.1-318\\nДякуємо\\nІПН покупця 1234567890"}'
    )
    back = json.loads(sent({**hryvnias(sale()), "kind": "return"}))
    assert back["goods"][0]["is_return"] is True
    rounded = json.loads(sent(hryvnias(sale(rounding=1, due=500, payments=[payment(500)]))))
    assert rounded["rounding"] is True
    assert sent({"kind": "cash", "direction": "out", "amount": 1234, "reason": ""}) == (
        '{"payment":{"type":"CASH","value":-1234}}'
    )


UNFIT: dict[str, tuple[str, Document]] = {
    "currency": ("unsupported", sale()),
    "no tax": ("tax_unknown", hryvnias(sale(line(tax="C")))),
    "nothing": ("zero", hryvnias(sale(line(price=0)))),
    "deposit": ("deposit", hryvnias(sale(line(deposit=True)))),
    "copy": ("unsupported", {"kind": "copy"}),
}


@pytest.mark.parametrize("case", UNFIT)
def test_what_it_cannot_say_is_refused_before_anything_is_sent(case: str) -> None:
    code, document = UNFIT[case]
    with pytest.raises(Unfit) as refused:
        order(parse_fiscal(document), STYLE)
    assert refused.value.code == code


def reading(text: str) -> Reading:
    return Reading(json.loads(text), "test")


def test_answers_as_they_are_published() -> None:
    done = '{"id":"r","status":"DONE","fiscal_code":"TEST-F1","tax_url":"https://tax.gov.ua/x","transaction":null}'
    assert receipt_found(reading(done)).state == "done"
    assert receipt_found(reading('{"id":"r","status":"CREATED","fiscal_code":null}')).state == "going"
    wrong = receipt_found(
        reading('{"status":"ERROR","transaction":{"response_error_message":"ПРРО відхилило чек"}}')
    )
    assert (wrong.state, wrong.detail) == ("refused", "the tax office refuses it: ПРРО відхилило чек")
    opened = shift(
        reading(
            '{"id":"s","serial":7,"status":"OPENED","opened_at":"2026-09-09T10:00:00+00:00","z_report":null,'
            '"initial_transaction":{"status":"DONE"},"closing_transaction":null,"balance":{"initial":0,"balance":500},'
            '"taxes":[{"code":8,"sales_turnover":700,"returns_turnover":200},{"code":1,"sales_turnover":0}]}'
        )
    )
    assert (opened.status, opened.serial, opened.cash, opened.totals, opened.error) == (
        "OPENED",
        7,
        500,
        {"8": 500},
        "",
    )
    taxes = (
        '{"results":[{"code":8,"label":"ПДВ","symbol":"А","rate":20,"extra_rate":null},{"code":3,"rate":0}]}'
    )
    assert rates(reading(taxes)) == {"8": 2000, "3": 0}


@pytest.mark.parametrize(
    ("status", "code", "word"),
    [
        (400, "receipt.already_exists", "already_registered"),
        (400, "shift.not_opened", "wrong_mode"),
        (403, "cashier.invalid_credentials", "blocked"),
        (422, "", "syntax"),
        (400, "something.new", "device_error"),
    ],
)
def test_refusals_as_they_are_published(status: int, code: str, word: str) -> None:
    assert refusal(Answer(status, Reading({"code": code, "message": "Ні"}, "test")))[:2] == (code, word)


def test_the_id_of_a_receipt_follows_from_the_tills_own() -> None:
    name = "00000000-0000-4000-8000-000000000001"
    assert own_id(name, 0) == own_id(name, 0) != own_id(name, 1)


# -------------------------------------------------------------------- over HTTP


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    register = CheckboxRegister()
    with standing(
        tmp_path_factory.mktemp("shop"), "checkbox", register, "/api/v1", **CALM, **UKRAINE
    ) as made:
        yield made


@pytest.fixture
def new(shop: Shop) -> Shop:
    bench, register = shop
    register.faults, register.test, register.age = CheckboxFaults(), False, timedelta()
    register.shifts, register.documents, register.x_reports = [], {}, 0
    return bench, register


def test_a_sale_opens_the_shift_and_is_told_as_the_tax_office_took_it(new: Shop) -> None:
    bench, register = new
    register.faults.going = 1
    told = result(bench, hryvnias(sale(line("Сир", 499, 1500, 49, tax="B"), line(), line("Даром", 0))))
    (found,) = register.done
    assert told == {
        "unique_number": "4000123456",
        "document": 1,
        "at": found.at,
        "mode": "fiscal",
        "number": 1,
        "sign": "TEST-000001",
        "url": "https://cabinet.tax.gov.ua/cashregs/check?id=TEST-000001",
        "z_number": None,
        "totals": None,
        "omitted": [3],
        "substitute": None,
    }
    assert (found.total, [one.status for one in register.shifts]) == (1199, ["OPENED"])


def test_the_other_documents(new: Shop) -> None:
    bench, register = new
    assert bench.register(Z).code == "zero"
    result(bench, hryvnias(sale(line(price=900, tax="B"), payments=[payment(900, "card", "Картка")])))
    assert result(bench, {"kind": "cash", "direction": "in", "amount": 5000, "reason": ""})["cash"] == 5000
    assert result(bench, {"kind": "cash", "direction": "out", "amount": 1000, "reason": ""})["cash"] == 4000
    back = result(bench, {**hryvnias(sale(line(price=100, tax="B"))), "kind": "return"})
    assert (back["substitute"], back["sign"]) == (None, "TEST-000004")
    x = result(bench, X)
    assert (x["report"], x["receipts"], x["totals"]) == ("x", 2, {"4": 800})
    z = result(bench, Z)
    assert (z["report"], z["z_number"], z["receipts"], z["totals"]) == ("z", 1, 2, {"4": 800})
    assert result(bench, hryvnias(sale()))["number"] == 5
    assert [one.status for one in register.shifts] == ["CLOSED", "OPENED"]
    assert result(bench, CLEAN_UP)["cancelled"] is None
    for op, document in (("print", {"blocks": []}), ("drawer", None)):
        with pytest.raises(BridgeError, match="cannot"):
            bench.act(op, document=document)


def test_how_it_is_doing(new: Shop) -> None:
    bench, register = new
    assert bench.health()["cash"] is None, "no shift"
    result(bench, hryvnias(sale()))
    found = bench.health()
    assert (found["state"], found["mode"], found["cash"], found["receipt_number"]) == (
        "ready",
        "fiscal",
        499,
        1,
    )
    assert (found["totals"], found["rates"]["1"], found["z_needed"]) == ({"6": 499}, 2000, False)
    register.faults.offline = True
    assert bench.health()["state"] == "error"


REFUSALS: dict[str, tuple[str, Any]] = {
    "tax office": ("blocked", lambda register: setattr(register.faults, "refuses", "Порушено послідовність")),
    "offline": ("busy", lambda register: setattr(register.faults, "offline", True)),
    "for trying": ("not_fiscal", lambda register: setattr(register, "test", True)),
    "in trouble": ("offline", lambda register: register.faults.status.update({"GET cashier shift": 503})),
    "too often": ("offline", lambda register: register.faults.status.update({"GET cashier shift": 429})),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_register_that_cannot_register_has_nothing(new: Shop, case: str) -> None:
    bench, register = new
    result(bench, hryvnias(sale()))
    code, happens = REFUSALS[case]
    happens(register)
    document = hryvnias(sale())
    action = bench.register(document)
    assert (action.state, action.code) == ("failed", code), action.detail
    assert len(register.done) == 1
    register.faults, register.test = CheckboxFaults(), False
    assert bench.register(document).state == "done", (
        "the same receipt, under another id where the first is used up"
    )
    assert len(register.done) == 2


def test_another_percent_than_the_accounts_is_refused(new: Shop) -> None:
    bench, register = new
    action = bench.register(hryvnias(sale(line() | {"tax": {"code": "A", "percent": 2000}})))
    assert (action.state, action.code, register.documents) == ("failed", "tax_unknown", {})


def test_a_shift_of_more_than_a_day_wants_its_report_first(new: Shop) -> None:
    bench, register = new
    result(bench, hryvnias(sale()))
    register.age = timedelta(hours=25)
    assert bench.register(hryvnias(sale())).code == "z_needed"
    register.age = timedelta()
    assert result(bench, Z)["z_number"] == 1


@pytest.mark.parametrize("what", ["opened", "closed"])
def test_a_shift_that_the_tax_office_refuses_is_said(new: Shop, what: str) -> None:
    bench, register = new
    if what == "closed":
        result(bench, hryvnias(sale()))
    register.faults.refuses = "Зміну заборонено"
    action = bench.register(Z if what == "closed" else hryvnias(sale()))
    assert action.state == "failed" and f"could not be {what}: Зміну заборонено" in action.detail
    assert bench.register(Z if what == "closed" else hryvnias(sale())).state == "done"


# -------------------------------------------------------------------- who signs in


def test_a_token_that_is_refused_is_asked_for_anew_and_told_to_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    register = CheckboxRegister()
    with standing(tmp_path, "checkbox", register, "/api/v1", **CALM, **UKRAINE) as (bench, register):
        result(bench, hryvnias(sale()))
        first, register.token = register.token, "another"
        result(bench, hryvnias(sale()))
        secrets = (first, register.token, PIN, LICENCE)
        for file in tmp_path.rglob("*"):
            assert not file.is_file() or not any(one.encode() in file.read_bytes() for one in secrets)
        assert not any(one in f"{caplog.text} {bench.station.describe()} {bench.health()}" for one in secrets)


def test_a_wrong_pin_is_said_without_it(tmp_path: Path) -> None:
    wrong = {**UKRAINE, "pin": "9999"}
    with standing(tmp_path, "checkbox", CheckboxRegister(), "/api/v1", **CALM, **wrong) as (bench, _register):
        action = bench.register(hryvnias(sale()))
        assert (action.state, action.code) == ("failed", "offline")
        assert "Невірний пінкод" in action.detail and "9999" not in action.detail


def device(folder: Path, url: str, **values: object) -> Device:
    secrets = {"license_key": LICENCE, "pin": PIN}
    checked = settings.check({**secrets, **values}, drivers.manifest("checkbox").settings, "test")
    return drivers.create(
        "fiscal1", "checkbox", checked, make_transport({"kind": "http", "url": url}, "test"), folder
    )


def test_it_is_a_fiscal_device_that_wants_an_encrypted_line(tmp_path: Path) -> None:
    found = device(tmp_path, "https://127.0.0.1:1/api/v1")
    assert isinstance(found, FiscalDevice)
    assert (found.manifest.kind, found.manifest.tried_on_hardware) == ("fiscal", False)
    assert found.features() == {"columns": 128, "country": "UA", "currency": "UAH"}
    assert found.status().state == "offline"
    with pytest.raises(ConfigError, match="https"):
        device(tmp_path, "http://api.example.com/api/v1")
    with pytest.raises(ConfigError, match="rates"):
        device(tmp_path, "https://a", rates="A=B")
    with pytest.raises(ConfigError, match="pin"):
        device(tmp_path, "https://a", pin="")
