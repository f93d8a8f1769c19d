"""Approvals that an item names: nobody's own, by somebody who may; an odd one is noted and never sets a fact aside."""

from typing import Any

import pytest

from core import permissions
from core.models import Employee
from core.services import organisation
from pos.headless.chain import new_id
from pos.headless.receipts import discount
from pos.models import ItemWarning, ShiftClosing
from pos.selectors import shifts
from tests.pos.shop import Desk, Shop

pytestmark = pytest.mark.django_db


def second_account(of: Employee, shop: Shop) -> Employee:
    """The same human being with a manager's badge."""
    role = shop.cast.manager.role
    return organisation.employee_create(store=shop.store, name="Anna N.", role=role, badge="B-7", same_as=of)


def remarks(desk: Desk, *items: object) -> list[str]:
    assert set(desk.statuses(*items)) == {"stored"}
    return sorted(ItemWarning.objects.exclude(code="unknown_shift").values_list("code", flat=True))


def cash(desk: Desk, by: str | None, **more: Any) -> object:
    body = {"kind": "out", "shift": desk.shift, "cashier": str(desk.shop.cast.cashier.id), "amount": 500}
    return desk.item("cash", {**body, "reason": "x", "approved_by": by, **more})


def event(desk: Desk, name: str, **data: Any) -> object:
    body = {"name": name, "shift": desk.shift, "cashier": str(desk.shop.cast.cashier.id), "data": data}
    return desk.item("event", body)


def test_a_managers_leave_is_no_news(desk: Desk, shop: Shop) -> None:
    manager = str(shop.cast.manager.id)
    allowed = desk.goods(discounts=[{**discount("manual", 100), "approved_by": manager}])
    items = [desk.sale(allowed), cash(desk, manager), event(desk, "line_void", approved_by=manager)]
    asked = event(desk, "approval", permission="till.void", by=manager)
    assert remarks(desk, *items, asked) == []


@pytest.mark.parametrize("kind", ["receipt", "cash", "line_void", "approval", "closing"])
def test_nobody_approves_their_own_doing_not_even_by_a_second_account(
    desk: Desk, shop: Shop, kind: str
) -> None:
    other = str(second_account(shop.cast.cashier, shop).id)
    items: dict[str, object] = {
        "receipt": desk.sale(desk.goods(discounts=[{**discount("manual", 100), "approved_by": other}])),
        "cash": cash(desk, str(shop.cast.cashier.id)),
        "line_void": event(desk, "line_void", approved_by=other),
        "approval": event(desk, "approval", permission="till.void", by=other),
        "closing": desk.item("shift", desk.shift_body("close", approved_by=other)),
    }
    assert remarks(desk, items[kind]) == ["own_approval"]


def test_who_approves_must_be_known_and_have_the_right(desk: Desk, shop: Shop) -> None:
    role = organisation.role_save(code="helper", name="Helper", permissions=["till.sell", "till.discount"])
    helper = organisation.employee_create(store=shop.store, name="Jan", role=role, pin="4545")
    found = remarks(desk, cash(desk, str(helper.id)), cash(desk, new_id()))
    assert found == ["approver_without_right", "unknown_approver"]


def test_a_closing_says_who_allowed_it_and_what_other_devices_counted(desk: Desk, shop: Shop) -> None:
    check = {"device": "card1", "figure": "amount", "till": 100, "told": 90}
    manager = str(shop.cast.manager.id)
    said: dict[str, Any] = {"approved_by": manager, "reason": "coins", "forced": True, "checks": [check]}
    assert remarks(desk, desk.item("shift", desk.shift_body("close", **said))) == []
    closing = ShiftClosing.objects.get()
    assert (str(closing.approved_by_id), closing.reason, closing.forced) == (manager, "coins", True)
    assert closing.checks == [check]


@pytest.mark.parametrize(
    "checks", ["x", [{"device": "c"}], [{"device": "", "figure": "f", "till": 1, "told": 1}]]
)
def test_counters_of_another_shape_are_a_bad_body(desk: Desk, checks: Any) -> None:
    item = desk.item("shift", desk.shift_body("close", checks=checks))
    assert desk.statuses(item) == ["quarantined:bad_body"]


def test_a_hand_overs_difference_is_booked_and_the_shift_goes_on(desk: Desk, shop: Shop) -> None:
    manager = str(shop.cast.manager.id)
    told = {"counted": 20399, "expected": 20499, "difference": -100, "to": manager, "approved_by": manager}
    over = [event(desk, "handover", **told), cash(desk, manager, kind="correction", amount=-100)]
    desk.push(desk.open_shift())
    assert remarks(desk, desk.sale(), *over) == []
    report = shifts.shift_report(shifts.shifts(shop.store).get())
    assert (report.correction, report.expected_cash) == (-100, 20399)


def test_practice_changes_no_figure(desk: Desk, shop: Shop) -> None:
    desk.push(desk.open_shift(), desk.sale())
    shift = shifts.shift_get(shop.store, shifts.shifts(shop.store).get().id)
    before = shifts.totals_wire(shifts.shift_report(shift))
    practised = {"training": True, "number": 1, "receipt": {"kind": "sale", "due": 499}}
    body = {"shift": None, "cashier": str(shop.cast.cashier.id), "receipt": new_id(), "line": None}
    names = ["training_receipt", "line_void", "receipt_cancel", "discount"]
    items = [desk.item("event", {**body, "name": name, "data": practised}) for name in names]
    assert set(desk.statuses(*items)) == {"stored"}
    assert shifts.totals_wire(shifts.shift_report(shift)) == before


def test_limits_have_known_names_and_whole_numbers(shop: Shop) -> None:
    wrong: list[dict[str, int]] = [{"moon": 1}, {"cash_amount": -1}, {"cash_amount": True}]
    for limits in wrong:
        with pytest.raises(organisation.BadLimit):
            organisation.role_save(code="x", name="X", permissions=[], limits=limits)
    assert {right for _name, _kind, right, _label in permissions.LIMITS} <= permissions.NAMES


def test_all_accounts_of_somebody_name_the_same_one(shop: Shop) -> None:
    first, store, role = shop.cast.cashier, shop.store, shop.cast.cashier.role
    second = second_account(first, shop)
    third = organisation.employee_create(store=store, name="Anna 3", role=role, pin="7878", same_as=second)
    assert third.same_as_id == first.id
    assert organisation.employee_value(third)["person"] == str(first.id)
    assert "person" not in organisation.employee_value(first)
    with pytest.raises(organisation.SameAccount):
        organisation.employee_update(first, same_as=second)
