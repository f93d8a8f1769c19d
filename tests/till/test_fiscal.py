"""Till, bridge and fiscal printer together: real Chromium, the real bridge, a Posnet printer on TCP.

Whatever ends in the middle (the tab, the bridge, the paper), each receipt is one fiscal document and has one `fiscal`
item that ends it.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright

from devices.emulators.posnet import PosnetPrinter
from devices.emulators.wires import TcpPrinter

from .bridge import Bridge
from .conftest import Shop, boot, forget, open_till, sell, wait
from .fake_shop import ean13
from .test_faults import Profile, whole_chain
from .test_selling import refused

MILK = ean13("590000000000")
# Two ways for a fiscal request to go wrong between the page and the bridge: never sent, or sent and its answer lost.
CABLE = """window.cable = 'good';
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (data) {
  if (cable !== 'good' && String(data).includes('"op":"fiscal"')) {
    if (cable === 'dead') return;
    Object.defineProperty(this, 'onmessage', { value: null });
  }
  return send.call(this, data);
};"""


@pytest.fixture
def printer() -> PosnetPrinter:
    return PosnetPrinter()


@pytest.fixture
def bridge(tmp_path: Path, shop: Shop, printer: PosnetPrinter) -> Iterator[Bridge]:
    """A receipt printer stands beside the fiscal one: it must stay silent."""
    with TcpPrinter(printer) as network:
        section = (
            f'[[device]]\nid = "fiscal1"\ndriver = "posnet"\n[device.transport]\nkind = "tcp"\n'
            f'host = "127.0.0.1"\nport = {network.port}\n[device.settings]\npoll_seconds = 0.2\nanswer_seconds = 1.0\n'
        )
        one = Bridge(tmp_path / "bridge", shop.url, section)
        one.start()
        yield one
        one.stop()


@pytest.fixture
def tab(context: BrowserContext, shop: Shop, bridge: Bridge) -> Iterator[Page]:
    page = context.new_page()
    page.add_init_script(CABLE)
    open_till(page, shop)
    bridge.pair(page)
    wait(page, "till.status.fiscal.state === 'ready'")
    yield page
    forget(context)


def again(page: Page, shop: Shop) -> Page:
    """The tab is gone in the middle of everything; another one opens."""
    context = page.context
    page.close()
    fresh = context.new_page()
    fresh.add_init_script(CABLE)
    boot(fresh, shop)
    return fresh


def quiet(page: Page) -> None:
    """Nothing waits for the printer, and the server has heard of everything."""
    none = "till.status.fiscal.waiting + till.status.fiscal.deferred === 0 && till.status.unsent === 0"
    wait(page, none, 30)


def ends(shop: Shop) -> list[tuple[str, str]]:
    """(receipt, state) of the items that end a receipt's registration, after checking that an intent came first."""
    items = shop.items()
    begun: set[str] = set()
    found = []
    for item in items:
        body = item["body"]
        if item["type"] == "event" and body["name"] == "fiscal_intent":
            begun.add(body["receipt"])
        if item["type"] == "fiscal" and body["state"] != "deferred":
            assert body["state"] != "registered" or body["receipt"] in begun, "registered without an intent"
            found.append((body["receipt"], body["state"]))
    assert whole_chain(shop)
    return found


def once_each(shop: Shop, printer: PosnetPrinter) -> int:
    """Every receipt is registered, once, at the printer and in the journal; how many there are."""
    receipts = [item["id"] for item in shop.items("receipt")]
    assert ends(shop) == [(receipt, "registered") for receipt in receipts]
    assert printer.machine.completed == len(receipts)
    return len(receipts)


def test_a_day_with_a_fiscal_printer(tab: Page, shop: Shop, bridge: Bridge, printer: PosnetPrinter) -> None:
    """Sales, a tab that dies twice in the middle, paper that ends, a receipt it will not have, the Z."""
    sell(tab, MILK, method="cash", tendered=1000)
    wait(tab, "till.state.last.print === 'printed'")
    assert (printer.machine.completed, bridge.prints) == (1, 0)
    # The intent is on disk and nothing has left the page when the tab dies.
    tab.evaluate("cable = 'dead'")
    sell(tab, MILK)
    wait(tab, "till.status.unsent === 0 && till.status.fiscal.state === 'busy'")
    page = again(tab, shop)
    quiet(page)
    # It is registered, and the tab dies before it hears so.
    page.evaluate("cable = 'deaf'")
    page.evaluate("till.signIn('1111')")
    sell(page, MILK)
    while printer.machine.completed < 3:
        page.wait_for_timeout(20)
    page = again(page, shop)
    quiet(page)
    assert once_each(shop, printer) == 3
    page.evaluate("till.signIn('9999')")
    answers(page, shop, printer)
    practised(page, shop, bridge)
    required(page, shop, printer)
    page.evaluate("till.closeShift({ counted: 20000 + 5 * 199, reason: 'counted' })")
    wait(page, "till.status.fiscal.report.differences !== null")
    assert page.evaluate("till.status.fiscal.report") == {"shift": 1, "number": "1", "differences": []}
    quiet(page)
    assert len(printer.machine.reports) == 1
    # Beside what was practised, the own report with count and difference is the only paper of the receipt printer.
    wait(page, "till.status.printer.waiting === 0")
    assert bridge.prints == 2


