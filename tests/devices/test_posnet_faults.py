"""Exactly one fiscal document per sale, whatever breaks and whenever; no person asked where the printer can tell."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.drivers.posnet.codec import command as asked
from devices.drivers.posnet.codec import crc, frame
from devices.emulators.posnet import PosnetFaults, PosnetPrinter, _Frame
from devices.emulators.wires import TcpPrinter
from tests.devices.fiscal_rig import (
    FAST,
    Bench,
    Document,
    Z,
    line,
    payment,
    random_sale,
    sale,
    settled,
    wire_to,
)
from tests.devices.rig import killed, new_id
from tests.length import LONG

STEPS = ("trinit", "trline", "trpack", "trnipset", "trpayment", "trend", "trftrln", "trftrend")


@pytest.fixture
def printer() -> PosnetPrinter:
    return PosnetPrinter()


@pytest.fixture
def bench(printer: PosnetPrinter, tmp_path: Path) -> Iterator[Bench]:
    with TcpPrinter(printer) as network, Bench(tmp_path, "posnet", wire_to(network), **FAST) as made:
        yield made


def whole_sale() -> Document:
    """One that needs every command."""
    return sale(
        line(),
        line("Mleko", tax="C"),
        line("Butelka", 50, deposit=True),
        buyer_tax_id="5252344078",
        payments=[payment(500, "card", "Karta"), payment(548, change=52)],
    )


# Every command by every break in the long suite; the lost answer at each of them, and the tricky ones, in the usual.
BREAKS = [
    (fault, step)
    for fault in ("cut_before", "cut_after", "power_after")
    for step in STEPS
    if LONG or fault == "cut_after" or step in ("trinit", "trend")
]


@pytest.mark.parametrize(("fault", "step"), BREAKS)
def test_a_break_at_any_command_ends_with_one_receipt(
    bench: Bench, printer: PosnetPrinter, fault: str, step: str
) -> None:
    document = whole_sale()
    setattr(printer.faults, fault, step)
    action = settled(bench, printer, document, bench.register(document))
    machine = printer.machine
    assert (machine.completed, machine.open, machine.sums[0], machine.sums[2]) == (1, None, 499, 499)
    assert action.result is not None
    # A cancelled receipt has a number of its own.
    assert action.result["number"] == 1 + machine.cancelled
    assert action.result["totals"] == {"A": 499, "C": 499}
    if fault != "power_after":
        assert machine.cancelled == 0, "the printer remembered: the receipt went on where it stopped"


@pytest.mark.parametrize("step", ["trinit", "trline", "trend", "trftrend"])
def test_a_bridge_that_dies_with_the_line_asks_after_its_restart(
    bench: Bench, printer: PosnetPrinter, step: str
) -> None:
    """The bridge gets no chance to recover: it dies as the answer is lost."""
    document, action = whole_sale(), new_id()
    printer.faults.cut_after = step
    with killed("devices.drivers.posnet.registering.Registering._lost"):
        bench.register(document, action)
    bench.restart()
    found = bench.get(action)
    assert found.state == ("done" if step in ("trend", "trftrend") else "failed")
    settled(bench, printer, document, found)
    assert (printer.machine.completed, printer.machine.open) == (1, None)


@pytest.mark.parametrize("switch", ["reject_frames", "damage_answers"])
@pytest.mark.parametrize("times", [1, 3])
def test_frames_that_arrive_broken_are_said_again_and_nothing_is_done_twice(
    bench: Bench, printer: PosnetPrinter, switch: str, times: int
) -> None:
    document = whole_sale()
    original = printer.machine.execute

    def execute(name: str, values: dict[str, str]) -> list[str]:
        if name in ("trline", "trend"):
            setattr(printer.faults, switch, times)
        return original(name, values)

    printer.machine.execute = execute  # type: ignore[method-assign]
    settled(bench, printer, document, bench.register(document))
    assert (printer.machine.completed, printer.machine.sums[0]) == (1, 499)


def test_a_line_that_mutters_and_cuts_answers_in_pieces_is_understood(
    bench: Bench, printer: PosnetPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = printer.take_replies
    kept: list[bytes] = []
    stale = b"noise" + frame(asked("scnt", bn=77), 4242) + b"\x02half of a frame"

    def dribble() -> bytes:
        """Forty bytes at a time, and before each answer what nobody asked for."""
        data = take()
        if data:
            data = stale + data
            kept.extend(data[at : at + 40] for at in range(0, len(data), 40))
        return kept.pop(0) if kept else b""

    monkeypatch.setattr(printer, "take_replies", dribble)
    monkeypatch.setattr("devices.emulators.wires.TICK", 0.0001)
    document = sale()
    settled(bench, printer, document, bench.register(document))
    assert printer.machine.completed == 1


def test_a_printer_that_is_still_at_it_is_not_told_twice(
    bench: Bench, printer: PosnetPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It answers `rpt` before it has finished: the answer is not there yet, and the command arrived all the same."""
    repeat = printer._repeat
    printer.faults.paper_ends_in = "dailyrep"
    take = printer._take

    def impatient(content: bytes) -> None:
        if content.startswith(b"rpt"):
            repeat(_Frame("rpt", content.split(b"\t")[1], {}))
        else:
            take(content)

    monkeypatch.setattr(printer, "_take", impatient)
    action = bench.register(Z)
    assert action.state == "unknown"
    printer.load_paper()
    assert (bench.get(action.id).state, len(printer.machine.reports)) == ("done", 1)


