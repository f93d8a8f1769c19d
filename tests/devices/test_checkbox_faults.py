"""Exactly one receipt at the tax office per sale, whatever breaks between the till, the service and the office."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.emulators.checkbox import CheckboxFaults, CheckboxRegister
from devices.emulators.web import BAD
from devices.journal import Action
from tests.devices.fiscal_rig import Bench, Document, X, Z, line, payment, sale
from tests.devices.rig import killed, new_id
from tests.devices.service_rig import UKRAINE, goods_only, hryvnias, settled, standing
from tests.length import LONG

POST, ASKED = "POST receipts sell", "GET receipts"
STEPS = (POST, ASKED, "POST shifts", "GET cash-registers info", "GET cashier shift", "GET tax")
Shop = tuple[Bench, CheckboxRegister]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with standing(tmp_path, "checkbox", CheckboxRegister(), "/api/v1", **UKRAINE) as made:
        yield made


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[Shop]:
    """For services that never answer what was asked: every question takes the whole of its time."""
    hurry: dict[str, Any] = {"answer_seconds": 0.1, "print_seconds": 0.3, "away_seconds": 0.05}
    with standing(tmp_path, "checkbox", CheckboxRegister(), "/api/v1", **{**UKRAINE, **hurry}) as made:
        yield made


def right(bench: Bench, register: CheckboxRegister, document: Document, action: Action) -> None:
    settled(bench, register, document, action)
    assert [one.total for one in register.done] == [document["total"]]


@pytest.mark.parametrize("fault", ["cut_before", "cut_after", "power_after"])
@pytest.mark.parametrize("step", STEPS if LONG else STEPS[:1])
def test_a_break_at_any_request_ends_with_one_receipt(shop: Shop, fault: str, step: str) -> None:
    bench, register = shop
    document = hryvnias(sale(payments=[payment(200, "card", "Картка"), payment(299, change=1)]))
    setattr(register.faults, fault, step)
    right(bench, register, document, bench.register(document))
    assert len(register.shifts) == 1


@pytest.mark.parametrize("bad", BAD if LONG else ["html"])
def test_an_answer_that_is_none_is_asked_for_again(shop: Shop, bad: str) -> None:
    bench, register = shop
    document = hryvnias(sale())
    register.faults.bad, register.faults.bad_to = bad, POST
    right(bench, register, document, bench.register(document))


@pytest.mark.parametrize("arrives", [True, False])
def test_a_bridge_that_dies_asks_after_its_restart_and_a_late_request_is_the_same_receipt(
    shop: Shop, arrives: bool
) -> None:
    bench, register = shop
    document, action = hryvnias(sale()), new_id()
    setattr(register.faults, "cut_after" if arrives else "cut_before", POST)
    with killed("devices.drivers.service.Ordering._pause"):
        bench.register(document, action)
    bench.restart()
    found = bench.get(action)
    assert found.state == ("done" if arrives else "failed")
    if not arrives:
        # The network delivers now what everybody gave up.
        good = {"good": {"price": 499, "tax": [6]}, "quantity": 1000, "is_return": False}
        paid = [{"type": "CASH", "value": 499}]
        register._created("sell", {"id": found.evidence["id"], "goods": [good], "payments": paid})
    right(bench, register, document, found)


def test_a_journal_that_is_lost_registers_nothing_twice(tmp_path: Path) -> None:
    register, document = CheckboxRegister(), hryvnias(sale())
    for folder in ("one", "another"):
        (tmp_path / folder).mkdir()
        with standing(tmp_path / folder, "checkbox", register, "/api/v1", **UKRAINE) as (bench, _register):
            right(bench, register, document, bench.register(document))


def test_a_document_in_progress_is_waited_for(hasty: Shop) -> None:
    bench, register = hasty
    assert bench.register(hryvnias(sale())).state == "done"
    register.faults.going = -1
    action = bench.register(hryvnias(sale()))
    assert (action.state, action.code) == ("unknown", "no_answer")
    assert bench.register(hryvnias(sale())).code == "unsettled", "another would hide the first"
    register.finish()
    assert bench.get(action.id).state == "done"


def test_a_receipt_that_the_tax_office_refuses_is_registered_under_another_id(shop: Shop) -> None:
    bench, register = shop
    document = hryvnias(sale())
    assert bench.register(hryvnias(sale(line(price=100)))).state == "done"
    for _ in range(2):
        register.faults.refuses = "Порушено послідовність"
        assert bench.register(document).state == "failed"
    assert bench.register(document).state == "done"
    assert [one.status for one in register.documents.values()] == ["DONE", "ERROR", "ERROR", "DONE"]


@pytest.mark.parametrize("fault", ["cut_before", "cut_after"] if LONG else ["cut_after"])
def test_reports_and_cash_happen_once_too(shop: Shop, fault: str) -> None:
    bench, register = shop
    inward = {"kind": "cash", "direction": "in", "amount": 500, "reason": ""}
    for step, document in (("POST receipts service", inward), ("POST reports", X), ("POST shifts close", Z)):
        setattr(register.faults, fault, step)
        settled(bench, register, document, bench.register(document))
    assert ([one.total for one in register.done], register.x_reports) == ([500], 1)
    assert [one.status for one in register.shifts] == ["CLOSED"]


def test_random_sales_with_random_faults_are_each_registered_once(shop: Shop) -> None:
    """Sums, cash and turnovers equal, nobody asked; half of the sales meet a fault, the bridge now and then dies."""
    bench, register = shop
    chance = random.Random(20261122)
    expected: list[int] = []
    for _ in range(200 if LONG else 3):
        document = hryvnias(goods_only(chance))
        _break_something(chance, register)
        settled(bench, register, document, bench.register(document))
        register.faults = CheckboxFaults()
        expected.append(document["total"])
        assert [one.total for one in register.done] == expected
    z: Any = bench.register(Z).result or {}
    assert (sum(z["totals"].values()), z["receipts"]) == (sum(expected), len(expected))
    assert len(register.shifts) == 1


def _break_something(chance: random.Random, register: CheckboxRegister) -> None:
    faults, step = register.faults, chance.choice((POST, POST, *STEPS))
    fault = chance.choice(
        ("cut_before", "cut_after", "power", "bad", "going", "refuses", "token", "", "", "")
    )
    if fault in ("cut_before", "cut_after"):
        setattr(faults, fault, step)
    elif fault == "power":
        faults.power_after = step
    elif fault == "bad":
        faults.bad, faults.bad_to = chance.choice(list(BAD)), step
    elif fault == "going":
        faults.going = chance.randint(1, 4)
    elif fault == "refuses":
        faults.refuses = "Порушено послідовність"
    elif fault == "token":
        register.token = "another"
