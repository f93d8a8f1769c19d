"""A day at the till in a real browser: enrol, sign in, sell, close; the server sees exactly that."""

from itertools import pairwise
from typing import Any

from playwright.sync_api import Page

from .conftest import Shop, boot, open_till, sell, wait
from .fake_shop import ean13, product_id

MILK, BREAD = ean13("590000000000"), ean13("590000000001")


def test_a_till_enrols_sells_and_the_server_holds_the_whole_chain(page: Page, shop: Shop) -> None:
    boot(page, shop)
    assert page.evaluate("till.state.phase") == "enrol"
    page.evaluate("till.enrol('good-code')")
    wait(page, "till.status.catalogue.state === 'ready'")
    assert page.evaluate("till.state.phase") == "signin"
    page.evaluate("till.signIn('1111')")
    assert page.evaluate("till.state.phase") == "shift"
    page.evaluate("till.openShift(20000)")
    assert page.evaluate("till.state.phase") == "sale"
    last = sell(page, MILK, BREAD, method="cash", tendered=1000)
    assert last["number"] == 1 and last["label"] == "7-3.1-1" and last["change"] == 1000 - (199 + 200)
    wait(page, "till.status.unsent === 0")
    items = shop.items()
    assert [item["seq"] for item in items] == list(range(1, len(items) + 1))
    assert all(later["prev"] == item["hash"] for item, later in pairwise(items))
    assert page.evaluate("till.status.troubles") == []
    (receipt,) = shop.items("receipt")
    check_receipt(receipt["body"])


def check_receipt(body: dict[str, Any]) -> None:
    assert body["total"] == 399 and body["due"] == 399 and body["rounding"] == 0
    assert [line["n"] for line in body["lines"]] == [1, 2]
    assert sum(line["tax_amount"] for line in body["lines"]) == body["taxes"][0]["tax"] == 75
    assert body["payments"] == [
        {"method": "cash", "amount": 399, "tendered": 1000, "change": 601, "details": {}}
    ]
    assert len(body["priced"]["engine"]) == 64 and len(body["priced"]["rulebook"]) == 64
    assert body["cashier"] == "e1" and body["currency"] == "PLN"


def refused(page: Page, script: str) -> Any:
    """The code an action was refused with, or None."""
    return page.evaluate(
        f"async () => {{ try {{ await ({script}); }} catch (error) {{ return [error.code, error.args]; }} }}"
    )


def state(page: Page, what: str) -> Any:
    return page.evaluate(f"till.state.{what}")


def test_a_wrong_code_is_refused_and_leaves_no_till_behind(page: Page, shop: Shop) -> None:
    boot(page, shop)
    assert refused(page, "till.enrol('AAAA-BBBB')")[0] == "bad_code"
    assert state(page, "phase") == "enrol"


