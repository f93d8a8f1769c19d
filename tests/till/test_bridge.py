"""The till and the real device bridge: printing once, and a second copy of the journal that outlives the
browser's profile."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright

from .bridge import Bridge
from .conftest import Shop, boot, open_till, sell, wait
from .fake_shop import ean13
from .test_faults import Profile, receipts, whole_chain
from .test_selling import refused, state
from .test_witness import events, misshapen, named, sent

MILK = ean13("590000000000")


@pytest.fixture
def bridge(tmp_path: Path, shop: Shop) -> Iterator[Bridge]:
    one = Bridge(tmp_path / "bridge", shop.url)
    one.start()
    yield one
    one.stop()


def test_a_receipt_a_copy_and_the_z_report_come_out_once_each(page: Page, shop: Shop, bridge: Bridge) -> None:
    open_till(page, shop)
    bridge.pair(page)
    assert page.evaluate("till.status.printer.state") == "ready"
    sell(page, MILK, method="cash", tendered=1000)
    wait(page, "till.state.last.print === 'printed'")
    assert bridge.prints == 1
    page.evaluate("till.reprint()")
    wait(page, "till.status.printer.waiting === 0")
    page.evaluate(
        "till.signOut().then(() => till.signIn('9999')).then(() => till.closeShift({ counted: 20000 }))"
    )
    wait(page, "till.status.printer.waiting === 0 && till.status.printer.state === 'ready'")
    assert bridge.prints == 3


def test_a_wrong_token_and_a_bad_address_are_said(page: Page, shop: Shop, bridge: Bridge) -> None:
    open_till(page, shop)
    assert refused(page, "till.pairBridge({ url: 'http://x', token: 'a' })")[0] == "bad_url"
    page.evaluate("([url]) => till.pairBridge({ url, token: 'WRONG' })", [f"ws://127.0.0.1:{bridge.port}/"])
    wait(page, "till.status.bridge.state === 'refused'")
    assert refused(page, "till.pairBridge(null)") is None
    assert refused(page, "till.reprint()")[0] == "no_receipt"
    sell(page, MILK)
    assert refused(page, "till.reprint()")[0] == "no_printer" and state(page, "last.print") == "none"


def test_a_bridge_that_is_away_delays_no_sale_and_prints_when_it_is_back(
    page: Page, shop: Shop, bridge: Bridge
) -> None:
    open_till(page, shop)
    bridge.pair(page)
    bridge.stop()
    wait(page, "till.status.bridge.state === 'offline' || till.status.bridge.state === 'connecting'")
    assert sell(page, MILK)["print"] == "waiting"
    assert page.evaluate("till.status.printer.waiting") == 1
    bridge.start()
    wait(page, "till.state.last.print === 'printed'", 40)
    assert bridge.prints == 1


def test_a_wiped_profile_loses_nothing_because_the_bridge_kept_a_copy(
    chrome: Playwright, tmp_path: Path, shop: Shop, bridge: Bridge
) -> None:
    first = Profile(chrome, tmp_path / "first")
    page = first.open()
    open_till(page, shop)
    bridge.pair(page)
    wait(page, "till.status.unsent === 0")
    shop.control(retry=True)
    assert sell(page, MILK)["number"] == 1
    assert sell(page, MILK)["number"] == 2
    first.kill()
    shop.control(retry=False)
    second = Profile(chrome, tmp_path / "second")
    page = second.open()
    boot(page, shop)
    page.evaluate("till.enrol('good-code')")
    wait(page, "till.status.catalogue.state === 'ready'")
    bridge.pair(page)
    wait(page, "till.status.troubles.some((one) => one.status === 'restored')", 30)
    wait(page, "till.status.unsent === 0", 30)
    assert receipts(shop) == [(1, 199), (2, 199)]
    assert {item["inc"] for item in shop.items("receipt")} == {1} and whole_chain(shop, inc=1)
    page.evaluate("till.signIn('1111').then(() => till.openShift(0))")
    assert sell(page, MILK)["label"] == "7-3.2-1"
    second.kill()


@pytest.mark.long
def test_storage_that_went_back_in_time_takes_its_last_items_from_the_bridge(
    chrome: Playwright, tmp_path: Path, shop: Shop, bridge: Bridge
) -> None:
    profile = Profile(chrome, tmp_path / "profile")
    page = profile.open()
    open_till(page, shop)
    bridge.pair(page)
    sell(page, MILK)
    wait(page, "till.status.unsent === 0")
    page.wait_for_timeout(500)
    profile.kill()
    subprocess.run(["cp", "-a", str(tmp_path / "profile"), str(tmp_path / "backup")], check=True)
    page = profile.open()
    boot(page, shop)
    wait(page, "till.status.catalogue.state === 'ready' && till.status.bridge.state === 'ready'")
    page.evaluate("till.signIn('1111')")
    shop.control(retry=True)
    assert sell(page, MILK)["number"] == 2
    profile.kill()
    profile.path = tmp_path / "backup"
    shop.control(retry=False)
    page = profile.open()
    boot(page, shop)
    wait(page, "till.status.troubles.some((one) => one.status === 'restored')", 30)
    page.evaluate("till.signIn('1111')")
    assert sell(page, MILK)["number"] == 3
    wait(page, "till.status.unsent === 0", 30)
    assert receipts(shop) == [(1, 199), (2, 199), (3, 199)] and whole_chain(shop)
    profile.kill()


def test_what_stands_beside_the_till_is_journaled_when_it_lasts(
    page: Page, shop: Shop, bridge: Bridge
) -> None:
    open_till(page, shop)
    page.clock.install()
    bridge.pair(page)
    page.clock.run_for(11_000)
    sent(page)
    [told] = [body["data"] for body in named(shop, "devices")]
    assert told["bridge"] == "ready"
    assert [(one["id"], one["kind"], one["state"]) for one in told["devices"]] == [
        ("printer1", "printer", "ready")
    ]
    # Away and back within the ten seconds is no news; away for longer is.
    page.evaluate("till.pairBridge(null)")
    page.clock.run_for(5_000)
    bridge.pair(page)
    page.clock.run_for(11_000)
    bridge.stop()
    wait(page, "till.status.bridge.state === 'offline'")
    page.clock.run_for(11_000)
    sent(page)
    assert [body["data"]["bridge"] for body in named(shop, "devices")] == ["ready", "offline"]
    assert [wrong for body in events(shop) for wrong in misshapen(body)] == []