def test_a_slow_printer_is_waited_for(bench: Bench, printer: PosnetPrinter) -> None:
    printer.faults.slow_seconds = 0.02
    assert bench.register(sale()).state == "done"


@pytest.mark.parametrize("step", ["trend", "trftrend"] if LONG else ["trend"])
def test_paper_that_ends_in_a_receipt_is_unknown_until_it_is_put_in(
    bench: Bench, printer: PosnetPrinter, step: str
) -> None:
    printer.faults.paper_ends_in = step
    document = sale()
    action = bench.register(document)
    assert (action.state, action.code) == ("unknown", "no_paper")
    assert bench.get(action.id).state == "unknown", "it cannot be asked yet"
    waiting = bench.register(sale())
    assert (waiting.state, waiting.code) == ("failed", "unsettled"), "another would move the counters"
    printer.load_paper()
    found = bench.get(action.id)
    assert (found.state, found.settled_by) == ("done", "device")
    assert found.result is not None and found.result["number"] == 1
    assert (printer.machine.completed, bench.register(sale()).state) == (1, "done")


def test_power_that_goes_while_the_paper_is_out_ends_with_one_receipt(
    bench: Bench, printer: PosnetPrinter
) -> None:
    printer.faults.paper_ends_in = "trend"
    document = sale()
    action = bench.register(document)
    printer.switch_off()
    settled(bench, printer, document, action)
    assert (printer.machine.completed, printer.machine.open) == (1, None)


def test_a_printer_that_falls_silent_is_settled_when_it_speaks(bench: Bench, printer: PosnetPrinter) -> None:
    original = printer.machine.execute

    def execute(name: str, values: dict[str, str]) -> list[str]:
        printer.faults.silent = printer.faults.silent or name == "trend"
        return original(name, values)

    printer.machine.execute = execute  # type: ignore[method-assign]
    document = sale()
    action = bench.register(document)
    assert (action.state, action.code) == ("unknown", "no_answer")
    printer.machine.execute = original  # type: ignore[method-assign]
    printer.faults.silent = False
    assert bench.get(action.id).state == "done"
    assert printer.machine.completed == 1


# -------------------------------------------------------------------- the other documents


def cash(machine: Any) -> object:
    return machine.cash


OTHERS: list[tuple[str, Document, Callable[[Any], object], object]] = [
    (
        "trend",
        sale(line("Butelka", 50, 3000, deposit=True), footer=[], cashier="", number=""),
        lambda machine: machine.notes,
        ["packaging 150"],
    ),
    ("dailyrep", Z, lambda machine: len(machine.reports), 1),
    ("shiftrep", {**Z, "report": "x"}, lambda machine: machine.notes, ["shift X"]),
    ("cash", {"kind": "cash", "direction": "in", "amount": 500, "reason": ""}, cash, 500),
    ("stocash", {**sale(), "kind": "return"}, lambda machine: machine.notes, ["goods back 499"]),
]


@pytest.mark.parametrize("fault", ["cut_before", "cut_after", "power_after"] if LONG else ["cut_after"])
@pytest.mark.parametrize(("step", "document", "counted", "once"), OTHERS, ids=[one[0] for one in OTHERS])
def test_reports_cash_and_notes_happen_once_too(
    bench: Bench,
    printer: PosnetPrinter,
    step: str,
    document: Document,
    counted: Callable[[Any], object],
    once: object,
    fault: str,
) -> None:
    setattr(printer.faults, fault, step)
    settled(bench, printer, document, bench.register(document))
    assert counted(printer.machine) == once


def test_a_text_that_is_cut_off_or_refused_did_not_print(bench: Bench, printer: PosnetPrinter) -> None:
    printer.faults.answer_error["formformattedline"] = 2057
    slip = {"blocks": [{"text": "Paragon fiskalny"}]}
    refused = bench.act("print", document=slip).action
    assert (refused.state, refused.code) == ("failed", "out_of_range")
    printer.faults.power_after = "formformattedline"
    lost = bench.act("print", document=slip).action
    assert (lost.state, lost.code) == ("failed", "no_answer")
    printer.switch_on()
    assert bench.act("print", document=slip).action.state == "done"
    assert (printer.machine.texts, printer.machine.form) == ([["Paragon fiskalny"]], None)


