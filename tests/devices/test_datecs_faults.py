"""Exactly one fiscal document per sale, whatever breaks, in every family; nobody asked where the printer can tell."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.drivers.datecs.codec import LONG as TABBED
from devices.drivers.datecs.codec import SHORT, Command, frame
from devices.emulators.datecs import DatecsFaults, DatecsPrinter
from devices.emulators.datecs_machine import Machine
from tests.devices.datecs_rig import (
    CLOSE,
    FAMILIES,
    LINES,
    OPEN,
    PAID,
    SUBTOTAL,
    TEXT,
    returned,
    standing,
    whole_sale,
)
from tests.devices.fiscal_rig import Bench, Document, X, Z, random_sale, sale, settled, ukrainian
from tests.devices.fiscal_rig import line as sold
from tests.devices.rig import killed, new_id
from tests.length import LONG

Shop = tuple[Bench, DatecsPrinter]


# The two that have the least in common, but for the long suite; `test_datecs_driver.py` takes all four.
@pytest.fixture(params=FAMILIES if LONG else ["ua", "x"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    with standing(tmp_path, request.param) as made:
        yield made


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Shop]:
    with standing(tmp_path, "ua") as made:
        yield made


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[Shop]:
    """For printers that never answer what was asked: every question takes the whole of its time."""
    hurry = {"answer_seconds": 0.1, "print_seconds": 0.2, "away_seconds": 0.1}
    with standing(tmp_path, "ua", **hurry) as made:
        yield made


def sums(printer: DatecsPrinter) -> list[int]:
    return [one.total for one in printer.machine.receipts]


# Every command by every break in the long suite; the end of a receipt and its first payment in the usual.
STEPS = ("open", "line", "text", "subtotal", "first payment", "second payment", "close")
BREAKS = [
    (fault, step)
    for fault in ("cut_before", "cut_after", "power_after")
    for step in STEPS
    if LONG or (fault, step) in (("cut_after", "close"), ("power_after", "first payment"))
]


def break_at(printer: DatecsPrinter, fault: str, step: str) -> None:
    code = {
        "open": OPEN,
        "line": LINES[printer.family],
        "text": TEXT,
        "subtotal": SUBTOTAL,
        "first payment": PAID,
        "second payment": PAID,
        "close": CLOSE,
    }[step]
    setattr(printer.faults, fault, code)
    printer.faults.cut_at = 2 if step in ("line", "second payment") else 1


@pytest.mark.parametrize(("fault", "step"), BREAKS)
def test_a_break_at_any_command_ends_with_one_receipt(shop: Shop, fault: str, step: str) -> None:
    bench, printer = shop
    document = whole_sale()
    break_at(printer, fault, step)
    action = settled(bench, printer, document, bench.register(document))
    machine = printer.machine
    assert (sums(printer), machine.open) == ([1048], None)
    (found,) = machine.receipts
    assert [one[0] for one in found.lines] == ["Chleb zytni", "Молоко", "Застава"]
    assert ([paid for _kind, paid in found.payments], machine.cash) == ([500, 600], 548)
    assert action.result is not None and action.result["number"] == machine.documents


@pytest.mark.parametrize("step", STEPS if LONG else ["text", "first payment", "close"])
def test_a_bridge_that_dies_with_the_line_asks_after_its_restart(plain: Shop, step: str) -> None:
    """The bridge gets no chance to recover: it dies as the answer is lost."""
    bench, printer = plain
    document, action = whole_sale(), new_id()
    break_at(printer, "cut_after", step)
    with killed("devices.drivers.datecs.registering.Registering._until_back"):
        bench.register(document, action)
    bench.restart()
    found = bench.get(action)
    assert found.state == ("done" if step in ("first payment", "second payment", "close") else "failed")
    settled(bench, printer, document, found)
    assert (sums(printer), printer.machine.open) == ([1048], None)


@pytest.mark.parametrize("switch", ["reject_frames", "damage_answers"])
@pytest.mark.parametrize("times", [1, 2, 4] if LONG else [2])
def test_frames_that_arrive_broken_are_said_again_and_nothing_is_done_twice(
    shop: Shop, switch: str, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, printer = shop
    original, steps = printer._execute, {LINES[printer.family], PAID, CLOSE}

    def execute(code: int, data: str) -> str:
        if code in steps:
            steps.remove(code)
            setattr(printer.faults, switch, times)
        return original(code, data)

    monkeypatch.setattr(printer, "_execute", execute)
    document = whole_sale()
    settled(bench, printer, document, bench.register(document))
    (found,) = printer.machine.receipts
    assert (found.total, len(found.lines), len(found.payments), not steps) == (1048, 3, 2, True)


def test_an_answer_that_the_printer_repeats_from_before_is_not_taken_for_ours(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new bridge begins with the very number that the printer answered last, and that was another question."""
    bench, printer = shop
    assert bench.register(ukrainian(sale())).state == "done"
    for value in frame(Command(0x3E), 0x50, TABBED if printer.family == "x" else SHORT):
        printer.receive(bytes([value]))
    printer.take_replies()
    monkeypatch.setattr("devices.drivers.datecs.link.secrets.randbelow", lambda _: 0x50 - 0x21)
    bench.restart()
    assert bench.register(ukrainian(sale(sold(price=700)))).state == "done"
    assert sums(printer) == [499, 700]


