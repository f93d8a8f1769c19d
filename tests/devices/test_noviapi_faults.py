"""Exactly one fiscal document per sale, whatever breaks and whenever; the printer is asked under the request's id."""

import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from devices.emulators.noviapi import NoviApiFaults, NoviApiPrinter, Row
from devices.emulators.web import BAD, Refusal
from devices.journal import Action
from tests.devices.fiscal_rig import Bench, Document, Z, line, payment, random_sale, sale
from tests.devices.rig import killed, new_id
from tests.devices.service_rig import settled, standing
from tests.length import LONG

STEPS = ("POST receipt", "PUT receipt", "GET receipt")
Shop = tuple[Bench, NoviApiPrinter]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with standing(tmp_path, "noviapi", NoviApiPrinter()) as made:
        yield made


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[Shop]:
    """For printers that never answer what was asked: every question takes the whole of its time."""
    hurry: dict[str, Any] = {"answer_seconds": 0.1, "print_seconds": 0.2, "away_seconds": 0.05}
    with standing(tmp_path, "noviapi", NoviApiPrinter(), **hurry) as made:
        yield made


def right(bench: Bench, printer: NoviApiPrinter, document: Document, action: Action) -> None:
    settled(bench, printer, document, action)
    (found,) = printer.memory.receipts
    assert found["summary"]["total"] == f"{Decimal(document['total']) / 100:.2f}"
    assert not [
        row for row in printer.rows.values() if row.kind == "receipt" and row.status in ("QUEUED", "PENDING")
    ]


# Every request by every break in the long suite; the confirmation by each in the usual.
BREAKS = [
    (fault, step)
    for fault in ("cut_before", "cut_after", "power_after")
    for step in STEPS
    if LONG or step == "PUT receipt"
]


@pytest.mark.parametrize(("fault", "step"), BREAKS)
def test_a_break_at_any_request_ends_with_one_receipt(shop: Shop, fault: str, step: str) -> None:
    bench, printer = shop
    document = sale(line(), payments=[payment(499, change=1)])
    setattr(printer.faults, fault, step)
    right(bench, printer, document, bench.register(document))


@pytest.mark.parametrize("bad", BAD if LONG else ["html"])
@pytest.mark.parametrize("step", STEPS if LONG else ["PUT receipt", "GET receipt"])
def test_an_answer_that_is_none_is_asked_for_again(shop: Shop, bad: str, step: str) -> None:
    bench, printer = shop
    document = sale()
    printer.faults.bad, printer.faults.bad_to = bad, step
    right(bench, printer, document, bench.register(document))


@pytest.mark.parametrize("kind", ["list", "deep", "empty"] if LONG else ["deep"])
def test_a_device_that_is_no_printer_is_offline_and_gets_nothing(shop: Shop, kind: str) -> None:
    bench, printer = shop
    printer.faults.bad, printer.faults.bad_times = kind, 1_000
    action = bench.register(sale())
    assert (action.state, action.code) == ("failed", "offline")
    assert bench.health()["state"] == "offline"


@pytest.mark.parametrize("step", ["PUT receipt", "GET receipt"] if LONG else ["PUT receipt"])
def test_a_bridge_that_dies_with_the_line_asks_after_its_restart(shop: Shop, step: str) -> None:
    """The bridge gets no chance to recover: it dies as the answer is lost."""
    bench, printer = shop
    document, action = sale(), new_id()
    printer.faults.cut_after = step
    with killed("devices.drivers.service.Ordering._pause"):
        bench.register(document, action)
    bench.restart()
    right(bench, printer, document, bench.get(action))


def test_a_document_in_progress_is_waited_for_and_others_wait_behind_it(hasty: Shop) -> None:
    bench, printer = hasty
    printer.faults.going = -1
    action = bench.register(sale())
    assert (action.state, action.code) == ("unknown", "no_answer")
    assert bench.register(sale()).code == "unsettled", "another would hide the first"
    printer.finish()
    assert bench.get(action.id).state == "done"
    printer.faults.going = 1
    assert bench.register(sale()).state == "done"
    assert len(printer.memory.receipts) == 2


def test_paper_that_ends_in_a_receipt_is_said_and_the_receipt_goes_on(hasty: Shop) -> None:
    bench, printer = hasty
    original = printer._confirmed

    def confirmed(name: str, row: Any) -> tuple[int, object]:
        if row.kind == "receipt":
            printer.faults.device = (1037, "Brak papieru")
        return original(name, row)

    printer._confirmed = confirmed  # type: ignore[method-assign]
    action = bench.register(sale())
    assert (action.state, action.code) == ("unknown", "no_paper")
    printer._confirmed = original  # type: ignore[method-assign]
    assert bench.health()["state"] == "no_paper"
    printer.finish()
    assert bench.get(action.id).state == "done"
    assert len(printer.memory.receipts) == 1