def test_a_receipt_whose_end_was_never_sent_has_failed_even_when_nobody_can_be_asked(
    bench: Bench, printer: PosnetPrinter
) -> None:
    printer.faults.power_after = "trpayment"
    action = bench.register(sale())
    assert (action.state, action.code, printer.machine.completed) == ("failed", "no_answer", 0)
    printer.switch_on()
    assert (bench.register(sale()).state, printer.machine.cancelled) == ("done", 1)


def test_a_daily_report_whose_answer_was_lost_with_the_power_is_counted(
    bench: Bench, printer: PosnetPrinter
) -> None:
    printer.faults.power_after = "dailyrep"
    action = bench.register(Z)
    assert action.state == "unknown"
    printer.switch_on()
    found = bench.get(action.id)
    assert (found.state, found.result and found.result["z_number"], len(printer.machine.reports)) == (
        "done",
        1,
        1,
    )


def test_only_where_the_printer_cannot_tell_is_a_person_asked(bench: Bench, printer: PosnetPrinter) -> None:
    """A drawer leaves no trace in a printer that lost its memory; selling goes on meanwhile."""
    printer.faults.power_after = "opendrwr"
    action = bench.act("drawer").action
    assert action.state == "unknown"
    printer.switch_on()
    assert (bench.get(action.id).code, bench.get(action.id).state) == ("ask_person", "unknown")
    assert bench.register(sale()).state == "done"
    assert bench.journal.resolve(action.id, True).state == "done"


def test_a_receipt_that_is_not_ours_is_never_taken_for_ours(bench: Bench, printer: PosnetPrinter) -> None:
    """Somebody else registers while ours hangs: the counters moved, and the last receipt is another one."""
    printer.faults.power_after = "trend"
    document, action = sale(), new_id()
    bench.act("fiscal", action, document)
    printer.switch_on()
    printer.machine.execute("prncancel" if not printer.machine.open.closed else "trftrend", {})  # type: ignore[union-attr]
    for name, values in (("trinit", {}), ("trline", {"na": "X", "vt": "0", "pr": "1"}), ("trend", {})):
        printer.machine.execute(name, values)
    found = bench.get(action)
    assert (found.state, found.code) == ("unknown", "ask_person")
    refused = bench.register(document)
    assert (refused.state, refused.code) == ("failed", "unsettled"), "the same receipt waits for a person"
    assert bench.register(sale()).state == "done", "others do not"
    bench.journal.resolve(action, True)
    assert bench.register(document).code == "already_registered"


# -------------------------------------------------------------------- hostile bytes


@pytest.mark.parametrize(
    "answer",
    [
        b"\x02" + b"A" * 20_000,
        b"\x03\x03\x03\x02\x02#\x03" * 50,
        b"\x02ERR\t?99999999999999999999\t#" + crc(b"ERR\t?99999999999999999999\t") + b"\x03",
        b"\x02scomm\tts99\tfs?\t#" + crc(b"scomm\tts99\tfs?\t") + b"\x03",
    ],
)
def test_a_device_that_is_no_printer_is_offline_and_nothing_is_registered(
    bench: Bench, printer: PosnetPrinter, monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    monkeypatch.setattr(printer, "take_replies", lambda: answer)
    action = bench.register(sale())
    assert (action.state, action.code) == ("failed", "offline")
    assert bench.health()["state"] == "offline"


# -------------------------------------------------------------------- random sales, random faults


def test_random_sales_with_random_faults_are_each_registered_once(
    bench: Bench, printer: PosnetPrinter
) -> None:
    """Counters equal, nobody asked; half of the sales meet a fault, the bridge now and then dies."""
    chance = random.Random(20261122)
    expected = [0] * 7
    for number in range(1, (200 if LONG else 6) + 1):
        document = random_sale(chance)
        _break_something(chance, printer)
        settled(bench, printer, document, bench.register(document))
        printer.faults = PosnetFaults()
        for one in document["lines"]:
            if not one["deposit"]:
                expected["ABCDE".index(one["tax"]["code"])] += one["total"]
        machine = printer.machine
        assert (machine.completed, machine.sums, machine.open) == (number, expected, None)
    assert bench.register(Z).state == "done"
    assert printer.machine.reports[-1].sums == expected


def _break_something(chance: random.Random, printer: PosnetPrinter) -> None:
    fault = chance.choice(("cut_before", "cut_after", "power_after", "damage", "reject", "paper", "", "", ""))
    faults = printer.faults
    if fault in ("cut_before", "cut_after", "power_after"):
        setattr(faults, fault, chance.choice(STEPS))
        faults.cut_at = chance.choice((1, 1, 2))
    elif fault == "damage":
        faults.damage_answers = chance.randint(1, 6)
    elif fault == "reject":
        faults.reject_frames = chance.randint(1, 3)
    elif fault == "paper":
        faults.paper_ends_in = "trftrend"
