"""Exactly one fiscal document per sale, whatever breaks and whenever; the fiscal storage is asked, and no person."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.emulators.shtrih import ShtrihFaults, ShtrihPrinter
from devices.emulators.shtrih_machine import Machine
from tests.devices.fiscal_rig import Bench, Document, X, Z, line, payment, random_sale, russian, sale, settled
from tests.devices.rig import killed, new_id
from tests.devices.shtrih_rig import standing
from tests.length import LONG

STEPS = (0xE0, 0x8D, 0xFF46, 0xFF4D, 0xFF0C, 0x17, 0xFF45)
END = 0xFF45
Shop = tuple[Bench, ShtrihPrinter]


@pytest.fixture(params=["v1", "v2"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    with standing(tmp_path, request.param) as made:
        yield made


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[Shop]:
    """For printers that never answer what was asked: every question takes the whole of its time."""
    hurry = {"answer_seconds": 0.1, "print_seconds": 0.2, "away_seconds": 0.1}
    with standing(tmp_path, "v1", **hurry) as made:
        yield made


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Shop]:
    with standing(tmp_path, "v1") as made:
        yield made


def whole_sale() -> Document:
    """One that needs every command."""
    lines = line(), line("Молоко", tax="C"), line("Залог", 50, deposit=True)
    parts = [payment(500, "card", "Карта"), payment(548, change=52)]
    return russian(sale(*lines, buyer_tax_id="7707083893", payments=parts))


# Every command by every break in the long suite; the end of a receipt and the tricky ones in the usual.
BREAKS = [
    (fault, step)
    for fault in ("cut_before", "cut_after", "power_after")
    for step in STEPS
    if LONG or step == END or (fault, step) == ("cut_after", 0xFF46)
]


@pytest.mark.parametrize(("fault", "step"), BREAKS)
def test_a_break_at_any_command_ends_with_one_receipt(shop: Shop, fault: str, step: int) -> None:
    bench, printer = shop
    document = whole_sale()
    setattr(printer.faults, fault, step)
    action = settled(bench, printer, document, bench.register(document))
    machine = printer.machine
    assert ([one.amount for one in machine.receipts], machine.open) == ([1048], None)
    assert [one[0] for one in machine.receipts[0].lines] == ["Chleb zytni", "Молоко", "Залог"]
    assert action.result is not None
    assert (action.result["number"], action.result["document"]) == (1, machine.receipts[0].place)


@pytest.mark.parametrize("step", [0x8D, END] if LONG else [END])
def test_a_bridge_that_dies_with_the_line_asks_after_its_restart(plain: Shop, step: int) -> None:
    """The bridge gets no chance to recover: it dies as the answer is lost."""
    bench, printer = plain
    document, action = whole_sale(), new_id()
    printer.faults.cut_after = step
    with killed("devices.drivers.shtrih.registering.Registering._lost"):
        bench.register(document, action)
    bench.restart()
    found = bench.get(action)
    assert found.state == ("done" if step == END else "failed")
    settled(bench, printer, document, found)
    assert (len(printer.machine.receipts), printer.machine.open) == (1, None)


@pytest.mark.parametrize("switch", ["reject_frames", "damage_answers"])
@pytest.mark.parametrize("times", [1, 3] if LONG else [2])
def test_frames_that_arrive_broken_are_said_again_and_nothing_is_done_twice(
    shop: Shop, switch: str, times: int
) -> None:
    bench, printer = shop
    original, steps = printer.machine.execute, {0xFF46, END}

    def execute(code: int, data: bytes) -> bytes:
        if code in steps:
            steps.remove(code)
            setattr(printer.faults, switch, times)
        return original(code, data)

    printer.machine.execute = execute  # type: ignore[method-assign]
    document = whole_sale()
    settled(bench, printer, document, bench.register(document))
    (found,) = printer.machine.receipts
    assert (found.amount, len(found.lines)) == (1048, 3)


def test_an_old_answer_is_never_taken_for_a_new_one(plain: Shop) -> None:
    """The printer still holds an answer that nobody acknowledged, to a command of the same name."""
    bench, printer = plain
    bench.register(russian(sale()))
    printer._answer = bytes.fromhex("02 03 FF 45 00 B9")
    document = russian(sale(line(price=700)))
    assert settled(bench, printer, document, bench.register(document)).result is not None
    assert [one.amount for one in printer.machine.receipts] == [499, 700]


def test_a_slow_printer_and_one_that_is_still_printing_are_waited_for(plain: Shop) -> None:
    bench, printer = plain
    printer.faults.slow_seconds, printer.faults.busy_answers = 0.005, 1
    assert bench.register(russian(sale())).state == "done"


@pytest.mark.parametrize("step", [0xFF46, END])
def test_paper_that_ends_in_a_receipt(plain: Shop, step: int) -> None:
    """What the storage has taken stands, and is printed when there is paper; what it has not is cancelled."""
    bench, printer = plain
    printer.faults.paper_ends_in = step
    document = russian(sale(line(), line("Молоко")))
    action = bench.register(document)
    machine = printer.machine
    if step == END:
        assert (action.state, len(machine.receipts)) == ("done", 1)
    else:
        assert (action.state, action.code, machine.receipts) == ("failed", "no_paper", [])
    assert bench.health()["state"] == "no_paper"
    assert bench.register(russian(sale())).code == "no_paper"
    printer.load_paper()
    assert bench.register(russian(sale())).state == "done"
    assert machine.continued == 1, "it was told to go on with what it had begun"
    assert (len(machine.receipts), machine.cancelled) == ((2, 0) if step == END else (1, 1))


def test_a_printer_that_falls_silent_is_settled_when_it_speaks(hasty: Shop) -> None:
    bench, printer = hasty
    original = printer.machine.execute

    def execute(code: int, data: bytes) -> bytes:
        printer.faults.silent = printer.faults.silent or code == END
        return original(code, data)

    printer.machine.execute = execute  # type: ignore[method-assign]
    action = bench.register(russian(sale()))
    assert (action.state, action.code) == ("unknown", "no_answer")
    waiting = bench.register(russian(sale()))
    assert (waiting.state, waiting.code) == ("failed", "unsettled"), "another would hide the first"
    printer.machine.execute = original  # type: ignore[method-assign]
    printer.faults.silent = False
    assert bench.get(action.id).state == "done"
    assert len(printer.machine.receipts) == 1


# -------------------------------------------------------------------- the other documents

OTHERS: list[tuple[int, Document, Callable[[Machine], object], object]] = [
    (0x41, Z, lambda machine: (machine.storage.shift_open, len(machine.storage.documents)), (False, 4)),
    (0x40, X, lambda machine: machine.counts[158], 1),
    (
        0x50,
        {"kind": "cash", "direction": "in", "amount": 500, "reason": ""},
        lambda machine: machine.money[241],
        999,
    ),
    (
        0x51,
        {"kind": "cash", "direction": "out", "amount": 99, "reason": ""},
        lambda machine: machine.money[241],
        400,
    ),
    (END, {**russian(sale(line(price=99))), "kind": "return"}, lambda machine: machine.money[241], 400),
]


@pytest.mark.parametrize("fault", ["cut_before", "cut_after", "power_after"] if LONG else ["cut_after"])
@pytest.mark.parametrize(
    ("step", "document", "counted", "once"), OTHERS, ids=[f"{one[0]:X}" for one in OTHERS]
)
def test_reports_cash_and_returns_happen_once_too(
    plain: Shop, step: int, document: Document, counted: Callable[[Machine], object], once: object, fault: str
) -> None:
    bench, printer = plain
    bench.register(russian(sale()))
    setattr(printer.faults, fault, step)
    settled(bench, printer, document, bench.register(document))
    assert counted(printer.machine) == once


def test_a_receipt_whose_end_was_never_sent_has_failed_even_when_nobody_can_be_asked(plain: Shop) -> None:
    bench, printer = plain
    printer.faults.power_after = 0xFF46
    action = bench.register(russian(sale()))
    assert (action.state, action.code, printer.machine.receipts) == ("failed", "no_answer", [])
    printer.switch_on()
    assert (bench.register(russian(sale())).state, printer.machine.cancelled) == ("done", 1)


def test_a_document_that_only_the_storage_still_holds_open_is_cancelled_there(plain: Shop) -> None:
    """The power went while the storage was taking the receipt: the printer forgot it, the storage waits for its end."""
    bench, printer = plain
    document, action = russian(sale()), new_id()
    printer.faults.power_after = 0xFF46
    bench.act("fiscal", action, document)
    printer.machine.open, printer.machine.storage.busy_with = None, 4
    printer.switch_on()
    assert bench.register(document).state == "done"
    assert (len(printer.machine.receipts), printer.machine.storage.busy_with) == (1, 0)


def test_what_others_registered_meanwhile_is_told_apart(plain: Shop) -> None:
    """Another program prints a receipt of another sum while ours hangs: ours is not there, and that is certain."""
    bench, printer = plain
    document, action = russian(sale()), new_id()
    printer.faults.power_after = END
    bench.act("fiscal", action, document)
    printer.switch_on()
    foreign = printer.machine.storage.documents[-1]
    printer.machine.storage.documents[-1] = type(foreign)(foreign.place, 3, foreign.at, 1, 1, 777)
    assert bench.get(action).code == "not_printed"
    settled(bench, printer, document, bench.get(action))
    assert [one.amount for one in printer.machine.receipts] == [777, 499]


def test_only_where_the_storage_cannot_tell_is_a_person_asked(plain: Shop) -> None:
    bench, printer = plain
    document, action = russian(sale()), new_id()
    printer.faults.power_after = END
    bench.act("fiscal", action, document)
    printer.switch_on()
    twin = printer.machine.storage.documents[-1]
    printer.machine.storage.documents.append(type(twin)(twin.place + 1, 3, twin.at, 1, 1, twin.amount))
    found = bench.get(action)
    assert (found.state, found.code) == ("unknown", "ask_person"), "two of the same kind and sum"
    assert bench.register(russian(sale())).state == "done", "others do not wait"


def test_another_storage_says_nothing_about_a_receipt_of_the_first(plain: Shop) -> None:
    bench, printer = plain
    action = new_id()
    printer.faults.power_after = END
    bench.act("fiscal", action, russian(sale()))
    printer.machine = Machine()
    printer.machine.storage.number = "9960440300099999"
    printer.switch_on()
    assert bench.get(action).code == "ask_person"


# -------------------------------------------------------------------- hostile bytes


HOSTILE = [
    b"\x02\xff" + b"A" * 2_000,
    b"\x06\x02\x02\x77\x00\x75",
    b"\x06\x15" * 50,
    b"\x8f\xff\xff" * 50,
    b"\x06\x02\x03\x10\x00\x00\x13",
]


@pytest.mark.parametrize("answer", HOSTILE if LONG else HOSTILE[:2])
def test_a_device_that_is_no_printer_is_offline_and_nothing_is_registered(
    hasty: Shop, monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    bench, printer = hasty
    monkeypatch.setattr(printer, "take_replies", lambda: answer)
    action = bench.register(russian(sale()))
    assert (action.state, action.code) == ("failed", "offline")
    assert bench.health()["state"] == "offline"


# -------------------------------------------------------------------- random sales, random faults


def test_random_sales_with_random_faults_are_each_registered_once(shop: Shop) -> None:
    """Documents and registers equal, nobody asked; half of the sales meet a fault, the bridge now and then dies."""
    bench, printer = shop
    chance = random.Random(20261122)
    expected: list[int] = []
    for _ in range(100 if LONG else 3):
        document = russian(random_sale(chance))
        _break_something(chance, printer)
        settled(bench, printer, document, bench.register(document))
        printer.faults = ShtrihFaults()
        expected.append(document["due"])
        machine = printer.machine
        assert ([one.amount for one in machine.receipts], machine.open) == (expected, None)
    assert printer.machine.money[121] == sum(expected)
    done = bench.register(Z)
    totals: Any = (done.result or {})["totals"]
    assert sum(totals.values()) == sum(expected)
    numbers = [one.place for one in printer.machine.storage.documents]
    assert numbers == list(range(1, len(numbers) + 1))


def _break_something(chance: random.Random, printer: ShtrihPrinter) -> None:
    fault = chance.choice(("cut_before", "cut_after", "power_after", "damage", "reject", "paper", "", "", ""))
    faults: Any = printer.faults
    if fault in ("cut_before", "cut_after", "power_after"):
        setattr(faults, fault, chance.choice(STEPS))
        faults.cut_at = chance.choice((1, 1, 2))
    elif fault == "damage":
        faults.damage_answers = chance.randint(1, 6)
    elif fault == "reject":
        faults.reject_frames = chance.randint(1, 3)
    elif fault == "paper":
        faults.paper_ends_in = chance.choice((0xFF46, END))
