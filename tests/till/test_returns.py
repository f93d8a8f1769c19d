"""Goods that come back at the till: from its own journal, counted by scanning, written into the same chain."""

from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page

from .conftest import Shop, boot, open_till, sell, wait
from .fake_shop import ean13, product_id
from .test_selling import refused, state

MILK, BREAD, PACK = ean13("590000000000"), ean13("590000000001"), ean13("590000000006")
BEER = ean13("590000000021")
ALLOWED = """async ([permission, action]) => {
  const approval = await till.authorise(permission, { pin: '9999' });
  const run = new (Object.getPrototypeOf(async () => {}).constructor)('approval', `return ${action}`);
  return run(approval);
}"""
# A bridge that never answers: what is printed waits in the till's own database.
NOWHERE = "till.pairBridge({ url: 'ws://127.0.0.1:9/', token: 'none' })"
PRINTED = """() => new Promise((found) => {
  const opened = indexedDB.open('kasa-till');
  opened.onsuccess = () => {
    const rows = opened.result.transaction('prints').objectStore('prints').getAll();
    rows.onsuccess = () => { opened.result.close(); found(rows.result.map(({ document }) => document)); };
  };
})"""
OF_STORE_8 = """async (code) => {
  const { packed } = await import('/static/till/models/paper.js');
  const { readPaper, spelled } = await import('/static/till/models/paper-letters.js');
  const { sale, signature } = readPaper(code);
  return spelled(packed({ ...sale, store: 8 }), signature);
}"""


def allowed(page: Page, permission: str, action: str) -> Any:
    """The action with the manager's leave, which it finds as `approval`."""
    return page.evaluate(ALLOWED, [permission, action])


def open_return(page: Page, code: str) -> None:
    allowed(page, "till.return", f"till.openReturn({code!r}, {{ approval }})")


def returns(shop: Shop) -> list[dict[str, Any]]:
    return [item["body"] for item in shop.items("receipt") if item["body"]["kind"] == "return"]


