"""The NoviAPI driver against an emulated printer over real HTTP: every document, every refusal, the token."""

import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from devices import drivers, settings
from devices.drivers.contract import Device
from devices.drivers.fiscal import FiscalDevice
from devices.emulators.noviapi import Memory, NoviApiFaults, NoviApiPrinter
from devices.errors import BridgeError, ConfigError
from devices.transports import make_transport
from tests.devices.fiscal_rig import Bench, X, Z, line, payment, result, sale
from tests.devices.service_rig import CALM, CLEAN_UP, standing

Shop = tuple[Bench, NoviApiPrinter]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with standing(tmp_path_factory.mktemp("shop"), "noviapi", NoviApiPrinter(), **CALM) as made:
        yield made


@pytest.fixture
def new(shop: Shop) -> Shop:
    bench, printer = shop
    printer.memory, printer.faults, printer.rows, printer.tokens_left = Memory(), NoviApiFaults(), {}, 10
    return bench, printer


def test_a_sale_is_registered_and_told(new: Shop) -> None:
    bench, printer = new
    lines = (
        line("Mleko", 499, 1500, 49, tax="B"),
        line(),
        line("Butelka", 50, 2000, deposit=True),
        line("Nic", 0),
    )
    parts = [payment(500, "card", "Karta"), payment(799, change=201)]
    told = result(bench, sale(*lines, buyer_tax_id="5252344078", payments=parts, footer=["Dziękujemy"]))
    (found,) = printer.memory.receipts
    assert [name for item in found["items"] for name in item] == ["article", "article", "container"]
    assert (found["summary"]["total"], found["buyer"]["nip"]) == ("11.99", "5252344078")
    assert told == {
        "number": None,
        "z_number": 1,
        "unique_number": "ZBN1901007094",
        "document": 1279,
        "at": None,
        "mode": None,
        "totals": {"A": 499, "B": 700},
        "omitted": [4],
        "substitute": None,
    }


def test_the_other_documents(new: Shop) -> None:
    bench, printer = new
    result(bench, sale(line(price=900, tax="B")))
    note = result(bench, {**sale(), "kind": "return"})
    assert (note["substitute"], note["document"], len(printer.memory.printouts)) == ("return_note", 1280, 1)
    assert bench.register(X).code == "unsupported"
    z = result(bench, Z)
    assert (z["report"], z["z_number"], z["totals"]) == ("z", 1, {"B": 900})
    assert result(bench, sale())["z_number"] == 2
    assert result(bench, CLEAN_UP)["cancelled"] is None
    printed = bench.act("print", document={"blocks": [{"text": "Reszta ₴"}], "drawer": True})
    assert (printed.action.state, printer.memory.pulses) == ("done", 1)
    with pytest.raises(BridgeError, match="drawer"):
        bench.act("drawer")


def test_how_it_is_doing(new: Shop) -> None:
    bench, printer = new
    result(bench, sale())
    found = bench.health()
    assert (found["state"], found["unique_number"], found["z_number"]) == ("ready", "ZBN1901007094", 0)
    assert (found["totals"], found["rates"]["A"], found["rates"]["E"]) == ({"A": 499}, 2300, None)
    printer.faults.device = (1037, "Brak papieru")
    found = bench.health()
    assert (found["state"], found["detail"]) == ("no_paper", "printer error 1037: Brak papieru")


REFUSALS: dict[str, tuple[str, Any]] = {
    "paper": ("no_paper", lambda printer: setattr(printer.faults, "device", (1037, "Brak papieru"))),
    "another rate": ("tax_unknown", lambda printer: printer.memory.rates.update(A="22.00")),
    "no such rate": ("tax_unknown", lambda printer: printer.memory.rates.pop("A")),
    "silence": ("offline", lambda printer: printer.faults.status.update({"POST status": 500})),
    "report waits": ("z_needed", lambda printer: waits(printer)),
    "validation": ("device_error", lambda printer: printer.faults.status.update({"POST receipt": 400})),
    "confirmation": ("device_error", lambda printer: printer.faults.status.update({"PUT receipt": 403})),
    "memory": ("device_error", lambda printer: printer.faults.status.update({"POST receipt": 507})),
}


