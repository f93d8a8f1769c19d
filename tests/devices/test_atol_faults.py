"""Exactly one fiscal document per sale through ATOL's web server, whatever breaks and whenever."""

import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from devices.emulators.atol import AtolFaults, AtolServer
from devices.emulators.web import BAD
from devices.journal import Action
from tests.devices.fiscal_rig import Bench, Document, Z, payment, random_sale, russian, sale
from tests.devices.rig import killed, new_id
from tests.devices.service_rig import RUSSIA, settled, standing
from tests.length import LONG

STEPS = ("POST sell", "GET sell", "POST getFnStatus", "GET getFnStatus")
Shop = tuple[Bench, AtolServer]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with standing(tmp_path, "atol", AtolServer(), "/api/v2", **RUSSIA) as made:
        made[1].memory.state = "opened"
        yield made


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[Shop]:
    """For servers that never answer what was asked: every question takes the whole of its time."""
    hurry: dict[str, Any] = {"answer_seconds": 0.2, "print_seconds": 0.3, "away_seconds": 0.05}
    with standing(tmp_path, "atol", AtolServer(), "/api/v2", **{**RUSSIA, **hurry}) as made:
        made[1].memory.state = "opened"
        yield made


def right(bench: Bench, server: AtolServer, document: Document, action: Action) -> None:
    settled(bench, server, document, action)
    assert [Decimal(str(one["total"])) for one in server.memory.sold] == [Decimal(document["due"]) / 100]


@pytest.mark.parametrize("fault", ["cut_before", "cut_after", "power_after"])
@pytest.mark.parametrize("step", STEPS if LONG else STEPS[:1])
def test_a_break_at_any_request_ends_with_one_receipt(shop: Shop, fault: str, step: str) -> None:
    bench, server = shop
    document = russian(sale(payments=[payment(200, "card", "Карта"), payment(299, change=1)]))
    setattr(server.faults, fault, step)
    right(bench, server, document, bench.register(document))


@pytest.mark.parametrize("bad", BAD if LONG else ["html"])
def test_an_answer_that_is_none_is_asked_for_again(shop: Shop, bad: str) -> None:
    bench, server = shop
    document = russian(sale())
    server.faults.bad, server.faults.bad_to = bad, "POST sell"
    right(bench, server, document, bench.register(document))


@pytest.mark.parametrize("arrives", [True, False])
def test_a_bridge_that_dies_asks_after_its_restart_and_a_late_request_is_the_same_receipt(
    shop: Shop, arrives: bool
) -> None:
    bench, server = shop
    document, action = russian(sale()), new_id()
    setattr(server.faults, "cut_after" if arrives else "cut_before", "POST sell")
    with killed("devices.drivers.service.Ordering._pause"):
        bench.register(document, action)
    bench.restart()
    found = bench.get(action)
    assert found.state == ("done" if arrives else "failed")
    right(bench, server, document, found)


@pytest.mark.parametrize("registered", [True, False])
def test_a_task_that_the_server_knows_nothing_of_is_judged_from_the_storage(
    shop: Shop, registered: bool
) -> None:
    bench, server = shop
    server.faults.blocks = registered
    action = bench.register(russian(sale()))
    assert action.state == ("done" if registered else "failed"), action.detail
    assert len(server.memory.sold) == registered


def test_a_server_that_lost_its_tasks_leaves_it_to_the_storage_and_then_to_a_person(shop: Shop) -> None:
    bench, server = shop
    server.faults.power_after = "POST sell"
    action = bench.register(russian(sale()))
    server.switch_on()
    server.finish()
    server.tasks = {}
    assert bench.get(action.id).code == "ask_person", "somebody registered a document, and nobody knows who"
    assert bench.register(russian(sale())).state == "done", "others do not wait"


def test_a_document_in_progress_is_waited_for(hasty: Shop) -> None:
    bench, server = hasty
    server.faults.going = -1
    action = bench.register(russian(sale()))
    assert (action.state, action.code) == ("unknown", "no_answer")
    assert bench.register(russian(sale())).code == "unsettled", "another would hide the first"
    server.finish()
    assert bench.get(action.id).state == "done"


@pytest.mark.parametrize("fault", ["cut_before", "cut_after"] if LONG else ["cut_after"])
def test_reports_and_cash_happen_once_too(shop: Shop, fault: str) -> None:
    bench, server = shop
    inward = {"kind": "cash", "direction": "in", "amount": 500, "reason": ""}
    for document, task in ((inward, "cashIn"), (Z, "closeShift")):
        setattr(server.faults, fault, f"POST {task}")
        settled(bench, server, document, bench.register(document))
    assert (server.memory.cash, server.memory.state, len(server.memory.documents)) == (
        Decimal("5.00"),
        "closed",
        1,
    )


def test_random_sales_with_random_faults_are_each_registered_once(shop: Shop) -> None:
    """Sums and cash equal, nobody asked; half of the sales meet a fault, the bridge now and then dies."""
    bench, server = shop
    chance = random.Random(20261122)
    expected: list[Decimal] = []
    for _ in range(200 if LONG else 3):
        document = russian(random_sale(chance))
        _break_something(chance, server)
        settled(bench, server, document, bench.register(document))
        server.faults = AtolFaults()
        expected.append(Decimal(document["due"]) / 100)
        assert [Decimal(str(one["total"])) for one in server.memory.sold] == expected
    z: Any = bench.register(Z).result or {}
    assert z["receipts"] == len(expected)


def _break_something(chance: random.Random, server: AtolServer) -> None:
    faults, step = server.faults, chance.choice(STEPS)
    fault = chance.choice(("cut_before", "cut_after", "power", "bad", "going", "error", "blocks", "", "", ""))
    faults.cut_at = chance.randint(1, 2)
    if fault in ("cut_before", "cut_after"):
        setattr(faults, fault, step)
    elif fault == "power":
        faults.power_after = step
    elif fault == "bad":
        faults.bad, faults.bad_to = chance.choice(list(BAD)), step
    elif fault == "going":
        faults.going = chance.randint(1, 4)
    elif fault == "error":
        faults.error = 5, "Некорректные данные"
    elif fault == "blocks":
        faults.blocks = chance.random() < 0.5