def test_goods_come_back_in_parts_and_the_last_part_is_all_that_is_left(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    page.evaluate(
        "(c) => { till.multiply(3000); till.scan(c); till.discountLine(null, { amount: 47 }); }", MILK
    )
    sold = sell(page, PACK, BREAD, method="cash")
    assert refused(page, f"till.openReturn('{sold['id']}')") == ["forbidden", {"permission": "till.return"}]
    open_return(page, sold["id"])
    back = state(page, "receipt.back")
    assert (back["label"], back["source"], back["verified"]) == (sold["label"], "till", False)
    assert [line["left"] for line in back["lines"]] == [3000, 6000, 1000]
    page.evaluate("([milk, pack]) => { till.scan(milk); till.scan(pack); }", [MILK, PACK])
    assert page.evaluate("(c) => till.scan(c)", PACK)["problem"]["code"] == "nothing_left"
    assert page.evaluate("till.scan('104')")["problem"]["code"] == "not_on_receipt"
    # Three for 5.50 after the discount: one of them is worth 1.83.
    assert state(page, "receipt.total") == 183 + 6 * 205
    last = page.evaluate("till.finishReturn()")
    assert (last["label"], last["kind"], last["change"]) == ("7-3.1-R1", "return", 183 + 6 * 205)
    open_return(page, sold["id"])
    page.evaluate("till.returnAll()")
    assert [line["quantity"] for line in state(page, "receipt.lines")] == [2000, 1000]
    page.evaluate("till.finishReturn()")
    open_return(page, sold["label"])
    page.evaluate("till.returnAll()")
    assert refused(page, "till.finishReturn()")[0] == "empty_receipt"
    wait(page, "till.status.unsent === 0")
    (sale,) = [item for item in shop.items("receipt") if item["body"]["kind"] == "sale"]
    one, two = returns(shop)
    assert one["due"] + two["due"] == sale["body"]["due"] and [one["number"], two["number"]] == [1, 2]
    assert one["lines"][0]["origin"] == {"receipt": sale["id"], "n": 1}
    taxes = [sum(row["tax"] for row in body["taxes"]) for body in (one, two, sale["body"])]
    assert taxes[0] + taxes[1] == taxes[2]
    assert sum(line["discounts"][0]["amount"] for line in (one["lines"][0], two["lines"][0])) == 47
    totals = page.evaluate("till.xReport()")["totals"]
    assert (totals["returns"], totals["refunds"]) == (2, sale["body"]["due"])
    assert totals["expected_cash"] == 20000 and totals["tenders"]["cash"]["amount"] == 0


def test_a_return_survives_a_reload_and_a_card_gets_its_money_back(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    page.evaluate("([a, b]) => { till.scan(a); till.scan(b); till.startPayment(); }", [MILK, BREAD])
    page.evaluate(
        "till.tender({ method: 'card1', amount: 300, reference: '77' }); till.tender({ method: 'cash' });"
    )
    sold = page.evaluate("till.finish()")
    open_return(page, sold["label"])
    page.evaluate("(c) => till.scan(c)", BREAD)
    page.wait_for_timeout(800)
    boot(page, shop)
    wait(page, "till.state.phase === 'sale' && till.state.receipt?.count === 1")
    assert state(page, "receipt.back.label") == sold["label"]
    plan = page.evaluate("till.refund()")
    assert [(part["method"], part["name"], part["amount"]) for part in plan["parts"]] == [
        ("card", "Terminal 1", 200)
    ]
    page.evaluate("till.returnAll()")
    plan = page.evaluate("till.refund()")
    assert [(part["method"], part["amount"]) for part in plan["parts"]] == [("card", 300), ("cash", 99)]
    # Cash for what a card paid is a manager's to give.
    assert refused(page, "till.finishReturn({ cash: true })") == [
        "forbidden",
        {"permission": "till.return_over"},
    ]
    last = page.evaluate("till.finishReturn({ references: ['0099', null] })")
    assert (last["due"], last["change"]) == (399, 99)
    wait(page, "till.status.unsent === 0")
    (body,) = returns(shop)
    assert body["payments"][0]["details"] == {"terminal": "card1", "name": "Terminal 1", "reference": "0099"}


def test_without_a_receipt_there_is_a_reason_and_a_limit(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    shop.control(put=[["setting", "returns", {"value": {"blind_limit": 500}}]], push={"push": "changed"})
    wait(page, "heard.some(([name]) => name === 'prices')")
    assert refused(page, "till.openBlindReturn({ reason: 'gift' })")[0] == "forbidden"
    allowed(page, "till.return_blind", "till.openBlindReturn({ reason: 'gift', approval })")
    page.evaluate("(c) => { till.multiply(3000); till.scan(c); }", MILK)
    assert refused(page, "till.finishReturn()") == [
        "return_limit",
        {"most": 500, "permission": "till.return_over"},
    ]
    page.evaluate("till.setQuantity(null, 2000)")
    page.evaluate("till.finishReturn()")
    wait(page, "till.status.unsent === 0")
    (body,) = returns(shop)
    assert (body["reason"], body["due"], body["lines"][0]["origin"]) == ("gift", 398, None)
    names = [item["body"]["name"] for item in shop.items("event")]
    assert "return_blind" in names


def test_empty_bottles_bring_their_deposit_in_cash_and_no_more(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    beer, deposit = ean13("590000000021"), ean13("590000000022")
    begin = "till.openBlindReturn({ reason: 'empties', empties: true, approval: undefined })"
    assert refused(page, begin) == ["forbidden", {"permission": "till.empties"}]
    allowed(page, "till.empties", begin.replace(": undefined", ""))
    page.evaluate("(c) => { till.multiply(20000); till.scan(c); }", beer)
    page.evaluate("([a, b]) => { till.scan(a); till.scan(b); }", [beer, deposit])
    answer = page.evaluate("(c) => till.scan(c)", MILK)
    assert answer["problem"]["code"] == "no_deposit"
    assert page.evaluate("(c) => till.scan(c)", "4000000000001")["problem"]["code"] == "unknown_code"
    (line,) = state(page, "receipt.lines")
    price = line["price"]
    assert (line["quantity"], line["total"]) == (22000, 22 * price)
    page.wait_for_timeout(400)
    boot(page, shop)
    wait(page, "till.state.phase === 'sale' && till.state.receipt?.back?.empties")
    last = page.evaluate("till.finishReturn()")
    assert (last["due"], last["change"]) == (22 * price, 22 * price)
    wait(page, "till.status.unsent === 0")
    (body,) = returns(shop)
    (back,) = body["lines"]
    assert (back["deposit"], back["discounts"], back["origin"]) == (True, [], None)
    assert [(one["method"], one["amount"]) for one in body["payments"]] == [("cash", 22 * price)]
    names = [item["body"]["name"] for item in shop.items("event")]
    assert "return_empties" in names and "return_blind" not in names


def test_a_scanned_receipt_opens_and_goods_scanned_meanwhile_are_counted(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    sold = sell(page, MILK, method="cash")
    page.evaluate("void till.on('receipt_code', ({ code }) => window.codes = [code])")
    assert page.evaluate("(c) => till.scan(c)", sold["id"].upper())["ok"]
    assert page.evaluate("codes") == [sold["id"].upper()]
    count = allowed(page, "till.return", f"(() => {{ const open = till.openReturn('{sold['id']}', {{ approval }}); "
                    f"till.scan('{MILK}'); return open; }})()")  # fmt: skip
    assert count is None
    wait(page, "till.state.receipt.count === 1")
    page.evaluate("till.dropReturn()")
    assert state(page, "receipt.kind") == "sale"
    open_return(page, "01900000-0000-7000-8000-0123456789ab")
    wait(page, "heard.some(([name, problem]) => name === 'refused' && problem.code === 'receipt_elsewhere')")
    assert state(page, "receipt.kind") == "sale"


def begin_exchange(page: Page, sold: dict[str, Any], code: str) -> None:
    open_return(page, sold["id"])
    page.evaluate("(c) => { till.scan(c); till.exchange(); }", code)


def test_an_exchange_is_two_receipts_and_one_payment(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    sold = sell(page, MILK, BREAD, method="cash")
    begin_exchange(page, sold, MILK)
    plan = page.evaluate("till.exchanged")
    assert (plan["back"], plan["due"], plan["payCash"], plan["parts"][0]["amount"]) == (199, 0, 0, 199)
    assert refused(page, "till.finishExchange()")[0] == "empty_receipt"
    page.evaluate("(c) => till.scan(c)", PACK)
    assert refused(page, "till.startPayment()")[0] == "on_an_exchange"
    plan = page.evaluate("till.exchanged")
    assert (plan["due"], plan["payCash"], plan["parts"]) == (6 * 205, 6 * 205 - 199, [])
    assert refused(page, "till.finishExchange({ tendered: 1000 })")[0] == "bad_amount"
    last = page.evaluate("till.finishExchange({ tendered: 2000 })")
    assert (last["due"], last["change"]) == (1031, 969)
    # The other way round: what comes back is worth more.
    open_return(page, sold["id"])
    page.evaluate("till.returnAll(); till.exchange();")
    page.evaluate("(c) => till.scan(c)", MILK)
    last = page.evaluate("till.finishExchange()")
    assert (last["kind"], last["due"], last["change"]) == ("return", 1, 1)
    wait(page, "till.status.unsent === 0")
    bodies = {item["id"]: item["body"] for item in shop.items("receipt")}
    pairs = [
        (body, bodies[body["pair"]]) for body in bodies.values() if body["pair"] and body["kind"] == "return"
    ]
    assert len(pairs) == 2 and all(bodies[other["pair"]] is body for body, other in pairs)
    assert [[(p["method"], p["amount"]) for p in body["payments"]] for pair in pairs for body in pair] == [
        [("exchange", 199)], [("exchange", 199), ("cash", 1031)], [("exchange", 199), ("cash", 1)], [("exchange", 199)],
    ]  # fmt: skip
    totals = page.evaluate("till.xReport()")["totals"]
    assert totals["tenders"]["exchange"]["amount"] == 0 and totals["expected_cash"] == 20000 + 399 + 1031 - 1
    shop.control(put=[["setting", "returns", {"value": {"exchange": "off"}}]], push={"push": "changed"})
    wait(page, "heard.some(([name]) => name === 'prices')")
    open_return(page, last["id"])
    page.evaluate("till.returnAll()")
    assert refused(page, "till.exchange()")[0] == "no_exchange"


def codes(page: Page) -> list[list[str]]:
    """The QR codes of each paper that waits for the printer, in the order they are printed."""
    papers = page.evaluate(PRINTED)
    return [[block["qr"] for block in paper["blocks"] if "qr" in block] for paper in papers if paper]


@pytest.fixture
def other(context: BrowserContext, page: Page) -> Page:
    """A second device with its own database, beside `page`; what it leaves is cleared with the other's."""
    return context.new_page()


def refusal(page: Page, code: str) -> str:
    """What the till says to the code of a paper; nothing may be open afterwards."""
    action = f"till.openReturn({code!r}, {{ approval }}).then(() => '', (error) => error.problem.code)"
    told = allowed(page, "till.return", action)
    assert state(page, "receipt.kind") == "sale"
    return str(told or page.evaluate("heard.findLast(([name]) => name === 'refused')[1].code"))


def with_letter(code: str, place: int) -> str:
    """The code with another letter there."""
    letters = list(code)
    letters[place] = "1" if letters[place] == "0" else "0"
    return "".join(letters)


def told(page: Page, shop: Shop, *rows: list[Any]) -> None:
    """The feed has these rows, and the till knows."""
    page.evaluate("heard.length = 0")
    shop.control(put=list(rows), push={"push": "changed"})
    wait(page, "heard.some(([name]) => name === 'prices')")


def sold_on_paper(page: Page, shop: Shop) -> tuple[dict[str, Any], str]:
    """A sale with a reduction, a pack, a deposit and goods by weight, paid in two ways; and the code on its paper."""
    open_till(page, shop)
    page.evaluate(NOWHERE)
    page.evaluate(
        "(c) => { till.multiply(3000); till.scan(c); till.discountLine(null, { amount: 47 }); }", MILK
    )
    page.evaluate("([a, b]) => { till.scan(a); till.scan(b); }", [PACK, BEER])
    page.evaluate("(id) => till.addProduct(id, 1234)", product_id(7))
    page.evaluate("till.startPayment(); till.tender({ method: 'card1', amount: 500, reference: '77' });")
    sold = sell(page, method="cash")
    page.evaluate("till.reprint()")
    paper, copy = codes(page)
    assert paper[0] == copy[0] == sold["id"] and paper[1] != copy[1]
    return sold, paper[1]


# Goods whose ids have nothing in common, so that the ids of twenty have no room on a paper.
SHELF = {str(uuid4()): str(9000 + n) for n in range(20)}


def shelf() -> list[list[Any]]:
    common = {"kind": "piece", "unit": "pcs", "group": "g1", "tax": "A", "age": 0, "discountable": True}
    price = {"type": "retail", "price": 250, "from": None, "to": None}
    goods = [
        ["product", one, {"code": code, "name": f"Shelf {code}", **common}] for one, code in SHELF.items()
    ]
    return [*goods, *(["price", str(uuid4()), {"product": one, **price}] for one in SHELF)]


def test_a_paper_is_believed_only_when_a_device_of_the_store_has_signed_it(
    page: Page, other: Page, shop: Shop
) -> None:
    shop.control(put=shelf())
    sold, code = sold_on_paper(page, shop)
    page.evaluate("(all) => all.forEach((id) => till.addProduct(id))", list(SHELF))
    long = sell(page, method="cash")
    (of_codes,) = (paper[1] for paper in codes(page) if paper[0] == long["id"])
    open_till(other, shop, database="other")
    open_return(other, of_codes)
    assert [line["name"] for line in state(other, "receipt.back.lines")] == [
        f"Shelf {n}" for n in SHELF.values()
    ]
    other.evaluate("till.dropReturn()")
    refused_papers(other, shop, code)
    told(other, shop, ["setting", "returns", {"value": {"paper_limit": 500}}], ["product", min(SHELF), None])
    assert refusal(other, of_codes) == "paper_goods"
    sale = next(item["body"] for item in shop.items("receipt") if item["id"] == sold["id"])
    returned_by_paper(other, code, sale)
    wait(other, "till.status.unsent === 0")
    bodies = returns(shop)
    assert sum(body["due"] for body in bodies) == sale["due"]
    assert {line["origin"]["receipt"] for body in bodies for line in body["lines"]} == {sold["id"]}
    assert sum(p["amount"] for body in bodies for p in body["payments"] if p["method"] == "card") == 500
    events = [item["body"] for item in shop.items("event") if item["body"]["name"] == "return_paper"]
    assert [event["data"]["code"] for event in events] == [long["label"], *[sold["label"]] * 2]


def refused_papers(other: Page, shop: Shop, code: str) -> None:
    assert {refusal(other, cut) for cut in (code[:-9], code[:90], "OKASA")} == {"paper_damaged"}
    # A letter of the sale, and one of its signature.
    assert refusal(other, with_letter(code, 60)) in ("paper_false", "paper_damaged")
    assert refusal(other, with_letter(code, -30)) == "paper_false"
    assert refusal(other, other.evaluate(OF_STORE_8, code)) == "paper_elsewhere"
    key = shop.state()["keys"]["3.1"]
    # Another's key, one whose device was replaced before the sale, none at all.
    told(other, shop, ["till_key", "3.1", {**key, "x": key["y"]}])
    assert refusal(other, code) == "paper_false"
    told(other, shop, ["till_key", "3.1", {**key, "until": "2020-01-01T00:00:00.000Z"}])
    assert refusal(other, code) == "paper_unknown"
    told(other, shop, ["till_key", "3.1", None])
    assert refusal(other, code) == "paper_unknown"
    told(other, shop, ["till_key", "3.1", key], ["setting", "returns", {"value": {"paper": "off"}}])
    assert refusal(other, code) == "receipt_away"


def returned_by_paper(other: Page, code: str, sale: dict[str, Any]) -> None:
    """In two parts, of which the second is beyond the limit."""
    open_return(other, code.lower())
    back = state(other, "receipt.back")
    assert (back["label"], back["source"], back["verified"]) == (f"7-3.1-{sale['number']}", "paper", False)
    assert [line["name"] for line in back["lines"]] == [line["name"] for line in sale["lines"]]
    other.evaluate("(c) => till.scan(c)", MILK)
    # Three for 5.50 after the discount: one of them is worth 1.83.
    assert state(other, "receipt.total") == 183
    other.evaluate("till.finishReturn()")
    # Opened again: what this till took back is gone, and counts towards the limit.
    open_return(other, code)
    assert state(other, "receipt.back.lines")[0]["left"] == 2000
    other.evaluate("(c) => { till.multiply(2000); till.scan(c); }", MILK)
    assert refused(other, "till.finishReturn()") == [
        "return_limit",
        {"most": 500, "permission": "till.return_over"},
    ]
    other.evaluate("till.returnAll()")
    allowed(other, "till.return_over", "till.finishReturn({ approval })")