def required(page: Page, shop: Shop, printer: PosnetPrinter) -> None:
    """The store says whether sales wait for the printer."""
    printer.switch_off()
    wait(page, "till.status.fiscal.away === 'offline'")
    assert page.evaluate(f"till.scan('{MILK}').ok")
    row = ["setting", "fiscal", {"value": {"required": "stop"}}]
    shop.control(put=[row], push={"push": "changed"})
    wait(page, "till.setting('fiscal')?.required === 'stop'")
    assert refused(page, "till.startPayment()")[0] == "fiscal_away"
    page.evaluate("till.cancelReceipt({ reason: 'no printer' })")
    assert page.evaluate(f"till.scan('{MILK}').problem.code") == "fiscal_away"
    printer.switch_on()
    wait(page, "till.status.fiscal.away === null")


def practised(page: Page, shop: Shop, bridge: Bridge) -> None:
    """What is practised never reaches the fiscal printer."""
    before = len(shop.items("fiscal"))
    page.evaluate("till.beginTraining()")
    sell(page, MILK)
    wait(page, "till.status.printer.waiting === 0 && till.status.unsent === 0")
    page.evaluate("till.endTraining()")
    assert (len(shop.items("fiscal")), bridge.prints) == (before, 1)


def answers(page: Page, shop: Shop, printer: PosnetPrinter) -> None:
    """Put off without paper and registered by itself; left out, with a reason."""
    printer.faults.mechanism = 5
    wait(page, "till.status.fiscal.away === 'no_paper'")
    sell(page, MILK)
    wait(page, "till.status.fiscal.problem?.code === 'no_paper'")
    problem = page.evaluate("till.status.fiscal.problem.id")
    assert refused(page, f"till.fiscal.defer('{problem}', {{ reason: ' ' }})")[0] == "fiscal_reason"
    page.evaluate(f"till.fiscal.defer('{problem}', {{ reason: 'No roll' }})")
    assert page.evaluate("[till.status.fiscal.problem, till.status.fiscal.deferred]") == [None, 1]
    printer.load_paper()
    quiet(page)
    states = [(item["body"]["state"], item["body"]["reason"]) for item in shop.items("fiscal")[3:]]
    assert states == [("deferred", "No roll"), ("registered", None)] and printer.machine.completed == 4
    printer.faults.answer_error["trline"] = 2105
    sell(page, MILK)
    wait(page, "till.status.fiscal.problem?.code === 'name_bound'")
    page.evaluate("till.fiscal.skip(till.status.fiscal.problem.id, { reason: 'Wrong tax' })")
    quiet(page)
    assert ends(shop)[-1][1] == "skipped" and printer.machine.completed == 4


def test_who_may_not_put_off_is_told_so_and_a_number_read_off_the_paper_ends_it(
    tab: Page, shop: Shop, printer: PosnetPrinter
) -> None:
    printer.faults.mechanism = 5
    wait(tab, "till.status.fiscal.away === 'no_paper'")
    sell(tab, MILK)
    wait(tab, "till.status.fiscal.problem !== null")
    problem = tab.evaluate("till.status.fiscal.problem.id")
    for action in ("defer", "skip", "registered"):
        code, args = refused(tab, f"till.fiscal.{action}('{problem}', {{ reason: 'x', number: '77' }})")
        assert (code, args["permission"][:11]) == ("forbidden", "till.fiscal")
    tab.evaluate(
        f"till.authorise('till.fiscal_skip', {{ pin: '9999' }})"
        f".then((approval) => till.fiscal.registered('{problem}', {{ reason: 'read', number: '77', approval }}))"
    )
    quiet(tab)
    (item,) = shop.items("fiscal")
    assert (item["body"]["state"], item["body"]["number"], item["body"]["reason"]) == (
        "registered",
        "77",
        "read",
    )
    assert printer.machine.completed == 0


@pytest.mark.long
@pytest.mark.parametrize("moment", ["commit", "dead", "deaf"])
def test_a_browser_killed_at_any_moment_leaves_one_document(
    chrome: Playwright, tmp_path: Path, shop: Shop, bridge: Bridge, printer: PosnetPrinter, moment: str
) -> None:
    profile = Profile(chrome, tmp_path / "profile")
    page = profile.open()
    page.add_init_script(CABLE)
    open_till(page, shop)
    bridge.pair(page)
    wait(page, "till.status.fiscal.state === 'ready'")
    for number in range(1, 5):
        if moment == "commit":
            bridge.stop()
            wait(page, "till.status.bridge.state !== 'ready'")
        else:
            page.evaluate(f"cable = '{moment}'")
        sell(page, MILK)
        while moment == "deaf" and printer.machine.completed < number:
            page.wait_for_timeout(20)
        wait(page, "till.status.unsent === 0")
        profile.kill()
        if moment == "commit":
            bridge.start()
        page = profile.open()
        page.add_init_script(CABLE)
        boot(page, shop)
        quiet(page)
        assert once_each(shop, printer) == number
        page.evaluate("till.signIn('1111')")
    profile.kill()
