"""The cash desk and the people at it: counts, hand-over, yesterday's shift, approvals, badges, practice."""

from typing import Any

import pytest
from playwright.sync_api import Page

from .conftest import Shop, open_till, sell, wait
from .fake_shop import ean13, verifier

pytestmark = pytest.mark.browser
MILK, BREAD = ean13("590000000000"), ean13("590000000001")
REFUSED = """async (action) => {
  try { await eval(action); return null; } catch (error) { return [error.code, error.args]; }
}"""
DAY_MS = 24 * 3600 * 1000


def refused(page: Page, action: str) -> Any:
    return page.evaluate(REFUSED, action)


def person(name: str, role: str, pin: str, badge: str | None = None, **more: Any) -> dict[str, Any]:
    secrets = {"pin": verifier(pin), "badge": badge and verifier(badge)}
    return {"name": name, "role": role, **secrets, "active": True, "language": None, **more}


def staff(shop: Shop) -> None:
    """A second cashier, and a manager's account of the first one."""
    shop.control(
        put=[
            ["employee", "e3", person("Jan", "r1", "3333", "B-3000")],
            ["employee", "e4", person("Anna as manager", "r2", "4444", person="e1")],
        ]
    )


def bodies(page: Page, shop: Shop, kind: str, name: str | None = None) -> list[dict[str, Any]]:
    # Adding up writes down what was noted so far.
    page.evaluate("till.xReport().catch(() => null)")
    wait(page, "till.status.unsent === 0")
    found = [item["body"] for item in shop.items(kind)]
    return [body for body in found if name is None or body["name"] == name]


def test_nobody_approves_their_own_doing_by_pin_badge_or_second_account(page: Page, shop: Shop) -> None:
    staff(shop)
    open_till(page, shop)
    for secret in ("pin: '4444'", "pin: '1111'", "badge: 'B-1'"):
        assert refused(page, f"till.authorise('till.cash', {{ {secret} }})")[0] == "own_approval"
    assert refused(page, "till.authorise('till.cash', { pin: '3333' })")[0] == "forbidden"
    assert page.evaluate("till.authorise('till.cash', { pin: '9999' }).then((one) => one.name)") == "Marta"


def test_a_limit_holds_for_who_does_it_and_for_who_allows_it(page: Page, shop: Shop) -> None:
    rights = ["till.sell", "till.cash", "till.z", "till.x"]
    limits = {"cash_amount": 1000, "difference_amount": 100}
    role = {"name": "Senior", "code": "senior", "permissions": rights, "limits": limits}
    higher = {**role, "name": "Higher", "limits": {"cash_amount": 2000}}
    shop.control(
        put=[["role", "r1", role], ["role", "r5", higher], ["employee", "e5", person("Ola", "r5", "5555")]]
    )
    open_till(page, shop)
    page.evaluate("till.cash('out', { amount: 1000, reason: 'x' })")
    code, args = refused(page, "till.cash('out', { amount: 1001, reason: 'x' })")
    assert (code, args["limit"], args["permission"]) == ("over_limit", 1000, "till.cash")
    move = "till.cash('out', { amount: %d, reason: 'x', approval })"
    allowed = "till.authorise('till.cash', { pin: '%s' }).then((approval) => " + move + ")"
    assert refused(page, allowed % ("5555", 2001))[0] == "over_limit"
    page.evaluate(allowed % ("5555", 2000))
    page.evaluate(allowed % ("9999", 9000))
    assert refused(page, "till.closeShift({ counted: 0, reason: 'x' })")[0] == "over_limit"
    closed = page.evaluate("till.closeShift({ counted: 7900, reason: 'coins' })")
    assert closed["difference"] == -100
    assert [body["approved_by"] for body in bodies(page, shop, "cash")] == [None, "e5", "e2"]


