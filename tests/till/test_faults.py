"""What breaks: the browser, the line, the server, the disk. Whatever the till said was done stays done, once."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright

from tests.chromium import whole_chromium_path

from .conftest import TILL_ARGS, Shop, boot, open_till, sell, start_shop, wait
from .fake_shop import ean13, product_id
from .test_selling import refused, state

MILK, BREAD = ean13("590000000000"), ean13("590000000001")


class Profile:
    """A browser with a profile of its own on disk, which can be killed and started again."""

    def __init__(self, chrome: Playwright, path: Path) -> None:
        self.chrome, self.path = chrome, path
        self.context: BrowserContext | None = None

    def open(self) -> Page:
        self.context = self.chrome.chromium.launch_persistent_context(
            str(self.path),
            executable_path=whole_chromium_path(),
            chromium_sandbox=False,
            args=TILL_ARGS,
            headless=True,
        )
        return self.context.pages[0] if self.context.pages else self.context.new_page()

    def kill(self) -> None:
        """kill -9 of every process of this profile."""
        found = subprocess.run(
            ["pgrep", "-f", f"--user-data-dir={self.path}"], capture_output=True, text=True, check=False
        )
        for pid in found.stdout.split():
            try:
                os.kill(int(pid), signal.SIGKILL)
            except ProcessLookupError:
                continue
        assert self.context is not None
        try:
            self.context.close()
        except Exception as error:  # The driver says in many ways that its browser is gone.
            assert "closed" in str(error).lower(), error
        self.context = None


@pytest.fixture
def profile(chrome: Playwright, tmp_path: Path) -> Iterator[Profile]:
    one = Profile(chrome, tmp_path / "profile")
    yield one
    if one.context is not None:
        one.context.close()


def receipts(shop: Shop) -> list[tuple[int, int]]:
    return [(item["body"]["number"], item["body"]["due"]) for item in shop.items("receipt")]


def whole_chain(shop: Shop, inc: int | None = None) -> bool:
    """Whether nothing is missing in the chain, or in that of one incarnation."""
    items = [item for item in shop.items() if inc in (None, item["inc"])]
    linked = all(later["prev"] == item["hash"] for item, later in pairwise(items))
    return linked and [item["seq"] for item in items] == list(range(1, len(items) + 1))


def stop(shop: Shop) -> int:
    shop.process.kill()
    shop.process.wait()
    return int(shop.url.rsplit(":", 1)[1])


def test_browser_killed_between_commit_and_acknowledgement_loses_and_doubles_nothing(
    profile: Profile, shop: Shop
) -> None:
    page = profile.open()
    open_till(page, shop)
    wait(page, "till.status.unsent === 0")
    shop.control(lose_ack=True)
    assert sell(page, MILK)["number"] == 1
    assert sell(page, MILK, BREAD)["number"] == 2
    profile.kill()
    assert receipts(shop) in ([], [(1, 199)], [(1, 199), (2, 399)])
    page = profile.open()
    boot(page, shop)
    wait(page, "till.status.catalogue.state === 'ready'")
    assert page.evaluate("till.status.unsent") > 0
    page.evaluate("till.signIn('1111')")
    assert state(page, "phase") == "sale" and state(page, "shift.number") == 1
    assert sell(page, BREAD)["number"] == 3
    shop.control(lose_ack=False)
    wait(page, "till.status.unsent === 0", 60)
    assert receipts(shop) == [(1, 199), (2, 399), (3, 200)] and whole_chain(shop)
    assert page.evaluate("till.status.troubles") == []


def test_an_open_receipt_survives_kill_9_a_second_after_its_last_line(profile: Profile, shop: Shop) -> None:
    page = profile.open()
    open_till(page, shop)
    page.evaluate(
        "([a, b]) => { till.scan(a); till.scan(b); till.voidLine(1); till.newReceipt(); till.scan(b); }",
        [MILK, BREAD],
    )
    page.wait_for_timeout(1000)
    profile.kill()
    page = profile.open()
    boot(page, shop)
    wait(page, "till.status.catalogue.state === 'ready'")
    page.evaluate("till.signIn('1111')")
    assert [(tab["lines"], tab["total"]) for tab in state(page, "receipts")] == [(1, 200), (1, 200)]


@pytest.mark.long
def test_a_payment_cut_off_after_a_tender_goes_on_where_it_was(profile: Profile, shop: Shop) -> None:
    page = profile.open()
    open_till(page, shop)
    page.evaluate(
        "(c) => { till.multiply(10000); till.scan(c); till.startPayment(); "
        "till.tender({ method: 'card', amount: 990 }); }",
        MILK,
    )
    page.wait_for_timeout(500)
    profile.kill()
    page = profile.open()
    boot(page, shop)
    wait(page, "till.status.catalogue.state === 'ready'")
    page.evaluate("till.signIn('1111')")
    assert state(page, "payment.paid") == 990 and state(page, "payment.rest") == 1000
    assert refused(page, "till.leavePayment()")[0] == "payment_started"
    assert page.evaluate("till.tender({ method: 'cash' })") is True
    assert page.evaluate("till.finish()")["number"] == 1


def test_the_till_sells_without_a_server_and_catches_up_when_it_is_back(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    wait(page, "till.status.unsent === 0")
    keys = shop.state()
    assert keys["items"]
    shop.control(retry=True)
    for _ in range(5):
        sell(page, MILK)
    assert page.evaluate("till.status.unsentReceipts") == 5
    shop.control(cut=True)
    wait(page, "heard.some(([name]) => name === 'offline')")
    shop.control(retry=False)
    wait(page, "till.status.server.state === 'online' && till.status.unsent === 0", 40)
    assert receipts(shop) == [(n, 199) for n in range(1, 6)] and whole_chain(shop)


def test_cold_start_reads_the_catalogue_from_disk_when_there_is_no_server(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    wait(page, "till.status.unsent === 0")
    page.route("**/api/**", lambda route: route.abort())
    boot(page, shop, origin="http://127.0.0.1:9")
    wait(page, "till.state.phase === 'sale' && till.status.catalogue.state === 'ready'")
    assert sell(page, MILK)["number"] == 1
    assert page.evaluate("till.status.server.state") != "online"
    assert page.evaluate("till.status.catalogue.products") == 40


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"tear": 60}, marks=pytest.mark.long),
        {"tear": 99},
        pytest.param({"flip": True}, marks=pytest.mark.long),
    ],
)
def test_a_torn_or_changed_snapshot_leaves_the_old_catalogue_in_use(
    page: Page, shop: Shop, fault: dict[str, Any]
) -> None:
    open_till(page, shop)
    wait(page, "till.status.unsent === 0")
    old = page.evaluate("till.status.catalogue.version")
    shop.control(epoch="e2", put=[["product", product_id(0), None]], push={"push": "changed"}, **fault)
    page.wait_for_timeout(1500)
    assert page.evaluate("till.status.catalogue.version") == old
    assert sell(page, MILK)["due"] == 199
    shop.control(tear=0, flip=False)
    wait(page, "till.status.catalogue.version.startsWith('e2')", 40)
    assert page.evaluate("(c) => till.scan(c)", MILK)["problem"]["code"] == "unknown_code"
    pages = """new Promise((done) => { const r = indexedDB.open('kasa-till'); r.onsuccess = () => {
      const all = r.result.transaction('pages').objectStore('pages').getAllKeys(); all.onsuccess = () => {
        r.result.close(); done(new Set(all.result.map((k) => k[0])).size); }; }; })"""
    wait(page, f"({pages}).then((sets) => sets === 1)")


@pytest.mark.long
def test_a_first_catalogue_that_comes_torn_is_fetched_again(page: Page, shop: Shop) -> None:
    shop.control(tear=50)
    boot(page, shop)
    page.evaluate("till.enrol('good-code')")
    page.wait_for_timeout(500)
    assert state(page, "phase") == "catalogue"
    shop.control(tear=0)
    wait(page, "till.status.catalogue.state === 'ready'", 40)


def test_changes_survive_a_restart_and_are_folded_into_the_pages_without_a_difference(
    page: Page, shop: Shop
) -> None:
    open_till(page, shop)
    put: list[Any] = [
        ["product", product_id(0), None],
        ["barcode", "77", {"product": product_id(1), "quantity": 2000}],
    ]
    new = {
        "code": "9000",
        "name": "Nowość ólka",
        "kind": "piece",
        "unit": "pcs",
        "group": "g1",
        "tax": "A",
        "age": 0,
        "discountable": True,
    }
    put += [
        ["product", "p-9000", new],
        ["price", "pr-9000", {"product": "p-9000", "type": "retail", "price": 55, "from": None, "to": None}],
    ]
    put += [
        [
            "price",
            "01910000-0000-7000-8000-000000000003",
            {"product": product_id(3), "type": "retail", "price": 1, "from": None, "to": None},
        ]
    ]
    shop.control(put=put, push={"push": "changed"})
    wait(page, "till.status.catalogue.overlay >= 5")
    asked = """() => [till.scan('77'), till.scan('9000'), till.scan('100'), till.scan('103'),
      till.search('nowosc olka').items.length,
      till.state.receipt.lines.map((line) => [line.name, line.price, line.quantity])].map((one) =>
        one.problem?.code ?? one.ok ?? one)"""
    before = page.evaluate(asked)
    page.evaluate("till.cancelReceipt()")
    boot(page, shop)
    wait(page, "till.state.phase === 'sale' && till.status.search")
    assert page.evaluate(asked) == before
    page.evaluate("till.cancelReceipt()")
    page.evaluate(FOLD)
    boot(page, shop)
    wait(page, "till.state.phase === 'sale' && till.status.search")
    assert page.evaluate("till.status.catalogue.overlay") == 0
    assert page.evaluate(asked) == before and before[0] is True and before[2] == "unknown_code"


FOLD = """async () => {
  const { openTill } = await import('/static/till/db/open.js');
  const { Overlay } = await import('/static/till/db/overlay.js');
  const { Meta } = await import('/static/till/db/state.js');
  const db = await openTill('kasa-till', () => {});
  const { catalogue } = await new Meta(db).all();
  await new Overlay(db).fold(catalogue.set, () => true);
  db.close();
}"""


def test_a_refused_write_stops_the_till_before_it_says_paid(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    sell(page, MILK)
    page.evaluate(
        """() => { const add = IDBObjectStore.prototype.add; IDBObjectStore.prototype.add = function (...args) {
          if (this.name === 'journal') throw new DOMException('disk full', 'QuotaExceededError');
            return add.apply(this, args); }; }"""
    )
    code = "till.scan('101'); till.startPayment(); till.tender({ method: 'cash' }); await till.finish()"
    assert refused(page, f"(async () => {{ {code} }})()")[0] == "storage_failed"
    assert state(page, "phase") == "stopped" and state(page, "stopped.code") == "storage_failed"
    assert state(page, "last.number") == 1
    assert page.evaluate("(c) => till.scan(c)", MILK)["problem"]["code"] == "not_selling"
    boot(page, shop)
    wait(page, "till.state.phase === 'sale'")
    assert state(page, "payment.paid") == 200 and page.evaluate("till.finish()")["number"] == 2


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 150 MB of one's own; needs the right to mount."""
    path = tmp_path / "disk"
    path.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=150m", "tmpfs", str(path)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("a small disk can be mounted by root only")
    yield path
    subprocess.run(["umount", "-l", str(path)], check=True)