def test_a_printer_that_falls_silent_is_settled_when_it_speaks(hasty: Shop) -> None:
    bench, printer = hasty
    original = printer._confirmed

    def confirmed(name: str, row: Any) -> tuple[int, object]:
        printer.faults.silent = row.kind == "receipt"
        return original(name, row)

    printer._confirmed = confirmed  # type: ignore[method-assign]
    action = bench.register(sale())
    assert (action.state, action.code) == ("unknown", "no_answer")
    printer._confirmed, printer.faults.silent = original, False  # type: ignore[method-assign]
    assert bench.get(action.id).state == "done"


def test_a_request_that_the_printer_forgot_is_found_in_its_totals(shop: Shop) -> None:
    bench, printer = shop
    printer.faults.forgets, printer.faults.power_after = True, "GET receipt"
    document = sale()
    action = bench.register(document)
    printer.switch_on()
    assert bench.get(action.id).state == "done"
    right(bench, printer, document, bench.get(action.id))


def test_a_request_that_was_deleted_at_the_printer_has_not_happened(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, printer = shop
    original = printer._confirmed

    def confirmed(name: str, row: Row) -> tuple[int, object]:
        if row.kind == "receipt":
            del printer.rows[name]
            raise Refusal(404, {"exception": {"code": 1, "description": "Not found"}})
        return original(name, row)

    document = sale()
    with monkeypatch.context() as patch:
        patch.setattr(printer, "_confirmed", confirmed)
        action = bench.register(document)
    assert (action.state, action.code) == ("failed", "not_printed")
    right(bench, printer, document, action)


def test_only_where_its_totals_cannot_tell_is_a_person_asked(shop: Shop) -> None:
    bench, printer = shop
    printer.faults.forgets, printer.faults.power_after = True, "GET receipt"
    action = bench.register(sale())
    printer.switch_on()
    printer.memory.totals["A"] += Decimal("7.00")
    found = bench.get(action.id)
    assert (found.state, found.code) == ("unknown", "ask_person")
    assert bench.register(sale()).state == "done", "others do not wait"


@pytest.mark.parametrize("fault", ["cut_before", "cut_after", "power_after"] if LONG else ["cut_after"])
def test_a_report_happens_once_too(shop: Shop, fault: str) -> None:
    bench, printer = shop
    assert bench.register(sale()).state == "done"
    setattr(printer.faults, fault, "PUT daily_report")
    settled(bench, printer, Z, bench.register(Z))
    assert [sum(one.values()) for one in printer.memory.reports] == [Decimal("4.99")]


def test_offline_is_logged_once_and_back_once(hasty: Shop, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    bench, printer = hasty
    printer.faults.bad, printer.faults.bad_times = "html", 1_000
    for _ in range(3):
        assert bench.health()["state"] == "offline"
    printer.faults.bad = None
    assert bench.register(sale()).state == "done"
    assert caplog.text.count("is offline") == 1


# -------------------------------------------------------------------- random sales, random faults


def test_random_sales_with_random_faults_are_each_registered_once(shop: Shop) -> None:
    """Documents and totals equal, nobody asked; half of the sales meet a fault, the bridge now and then dies."""
    bench, printer = shop
    printer.tokens_left = 10_000
    chance = random.Random(20261122)
    expected: list[str] = []
    for _ in range(200 if LONG else 3):
        document = random_sale(chance)
        _break_something(chance, printer)
        settled(bench, printer, document, bench.register(document))
        printer.faults = NoviApiFaults()
        goods = sum(one["total"] for one in document["lines"] if not one["deposit"])
        expected.append(f"{Decimal(goods) / 100:.2f}")
        assert [one["summary"]["total"] for one in printer.memory.receipts] == expected
    assert sum(printer.memory.totals.values()) == sum(map(Decimal, expected))
    totals: Any = (bench.register(Z).result or {})["totals"]
    assert sum(totals.values()) == sum(map(Decimal, expected)) * 100


def _break_something(chance: random.Random, printer: NoviApiPrinter) -> None:
    faults, step = printer.faults, chance.choice((*STEPS, "POST status", "PUT status"))
    fault = chance.choice(
        ("cut_before", "cut_after", "power_after", "bad", "going", "forgets", "token", "", "", "")
    )
    if fault in ("cut_before", "cut_after", "power_after"):
        setattr(faults, fault, step)
    elif fault == "bad":
        faults.bad, faults.bad_to = chance.choice(list(BAD)), step
    elif fault == "going":
        faults.going = chance.randint(1, 4)
    elif fault == "forgets":
        faults.forgets, faults.power_after = True, "GET receipt"
    elif fault == "token":
        printer.token = "another"
