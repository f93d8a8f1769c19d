"""Customers in the till's core, beside a server that refuses, does not answer, or knows more than this till."""

import hashlib
from typing import Any

import pytest
from playwright.sync_api import Page

from .conftest import Shop, open_till, wait
from .fake_shop import STORE, ean13

pytestmark = pytest.mark.browser
MILK, BEER, CARD = ean13("590000000000"), ean13("590000000005"), "9900811"
KEY = hashlib.sha256(f"card\n{STORE['id']}\n{CARD}".encode()).hexdigest()[:32]
PERSON: dict[str, Any] = {
    "customer": "01900000-0000-7000-8000-0000000000c1", "name": "Olena K.", "phone": "0811", "groups": [], "born": None,
    "points": 1240, "at": "2026-11-20T10:00:00.000Z", "expiring": None, "expires": None, "bought": True,
}  # fmt: skip
ROW = {**PERSON, "card": "01900000-0000-7000-8000-0000000000c2", "end": "0811", "state": "active"}
ACCOUNT = {
    "kind": "account", "name": {"en": "On account"}, "key": "F8", "position": 70, "needs_customer": True,
    "needs_reference": False, "opens_drawer": False, "over_tender": False, "refundable": True, "counted": False,
}  # fmt: skip
# What an action is refused with, or null.
REFUSED = "(action) => Promise.resolve().then(() => eval(action)).then(() => null, (error) => error.code)"


def begin(page: Page, shop: Shop) -> None:
    """A till that has heard of one customer and of one account."""
    shop.control(put=[["card", KEY, ROW], ["tender", "account", ACCOUNT]])
    open_till(page, shop)
    wait(page, f"till.customers.byNumber('{CARD}') !== null && till.state.tenders.length > 0")


def refused(page: Page, action: str) -> str | None:
    code: str | None = page.evaluate(REFUSED, action)
    return code


def test_what_is_done_to_a_customer_shows_at_once_and_is_sent_until_the_server_has_it(
    page: Page, shop: Shop
) -> None:
    begin(page, shop)
    shop.control(act_refused="unavailable")
    page.evaluate("(codes) => codes.forEach((code) => till.scan(code))", [BEER, CARD])
    assert page.evaluate("till.state.receipt.age") == 18
    data = "{ born: '1990-05-17', phone: '600 700 999' }"
    page.evaluate(f"till.customers.update(till.state.receipt.customer, {data})")
    now = "[till.state.receipt.age, till.state.receipt.customer.pending, till.state.acts.waiting]"
    assert page.evaluate(now) == [0, True, 1]
    found = page.evaluate("['0999', '0811'].map((end) => till.customers.search(end).length)")
    assert found == [1, 0]
    wait(page, "fetch('/control').then((answer) => answer.json()).then(({ acts }) => acts.length > 0)")
    shop.control(act_refused=None)
    wait(page, "till.state.acts.waiting === 0")
    sent = shop.state()["acts"]
    assert len(sent) > 1 and len({act["request"] for act in sent}) == 1

    shop.control(act_refused="forbidden")
    made = "till.customers.create({ name: 'Jan Nowak' }, { number: '7700777' })"
    keep = "window.kept = till.customers.byNumber('7700777');"
    assert refused(page, f"{made}.then(() => {{ {keep} return {made}; }})") == "card_taken"
    kept = page.evaluate("kept")
    assert (kept["name"], kept["pending"]) == ("Jan N.", True)
    wait(page, "till.state.acts.refused.length === 1")
    assert page.evaluate("till.customers.byNumber('7700777')") is None
    page.evaluate("till.customers.settle(till.state.acts.refused[0].id, false)")
    assert page.evaluate("till.state.acts") == {"waiting": 0, "refused": []}


def test_an_account_needs_its_customer_who_comes_at_any_time_and_stays(page: Page, shop: Shop) -> None:
    begin(page, shop)
    page.evaluate("(code) => { till.scan(code); till.startPayment(); }", MILK)
    account = "till.tender({ method: 'account' })"
    assert refused(page, account) == "needs_customer"
    assert page.evaluate("(code) => till.scan(code).ok", CARD)
    assert "account" in page.evaluate("till.state.payment.offered.map(({ id }) => id)")
    assert page.evaluate(account) is True
    assert refused(page, "till.customers.detach()") == "payment_started"
    page.evaluate("till.finish()")
    wait(page, "till.status.unsent === 0")
    body: dict[str, Any] = shop.items("receipt")[-1]["body"]
    assert (body["customer"], body["card"]) == (PERSON["customer"], CARD)
    assert [one["method"] for one in body["payments"]] == ["account"]

    # A card of which only the server has heard, and the one it stands for.
    cards = [
        {"card": "old", "end": "0001", "state": "replaced"},
        {"card": "new", "end": "0002", "state": "active"},
    ]
    shop.control(found=[{**PERSON, "cards": cards}])
    attach = "till.customers.askCard('555{}').then((known) => till.customers.attach(known, 'card'))"
    assert refused(page, attach.format("0001")) == "card_replaced"
    assert refused(page, attach.format("0002")) is None
    assert page.evaluate("till.state.receipt.customer.number") == "5550002"

    practise = "till.authorise('till.training', { pin: '9999' }).then((approval) => till.beginTraining({ approval }))"
    assert refused(page, practise) is None
    assert refused(page, "till.customers.create({ name: 'Nobody' })") == "in_training"


def test_ages_and_birthdays_are_counted_in_days(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.url}/")
    script = """async (cases) => {
      const { ageOn, isBirthday } = await import('/static/till/models/calendar.js');
      return cases.map(([born, day]) => [ageOn(born, day), isBirthday(born, day)]);
    }"""
    cases = [
        ("2008-11-22", "2026-11-22"),
        ("2008-11-23", "2026-11-22"),
        ("2008-02-29", "2026-02-28"),
        ("2008-02-29", "2026-03-01"),
        ("2008-02-29", "2028-02-29"),
        (None, "2026-11-22"),
        ("rubbish", "2026-11-22"),
    ]
    assert page.evaluate(script, cases) == [
        [18, True], [17, False], [17, False], [18, True], [20, True], [None, False], [None, False],
    ]  # fmt: skip


def test_what_the_store_says_is_printed_below_the_receipt_and_a_code_stands_out(
    page: Page, shop: Shop
) -> None:
    page.goto(f"{shop.url}/")
    script = """async ({ store, messages }) => {
      const { receiptDocument } = await import('/static/till/models/document.js');
      const head = { store, till: 1, t: (text) => text, unit: () => ({ name: '', decimals: 0 }), tender: () => null };
      const body = {
        closed_at: '2026-11-22T10:00:00.000Z', lines: [], taxes: [], payments: [], total: 0, rounding: 0, due: 0,
        prices_include_tax: true, currency: 'PLN', messages,
      };
      return receiptDocument(head, { id: 'r', label: '1/1', cashier: 'Anna', body }).blocks;
    }"""
    said = [
        {"rule": "a", "text": "Happy birthday!", "code": None},
        {"rule": "b", "text": "No. ABCD", "code": "ABCD"},
    ]
    blocks = page.evaluate(script, {"store": STORE, "messages": said})
    at = blocks.index({"text": "Happy birthday!", "align": "center", "bold": False})
    assert blocks[at - 1] == {"rule": True}
    assert blocks[at + 1] == {"text": "No. ABCD", "align": "center", "bold": True}
    assert "ABCD" not in str(page.evaluate(script, {"store": STORE, "messages": None}))
