"""The ESC/POS driver against an emulated printer over real TCP and ptys, with everything that goes wrong in a shop."""

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from devices import drivers, settings
from devices.document import Document, Text
from devices.drivers.contract import Device, DrawerJob, Evidence, Outcome, PrintJob
from devices.emulators.printer import Printer
from devices.emulators.wires import PtyPrinter, TcpPrinter
from devices.transports import HttpTransport, make_transport
from tests.devices.rig import new_id, wait_for

FAST = {"answer_seconds": 0.3, "print_seconds": 1.0}


def driver(wire: Mapping[str, object], folder: Path, **values: object) -> Device:
    table = {**FAST, **values}
    checked = settings.check(table, drivers.manifest("escpos").settings, "test")
    return drivers.create("printer1", "escpos", checked, make_transport(wire, "test"), folder)


def run(device: Device, job: PrintJob | DrawerJob | None = None) -> tuple[Outcome, list[Evidence]]:
    """Perform a job; a simple receipt unless another is given. Returns how it ended and what was journaled."""
    sent: list[Evidence] = []
    job = job or PrintJob(new_id(), Document("pl", (Text("Zażółć"), Text("Хліб"), Text("SUMA 9,98"))))
    return device.prepare(job)(sent.append), sent


@pytest.fixture(params=["tcp", "serial"])
def wire(request: pytest.FixtureRequest, printer: Printer) -> Iterator[dict[str, Any]]:
    """The same printer behind a socket and behind a serial line."""
    if request.param == "tcp":
        with TcpPrinter(printer) as network:
            yield {"kind": "tcp", "host": "127.0.0.1", "port": network.port}
    else:
        with PtyPrinter(printer) as line:
            yield {"kind": "serial", "port": line.path, "baud": 115200}


@pytest.fixture
def device(wire: dict[str, Any], tmp_path: Path) -> Iterator[Device]:
    made = driver(wire, tmp_path)
    yield made
    made.stop()


def test_a_receipt_is_printed_cut_and_confirmed(device: Device, printer: Printer) -> None:
    outcome, sent = run(device)
    assert (outcome, sent) == (Outcome("done"), [{}])
    (sheet,) = printer.sheets
    assert (sheet.texts, sheet.cut, sheet.complaints) == (["Zażółć", "SUMA 9,98"], "full", [])


def test_two_receipts_follow_each_other(device: Device, printer: Printer) -> None:
    assert [run(device)[0].state for _ in range(3)] == ["done"] * 3
    assert len(printer.sheets) == 3


@pytest.mark.parametrize(
    ("fault", "state", "code"),
    [
        ("no_paper", "no_paper", "no_paper"),
        ("cover_open", "cover_open", "cover_open"),
        ("cutter_stuck", "error", "device_error"),
        ("silent", "offline", "offline"),
    ],
)
def test_a_printer_that_cannot_print_is_asked_first_and_gets_no_byte(
    device: Device, printer: Printer, fault: str, state: str, code: str
) -> None:
    setattr(printer.faults, fault, True)
    assert device.status().state == state
    outcome, sent = run(device)
    assert (outcome.state, outcome.code, sent) == ("failed", code, [])
    setattr(printer.faults, fault, False)
    assert (device.status().state, printer.sheets) == ("ready", [])
    assert run(device)[0].state == "done"


def test_low_paper_is_told_and_does_not_stop_a_sale(device: Device, printer: Printer) -> None:
    printer.faults.paper_low = True
    assert device.status().state == "paper_low"
    assert run(device)[0].state == "done"


def test_paper_that_ends_in_the_middle_leaves_the_outcome_unknown(device: Device, printer: Printer) -> None:
    printer.faults.paper_ends_after = 2
    outcome, sent = run(device)
    assert (outcome.state, outcome.code, len(sent)) == ("unknown", "no_paper", 1)


def test_a_printer_that_dies_in_the_middle_leaves_the_outcome_unknown(
    device: Device, printer: Printer
) -> None:
    printer.faults.dies_after = 2
    outcome, sent = run(device)
    assert (outcome.state, outcome.code, len(sent)) == ("unknown", "no_answer", 1)


def test_the_cutter_tells_that_a_receipt_came_out_although_the_answer_was_lost(
    wire: dict[str, Any], tmp_path: Path, printer: Printer
) -> None:
    device = driver(wire, tmp_path, confirm="counter")
    assert run(device) == (Outcome("done"), [{"cuts": 0}])
    printer.faults.dies_after_cut = True
    outcome, (evidence,) = run(device)
    assert (outcome.state, evidence) == ("unknown", {"cuts": 1})
    assert device.settle(evidence) is None, "a dead printer cannot be asked"
    printer.switch_on()
    assert device.settle(evidence) == Outcome("done")
    device.stop()


def test_the_cutter_tells_that_a_receipt_did_not_come_out(
    wire: dict[str, Any], tmp_path: Path, printer: Printer
) -> None:
    device = driver(wire, tmp_path, confirm="counter")
    printer.faults.dies_after = 1
    outcome, (evidence,) = run(device)
    assert outcome.state == "unknown"
    printer.switch_on()
    settled = device.settle(evidence)
    assert settled is not None
    assert (settled.state, settled.code) == ("failed", "not_printed")
    device.stop()