def test_the_private_key_cannot_be_taken_out_of_the_browser(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    found = page.evaluate(
        """async () => {
          const db = await new Promise((done) => { const r = indexedDB.open('kasa-till'); r.onsuccess = () =>
            done(r.result); });
          const { key } = await new Promise((done) => {
            const r = db.transaction('meta').objectStore('meta').get('enrolment'); r.onsuccess = () =>
              done(r.result); });
          db.close();
          return [key.type, key.extractable, await crypto.subtle.exportKey('jwk', key).then(() => 'out', (e) =>
            e.name)];
        }"""
    )
    assert found == ["private", False, "InvalidAccessError"]


def test_quantity_before_and_after_pack_codes_and_plu(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    pack = ean13("590000000006")
    page.evaluate("till.multiply(3000)")
    assert state(page, "operand") == 3000
    assert page.evaluate("(c) => till.scan(c)", MILK)["ok"]
    page.evaluate("(c) => till.scan(c)", pack)
    page.evaluate("till.setQuantity(null, 12000)")
    page.evaluate("till.scan('104')")
    lines = state(page, "receipt.lines")
    assert [(line["quantity"], line["gross"], line["code"]) for line in lines] == [
        (3000, 597, "100"),
        (12000, 2460, "106"),
        (1000, 203, "104"),
    ]
    assert state(page, "operand") is None
    assert refused(page, "till.setQuantity(null, 1500)")[0] == "bad_quantity"
    assert refused(page, "till.setQuantity(99, 1000)")[0] == "no_line"


def test_weighed_labels_by_weight_and_by_price(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    by_weight, by_price = ean13("210010700750"), ean13("220010700501")
    assert page.evaluate("(c) => till.scan(c)", by_weight)["weighed"]
    page.evaluate("(c) => till.scan(c)", by_price)
    one, two = state(page, "receipt.lines")
    assert (one["quantity"], one["price"], one["gross"], one["unitName"]) == (750, 206, 155, "kg")
    assert two["gross"] <= 501 and two["gross"] >= 500
    wrong = by_weight[:-1] + str((int(by_weight[-1]) + 1) % 10)
    assert page.evaluate("(c) => till.scan(c)", wrong)["problem"]["code"] == "bad_label"


def test_an_unknown_code_sells_nothing_and_is_heard(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    assert page.evaluate("till.scan('999000999')")["problem"] == {
        "code": "unknown_code",
        "args": {"code": "999000999"},
    }
    assert ["unknown", {"code": "999000999"}] in page.evaluate("heard")
    assert state(page, "receipt.lines") == []


def test_a_voided_line_stays_in_sight_and_leaves_a_trace(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    page.evaluate(
        "([a, b]) => { till.scan(a); till.scan(b); till.voidLine(1, { reason: 'wrong' }); }", [MILK, BREAD]
    )
    assert [line["voided"] for line in state(page, "receipt.lines")] == [True, False]
    assert state(page, "receipt.total") == 200 and state(page, "receipt.count") == 1
    sell(page)
    wait(page, "till.status.unsent === 0")
    (void,) = [item["body"] for item in shop.items("event") if item["body"]["name"] == "line_void"]
    assert void["line"] == 1 and void["data"]["reason"] == "wrong"
    (receipt,) = shop.items("receipt")
    assert [line["n"] for line in receipt["body"]["lines"]] == [2]


def test_a_discount_above_the_role_s_limit_needs_a_manager(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    page.evaluate(
        "(c) => { till.multiply(10000); till.scan(c); till.discountLine(null, { percent: 1000 }); }", MILK
    )
    assert state(page, "receipt.total") == 1791
    code, args = refused(page, "till.discountReceipt({ percent: 2000 })")
    assert code == "over_limit" and args["limit"] == 1000 and state(page, "receipt.total") == 1791
    page.evaluate(
        "till.authorise('till.discount', { pin: '9999' }).then((approval) => "
        "till.discountReceipt({ percent: 2000, approval, reason: 'old' }))"
    )
    assert state(page, "receipt.total") == 1433
    forged = "till.discountReceipt({ percent: 2000, approval: { id: 'e2', name: 'x', permission: 'till.discount' } })"
    assert refused(page, forged)[0] == "over_limit"
    assert refused(page, "till.authorise('till.discount', { pin: '1234' })")[0] == "wrong_pin"


def test_age_must_be_confirmed_before_payment_and_only_once(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    beer = ean13("590000000005")
    page.evaluate("(c) => till.scan(c)", beer)
    assert state(page, "receipt.age") == 18
    assert refused(page, "till.startPayment()")[0] == "age_unconfirmed"
    page.evaluate("(c) => { till.confirmAge(); till.scan(c); }", beer)
    assert state(page, "receipt.age") == 0
    sell(page)


def test_several_receipts_are_open_at_once_and_survive_a_reload(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    page.evaluate("([a]) => { till.scan(a); till.newReceipt(); till.scan(a); till.scan(a); }", [MILK])
    assert [(tab["tab"], tab["lines"], tab["total"], tab["current"]) for tab in state(page, "receipts")] == [
        (1, 1, 199, False),
        (2, 2, 398, True),
    ]
    page.wait_for_timeout(800)
    boot(page, shop)
    wait(page, "till.state.phase === 'sale' && till.state.receipts.length === 2")
    page.evaluate("till.switchReceipt(till.state.receipts[0].id)")
    assert state(page, "receipt.total") == 199
    sell(page)
    assert state(page, "receipt.total") == 398
    assert refused(page, "till.closeShift({ counted: 0 })")[0] == "forbidden"


def test_mixed_payment_change_and_taking_a_tender_back(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    page.evaluate("(c) => { till.multiply(10000); till.scan(c); till.startPayment(); }", MILK)
    assert state(page, "payment.quickCash") == [1990, 2000, 5000, 10000]
    assert page.evaluate("till.tender({ method: 'cash', tendered: 500 })") is False
    assert state(page, "payment.rest") == 1490
    assert page.evaluate("(c) => till.scan(c)", MILK)["problem"]["code"] == "payment_started"
    assert refused(page, "till.tender({ method: 'card', amount: 1500 })") == ["too_much", {"rest": 1490}]
    assert refused(page, "till.tender({ method: 'shells' })")[0] == "unknown_method"
    assert refused(page, "till.finish()")[0] == "unpaid"
    page.evaluate("till.removeTender(0)")
    assert page.evaluate("till.tender({ method: 'card1', amount: 990, reference: '77' })") is False
    assert page.evaluate("till.tender({ method: 'cash', tendered: 5000 })") is True
    assert page.evaluate("till.finish()")["change"] == 4000
    wait(page, "till.status.unsent === 0")
    (receipt,) = shop.items("receipt")
    assert receipt["body"]["payments"] == [
        {"method": "cash", "amount": 1000, "tendered": 5000, "change": 4000, "details": {}},
        {
            "method": "card",
            "amount": 990,
            "tendered": 990,
            "change": 0,
            "details": {"terminal": "card1", "name": "Terminal 1", "reference": "77"},
        },
    ]


def test_cash_is_rounded_by_the_rulebook_and_a_card_is_not(page: Page, shop: Shop) -> None:
    from .fake_shop import rulebook

    open_till(page, shop)
    shop.control(put=[["rulebook", "current", rulebook(step=10)]], push={"push": "changed"})
    wait(page, "heard.some(([name]) => name === 'prices')")
    page.evaluate("(c) => { till.multiply(3000); till.scan(c); till.startPayment(); }", MILK)
    assert (state(page, "payment.rest"), state(page, "payment.restCash")) == (597, 600)
    page.evaluate("till.leavePayment()")
    sell(page, method="cash")
    sell(page, MILK, method="card")
    page.evaluate(
        "(c) => { till.scan(c); till.tender({ method: 'card', amount: 51 }); "
        "till.tender({ method: 'cash' }); return till.finish(); }",
        MILK,
    )
    wait(page, "till.status.unsent === 0")
    bodies = [item["body"] for item in shop.items("receipt")]
    assert [(body["total"], body["rounding"], body["due"]) for body in bodies] == [
        (597, 3, 600),
        (199, 0, 199),
        (199, 2, 201),
    ]
    assert all(sum(payment["amount"] for payment in body["payments"]) == body["due"] for body in bodies)


def test_a_second_enter_does_not_make_a_second_receipt(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    numbers = page.evaluate(
        """async (code) => {
          till.scan(code); till.startPayment(); till.tender({ method: 'cash' });
          const all = await Promise.all([till.finish(), till.finish(), till.finish()]);
          return all.map((one) => one.number);
        }""",
        MILK,
    )
    assert numbers == [1, 1, 1]
    assert sell(page, MILK)["number"] == 2


def test_a_price_change_reaches_the_next_scan_and_not_the_line_already_there(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    page.evaluate("(c) => till.scan(c)", MILK)
    shop.control(
        put=[
            ["price", "01910000-0000-7000-8000-000000000000", None],
            [
                "price",
                "p-new",
                {"product": product_id(0), "type": "retail", "price": 777, "from": None, "to": None},
            ],
            ["product", product_id(1), None],
        ],
        push={"push": "changed"},
    )
    wait(page, "heard.some(([name]) => name === 'prices')")
    page.evaluate("(c) => till.scan(c)", MILK)
    assert [line["price"] for line in state(page, "receipt.lines")] == [199, 777]
    assert page.evaluate("(c) => till.scan(c)", BREAD)["problem"]["code"] == "unknown_code"


def test_the_shift_is_counted_from_the_journal_and_closed_by_a_manager(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    sell(page, MILK, method="cash", tendered=1000)
    sell(page, BREAD, method="card")
    page.evaluate("(c) => { till.scan(c); till.cancelReceipt({ reason: 'left' }); }", MILK)
    assert refused(page, "till.cash('in', { amount: 5000, reason: 'coins' })") == [
        "forbidden",
        {"permission": "till.cash"},
    ]
    page.evaluate(
        "till.authorise('till.cash', { pin: '9999' }).then((approval) => till.cash('in', "
        "{ amount: 5000, reason: 'coins', approval }))"
    )
    report = page.evaluate("till.xReport()")
    totals = report["totals"]
    assert totals["tenders"] == {"cash": {"count": 1, "amount": 199}, "card": {"count": 1, "amount": 200}}
    assert (totals["receipts"], totals["cancelled_receipts"], totals["cash_in"], totals["expected_cash"]) == (
        2,
        1,
        5000,
        25199,
    )
    page.evaluate("till.signOut().then(() => till.signIn('9999'))")
    closed = page.evaluate("till.closeShift({ counted: 25000, denominations: { '10000': 2, '5000': 1 } })")
    assert closed["difference"] == -199 and state(page, "phase") == "shift"
    wait(page, "till.status.unsent === 0")
    opening, closing = [item["body"] for item in shop.items("shift")]
    assert opening["number"] == closing["number"] == 1 and closing["totals"]["expected_cash"] == 25199
    assert closing["float"] == 20000 and opening["float"] == 20000 and opening["totals"] is None
    page.evaluate("till.openShift(0)")
    assert state(page, "shift.number") == 2


def test_wrong_pins_cost_time_that_a_restart_does_not_give_back(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    page.evaluate("till.signOut()")
    found = [refused(page, "till.signIn('0000')") for _ in range(4)]
    assert [one[0] for one in found] == ["wrong_pin"] * 3 + ["locked_out"]
    boot(page, shop)
    wait(page, "till.state.phase === 'signin'")
    assert refused(page, "till.signIn('1111')")[0] == "locked_out"


def test_a_badge_signs_in_and_a_manager_can_lock_the_till(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    page.evaluate("till.signOut().then(() => till.signInBadge('B-1'))")
    assert state(page, "operator.name") == "Anna"
    shop.control(push={"push": "command", "name": "lock"})
    wait(page, "till.state.locked && till.state.phase === 'signin'")
    assert refused(page, "till.signIn('1111')")[0] == "locked"
    shop.control(push={"push": "command", "name": "unlock"})
    wait(page, "!till.state.locked")
    page.evaluate("till.signIn('1111')")


def test_listeners_hear_one_call_per_action_in_the_same_task(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    calls = page.evaluate(
        """(code) => {
          const calls = [];
          const stop = till.subscribe((what) => calls.push([what, till.state.receipt?.lines.length]));
          till.multiply(2000); till.scan(code); stop();
          return calls;
        }""",
        MILK,
    )
    assert calls == [["state", 0], ["state", 1]]


def test_search_finds_by_word_starts_without_diacritics_and_in_the_wrong_layout(
    page: Page, shop: Shop
) -> None:
    open_till(page, shop)
    wait(page, "till.status.search")

    def names(text: str) -> list[str]:
        return [item["name"] for item in page.evaluate("(t) => till.search(t)", text)["items"]]

    assert names("losos")[0].startswith("Łosoś") and names("ser zol")[0].startswith("Ser żółty")
    assert names("ежик")[0].startswith("Ёжик")
    assert names("ьдулщ") == names("mleko") != []
    assert names("rtash") == names("кефір") != []
    assert names("105")[0].startswith("Кефір") and names("zzzz") == []
