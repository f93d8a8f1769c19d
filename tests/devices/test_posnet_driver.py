"""The Posnet driver against an emulated printer over real TCP and a real pty: every document, every refusal."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from devices import drivers, settings
from devices.drivers.contract import Device
from devices.drivers.fiscal import FiscalDevice
from devices.emulators.posnet import PosnetFaults, PosnetPrinter
from devices.emulators.posnet_machine import Machine
from devices.emulators.wires import PtyPrinter, TcpPrinter
from devices.errors import ConfigError
from devices.transports import make_transport
from tests.devices.fiscal_rig import FAST, Bench, X, Z, line, payment, result, sale
from tests.devices.rig import BridgeProcess, new_id

# Nothing here breaks a line, so there is no hurry: a busy machine must not look like a silent printer.
CALM = {**FAST, "answer_seconds": 1.0, "print_seconds": 2.0, "report_seconds": 2.0}


@pytest.fixture
def printer() -> PosnetPrinter:
    return PosnetPrinter()


@pytest.fixture
def wire(printer: PosnetPrinter) -> Iterator[dict[str, Any]]:
    with TcpPrinter(printer) as network:
        yield {"kind": "tcp", "host": "127.0.0.1", "port": network.port}


@pytest.fixture
def bench(wire: dict[str, Any], tmp_path: Path) -> Iterator[Bench]:
    with Bench(tmp_path, "posnet", wire, **CALM) as made:
        yield made


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Bench, PosnetPrinter]]:
    """One bench for all refusals: a refused document leaves nothing behind."""
    printer = PosnetPrinter()
    with TcpPrinter(printer) as network:
        wire = {"kind": "tcp", "host": "127.0.0.1", "port": network.port}
        with Bench(tmp_path_factory.mktemp("shop"), "posnet", wire, **CALM) as made:
            yield made, printer


@pytest.fixture
def refusing(shop: tuple[Bench, PosnetPrinter]) -> tuple[Bench, PosnetPrinter]:
    """The same bench, its printer as new."""
    bench, printer = shop
    printer.machine, printer.faults = Machine(), PosnetFaults()
    return bench, printer


def test_a_sale_is_registered_and_told(bench: Bench, printer: PosnetPrinter) -> None:
    document = sale(
        line("Mleko", 499, 1500, 49, tax="C"),
        line("Chleb", 500),
        line("Butelka", 50, 2000, deposit=True),
        line("Gratis", 0),
        buyer_tax_id="5252344078",
        payments=[payment(500, "card", "Karta"), payment(800, change=200)],
        footer=["Dziękujemy"],
    )
    told = result(bench, document)
    (found,) = printer.machine.receipts
    assert (found.sums[:3], found.packs, found.payments, found.change) == (
        [500, 0, 700],
        100,
        [(2, 500), (0, 1000)],
        200,
    )
    assert (found.nip, found.footer) == ("5252344078", ["1-1.1-318", "Anna", "Dziękujemy"])
    assert {
        key: told[key] for key in ("number", "z_number", "totals", "unique_number", "mode", "omitted")
    } == {
        "number": 1,
        "z_number": 1,
        "totals": {"A": 500, "C": 700},
        "unique_number": "ZBF 1801007587",
        "mode": "fiscal",
        "omitted": [4],
    }


def test_the_same_over_a_serial_line_one_byte_after_another(tmp_path: Path, printer: PosnetPrinter) -> None:
    with PtyPrinter(printer) as serial:
        wire = {"kind": "serial", "port": serial.path, "baud": 115200}
        with Bench(tmp_path, "posnet", wire, **CALM) as bench:
            assert [result(bench, sale())["number"] for _ in range(2)] == [1, 2]
            printer.faults.cut_after = "trend"
            assert result(bench, sale())["number"] == 3
    assert printer.machine.completed == 3


def test_the_other_documents(bench: Bench, printer: PosnetPrinter) -> None:
    result(bench, sale())
    assert (
        result(bench, {"kind": "cash", "direction": "in", "amount": 5000, "reason": "bank"})["cash"] == 5000
    )
    assert result(bench, {"kind": "cash", "direction": "out", "amount": 1000, "reason": ""})["cash"] == 4000
    back = result(bench, {**sale(line(), line("Butelka", 50, deposit=True)), "kind": "return"})
    assert (back["substitute"], back["number"]) == ("return_note", None)
    x = result(bench, X)
    assert (x["report"], x["totals"], x["receipts"]) == ("x", {"A": 499}, 1)
    result(bench, {"kind": "copy"})
    z = result(bench, Z)
    assert (z["report"], z["z_number"], z["totals"], z["receipts"]) == ("z", 1, {"A": 499}, 1)
    assert result(bench, sale())["z_number"] == 2
    machine = printer.machine
    assert (machine.notes, machine.copies, len(machine.reports)) == (
        ["cash in 5000", "cash out 1000", "goods back 499", "packaging back 50", "shift X"],
        1,
        1,
    )


def test_the_drawer_and_a_text_that_is_not_fiscal(bench: Bench, printer: PosnetPrinter) -> None:
    assert bench.act("drawer").action.state == "done"
    printed = bench.act("print", document={"blocks": [{"text": "Żółw & spółka"}], "drawer": True})
    assert printed.action.state == "done"
    assert (printer.machine.pulses, printer.machine.texts) == (2, [["Żółw && spółka"]])


def test_how_it_is_doing(bench: Bench, printer: PosnetPrinter) -> None:
    result(bench, sale())
    found = bench.health()
    assert {
        key: found[key] for key in ("state", "mode", "open", "z_needed", "receipts", "totals", "drawer")
    } == {
        "state": "ready",
        "mode": "fiscal",
        "open": None,
        "z_needed": False,
        "receipts": 1,
        "totals": {"A": 499},
        "drawer": "closed",
    }
    assert found["rates"] == {"A": 2300, "B": 800, "C": 500, "D": 0, "E": None}
    assert abs(found["skew_seconds"]) < 60 and found["clock"] is not None
    printer.machine.clock_off = timedelta(days=1)
    printer.machine.execute("trinit", {"bm": "1"})
    tomorrow = bench.health()
    assert (tomorrow["z_needed"], tomorrow["open"]) == (True, "receipt")
    assert 86_000 < tomorrow["skew_seconds"] < 87_000


def test_a_printer_that_is_away_says_so_and_nothing_else(bench: Bench, printer: PosnetPrinter) -> None:
    printer.switch_off()
    found = bench.health()
    assert (found["state"], found["mode"], found["totals"]) == ("offline", None, {})
    action = bench.register(sale())
    assert (action.state, action.code) == ("failed", "offline")


def test_a_receipt_is_registered_once_even_under_another_action(bench: Bench, printer: PosnetPrinter) -> None:
    document, action = sale(), new_id()
    first = bench.act("fiscal", action, document)
    again = bench.act("fiscal", action, document)
    assert (again.repeated, again.action) == (True, first.action)
    other = bench.register(document)
    assert (other.state, other.code) == ("failed", "already_registered")
    assert other.result == first.action.result
    assert bench.register({**document, "kind": "return"}).state == "done"
    bench.restart()
    assert bench.act("fiscal", action, document).action.result == first.action.result
    assert printer.machine.completed == 1


def test_two_receipts_at_once_follow_each_other(bench: Bench, printer: PosnetPrinter) -> None:
    found = bench.both(sale(line("A", 100)), sale(line("B", 200)))
    assert [action.state for action in found] == ["done", "done"]
    assert sorted(str(one.lines) for one in printer.machine.receipts) == ["['A']", "['B']"]


def test_a_long_receipt_of_the_longest_names_and_the_smallest_amounts(
    bench: Bench, printer: PosnetPrinter
) -> None:
    lines = [line(f"{n:03d} " + "ż" * 196, 1, 1000) for n in range(498)]
    told = result(bench, sale(*lines, line("0.001 kg", 1000, 1), line("Milion", 99_999_999)))
    assert told["totals"] == {"A": 498 + 1 + 99_999_999}
    assert max(map(len, printer.machine.receipts[0].lines)) == 40


# -------------------------------------------------------------------- refusals


def fiscal_only(machine: Machine) -> None:
    machine.fiscal = False


REFUSALS: dict[str, tuple[str, Any]] = {
    "read only": ("read_only", lambda printer: setattr(printer.machine, "read_only", True)),
    "not fiscalised": ("not_fiscal", lambda printer: fiscal_only(printer.machine)),
    "no header": ("not_fiscal", lambda printer: setattr(printer.machine, "header", False)),
    "z missing": ("z_needed", lambda printer: setattr(printer.machine, "z_needed", True)),
    "another rate": ("tax_unknown", lambda printer: printer.machine.rates.__setitem__(0, 2200)),
    "no such rate": ("tax_unknown", lambda printer: printer.machine.rates.__setitem__(0, 10_100)),
    "clock": ("clock", lambda printer: setattr(printer.machine, "clock_off", timedelta(hours=2))),
    "paper": ("no_paper", lambda printer: setattr(printer.faults, "mechanism", 5)),
    "cover": ("cover_open", lambda printer: setattr(printer.faults, "mechanism", 3)),
    "no mechanism": ("mechanism", lambda printer: setattr(printer.faults, "mechanism", 2)),
    "cutter": ("cutter", lambda printer: setattr(printer.faults, "mechanism", 8)),
    "heat": ("head_hot", lambda printer: setattr(printer.faults, "mechanism", 6)),
    "menu": ("wrong_mode", lambda printer: setattr(printer.faults, "menu", True)),
    "silence": ("offline", lambda printer: setattr(printer.faults, "silent", True)),
    "held by another": ("busy", lambda printer: setattr(printer.faults, "busy_answers", 99)),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_printer_that_cannot_register_gets_nothing_fiscal(
    refusing: tuple[Bench, PosnetPrinter], case: str
) -> None:
    bench, printer = refusing
    code, happens = REFUSALS[case]
    happens(printer)
    document = sale()
    action = bench.register(document)
    assert (action.state, action.code) == ("failed", code)
    assert action.detail
    assert (printer.machine.completed, printer.machine.open) == (0, None)
    printer.machine, printer.faults = Machine(), PosnetFaults()
    assert bench.register(document).state == "done", "the same receipt, under a new action"


# The command that refuses, the maker's number, our word.
PROVOKED = [
    ("trinit", 2010, "z_needed"),
    ("trinit", 387, "memory_full"),
    ("trinit", 488, "blocked"),
    ("trinit", 2903, "unsent"),
    ("trline", 2802, "totals_differ"),
    ("trline", 2006, "out_of_range"),
    ("trline", 2104, "goods"),
    ("trline", 2105, "name_bound"),
    ("trpack", 2803, "deposit"),
    ("trnipset", 2031, "buyer"),
    ("trpayment", 1952, "payment"),
    ("trend", 2805, "totals_differ"),
    ("trend", 1002, "memory_fault"),
    ("trend", 460, "clock"),
    ("trend", 30, "cancelled"),
    ("trend", 2060, "wrong_mode"),
    ("trend", 2041, "zero"),
    ("trend", 4711, "device_error"),
]


@pytest.mark.parametrize(("step", "number", "code"), PROVOKED)
def test_a_refusal_in_the_middle_leaves_no_receipt_and_a_word_for_it(
    refusing: tuple[Bench, PosnetPrinter], step: str, number: int, code: str
) -> None:
    bench, printer = refusing
    document = sale(line(), line("Butelka", 50, deposit=True), buyer_tax_id="1")
    printer.faults.answer_error[step] = number
    action = bench.register(document)
    assert (action.state, action.code) == ("failed", code)
    assert f"printer error {number} at {step}" in action.detail
    assert (printer.machine.completed, printer.machine.open) == (0, None)
    assert bench.register(document).state == "done"
    assert printer.machine.completed == 1


def test_goods_whose_rate_went_down_are_named_when_it_goes_up_again(
    bench: Bench, printer: PosnetPrinter
) -> None:
    assert bench.register(sale(line("Mleko", tax="A"))).state == "done"
    assert bench.register(sale(line("MLEKO.", tax="C"), line("mleko", tax="B"))).state == "done"
    action = bench.register(sale(line(), line("Mle-ko", tax="C"), line("Mleko", tax="A")))
    assert (action.state, action.code) == ("failed", "name_bound")
    assert "line 3 «Mleko» A 23 %" in action.detail
    assert printer.machine.completed == 2


def test_a_second_report_of_nothing_is_refused(bench: Bench, printer: PosnetPrinter) -> None:
    assert [bench.register(Z).code for _ in range(2)] == [None, "zero"]
    assert len(printer.machine.reports) == 1


def test_a_training_printer_is_used_when_the_setting_says_so(
    wire: dict[str, Any], tmp_path: Path, printer: PosnetPrinter
) -> None:
    fiscal_only(printer.machine)
    with Bench(tmp_path, "posnet", wire, **CALM, training=True, footer=False) as bench:
        assert result(bench, sale())["mode"] == "training"
    assert printer.machine.receipts[0].footer == []


def test_a_clock_that_stops_sales_does_not_stop_the_report_after_which_it_can_be_set(
    bench: Bench, printer: PosnetPrinter
) -> None:
    result(bench, sale())
    printer.machine.clock_off = timedelta(days=2)
    assert bench.register(sale()).code == "clock"
    assert result(bench, Z)["z_number"] == 1


@pytest.mark.parametrize("minutes", [30, 180])
def test_the_clock_is_set_after_a_report_when_asked_for(
    wire: dict[str, Any], tmp_path: Path, printer: PosnetPrinter, minutes: int
) -> None:
    printer.machine.clock_off = timedelta(minutes=minutes)
    with Bench(tmp_path, "posnet", wire, **CALM, set_clock=True, max_skew_seconds=0) as bench:
        bench.register(sale())
        bench.register(Z)
    assert abs(printer.machine.clock_off) < timedelta(minutes=2) or minutes == 180


# -------------------------------------------------------------------- what was left open


def test_a_document_somebody_left_open_is_cancelled_and_the_sale_goes_on(
    bench: Bench, printer: PosnetPrinter, caplog: pytest.LogCaptureFixture
) -> None:
    printer.machine.execute("trinit", {"bm": "1"})
    assert bench.register(sale()).state == "done"
    assert (printer.machine.completed, printer.machine.cancelled) == (1, 1)
    assert "left open" in caplog.text


def test_a_clean_up_cancels_what_stands_open_and_says_what_it_was(
    bench: Bench, printer: PosnetPrinter
) -> None:
    assert result(bench, {"kind": "clean_up"})["cancelled"] is None
    printer.machine.execute("trinit", {"bm": "1"})
    assert result(bench, {"kind": "clean_up"})["cancelled"] == "receipt"
    printer.machine.execute("formstart", {"fn": "200"})
    assert result(bench, {"kind": "clean_up"})["cancelled"] == "text"
    assert (printer.machine.open, printer.machine.form, printer.machine.cancelled) == (None, None, 1)


# -------------------------------------------------------------------- settings, the bridge


@pytest.mark.parametrize("rates", ["A", "A=H", "A=A,B=B", " "])
def test_rates_that_are_no_letters_are_said_at_the_start(tmp_path: Path, rates: str) -> None:
    wire = {"kind": "tcp", "host": "127.0.0.1", "port": 1}
    with pytest.raises(ConfigError, match="rates must be pairs"):
        device(wire, tmp_path, rates=rates)


def device(wire: Mapping[str, object], folder: Path, **values: object) -> Device:
    checked = settings.check(values, drivers.manifest("posnet").settings, "test")
    return drivers.create("fiscal1", "posnet", checked, make_transport(wire, "test"), folder)


def test_it_is_a_fiscal_device_and_says_that_nobody_tried_it_on_hardware(tmp_path: Path) -> None:
    found = device({"kind": "tcp", "host": "127.0.0.1", "port": 1}, tmp_path)
    assert isinstance(found, FiscalDevice)
    assert (found.manifest.kind, found.manifest.tried_on_hardware) == ("fiscal", False)
    assert {"sale", "return_note", "x", "z", "cash", "copy", "nip"} <= set(found.manifest.abilities)


def test_a_till_registers_over_the_socket(
    tmp_path: Path, wire: dict[str, Any], printer: PosnetPrinter
) -> None:
    section = (
        '[[device]]\nid = "fiscal1"\ndriver = "posnet"\n'
        f'[device.transport]\nkind = "tcp"\nhost = "127.0.0.1"\nport = {wire["port"]}\n'
    )
    with BridgeProcess(tmp_path / "b", section) as bridge, bridge.till() as till:
        (listed,) = till.call("devices")["devices"]
        assert (listed["kind"], listed["columns"]) == ("fiscal", 40)
        fields = {"device": "fiscal1", "action": new_id(), "document": sale()}
        first, second = till.call("fiscal", **fields), till.call("fiscal", **fields)
        assert (first["ok"], first["state"], first["repeated"], first["result"]["number"]) == (
            True,
            "done",
            False,
            1,
        )
        assert (second["repeated"], second["result"]) == (True, first["result"])
        assert till.call("action.get", action=fields["action"])["result"] == first["result"]
        refused = till.call("fiscal", **{**fields, "action": new_id()})
        assert (refused["ok"], refused["error"]["code"]) == (False, "already_registered")
        assert refused["result"] == first["result"]
        assert till.call("fiscal.state", device="fiscal1")["health"]["receipt_number"] == 1
    assert printer.machine.completed == 1
