"""The Shtrih-M driver against an emulated printer over real TCP and a real pty: every document, every refusal."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from devices import drivers, settings
from devices.drivers.contract import Device
from devices.drivers.fiscal import FiscalDevice
from devices.emulators.shtrih import ShtrihFaults, ShtrihPrinter
from devices.emulators.shtrih_machine import Machine
from devices.emulators.wires import PtyPrinter
from devices.errors import ConfigError
from devices.transports import make_transport
from tests.devices.fiscal_rig import FAST, Bench, X, Z, line, payment, result, russian, sale
from tests.devices.rig import new_id
from tests.devices.shtrih_rig import SETTINGS, standing

# Nothing here breaks a line, so there is no hurry: a busy machine must not look like a silent printer.
CALM = {**FAST, "answer_seconds": 0.5, "print_seconds": 2.0, "report_seconds": 2.0}
Shop = tuple[Bench, ShtrihPrinter]


@pytest.fixture(params=["v1", "v2"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    with standing(tmp_path, request.param, **CALM) as made:
        yield made


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with standing(tmp_path_factory.mktemp("shop"), "v1", **CALM) as made:
        yield made


@pytest.fixture
def new(shop: Shop) -> Shop:
    """One bench for all of them, its printer as new: receipts are never the same, and refusals leave nothing behind."""
    bench, printer = shop
    printer.machine, printer.faults = Machine(), ShtrihFaults()
    return bench, printer


def test_a_sale_is_registered_and_told(either: Shop) -> None:
    bench, printer = either
    document = russian(
        sale(
            line("Молоко", 499, 1500, 49, tax="B"),
            line("Хлеб", 500),
            line("Залог", 50, 2000, deposit=True),
            line("Даром", 0),
            buyer_tax_id="7707083893",
            payments=[payment(500, "card", "Карта"), payment(800, change=200)],
            footer=["Спасибо"],
        )
    )
    told = result(bench, document)
    (found,) = printer.machine.receipts
    assert (found.operation, found.amount, found.change) == (1, 1300, 200)
    assert found.payments[:3] == (1000, 500, 0)
    assert [one[0] for one in found.lines] == ["Молоко", "Хлеб", "Залог"]
    assert [one[4] for one in found.lines] == [2, 1, 4], "rows of the table of rates"
    assert [kind for kind, _value in found.tags] == [2108, 2108, 2108, 1256]
    assert told == {
        "number": 1,
        "z_number": 1,
        "unique_number": printer.machine.storage.number,
        "document": found.place,
        "sign": str(found.sign),
        "at": found.at.replace(second=0, microsecond=0).isoformat(),
        "mode": "fiscal",
        "totals": None,
        "omitted": [4],
        "substitute": None,
    }
    assert found.place == 3, "behind the registration and the shift that was opened for it"
    assert result(bench, russian(sale()))["number"] == 2


def test_the_same_over_a_serial_line(tmp_path: Path) -> None:
    printer = ShtrihPrinter()
    with PtyPrinter(printer) as serial:
        wire = {"kind": "serial", "port": serial.path, "baud": 115200}
        with Bench(tmp_path, "shtrih", wire, **CALM, **SETTINGS) as bench:
            assert result(bench, russian(sale()))["number"] == 1
            printer.faults.cut_after = 0xFF45
            assert result(bench, russian(sale()))["number"] == 2
    assert len(printer.machine.receipts) == 2


def test_the_other_documents(either: Shop) -> None:
    bench, printer = either
    result(bench, russian(sale(line("Хлеб", 900, tax="B"), line(price=100))))
    assert result(bench, {"kind": "cash", "direction": "in", "amount": 5000, "reason": ""})["cash"] == 6000
    assert result(bench, {"kind": "cash", "direction": "out", "amount": 1000, "reason": ""})["cash"] == 5000
    back = result(bench, {**russian(sale(line(price=100))), "kind": "return"})
    assert (back["substitute"], back["number"]) == (None, 2)
    x = result(bench, X)
    assert (x["report"], x["totals"], x["receipts"]) == ("x", {"1": 100, "2": 900}, 2)
    result(bench, {"kind": "copy"})
    z = result(bench, Z)
    assert (z["report"], z["z_number"], z["totals"], z["receipts"]) == ("z", 1, {"1": 100, "2": 900}, 2)
    assert result(bench, russian(sale()))["z_number"] == 2
    machine = printer.machine
    assert [one.operation for one in machine.receipts] == [1, 2, 1]
    assert (machine.copies, machine.storage.shift) == (1, 2)


def test_the_drawer_and_a_text_that_is_not_fiscal(new: Shop) -> None:
    bench, printer = new
    assert bench.act("drawer").action.state == "done"
    printed = bench.act("print", document={"blocks": [{"text": "Сдача ₽"}], "drawer": True})
    assert printed.action.state == "done"
    assert (printer.machine.pulses, printer.machine.texts) == (2, ["Сдача руб", "- cut -"])


def test_how_it_is_doing_and_what_waits_for_the_tax_office(new: Shop) -> None:
    bench, printer = new
    result(bench, russian(sale()))
    found = bench.health()
    told = {
        key: found[key]
        for key in ("state", "mode", "open", "z_needed", "receipts", "drawer", "cash", "unsent")
    }
    assert told == {
        "state": "ready",
        "mode": "fiscal",
        "open": None,
        "z_needed": False,
        "receipts": 1,
        "drawer": "closed",
        "cash": 499,
        "unsent": 0,
    }
    assert (found["totals"], found["rates"]) == ({"1": 499}, {"1": 2200, "2": 1000, "3": 0, "4": None})
    assert abs(found["skew_seconds"]) < 60 and found["unsent_since"] is None
    storage = printer.machine.storage
    storage.sent, storage.warnings = 1, 4 | 8
    printer.machine.shift_over, printer.machine.open = True, None
    late = bench.health()
    assert (late["unsent"], late["z_needed"]) == (2, True)
    assert late["unsent_since"] == storage.documents[1].at.replace(second=0, microsecond=0).isoformat()
    assert "nine tenths full" in late["detail"] and "has not answered" in late["detail"]


def test_a_receipt_is_registered_once_even_under_another_action(new: Shop) -> None:
    bench, printer = new
    document, action = russian(sale()), new_id()
    first = bench.act("fiscal", action, document)
    again = bench.act("fiscal", action, document)
    assert (again.repeated, again.action) == (True, first.action)
    assert bench.register(document).code == "already_registered"
    assert len(printer.machine.receipts) == 1


def test_a_long_receipt_of_the_longest_names(new: Shop) -> None:
    bench, printer = new
    lines = [line(f"{n:03d} " + "ж" * 196, 1, 1000) for n in range(40)]
    result(bench, russian(sale(*lines, line("Миллион", 99_999_999))))
    (found,) = printer.machine.receipts
    assert (len(found.lines), max(len(one[0]) for one in found.lines)) == (41, 128)


def test_a_line_that_sends_stray_bytes_and_is_busy_is_understood(new: Shop) -> None:
    bench, printer = new
    printer.faults.stray, printer.faults.busy_answers = True, 1
    assert result(bench, russian(sale()))["number"] == 1


# -------------------------------------------------------------------- refusals


def phase(printer: ShtrihPrinter, value: int) -> None:
    printer.machine.storage.phase = value


def for_trying(printer: ShtrihPrinter) -> None:
    """Another storage, with a number of its own."""
    printer.machine.storage.number, printer.machine.storage.for_training = "9999078900001234", True


REFUSALS: dict[str, tuple[str, Any]] = {
    "storage ended": ("read_only", lambda printer: phase(printer, 7)),
    "not registered": ("not_fiscal", lambda printer: phase(printer, 1)),
    "for trying": ("not_fiscal", lambda printer: for_trying(printer)),
    "another rate": ("tax_unknown", lambda printer: printer.machine.tables.__setitem__((6, 1, 1), 1800)),
    "rate not replaced": ("tax_unknown", lambda printer: printer.machine.tables.__setitem__((17, 1, 71), 2)),
    "no such rate": ("tax_unknown", lambda printer: printer.machine.tables.clear()),
    "clock": ("clock", lambda printer: setattr(printer.machine, "clock_off", timedelta(hours=2))),
    "paper": ("no_paper", lambda printer: printer.machine.paper_ends(printing=False)),
    "lid": ("cover_open", lambda printer: setattr(printer.machine, "lid_open", True)),
    "date": ("clock", lambda printer: setattr(printer.machine, "unconfirmed", True)),
    "silence": ("offline", lambda printer: setattr(printer.faults, "silent", True)),
    "password": ("offline", lambda printer: setattr(printer.machine, "password", 7)),
    "tax system": ("out_of_range", lambda printer: setattr(printer.machine, "tax_systems", 4)),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_printer_that_cannot_register_gets_nothing_fiscal(new: Shop, case: str) -> None:
    bench, printer = new
    code, happens = REFUSALS[case]
    happens(printer)
    document = russian(sale())
    action = bench.register(document)
    assert (action.state, action.code) == ("failed", code)
    assert action.detail
    assert (printer.machine.receipts, printer.machine.open) == ([], None)
    printer.machine, printer.faults = Machine(), ShtrihFaults()
    assert bench.register(document).state == "done", "the same receipt, under a new action"


def test_a_shift_of_more_than_a_day_wants_its_report_first(new: Shop) -> None:
    bench, printer = new
    result(bench, russian(sale()))
    printer.machine.shift_over = True
    action = bench.register(russian(sale()))
    assert (action.state, action.code) == ("failed", "z_needed")
    assert "24 hours" in action.detail
    assert result(bench, Z)["z_number"] == 1
    assert result(bench, russian(sale()))["z_number"] == 2
    result(bench, Z)
    assert bench.register(Z).code == "zero"


# The command that refuses, the maker's number, our word.
PROVOKED = [
    (0xE0, 0x06, "memory_full"),
    (0x8D, 0x4E, "z_needed"),
    (0x8D, 0x14, "unsent"),
    (0xFF46, 0x33, "syntax"),
    (0xFF46, 0x61, "out_of_range"),
    (0xFF45, 0x45, "payment"),
    (0xFF45, 0x03, "memory_fault"),
    (0xFF45, 0x14, "unsent"),
    (0xFF45, 0x16, "z_needed"),
    (0xFF45, 0x17, "clock"),
    (0xFF45, 0xEE, "device_error"),
]


@pytest.mark.parametrize(("step", "number", "code"), PROVOKED)
def test_a_refusal_in_the_middle_leaves_no_receipt_and_a_word_for_it(
    new: Shop, step: int, number: int, code: str
) -> None:
    bench, printer = new
    document = russian(sale())
    printer.faults.answer_error[step] = number
    action = bench.register(document)
    assert (action.state, action.code) == ("failed", code)
    assert f"printer error {number:02X}h at" in action.detail
    assert (printer.machine.receipts, printer.machine.open) == ([], None)
    assert bench.register(document).state == "done"
    assert len(printer.machine.receipts) == 1


def test_more_cash_than_the_drawer_holds_is_not_paid_back(new: Shop) -> None:
    bench, printer = new
    action = bench.register({**russian(sale()), "kind": "return"})
    assert (action.state, action.code) == ("failed", "payment")
    assert (printer.machine.receipts, printer.machine.cancelled) == ([], 1)


def test_a_storage_for_trying_is_used_when_the_setting_says_so(tmp_path: Path) -> None:
    with standing(tmp_path, "v1", **CALM, training=True, formats="1.05") as (bench, printer):
        printer.machine.storage.for_training = True
        assert result(bench, russian(sale(buyer_tax_id="770708389312")))["mode"] == "training"
        assert [one[0] for one in printer.machine.receipts[0].tags] == [1228]


def test_a_rate_whose_byte_is_known_is_registered_and_its_report_tells_no_totals(tmp_path: Path) -> None:
    """Row 5 has no public register: nothing is said rather than a wrong sum."""
    with standing(tmp_path, "v1", **{**CALM, "rates": "A=5"}) as (bench, printer):
        result(bench, russian(sale()))
        assert printer.machine.receipts[0].lines[0][4] == 5
        assert (result(bench, X)["totals"], bench.health()["totals"]) == (None, {})
        assert result(bench, Z)["totals"] is None


@pytest.mark.parametrize(("off", "left"), [(600, 0), (-600, 0), (90_000, 90_000)])
def test_the_time_is_set_after_a_report_when_asked_for(tmp_path: Path, off: int, left: int) -> None:
    with standing(tmp_path, "v1", **CALM, set_clock=True, max_skew_seconds=0) as (bench, printer):
        result(bench, russian(sale()))
        now = printer.machine.now()
        midnight_near = (now + timedelta(seconds=off)).date() != now.date()
        printer.machine.clock_off = timedelta(seconds=off)
        result(bench, Z)
        expected = off if midnight_near else left
        assert abs(printer.machine.clock_off.total_seconds() - expected) < 60


# -------------------------------------------------------------------- what was left open


def test_a_document_somebody_left_open_is_cancelled_and_the_sale_goes_on(
    new: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    bench, printer = new
    printer.machine.execute(0x8D, b"\x1e\0\0\0\0")
    assert bench.health()["open"] == "receipt"
    assert bench.register(russian(sale())).state == "done"
    assert (len(printer.machine.receipts), printer.machine.cancelled) == (1, 1)
    assert "left open" in caplog.text


def test_a_clean_up_cancels_what_stands_open_and_says_what_it_was(new: Shop) -> None:
    bench, printer = new
    assert result(bench, {"kind": "clean_up"})["cancelled"] is None
    printer.machine.execute(0x8D, b"\x1e\0\0\0\2")
    assert result(bench, {"kind": "clean_up"})["cancelled"] == "receipt"
    printer.machine.storage.busy_with = 4
    assert result(bench, {"kind": "clean_up"})["cancelled"] == "receipt"
    assert (printer.machine.open, printer.machine.storage.busy_with) == (None, 0)


# -------------------------------------------------------------------- settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rates", "A=13"),
        ("rates", "A"),
        ("rate_bytes", "A=1"),
        ("rate_bytes", "1=256"),
        ("payments", "cash=1"),
        ("payments", "cash=17 card=2 transfer=2 voucher=14 account=15 internal=16 bonus=16 other=16"),
    ],
)
def test_settings_that_are_no_pairs_are_said_at_the_start(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        device(tmp_path, **{name: value})


def device(folder: Path, **values: object) -> Device:
    checked = settings.check(values, drivers.manifest("shtrih").settings, "test")
    wire = make_transport({"kind": "tcp", "host": "127.0.0.1", "port": 1}, "test")
    return drivers.create("fiscal1", "shtrih", checked, wire, folder)


def test_it_is_a_fiscal_device_that_keeps_its_password_to_itself(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    found = device(tmp_path, password=87654321, operator_password=87654321)
    assert isinstance(found, FiscalDevice)
    assert (found.manifest.kind, found.manifest.tried_on_hardware) == ("fiscal", False)
    assert {"sale", "return", "x", "z", "cash", "copy", "inn"} <= set(found.manifest.abilities)
    told = f"{found.features()} {found.fiscal_state()} {found.status()} {caplog.text}"
    assert "87654321" not in told


def test_the_passwords_are_those_of_the_settings(tmp_path: Path) -> None:
    with standing(tmp_path, "v1", **CALM, password=1234, operator_password=7) as (bench, printer):
        printer.machine.password = 1234
        assert bench.register(russian(sale())).state == "done"
        assert printer.machine.receipts[0].operator == 7
        # Another operator's document is cancelled by the administrator.
        printer.machine.execute(0x8D, b"\x05\0\0\0\0")
        assert bench.register(russian(sale())).state == "done"
        assert [one.operator for one in printer.machine.receipts] == [7, 7]
