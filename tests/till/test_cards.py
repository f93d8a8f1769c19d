"""Till, bridge and card terminals together: real Chromium, the real bridge, PrivatBank terminals on TCP.

Whatever ends in the middle (the tab, the bridge, the line), each payment is one charge and stands on one receipt.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from devices.document import parse_document
from devices.emulators.privatbank import PrivatBankTerminal
from devices.emulators.wires import TcpPrinter
from tests.length import LONG

from .bridge import Bridge
from .conftest import Shop, boot, forget, open_till, wait
from .fake_shop import ean13
from .test_faults import whole_chain
from .test_selling import refused
from .test_tenders import row

MILK = ean13("590000000000")
ROWS = [
    row("cash", "cash", key="", position=1, over_tender=True, opens_drawer=True, terminal=None),
    row("card1", "card", key="F5", position=10, terminal="terminal1"),
    row("card2", "card", key="F6", position=11, terminal="terminal2"),
    row("card3", "card", position=12, terminal="elsewhere"),
]
# An answer of the bridge about a card never reaches the page.
CABLE = """window.cable = 'good';
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (data) {
  if (cable === 'dead' && String(data).includes('"op":"card"')) return;
  if (cable === 'deaf' && String(data).includes('"op":"card"')) {
    Object.defineProperty(this, 'onmessage', { value: null });
  }
  return send.call(this, data);
};"""


@pytest.fixture
def terminals() -> list[PrivatBankTerminal]:
    """Two that have been in use for a while."""
    both = [PrivatBankTerminal(), PrivatBankTerminal()]
    for one in both:
        one.bank.act("purchase", 777)
    return both


@pytest.fixture
def bridge(tmp_path: Path, shop: Shop, terminals: list[PrivatBankTerminal]) -> Iterator[Bridge]:
    with TcpPrinter(terminals[0]) as first, TcpPrinter(terminals[1]) as second:
        sections = "".join(
            f'[[device]]\nid = "terminal{n}"\ndriver = "privatbank"\n[device.transport]\nkind = "tcp"\n'
            f'host = "127.0.0.1"\nport = {wire.port}\n[device.settings]\ncurrency = "PLN"\nreconnect_seconds = 0\n'
            f"progress_seconds = 0.02\nanswer_seconds = 1.0\naway_seconds = 1.0\npoll_seconds = 0.2\n"
            for n, wire in enumerate((first, second), start=1)
        )
        one = Bridge(tmp_path / "bridge", shop.url, sections)
        one.start()
        yield one
        one.stop()


@pytest.fixture
def tab(context: BrowserContext, shop: Shop, bridge: Bridge) -> Iterator[Page]:
    shop.control(put=ROWS)
    page = context.new_page()
    page.add_init_script(CABLE)
    open_till(page, shop)
    bridge.pair(page)
    wait(page, "till.cards.terminal(till.state.tenders.find(({ id }) => id === 'card2')) === 'terminal2'")
    yield page
    forget(context)


def again(page: Page, shop: Shop) -> Page:
    """The tab is gone in the middle of everything; another one opens."""
    context = page.context
    page.close()
    fresh = context.new_page()
    fresh.add_init_script(CABLE)
    boot(fresh, shop)
    wait(fresh, "till.status.bridge.state === 'ready' && !till.cards.asking")
    fresh.evaluate("till.signIn('1111')")
    return fresh


def charged(terminal: PrivatBankTerminal) -> list[int]:
    return terminal.bank.charges[1:]


def pay(page: Page, method: str = "card1", **how: Any) -> Any:
    page.evaluate("(code) => { till.scan(code); till.startPayment(); }", MILK)
    return page.evaluate(
        "([method, amount]) => till.cards.charge(method, amount)", [method, how.get("amount")]
    )


def paid(shop: Shop) -> list[tuple[str, int, str | None]]:
    """(terminal, amount, reference) of every card payment that the server holds."""
    assert whole_chain(shop)
    rows = [payment for item in shop.items("receipt") for payment in item["body"]["payments"]]
    return [
        (one["details"]["terminal"], one["amount"], one["details"]["reference"])
        for one in rows
        if one["method"] == "card"
    ]


def test_a_day_with_two_card_terminals(
    tab: Page, shop: Shop, bridge: Bridge, terminals: list[PrivatBankTerminal]
) -> None:
    first, second = terminals
    approved(tab, shop, bridge, first)
    declined_and_stopped(tab, first)
    page = after_the_charge(tabs_that_die(tab, shop, first) if LONG else tab, shop, first)
    mixed_and_taken_back(page, first, second)
    page.evaluate("till.signIn('9999')")
    by_hand(page, shop, first)
    page = back(page, shop, first)
    wait(page, "till.status.unsent === 0")
    sums = {"card1": first, "card2": second}
    receipts = [item["body"] for item in shop.items("receipt")]
    for method, terminal in sums.items():
        taken = sum(
            (1 if body["kind"] == "sale" else -1) * one["amount"]
            for body in receipts
            for one in body["payments"]
            if one["method"] == "card" and one["details"]["terminal"] == method
        )
        assert taken == terminal.bank.charged - 777, method


def approved(page: Page, shop: Shop, bridge: Bridge, first: PrivatBankTerminal) -> None:
    """The sum goes there by itself; what the bank says goes onto the receipt and its paper, and no more."""
    assert pay(page)
    assert charged(first) == [199]
    assert page.evaluate("till.state.receipt.charge") is None
    page.evaluate("till.finish()")
    wait(page, "till.status.unsent === 0 && till.state.last.print === 'printed'")
    (receipt,) = shop.items("receipt")
    (row_,) = receipt["body"]["payments"]
    entry = first.bank.entries[-1]
    details = row_["details"]
    assert details.pop("action")
    assert details == {
        "terminal": "card1",
        "name": "Card1",
        "reference": entry.rrn,
        "approval_code": entry.approval,
        "pan": "473117******9838",
        "terminal_id": "TSTSALE2",
        "invoice": f"{entry.number:06d}",
    }
    names = [item["body"]["name"] for item in shop.items("event")]
    assert names.index("card_intent") < names.index("card_result")
    (paper,) = (bridge.folder / "data" / "devices" / "printer1").rglob("*.json")
    printed = json.dumps(json.loads(paper.read_text("utf-8")), ensure_ascii=False)
    assert f"RRN: {entry.rrn}" in printed and "473117******9838" in printed
    assert "4731179038849838" not in printed


def declined_and_stopped(page: Page, first: PrivatBankTerminal) -> None:
    first.faults.declines = 1
    assert not pay(page)
    charge = page.evaluate("till.state.receipt.charge")
    assert (charge["state"], charge["code"]) == ("failed", "declined")
    first.faults.customer = -1
    page.evaluate("void (window.paying = till.cards.charge('card1'))")
    wait(page, "till.cards.step === 'insert_card'")
    assert page.evaluate("(code) => till.scan(code).problem.code", MILK) == "card_running"
    assert refused(page, "till.cards.charge('card2')")[0] == "card_running"
    assert refused(page, "(async () => till.tender({ method: 'cash' }))()")[0] == "card_running"
    assert page.evaluate("till.cards.abort().then(() => paying)") is False
    assert page.evaluate("till.state.receipt.charge.code") == "cancelled"
    first.faults.customer = 0
    # The same receipt is paid in cash after all.
    page.evaluate("till.cards.dismiss()")
    page.evaluate("till.tender({ method: 'cash' }); void till.finish()")
    wait(page, "till.state.payment === null")
    assert charged(first) == [199]


def tabs_that_die(page: Page, shop: Shop, first: PrivatBankTerminal) -> Page:
    """Before anything left the page; while the customer looks for the card."""
    page.evaluate("cable = 'dead'")
    page.evaluate(
        "(code) => { till.scan(code); till.startPayment(); void till.cards.charge('card1'); }", MILK
    )
    wait(page, "till.cards.asking")
    page.evaluate("till.flush()")
    page = again(page, shop)
    assert page.evaluate("till.state.receipt.charge.code") == "not_sent"
    first.faults.customer = -1
    page.evaluate("void till.cards.charge('card1')")
    wait(page, "till.cards.step === 'insert_card'")
    context = page.context
    page.close()
    fresh = context.new_page()
    fresh.add_init_script(CABLE)
    boot(fresh, shop)
    wait(fresh, "till.cards.asking")
    fresh.evaluate("till.signIn('1111')")
    first.show_card()
    first.faults.customer = 0
    wait(fresh, "till.state.payment?.tenders.length === 1 && !till.cards.asking")
    fresh.evaluate("till.finish()")
    return fresh


def after_the_charge(fresh: Page, shop: Shop, first: PrivatBankTerminal) -> Page:
    """The bank has charged, and the page dies before it hears so."""
    before = charged(first)
    fresh.evaluate("cable = 'deaf'")
    fresh.evaluate(
        "(code) => { till.scan(code); till.startPayment(); void till.cards.charge('card1'); }", MILK
    )
    while charged(first) == before:
        fresh.wait_for_timeout(20)
    page = again(fresh, shop)
    wait(page, "till.state.payment?.rest === 0")
    page.evaluate("till.finish()")
    assert charged(first) == [*before, 199]
    return page


def mixed_and_taken_back(page: Page, first: PrivatBankTerminal, second: PrivatBankTerminal) -> None:
    """Two cards on one receipt; one of them is taken back before the end, and its terminal voids it."""
    assert not pay(page, "card2", amount=100)
    second.faults.declines = 1
    assert not page.evaluate("till.cards.charge('card2')"), "the second card has no money"
    page.evaluate("till.removeTender(0)")
    assert second.bank.charged == 777
    assert page.evaluate("till.state.payment.tenders") == []
    assert not page.evaluate("till.cards.charge('card2', 50)")
    assert page.evaluate("till.cards.charge('card1')")
    page.evaluate("till.finish()")
    assert (charged(first)[-1], charged(second)) == (149, [50])
    assert refused(page, "till.cards.charge('card3')")[0] == "card_away"


def by_hand(page: Page, shop: Shop, first: PrivatBankTerminal) -> None:
    """The terminal cannot tell: only who may says so, with a reason, and the receipt waits for it."""
    first.faults.no_log = True
    first.faults.cut_after = "Purchase"
    assert not pay(page)
    assert page.evaluate("till.state.receipt.charge.code") == "ask_person"
    assert not page.evaluate("till.cards.check()")
    assert refused(page, "till.cards.notCharged({ reason: '' })")[0] == "reason_wanted"
    assert page.evaluate("till.cards.bySlip({ reference: '000104', reason: 'slip' })")
    page.evaluate("till.finish()")
    first.faults.no_log = False
    wait(page, "till.status.unsent === 0")
    assert paid(shop)[-1] == ("card1", 199, "000104")
    (said,) = [item["body"]["data"] for item in shop.items("event") if item["body"]["name"] == "card_slip"]
    assert (said["happened"], said["reference"], said["reason"]) == (True, "000104", "slip")


def back(page: Page, shop: Shop, first: PrivatBankTerminal) -> Page:
    """Goods come back: the money goes back by the purchase's own reference, and the tab dies in the middle of it."""
    assert pay(page)
    sold = page.evaluate("till.finish()")
    page.evaluate(f"till.openReturn('{sold['id']}').then(() => till.returnAll())")
    refund = (
        "till.cards.refund(0, till.refund().parts[0], till.state.tenders.find(({ id }) => id === 'card1'))"
    )
    first.faults.declines = 1
    assert page.evaluate(refund) is False
    assert page.evaluate("till.state.receipt.charge.code") == "declined"
    page.evaluate(f"cable = {'deaf' if LONG else 'good'!r}")
    before = first.bank.charged
    page.evaluate(f"void {refund}")
    while first.bank.charged == before:
        page.wait_for_timeout(20)
    page = again(page, shop) if LONG else page
    wait(page, "till.cards.wentBack.has(0)")
    assert refused(page, "(async () => till.dropReturn())()")[0] == "payment_started"
    page.evaluate("till.finishReturn()")
    wait(page, "till.status.unsent === 0")
    body = shop.items("receipt")[-1]["body"]
    (row_,) = body["payments"]
    assert (body["kind"], row_["amount"]) == ("return", 199)
    assert row_["details"]["reference"] == first.bank.entries[-1].rrn
    return page


SLIPS = """async () => {
  const { Printing } = await import('/static/till/models/printing.js');
  const parts = (fiscal, training) => ({
    db: null, view: { status: { bridge: { state: 'ready' } } }, fiscal: { on: fiscal }, training: { on: training },
    letterhead: () => ({ store: { language: 'pl' } }), ids: { uuid7: () => 'x' }, clock: { device: () => 0 },
  });
  const job = (fiscal, training, slips) => new Printing(parts(fiscal, training)).slipJob(slips);
  const slips = [['BANK', '', ' RRN 1'], ['BANK 2']];
  return [job(true, false, slips).document, job(true, false, []), job(false, false, slips), job(true, true, slips)];
}"""


def test_where_a_fiscal_printer_prints_the_receipt_slips_are_a_paper_of_their_own(
    run: Callable[..., Any],
) -> None:
    """Its receipt has no room for them; a bridge takes this paper as it is."""
    alone, *nothing = run(SLIPS)
    assert nothing == [None, None, None]
    assert [getattr(block, "text", "-") for block in parse_document(alone).blocks] == [
        "-",
        "BANK",
        "-",
        " RRN 1",
        "-",
        "BANK 2",
    ]