def test_an_answer_that_comes_late_is_not_taken_for_the_next(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, printer = shop
    original, heard = printer._say, [b""]

    def say(data: bytes) -> None:
        original(heard[0] + data)
        heard[0] = data

    monkeypatch.setattr(printer, "_say", say)
    assert bench.register(whole_sale()).state == "done"
    assert sums(printer) == [1048]


def blink(printer: DatecsPrinter, step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The power goes and comes with that command done, on a line that does not show it: a frame under the same number
    would be done again.
    """
    original, times = printer._say, [1]

    def say(data: bytes) -> None:
        if printer.executed[-1] == step and times:
            times.pop()
            printer._seq, printer._kept = 0, b""
        else:
            original(data)

    monkeypatch.setattr(printer, "_say", say)


@pytest.mark.parametrize("step", ["line", "first payment", "second payment", "close"])
def test_a_printer_that_forgot_the_number_of_a_frame_does_nothing_twice(
    shop: Shop, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, printer = shop
    code = {"line": LINES[printer.family], "close": CLOSE}.get(step, PAID)
    blink(printer, code, monkeypatch)
    action = bench.register(whole_sale())
    assert (action.state, action.code) == ("done", None), action.detail
    (found,) = printer.machine.receipts
    assert [paid for _kind, paid in found.payments] == [500, 600]
    assert (len(found.lines), printer.machine.cancelled) == (3, int(step == "line"))


@pytest.mark.parametrize("direction", ["in", "out"])
def test_cash_is_not_moved_twice_either(shop: Shop, direction: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bench, printer = shop
    assert bench.register(ukrainian(sale())).state == "done"
    original, moved = printer.machine.move_cash, []

    def move(amount: int) -> bool:
        moved.append(amount)
        printer.faults.cut_after = 0x46
        return original(amount)

    monkeypatch.setattr(printer.machine, "move_cash", move)
    document = {"kind": "cash", "direction": direction, "amount": 99, "reason": ""}
    settled(bench, printer, document, bench.register(document))
    assert moved == [99 if direction == "in" else -99]


def test_a_payment_that_the_printer_does_not_take_ends_the_receipt(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused in the answer, with a status that says nothing."""
    bench, printer = shop
    original = printer._execute

    def execute(code: int, data: str) -> str:
        if code == PAID:
            return "0\tE\t0.00\t" if printer.family == "x" else "E000000000"
        return original(code, data)

    monkeypatch.setattr(printer, "_execute", execute)
    action = bench.register(whole_sale())
    assert (action.state, action.code) == ("failed", "payment")
    assert (printer.machine.receipts, printer.machine.open, printer.machine.cancelled) == ([], None, 1)


def test_a_slow_printer_that_says_that_it_works_is_waited_for(shop: Shop) -> None:
    bench, printer = shop
    printer.faults.slow_seconds, printer.faults.works_for = 0.005, 3
    assert bench.register(ukrainian(sale())).state == "done"


@pytest.mark.parametrize("step", ["line", "first payment", "close"])
def test_paper_that_ends_in_a_receipt(shop: Shop, step: str) -> None:
    """Before its first payment a receipt can be cancelled and another begun; after it this one is finished."""
    bench, printer = shop
    break_at(printer, "paper_ends_in", step)
    document = whole_sale()
    action = bench.register(document)
    machine = printer.machine
    expected = {"line": "failed", "first payment": "unknown", "close": "done"}[step]
    assert (action.state, len(machine.receipts)) == (expected, int(step == "close"))
    if step != "close":
        assert action.code == "no_paper"
    assert bench.health()["state"] == "no_paper"
    printer.load_paper()
    if step == "line":
        action = bench.register(document)
    assert bench.get(action.id).state == "done"
    assert (sums(printer), machine.open, machine.cancelled) == ([1048], None, int(step == "line"))


def test_a_printer_that_falls_silent_is_settled_when_it_speaks(
    hasty: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, printer = hasty
    original = printer._execute

    def execute(code: int, data: str) -> str:
        printer.faults.silent = printer.faults.silent or code == CLOSE
        return original(code, data)

    monkeypatch.setattr(printer, "_execute", execute)
    action = bench.register(ukrainian(sale()))
    assert (action.state, action.code) == ("unknown", "no_answer")
    waiting = bench.register(ukrainian(sale()))
    assert (waiting.state, waiting.code) == ("failed", "unsettled"), "another would hide the first"
    monkeypatch.setattr(printer, "_execute", original)
    printer.faults.silent = False
    assert bench.get(action.id).state == "done"
    assert sums(printer) == [499]


def test_the_power_goes_with_a_receipt_half_paid_and_its_bridge_never_comes_back(shop: Shop) -> None:
    """Somebody else's receipt, paid in part: it cannot be cancelled, so nothing is done unasked; a clean-up ends it."""
    bench, printer = shop
    printer.machine.open_receipt(1, "0000", refund=False)
    printer.machine.sell("Чуже", 0, 700, 1000, 0)
    printer.machine.pay("0" if printer.family == "x" else "P", 200)
    refused = bench.register(ukrainian(sale()))
    assert (refused.state, printer.machine.receipts) == ("failed", [])
    cleared = bench.register({"kind": "clean_up"})
    assert (cleared.state, cleared.result) == ("done", {"cancelled": None, "closed": "receipt"})
    assert bench.register(ukrainian(sale())).state == "done"
    assert (sums(printer), printer.machine.cash) == ([700, 499], 1199)


# -------------------------------------------------------------------- what the counters say

Counted = Callable[[Machine], object]
OTHERS: list[tuple[str, Document, Counted, object]] = [
    ("z", Z, lambda machine: len(machine.closed), 1),
    ("x", X, lambda machine: machine.x_reports, 1),
    (
        "in",
        {"kind": "cash", "direction": "in", "amount": 500, "reason": ""},
        lambda machine: (machine.cash, machine.came),
        (999, 500),
    ),
    (
        "out",
        {"kind": "cash", "direction": "out", "amount": 99, "reason": ""},
        lambda machine: (machine.cash, machine.went),
        (400, 99),
    ),
    (
        "return",
        returned(ukrainian(sale(sold(price=99)))),
        lambda machine: (machine.cash, len(machine.receipts)),
        (400, 2),
    ),
]


@pytest.mark.parametrize("fault", ["cut_before", "cut_after", "power_after"] if LONG else ["cut_after"])
@pytest.mark.parametrize(("what", "document", "counted", "once"), OTHERS, ids=[one[0] for one in OTHERS])
def test_reports_cash_and_returns_happen_once_too(
    shop: Shop, what: str, document: Document, counted: Counted, once: object, fault: str
) -> None:
    bench, printer = shop
    assert bench.register(ukrainian(sale())).state == "done"
    code = {"z": 0x45, "x": 0x45, "in": 0x46, "out": 0x46, "return": CLOSE}[what]
    setattr(printer.faults, fault, code)
    # The cash is asked for with the command that moves it.
    printer.faults.cut_at = 2 if code == 0x46 else 1
    action = bench.register(document)
    if (printer.family, what, fault) == ("ua", "x", "power_after"):
        # An X leaves no trace in the counters of this family, and the answer went with the power.
        printer.switch_on()
        assert bench.get(action.id).code == "ask_person"
        return
    settled(bench, printer, document, action)
    assert counted(printer.machine) == once


def hangs(shop: Shop, step: str) -> str:
    """A sale of 4.99 during which the power goes; its action."""
    bench, printer = shop
    break_at(printer, "power_after", step)
    action = new_id()
    bench.act("fiscal", action, ukrainian(sale()))
    printer.switch_on()
    return action


def test_what_others_registered_meanwhile_is_told_apart(shop: Shop) -> None:
    """Another program prints a receipt of its own while ours hangs: ours is not there, and that is certain."""
    bench, printer = shop
    action = hangs(shop, "close")
    machine = printer.machine
    machine.receipts[0].lines[0] = ("Чуже", 1, 1000, 777, 0, 777)
    machine.sold[:2] = [0, 777]
    assert bench.get(action).code == "not_printed"
    assert bench.register(ukrainian(sale())).state == "done"
    assert sums(printer) == [777, 499]


def test_two_receipts_where_one_was_expected_are_shown_to_a_person(shop: Shop) -> None:
    bench, printer = shop
    action = hangs(shop, "close")
    machine = printer.machine
    machine.open_receipt(1, "0000", refund=False)
    machine.sell("Чуже", 0, 499, 1000, 0)
    machine.pay("P", 499)
    machine.close()
    found = bench.get(action)
    assert (found.state, found.code) == ("unknown", "ask_person")
    assert bench.register(ukrainian(sale())).state == "done", "others do not wait"


def test_cash_that_others_moved_meanwhile_is_shown_to_a_person(shop: Shop) -> None:
    bench, printer = shop
    printer.faults.power_after, printer.faults.cut_at = 0x46, 2
    action = bench.register({"kind": "cash", "direction": "in", "amount": 500, "reason": ""})
    printer.switch_on()
    printer.machine.move_cash(50)
    assert bench.get(action.id).code == "ask_person"


@pytest.mark.parametrize("family", ["p", "c"])
def test_a_return_is_judged_by_the_last_receipt_where_no_turnover_of_returns_is_told(
    tmp_path: Path, family: str
) -> None:
    """Our own cancellation takes a number too, and proves nothing; two receipts of that sum are one too many."""
    with standing(tmp_path, family) as (bench, printer):
        assert bench.register(ukrainian(sale())).state == "done"
        document = returned(ukrainian(sale(sold(price=99))))
        break_at(printer, "cut_before", "first payment")
        settled(bench, printer, document, bench.register(document))
        assert (sums(printer), printer.machine.cancelled, printer.machine.cash) == ([499, 99], 1, 400)
        break_at(printer, "power_after", "close")
        action = bench.register(returned(ukrainian(sale(sold(price=99)))))
        printer.switch_on()
        machine = printer.machine
        machine.open_receipt(1, "0000", refund=True)
        machine.sell("Чуже", 0, 99, 1000, 0)
        machine.pay("P", 99)
        machine.close()
        assert bench.get(action.id).code == "ask_person"


def test_a_day_that_the_printer_closed_by_itself_is_added_where_it_is_told(shop: Shop) -> None:
    """At midnight, between the lost answer and the question."""
    bench, printer = shop
    assert bench.register(ukrainian(sale(sold(price=100)))).state == "done"
    action = hangs(shop, "close")
    printer.machine.report(closing=True)
    found = bench.get(action)
    # Where neither the sums are told nor whether the last number is a receipt's, nobody but a person knows.
    assert found.code == ("ask_person" if printer.family == "p" else None)
    assert found.result is None or found.result["z_number"] == 1
    assert sums(printer) == [100, 499]


# -------------------------------------------------------------------- hostile bytes

HOSTILE = [
    b"\x01" + b"A" * 2_000,
    b"\x15" * 50,
    b"\x16" * 50,
    b"\x01\x2c\x20\x4a\x04\x80\x80\x80\x80\x80\x80\x05\x30\x35\x30\x30\x03",
    b"\x01\x03" * 50,
]


@pytest.mark.parametrize("answer", HOSTILE if LONG else HOSTILE[:2])
def test_a_device_that_is_no_printer_is_offline_and_nothing_is_registered(
    hasty: Shop, monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    bench, printer = hasty
    monkeypatch.setattr(printer, "take_replies", lambda: answer)
    action = bench.register(ukrainian(sale()))
    assert (action.state, action.code) == ("failed", "offline")
    assert bench.health()["state"] == "offline"


# -------------------------------------------------------------------- random sales, random faults


def test_random_sales_with_random_faults_are_each_registered_once(shop: Shop) -> None:
    """Documents and turnover equal, nobody asked; half of the sales meet a fault, the bridge now and then dies."""
    bench, printer = shop
    chance = random.Random(20261122)
    expected: list[int] = []
    for _ in range((200 if printer.family == "ua" else 50) if LONG else 2):
        document = ukrainian(random_sale(chance))
        _break_something(chance, printer)
        settled(bench, printer, document, bench.register(document))
        printer.faults = DatecsFaults()
        expected.append(document["due"])
        assert (sums(printer), printer.machine.open) == (expected, None)
    assert sum(printer.machine.sold) == sum(expected)
    done = bench.register(Z)
    totals: Any = (done.result or {})["totals"]
    assert sum(totals.values()) == sum(expected)


def _break_something(chance: random.Random, printer: DatecsPrinter) -> None:
    fault = chance.choice(("cut_before", "cut_after", "power_after", "damage", "reject", "paper", "", "", ""))
    faults = printer.faults
    if fault in ("cut_before", "cut_after", "power_after"):
        break_at(printer, fault, chance.choice(STEPS))
    elif fault == "damage":
        faults.damage_answers = chance.randint(1, 6)
    elif fault == "reject":
        faults.reject_frames = chance.randint(1, 6)
    elif fault == "paper":
        faults.paper_ends_in = chance.choice((OPEN, LINES[printer.family], PAID, CLOSE))
    faults.works_for = chance.choice((0, 0, 2))