def fill(disk: Path) -> None:
    with (disk / "ballast").open("wb", buffering=0) as file:
        size = 1 << 20
        while size:
            try:
                file.write(b"x" * size)
            except OSError:
                size //= 2


def test_a_full_disk_stops_the_till_loudly_and_costs_no_receipt(
    chrome: Playwright, small_disk: Path, shop: Shop
) -> None:
    profile = Profile(chrome, small_disk / "profile")
    page = profile.open()
    open_till(page, shop)
    assert sell(page, MILK)["number"] == 1
    fill(small_disk)
    said = 1
    code = "till.scan('101'); till.startPayment(); till.tender({ method: 'cash' }); await till.finish()"
    for _ in range(400):
        found = refused(page, f"(async () => {{ {code} }})()")
        if found is not None:
            break
        said += 1
    assert found is not None and found[0] == "storage_failed" and state(page, "phase") == "stopped"
    (small_disk / "ballast").unlink()
    profile.kill()
    page = profile.open()
    boot(page, shop)
    wait(page, "till.status.catalogue.state === 'ready'")
    page.evaluate("till.signIn('1111')")
    wait(page, "till.status.unsent === 0", 40)
    assert [number for number, _ in receipts(shop)] == list(range(1, said + 1)) and whole_chain(shop)
    profile.kill()