def waits(printer: NoviApiPrinter) -> None:
    """Somebody else's daily report is about to be carried out."""
    original = printer._stored

    def stored(kind: str, request: Any) -> tuple[int, object]:
        if kind == "receipt":
            printer.faults.status["POST receipt"] = 409
            told = {"exception": {"code": 11, "description": "Waiting for execute daily report"}}
            printer._stored = original  # type: ignore[method-assign]
            return 409, told
        return original(kind, request)

    printer._stored = stored  # type: ignore[method-assign]


@pytest.mark.parametrize("case", REFUSALS)
def test_a_printer_that_cannot_register_gets_nothing(new: Shop, case: str) -> None:
    bench, printer = new
    code, happens = REFUSALS[case]
    happens(printer)
    document = sale()
    action = bench.register(document)
    assert (action.state, action.code) == ("failed", code), action.detail
    assert printer.memory.receipts == []
    printer.memory, printer.faults = Memory(), NoviApiFaults()
    assert bench.register(document).state == "done", "the same receipt, under a new action"


def test_an_error_of_a_document_is_told_and_leaves_nothing(new: Shop) -> None:
    bench, printer = new
    printer.memory.rates["A"] = "23.00"
    printer._article = lambda article: (_ for _ in ()).throw(error(18))  # type: ignore[method-assign]
    action = bench.register(sale())
    assert (action.state, action.code) == ("failed", "tax_unknown")
    assert action.detail == "printer error 18: Opis"
    del printer._article
    assert bench.register(sale()).state == "done"


def error(code: int) -> Exception:
    from devices.emulators.noviapi import PrinterError

    return PrinterError(code, "Opis")


def test_what_was_never_confirmed_does_not_hold_up_the_daily_report(new: Shop) -> None:
    """One of ours that the bridge remembers, and one whose answer was lost on the way to us."""
    bench, printer = new
    printer.faults.cut_after = "POST receipt"
    assert bench.register(sale()).code == "offline"
    assert [row.status for row in printer.rows.values() if row.kind == "receipt"] == ["STORED"]
    assert result(bench, Z)["z_number"] == 1
    assert printer.memory.receipts == []


# -------------------------------------------------------------------- the token


def test_a_token_is_kept_renewed_and_told_to_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    with standing(tmp_path, "noviapi", NoviApiPrinter(), **CALM) as (bench, printer):
        result(bench, sale())
        bench.restart()
        result(bench, sale())
        assert printer.tokens_left == 9, "a restart needs no new one"
        kept = tmp_path / "devices/fiscal1/token"
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        first, printer.expires = printer.token, datetime.now(UTC)
        result(bench, sale())
        assert (printer.tokens_left, printer.token != first) == (9, True), "renewed with itself"
        second, printer.token = printer.token, "another"
        result(bench, sale())
        assert printer.tokens_left == 8
        told = caplog.text + "".join(str(bench.journal.find(action)) for action in bench.journal.counted())
        assert not any(token in told for token in (first, second, printer.token))
        for file in tmp_path.rglob("*"):
            if file != kept and file.is_file():
                assert printer.token.encode() not in file.read_bytes()


def test_a_printer_that_gives_out_no_more_tokens_says_until_when(tmp_path: Path) -> None:
    with standing(tmp_path, "noviapi", NoviApiPrinter(), **CALM) as (bench, printer):
        printer.token, printer.tokens_left = "another", 0
        action = bench.register(sale())
        assert (action.state, action.code) == ("failed", "offline")
        assert "no more tokens before 20" in action.detail
        assert bench.health()["state"] == "offline"


# -------------------------------------------------------------------- settings


def device(folder: Path, url: str = "http://127.0.0.1:1", **values: object) -> Device:
    checked = settings.check(values, drivers.manifest("noviapi").settings, "test")
    return drivers.create(
        "fiscal1", "noviapi", checked, make_transport({"kind": "http", "url": url}, "test"), folder
    )


def test_its_abilities_are_those_of_the_protocol(tmp_path: Path) -> None:
    found = device(tmp_path)
    assert isinstance(found, FiscalDevice)
    assert (found.manifest.kind, found.manifest.tried_on_hardware) == ("fiscal", False)
    assert not {"cash", "x", "copy", "drawer", "clock"} & set(found.manifest.abilities)
    assert found.features() == {"columns": 40, "country": "PL", "currency": "PLN"}
    assert found.status().state == "offline"


def test_rates_that_are_no_letters_are_said_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="rates"):
        device(tmp_path, rates="A=H")