def test_a_printer_without_evidence_cannot_settle(device: Device) -> None:
    assert device.settle({}) is None


def test_the_drawer_opens_once(device: Device, printer: Printer) -> None:
    assert run(device, DrawerJob(new_id())) == (Outcome("done"), [{}])
    assert printer.pulses == 1


def test_the_drawer_opens_without_paper_too(device: Device, printer: Printer) -> None:
    printer.faults.no_paper = True
    assert run(device, DrawerJob(new_id()))[0].state == "done"
    assert printer.pulses == 1


def test_the_drawer_switch_is_read_when_the_setting_names_its_level(
    wire: dict[str, Any], tmp_path: Path, printer: Printer
) -> None:
    device = driver(wire, tmp_path, drawer_open_level="high")
    assert device.status().drawer == "closed"
    run(device, DrawerJob(new_id()))
    assert device.status().drawer == "open"
    printer.close_drawer()
    assert device.status().drawer == "closed"
    device.stop()


def test_a_late_or_unasked_byte_is_not_taken_for_an_answer(device: Device, printer: Printer) -> None:
    printer._replies += (
        b"\x00\x14\x00\x00\x0f"  # An automatic status report, as some printers send at power-on.
    )
    assert device.status().state == "ready"
    assert run(device)[0].state == "done"


def test_a_printer_that_never_answers_prints_without_proof(
    wire: dict[str, Any], tmp_path: Path, printer: Printer
) -> None:
    printer.faults.silent = True
    device = driver(wire, tmp_path, status=False)
    assert run(device)[0].state == "done"
    wait_for(lambda: len(printer.sheets) == 1)
    device.stop()


def test_nobody_at_the_address_is_offline_and_nothing_was_sent(tmp_path: Path) -> None:
    with TcpPrinter(Printer()) as gone:
        port = gone.port
    device = driver({"kind": "tcp", "host": "127.0.0.1", "port": port}, tmp_path)
    outcome, sent = run(device)
    assert (outcome.state, outcome.code, sent) == ("failed", "offline", [])


def test_going_away_and_coming_back_are_logged_once_each(
    device: Device, printer: Printer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    printer.faults.silent = True
    for _ in range(3):
        device.status()
    printer.faults.silent = False
    for _ in range(3):
        device.status()
    lines = [record.message for record in caplog.records if "printer1" in record.message]
    assert [line.split(" is ")[1].split(":")[0] for line in lines] == ["offline", "back"]


def test_a_serial_line_is_opened_again_after_it_broke(tmp_path: Path, printer: Printer) -> None:
    link = tmp_path / "ttyPRINTER"
    with PtyPrinter(printer) as first:
        link.symlink_to(first.path)
        device = driver({"kind": "serial", "port": str(link)}, tmp_path)
        assert device.status().state == "ready"
    assert device.status().state == "offline"
    link.unlink()
    with PtyPrinter(printer) as second:
        link.symlink_to(second.path)
        assert device.status().state == "ready"
        assert run(device)[0].state == "done"
        device.stop()


def test_pyserial_urls_are_lines_too(tmp_path: Path, printer: Printer) -> None:
    with TcpPrinter(printer) as network:
        device = driver({"kind": "serial", "port": f"socket://127.0.0.1:{network.port}"}, tmp_path)
        assert run(device)[0].state == "done"
        device.stop()
    echo = make_transport({"kind": "serial", "port": "loop://"}, "test")
    assert not isinstance(echo, HttpTransport)
    echo.open()
    echo.write(b"abc", 1)
    assert echo.read(16, 1) == b"abc"
    echo.close()


def test_a_file_collects_the_very_bytes(tmp_path: Path) -> None:
    target = tmp_path / "lp0"
    device = driver({"kind": "file", "path": str(target)}, tmp_path)
    assert device.status().state == "ready"
    assert run(device, PrintJob(new_id(), Document("pl", (Text("Łódź"),))))[0].state == "done"
    assert run(device, DrawerJob(new_id()))[0].state == "done"
    expected = "1b 40 1b 74 12 9d a2 64 ab 0a 1b 64 06 1d 56 00 1b 70 00 32 32"
    assert target.read_bytes() == bytes.fromhex(expected)


def test_a_character_device_is_asked_like_a_printer(tmp_path: Path, printer: Printer) -> None:
    with PtyPrinter(printer) as node:
        device = driver({"kind": "file", "path": node.path}, tmp_path)
        printer.faults.no_paper = True
        assert device.status().state == "no_paper"
        printer.faults.no_paper = False
        assert run(device)[0].state == "done"
        device.stop()


def test_a_file_that_cannot_be_written_is_offline(tmp_path: Path) -> None:
    device = driver({"kind": "file", "path": str(tmp_path / "none" / "lp0")}, tmp_path)
    assert device.status().state == "offline"
    assert run(device)[0].code == "offline"
