"""A till on another machine: trusts the store's authority, sells over HTTPS, outlives every way a cable can fail."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Error, Playwright, expect

from tests.e2e.lan import (
    Lan,
    LanStore,
    browser_in,
    lan,
    policy_origins,
    require_lan,
    trust_by_certificate,
    trust_by_policy,
)
from tests.e2e.server import CLONE
from tests.e2e.shop import BREAD, MILK
from tests.e2e.test_offline import KEPT
from tests.e2e.walks import Walk
from tests.stores import in_business
from tests.tables import database_of_its_own

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long]

TILL = 31
NOTICED_MS = 150_000
BACK_MS = 150_000
LET_GO_SECONDS = 240.0

SECURE = """async () => ({
  secure: isSecureContext,
  origin: location.origin,
  worker: (await navigator.serviceWorker.ready).active?.state,
  hash: (await crypto.subtle.digest('SHA-256', new Uint8Array(3))).byteLength,
  locks: typeof navigator.locks.request,
  storage: typeof navigator.storage.persist,
})"""


@pytest.fixture(scope="module")
def cable() -> Iterator[Lan]:
    require_lan()
    with lan() as made:
        yield made


@pytest.fixture(scope="module")
def lan_store(
    cable: Lan,
    tmp_path_factory: pytest.TempPathFactory,
    empty_tables: str,
) -> Iterator[LanStore]:
    """A store that was opened with certificates, at our end of the cable."""
    data = tmp_path_factory.mktemp("store")
    with database_of_its_own(empty_tables, data) as environment:
        store = LanStore(environment, data / "serve.log")
        store.address = cable.server
        with in_business(store):
            yield store


@pytest.fixture(scope="module")
def till(
    playwright: Playwright, cable: Lan, lan_store: LanStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Walk]:
    """A till on the other machine that has been set up, with an open shift."""
    machine = tmp_path_factory.mktemp("till")
    trust_by_policy(lan_store, machine)
    with browser_in(playwright, cable, machine, lan_store) as walk:
        walk.begin(number=TILL)
        walk.page.wait_for_function(KEPT, timeout=90_000)
        yield walk


@pytest.fixture
def mended(cable: Lan) -> Iterator[Lan]:
    """The network; whole again afterwards, whatever the test did to it."""
    yield cable
    cable.mend()


def test_a_till_that_does_not_know_the_authority_is_refused_the_page(
    playwright: Playwright, cable: Lan, lan_store: LanStore, tmp_path: Path
) -> None:
    with browser_in(playwright, cable, tmp_path, lan_store) as walk:
        with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
            walk.open()
        expect(walk.at("enrol-code")).to_have_count(0)


def test_a_browser_that_was_given_the_certificate_is_led_from_http_to_the_page(
    playwright: Playwright, cable: Lan, lan_store: LanStore, tmp_path: Path
) -> None:
    trust_by_certificate(lan_store, tmp_path)
    with browser_in(playwright, cable, tmp_path, lan_store) as walk:
        walk.page.goto(f"http://{cable.server}:{lan_store.port}/pos/")
        assert walk.page.url == f"{lan_store.url}/pos/"
        expect(walk.at("enrol-code")).to_be_focused(timeout=60_000)
        assert walk.page.evaluate("isSecureContext")


def test_a_till_with_the_policy_sells_over_https(till: Walk, lan_store: LanStore) -> None:
    assert till.page.evaluate(SECURE) == {
        "secure": True,
        "origin": lan_store.url,
        "worker": "activated",
        "hash": 32,
        "locks": "function",
        "storage": "function",
    }
    assert f"https://{lan_store.address}" in policy_origins(lan_store)
    cookies = {cookie.get("name"): cookie for cookie in till.page.context.cookies()}
    assert cookies["kasa_till"].get("secure") and cookies["kasa_till"].get("httpOnly")
    before = dues(lan_store)
    till.sell(MILK)
    till.sell(BREAD)
    till.all_sent()
    assert dues(lan_store) == [*before, 379, 620]


@pytest.mark.parametrize(
    ("cut", "server_hears"),
    [
        pytest.param(Lan.unplug, False),
        pytest.param(Lan.deafen_server, False),
        pytest.param(Lan.deafen_till, True),
    ],
)
def test_the_till_goes_on_while_the_cable_is_cut_and_everything_arrives_once(
    till: Walk, lan_store: LanStore, mended: Lan, cut: Callable[[Lan], None], server_hears: bool
) -> None:
    before = opened(till, lan_store)
    cut(mended)
    till.sell(MILK)
    till.sell(BREAD)
    notices(till)
    # A till that cannot hear has sold, and the server knows it: what was stored is sent again all the same.
    assert dues(lan_store)[len(before) :][:1] == ([379] if server_hears else [])
    sells_on_after_a_reload(till)
    mended.mend()
    comes_back(till)
    assert dues(lan_store) == [*before, 379, 620, 999]


def test_nobody_says_goodbye_on_a_dead_cable_and_both_ends_find_out(
    till: Walk, lan_store: LanStore, mended: Lan
) -> None:
    before = opened(till, lan_store)
    mended.silence()
    notices(till)
    till.sell(MILK)
    till.sell(BREAD)
    sells_on_after_a_reload(till)
    server_lets_go(mended, lan_store)
    assert dues(lan_store) == before
    mended.mend()
    comes_back(till)
    assert dues(lan_store) == [*before, 379, 620, 999]
    books_are_whole(lan_store)


def opened(till: Walk, store: LanStore) -> list[int]:
    """The till is in touch and owes nothing; what the server holds of it."""
    expect(till.at("server-state")).to_have_attribute("data-state", "online", timeout=BACK_MS)
    expect(till.at("unsent")).to_have_text("0", timeout=BACK_MS)
    return dues(store)


def notices(till: Walk) -> None:
    """Waits until the till says by itself that the server is away."""
    expect(till.at("server-state")).to_have_attribute("data-state", "offline", timeout=NOTICED_MS)


def sells_on_after_a_reload(till: Walk) -> None:
    """The page starts from what the browser keeps, and sells."""
    till.page.reload()
    expect(till.at("total")).to_be_visible(timeout=60_000)
    assert till.page.evaluate("navigator.serviceWorker.controller !== null")
    till.sell(MILK, BREAD)
    expect(till.at("unsent")).not_to_have_text("0")


def comes_back(till: Walk) -> None:
    """Waits until the till is in touch again and everything is sent."""
    expect(till.at("server-state")).to_have_attribute("data-state", "online", timeout=BACK_MS)
    expect(till.at("unsent")).to_have_text("0", timeout=BACK_MS)


def dues(store: LanStore) -> list[int]:
    """The sums of the till's receipts on the server; every one of its facts is there once, in one unbroken chain."""
    held = store.ask("receipts", number=TILL)
    assert [row["number"] for row in held["receipts"]] == list(range(1, len(held["receipts"]) + 1))
    assert held["seqs"] == [[1, seq] for seq in range(1, len(held["seqs"]) + 1)]
    assert set(held["states"]) == {"stored"}
    return [row["due"] for row in held["receipts"]]


def server_lets_go(cable: Lan, store: LanStore) -> None:
    """Waits until the server holds no connection of a till that it cannot hear."""
    deadline = time.monotonic() + LET_GO_SECONDS
    while held := cable.sockets(store.port):
        assert time.monotonic() < deadline, f"the server still holds {held}"
        time.sleep(0.5)


def books_are_whole(store: LanStore) -> None:
    """Hashes, signatures, links and sums, recomputed by `manage.py verify`."""
    command = [sys.executable, "manage.py", "verify"]
    done = subprocess.run(
        command, env=store.environment, cwd=CLONE, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