def test_a_void_after_the_subtotal_asks_for_more(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    page.evaluate(
        "([a, b]) => { till.scan(a); till.scan(b); till.voidLine(1); till.scan(a); }", [MILK, BREAD]
    )
    page.evaluate("till.startPayment(); till.leavePayment()")
    wanted = ["forbidden", {"permission": "till.void_subtotal"}]
    assert refused(page, "till.voidLine(2)") == wanted
    assert refused(page, "till.cancelReceipt({ reason: 'x' })") == wanted


def test_the_drawer_is_handed_over_and_the_difference_is_whose_it_was(page: Page, shop: Shop) -> None:
    staff(shop)
    open_till(page, shop)
    sell(page, MILK)
    seen = page.evaluate("till.countDrawer({ counted: 20100 })")
    assert (seen["expected"], seen["difference"]) == (20199, -99)
    how = {"counted": 20100, "reason": "coins", "to": {"badge": "B-3000"}}
    assert refused(page, "till.handOver({ counted: 20100, to: { pin: '4444' } })")[0] == "same_cashier"
    assert refused(page, "till.handOver({ counted: 20100, to: { badge: 'B-3000' } })")[0] == "forbidden"
    page.evaluate(
        "(how) => till.authorise('till.z', { pin: '9999' }).then((approval) => till.handOver({ ...how, approval }))",
        how,
    )
    assert page.evaluate("till.state.operator.name") == "Jan"
    sell(page, BREAD)
    report = page.evaluate("till.xReport()")
    assert (report["totals"]["correction"], report["totals"]["expected_cash"]) == (-99, 20300)
    assert sorted((row["name"], row["amount"]) for row in report["breakdown"]["cashiers"]) == [
        ("Anna", 199),
        ("Jan", 200),
    ]
    assert [(row["name"], row["count"]) for row in report["breakdown"]["groups"]] == [("Food", 2)]
    assert [row["amount"] for row in report["breakdown"]["tenders"]] == [399]
    (over,) = bodies(page, shop, "event", "handover")
    assert (over["cashier"], over["data"]["to"], over["data"]["difference"]) == ("e1", "e3", -99)


def test_nothing_is_sold_into_yesterdays_shift_without_saying_so(page: Page, shop: Shop) -> None:
    page.add_init_script("window.ahead = 0; const real = Date.now; Date.now = () => real() + window.ahead;")
    open_till(page, shop)
    page.evaluate("(c) => { till.scan(c); }", MILK)
    page.evaluate("(ms) => { window.ahead = ms; }", 2 * DAY_MS)
    # What was begun is finished; the next receipt is asked about before its first line.
    assert page.evaluate("(c) => [till.scan(c).ok, till.shiftIsOld]", BREAD) == [True, True]
    sell(page)
    result = page.evaluate("(c) => till.scan(c)", MILK)
    assert (result["ok"], result["problem"]["code"], result["problem"]["args"]["code"]) == (
        False,
        "shift_old",
        MILK,
    )
    page.evaluate("till.continueShift({ reason: 'night' })")
    assert page.evaluate("(c) => till.scan(c).ok", MILK) and page.evaluate("till.shiftIsOld") is False
    page.evaluate("till.cancelReceipt({ reason: 'x' })")
    page.evaluate("(ms) => { window.ahead = ms; }", 4 * DAY_MS)
    assert page.evaluate("till.shiftIsOld") is True
    forced = "till.closeShift({ counted: null, forced: true, reason: 'was taken out', approval })"
    assert refused(page, forced.replace(", approval", ""))[0] == "forbidden"
    closed = page.evaluate(f"till.authorise('till.z', {{ pin: '9999' }}).then((approval) => {forced})")
    assert (closed["counted"], closed["difference"]) == (None, None)
    page.evaluate("till.openShift(20000)")
    assert page.evaluate("(c) => till.scan(c).ok", MILK)
    (said,) = bodies(page, shop, "event", "shift_continue")
    assert said["data"]["reason"] == "night" and said["data"]["today"] > said["data"]["day"]
    close = next(body for body in bodies(page, shop, "shift") if body["action"] == "close")
    assert (close["forced"], close["approved_by"], close["reason"]) == (True, "e2", "was taken out")


def test_a_code_nobody_sells_may_be_the_next_cashiers_badge(page: Page, shop: Shop) -> None:
    staff(shop)
    open_till(page, shop)
    page.evaluate("(c) => till.scan(c)", MILK)
    assert page.evaluate("till.changeByBadge('B-3000')") == "changed"
    assert page.evaluate("[till.state.operator.name, till.state.receipt.lines.length]") == ["Jan", 1]
    assert page.evaluate("till.changeByBadge('B-3000')") == "same"
    assert page.evaluate("till.changeByBadge('B-9999')") == "unknown"
    names = [body["data"].get("by") for body in bodies(page, shop, "event", "login")]
    assert names == ["pin", "badge"]


def test_practice_leaves_a_trace_and_counts_nowhere(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    first = sell(page, MILK)
    before = page.evaluate("till.xReport()")["totals"]
    assert refused(page, "till.beginTraining()")[0] == "forbidden"
    begin = "till.authorise('till.training', { pin: '9999' }).then((approval) => till.beginTraining({ approval }))"
    page.evaluate("(c) => { till.scan(c); }", MILK)
    assert refused(page, begin)[0] == "open_receipts"
    page.evaluate("till.cancelReceipt({ reason: 'x' })")
    before["cancelled_receipts"] += 1
    page.evaluate(begin)
    labels = [sell(page, MILK, BREAD)["label"] for _ in range(2)]
    assert labels == ["7-3.1-T1", "7-3.1-T2"]
    page.evaluate("([a, b]) => { till.scan(a); till.scan(b); till.voidLine(1); }", [MILK, BREAD])
    for action in (
        "cash('in', { amount: 1, reason: 'x' })",
        "closeShift({ counted: 0 })",
        "countDrawer({ counted: 1 })",
    ):
        assert refused(page, f"till.{action}")[0] == "in_training"
    page.evaluate("till.endTraining()")
    assert page.evaluate("[till.state.training, till.state.receipt.lines.length]") == [None, 0]
    assert page.evaluate("till.xReport()")["totals"] == before
    assert sell(page, BREAD)["label"] == "7-3.1-2" and first["label"] == "7-3.1-1"
    assert [body["number"] for body in bodies(page, shop, "receipt")] == [1, 2]
    practised = [body for body in bodies(page, shop, "event") if body["data"].get("training")]
    names = [body["name"] for body in practised]
    assert names.count("training_receipt") == 2 and names.count("line_void") == 1
    assert {body["shift"] for body in practised} == {None}
