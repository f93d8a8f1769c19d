"""Means of payment by their rules, in any mix: what is paid, rounded and given back always explains the receipt."""

import base64
import hashlib
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from .conftest import Shop, open_till, wait
from .fake_shop import ean13, rulebook

pytestmark = pytest.mark.browser
MILK, BREAD = ean13("590000000000"), ean13("590000000001")
PLAIN = {
    "key": "F8", "position": 50, "needs_customer": False, "needs_reference": False, "opens_drawer": False,
    "over_tender": False, "refundable": True, "counted": False,
}  # fmt: skip


def row(code: str, kind: str, **rules: Any) -> list[Any]:
    names = {"en": code.title(), "pl": code.title(), "uk": code.title(), "ru": code.title()}
    return ["tender", code, {**PLAIN, "kind": kind, "name": names, **rules}]


ROWS = [
    row("cash", "cash", key="", position=1, over_tender=True, opens_drawer=True),
    row("card1", "card", key="F5", position=10),
    row("card2", "card", key="F6", position=11),
    row("voucher", "voucher", needs_reference=True, over_tender=True, refundable=False),
    row("internal", "internal", position=60),
    row("account", "account", position=70, needs_customer=True),
    row("later", "crypto", position=80),
]
REFUSED = "(tender) => { try { till.tender(tender); return null; } catch (e) { return e.code; } }"


@pytest.fixture
def paying(page: Page, shop: Shop) -> Iterator[Page]:
    """A till with every kind of tender, on the payment of 3.98 (cash is rounded to 0.05)."""
    shop.control(put=[*ROWS, ["rulebook", "current", rulebook(step=5)]])
    open_till(page, shop)
    wait(page, "till.state.tenders.length === 6")
    page.evaluate("(code) => { till.scan(code); till.scan(code); till.startPayment(); }", MILK)
    yield page


def test_only_what_the_receipt_may_be_paid_with_is_offered(paying: Page) -> None:
    offered = paying.evaluate("till.state.payment.offered.map(({ id, key }) => id + ' ' + key)")
    assert offered == ["cash ", "card1 F5", "card2 F6", "voucher F8", "internal F8"]
    assert [paying.evaluate(REFUSED, {"method": method}) for method in ("account", "voucher", "later")] == [
        "needs_customer",
        "needs_reference",
        "unknown_method",
    ]
    assert paying.evaluate(REFUSED, {"method": "internal", "amount": 399}) == "too_much"


def test_any_mix_is_one_receipt_with_a_row_for_each(paying: Page, shop: Shop) -> None:
    due = paying.evaluate("till.state.payment.due")
    paying.evaluate("till.tender({ method: 'card2', amount: 100, reference: 'S-1' })")
    paying.evaluate("till.tender({ method: 'internal', amount: 100 })")
    paying.evaluate("till.tender({ method: 'voucher', amount: 100, reference: 'V-9' })")
    paying.evaluate("till.setBuyer('PL 526-000-12-46')")
    assert paying.evaluate("till.tender({ method: 'cash', tendered: 1000 })")
    paying.evaluate("till.finish()")
    wait(paying, "till.status.unsent === 0")
    [receipt] = shop.items("receipt")
    body = receipt["body"]
    cash = body["payments"][0]
    assert body["buyer_tax_id"] == "5260001246"
    assert (cash["method"], cash["amount"] % 5, cash["change"]) == ("cash", 0, 1000 - cash["amount"])
    assert body["payments"][1:] == [
        {"method": "card", "amount": 100, "tendered": 100, "change": 0,
         "details": {"terminal": "card2", "name": "Card2", "reference": "S-1"}},
        {"method": "internal", "amount": 100, "tendered": 100, "change": 0,
         "details": {"name": "Internal", "reference": None}},
        {"method": "voucher", "amount": 100, "tendered": 100, "change": 0,
         "details": {"name": "Voucher", "reference": "V-9"}},
    ]  # fmt: skip
    assert body["due"] == due + body["rounding"] == sum(one["amount"] for one in body["payments"])


def test_a_voucher_worth_more_pays_what_is_left_and_gives_no_change(paying: Page, shop: Shop) -> None:
    assert paying.evaluate("till.tender({ method: 'voucher', amount: 5000, reference: 'V-1' })")
    last = paying.evaluate("till.finish()")
    wait(paying, "till.status.unsent === 0")
    [receipt] = shop.items("receipt")
    [payment] = receipt["body"]["payments"]
    assert (payment["amount"], payment["change"], payment["details"]["face"]) == (last["due"], 0, 5000)


def test_a_cancelled_tender_leaves_the_others_and_its_trace(paying: Page, shop: Shop) -> None:
    paying.evaluate("till.tender({ method: 'card1', amount: 100, reference: 'S-1' })")
    paying.evaluate("till.tender({ method: 'internal', amount: 50 })")
    paying.evaluate("till.removeTender(0)")
    assert paying.evaluate("till.state.payment.tenders.map(({ i, method }) => [i, method])") == [
        [0, "internal"]
    ]
    for _ in range(100):
        found = [item["body"] for item in shop.items("event") if item["body"]["name"] == "tender_cancel"]
        if found:
            break
        paying.wait_for_timeout(50)
    assert [(one["data"]["method"], one["data"]["amount"]) for one in found] == [("card1", 100)]