def test_a_second_tab_only_reads_and_takes_over_when_the_first_is_gone(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    sell(page, MILK)
    other = page.context.new_page()
    boot(other, shop)
    wait(other, "till.status.catalogue.state === 'ready'")
    assert state(other, "readonly") is True
    assert other.evaluate("till.priceCheck('100').price") == 199
    assert refused(other, "till.signIn('1111')")[0] == "readonly"
    assert other.evaluate("till.scan('100')")["ok"] is False
    page.evaluate("(c) => till.scan(c)", BREAD)
    page.wait_for_timeout(600)
    page.close()
    wait(other, "!till.state.readonly")
    other.evaluate("till.signIn('1111')")
    assert state(other, "receipt.total") == 200
    assert sell(other)["number"] == 2
    wait(other, "till.status.unsent === 0")
    assert receipts(shop) == [(1, 199), (2, 200)] and whole_chain(shop)


def test_a_server_restored_from_a_backup_gets_what_it_lost(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    for _ in range(3):
        sell(page, MILK)
    wait(page, "till.status.unsent === 0")
    lost = [item["id"] for item in shop.items() if item["seq"] in (2, 3, 4)]
    shop.control(forget=lost)
    assert not whole_chain(shop)
    sell(page, MILK)
    wait(page, "till.status.unsent === 0")
    assert whole_chain(shop) and len(receipts(shop)) == 4


def test_a_revoked_till_stops_and_keeps_what_it_has(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    shop.control(retry=True)
    sell(page, MILK)
    shop.control(push={"close": 4403})
    wait(page, "till.state.phase === 'stopped'")
    assert state(page, "stopped.code") == "revoked" and page.evaluate("till.status.server.state") == "revoked"
    assert page.evaluate("till.status.unsentReceipts") == 1


def test_a_new_incarnation_sends_what_the_one_before_could_not(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    shop.control(retry=True)
    sell(page, MILK)
    page.evaluate("till.flush()")
    page.evaluate("till.enrol('good-code')")
    wait(page, "till.state.till.inc === 2")
    shop.control(retry=False)
    wait(page, "till.status.unsent === 0", 40)
    page.evaluate("till.openShift(0)")
    assert sell(page, MILK)["label"] == "7-3.2-1"
    wait(page, "till.status.unsent === 0")
    assert [(item["inc"], item["body"]["number"]) for item in shop.items("receipt")] == [(1, 1), (2, 1)]


def test_a_wrong_device_clock_is_corrected_by_what_the_server_said(page: Page, shop: Shop) -> None:
    shop.control(skew_ms=2 * 86_400_000)
    open_till(page, shop)
    assert page.evaluate("till.status.clock.warn") is True
    days = page.evaluate(
        "[till.state.shift.day, new Date(Date.now() + 2 * 86400000).toLocaleDateString('sv', "
        "{ timeZone: 'Europe/Warsaw' })]"
    )
    assert days[0] == days[1]


Runner = Callable[..., Any]


@pytest.mark.long
def test_the_server_coming_back_on_the_same_port_is_found_again(page: Page) -> None:
    shop = start_shop()
    try:
        open_till(page, shop)
        wait(page, "till.status.unsent === 0")
        port = stop(shop)
        wait(page, "till.status.server.state === 'offline'")
        assert sell(page, MILK)["number"] == 1
        shop = start_shop(port=port)
        wait(page, "till.status.server.state === 'online'", 40)
    finally:
        stop(shop)


LATE_WORD = """async () => {
  const { openTill, commit } = await import('/static/till/db/open.js');
  const { Drafts } = await import('/static/till/db/drafts.js');
  const db = await openTill('late-word', () => {});
  const drafts = new Drafts(db, (problem) => { throw new Error(problem.code); });
  for (const id of ['r1', 'r2']) drafts.save({ id });
  await drafts.flush();
  drafts.save({ id: 'r1', looking: true });
  drafts.forget('r1');
  await commit(db, ['drafts'], (tx) => void tx.objectStore('drafts').delete('r1'));
  drafts.save({ id: 'r1', origin: 'what the server found' });
  await drafts.flush();
  return (await drafts.all()).map(({ id }) => id);
}"""


def test_what_is_finished_is_not_opened_again_by_a_late_word_about_it(page: Page, shop: Shop) -> None:
    page.goto(shop.url)
    assert page.evaluate(LATE_WORD) == ["r2"]