def test_a_till_whose_server_publishes_no_tenders_takes_cash_and_its_terminals(
    page: Page, shop: Shop
) -> None:
    open_till(page, shop)
    assert page.evaluate("till.state.tenders.map(({ id, key }) => id + ' ' + key)") == ["cash ", "card1 F5"]


NUMBERS = """async (cases) => {
  const { taxNumber } = await import('/static/till/models/tax-number.js');
  return cases.map(([country, text]) => { try { return taxNumber(country, text); } catch (e) { return e.code; } });
}"""


def test_a_tax_number_is_held_to_its_country_s_check_digit(run: Callable[..., Any]) -> None:
    good = [("pl", "526-000-12-46"), ("pl", "PL5260001246"), ("ua", "32855961"), ("ua", "1759013776"),
            ("ua", "123456789012"), ("ru", "7707083893"), ("ru", "500100732259"), ("de", "DE 136695976")]  # fmt: skip
    bad = [("pl", "5260001247"), ("pl", "526000124"), ("ua", "32855968"), ("ua", "1759013770"), ("ru", "7707083894"),
           ("ru", "500100732250"), ("pl", "DE5260001246"), ("pl", "526000124x"), ("de", "1;2")]  # fmt: skip
    told = run(NUMBERS, good)
    assert told == ["5260001246", "5260001246", "32855961", "1759013776", "123456789012", "7707083893",
                    "500100732259", "DE136695976"]  # fmt: skip
    assert set(run(NUMBERS, bad)) == {"bad_tax_number"}
    assert run(NUMBERS, [("pl", " ")]) == [None]


MIX = """async ({ due, step, gives }) => {
  const { paymentRows, roundingOf, without, paidBy } = await import('/static/till/models/tenders.js');
  const inCash = (rest) => Math.floor((2 * rest + step) / (2 * step)) * step;
  let tenders = [];
  for (const [method, gave] of gives) {
    const rest = due - paidBy(tenders);
    if (rest <= 0) break;
    const most = method === 'cash' ? inCash(rest) : rest;
    const amount = Math.min(gave, most);
    const tendered = method === 'cash' ? gave : amount;
    const kind = method === 'cash' ? 'cash' : 'voucher';
    tenders.push({ i: tenders.length, method, kind, amount, tendered, change: tendered - amount });
    if (method === 'cash' && amount === most) break;
  }
  const before = due - paidBy(tenders.slice(0, -1));
  const last = tenders.at(-1);
  const settled = paidBy(tenders) === due || (last?.method === 'cash' && last.amount === inCash(before));
  return { settled, rows: paymentRows(tenders, () => ({})), rounding: settled ? roundingOf(tenders, due) : 0,
    after: tenders.map((one) => without(tenders, one.i, settled).left) };
}"""
GIVES = st.lists(st.tuples(st.sampled_from(["cash", "gift"]), st.integers(1, 3000)), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(due=st.integers(1, 5000), step=st.sampled_from([1, 5, 10, 50]), gives=GIVES)
def test_in_any_mix_payments_come_to_due_and_rounding(
    run: Callable[..., Any], due: int, step: int, gives: list[tuple[str, int]]
) -> None:
    told = run(MIX, {"due": due, "step": step, "gives": gives})
    amounts = sum(one["amount"] for one in told["rows"])
    assert all(one["change"] == one["tendered"] - one["amount"] >= 0 for one in told["rows"])
    assert sum(one["method"] == "cash" for one in told["rows"]) <= 1
    if told["settled"]:
        assert amounts == due + told["rounding"] and 2 * abs(told["rounding"]) <= step
    else:
        assert amounts < due
    for left in told["after"]:
        assert sum(one["amount"] for one in left) < due or step > 1
        assert [one["i"] for one in left] == list(range(len(left)))


def test_a_receipt_has_an_address_of_its_own_that_only_its_signature_gives(page: Page, shop: Shop) -> None:
    shop.control(put=[["setting", "receipt_url", {"value": "https://sklep.example/"}]])
    open_till(page, shop)
    wait(page, "till.state.operator !== null && till.state.phase === 'sale'")
    last = page.evaluate(
        "(code) => { till.scan(code); till.tender({ method: 'cash' }); return till.finish(); }", MILK
    )
    wait(page, "till.status.unsent === 0")
    [receipt] = shop.items("receipt")
    proof = hashlib.sha256(b"kasa-receipt:" + receipt["sig"].encode()).digest()[:16]
    token = base64.urlsafe_b64encode(uuid.UUID(receipt["id"]).bytes + proof).decode().rstrip("=")
    assert last["link"] == f"https://sklep.example/r/{token}" == page.evaluate("till.state.last.link")


def test_an_address_that_only_this_machine_knows_is_no_address(run: Callable[..., Any]) -> None:
    script = """async (cases) => {
      const { receiptBase } = await import('/static/till/models/receipt-link.js');
      return cases.map(([setting, origin]) => receiptBase(setting, origin));
    }"""
    cases = [(None, "http://127.0.0.1:8000"), ("", "https://localhost"), (None, "https://[::1]:8443"),
             (None, "https://kasa.lan:8443"), ("https://sklep.example/", "http://127.0.0.1"),
             ("ftp://x", "http://10.0.0.2")]  # fmt: skip
    wanted = [None, None, None, "https://kasa.lan:8443", "https://sklep.example", "http://10.0.0.2"]
    assert run(script, cases) == wanted
