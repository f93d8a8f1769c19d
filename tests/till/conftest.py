"""A real Chromium on a page that imports the till's modules, served beside a server that can be told to misbehave."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, sync_playwright

from tests.chromium import ARGS, chromium_path

HERE = Path(__file__).parent
# Two pages of one browser take turns here, and the one that is not shown keeps its clock.
TILL_ARGS = [*ARGS, "--disable-background-timer-throttling"]
BOOT = """async (options) => {
  const { Till } = await import('/static/till/till.js');
  window.heard = [];
  window.till = await Till.boot({ build: 'test', ...options });
  const names = 'line unknown refused age sent committed printed print_failed trouble prices stopped command offline';
  for (const name of names.split(' ')) till.on(name, (detail) => heard.push([name, detail]));
}"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class Shop:
    """The fake server's process and its control."""

    url: str
    process: subprocess.Popen[bytes]
    faults: dict[str, Any] = field(default_factory=dict)

    def control(self, **what: Any) -> dict[str, Any]:
        request = urllib.request.Request(f"{self.url}/control", json.dumps(what).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=30) as answer:
            value: dict[str, Any] = json.load(answer)
        return value

    def state(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.url}/control", timeout=30) as answer:
            value: dict[str, Any] = json.load(answer)
        return value

    def items(self, kind: str | None = None) -> list[dict[str, Any]]:
        items = sorted(self.state()["items"], key=lambda item: (item["inc"], item["seq"]))
        return [item for item in items if kind is None or item["type"] == kind]


def start_shop(goods: int = 40, port: int | None = None) -> Shop:
    """Starts the fake server and waits until it answers."""
    port = port or free_port()
    env = {**os.environ, "FAKE_GOODS": str(goods), "PYTHONPATH": str(HERE.parents[1])}
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "daphne",
        "-b",
        "127.0.0.1",
        "-p",
        str(port),
        "-v",
        "0",
        "tests.till.fake_shop:app",
    ]
    process = subprocess.Popen(command, env=env, cwd=HERE.parents[1])
    shop = Shop(f"http://127.0.0.1:{port}", process)
    deadline = time.monotonic() + 60
    while True:
        try:
            shop.state()
            return shop
        except OSError:
            assert time.monotonic() < deadline and process.poll() is None, "the fake server did not start"
            time.sleep(0.05)


@pytest.fixture(scope="session")
def static_shop() -> Iterator[Shop]:
    """One process for the whole run."""
    one = start_shop()
    yield one
    one.process.kill()
    one.process.wait()


@pytest.fixture
def shop(static_shop: Shop) -> Shop:
    """A server that remembers nothing of the test before."""
    static_shop.control(reset=True)
    return static_shop


# Its event loop runs in this thread for as long as it lives, and Django refuses to work beside one: no longer
# than a module, therefore.
@pytest.fixture(scope="module")
def chrome() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def browser(chrome: Playwright) -> Iterator[Browser]:
    one = chrome.chromium.launch(executable_path=chromium_path(), chromium_sandbox=False, args=TILL_ARGS)
    yield one
    one.close()


def open_context(browser: Browser) -> BrowserContext:
    """The till's own page forbids evaluated text; the tests are made of it."""
    return browser.new_context(bypass_csp=True, service_workers="block")


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One for a file, because it remembers the hundred files that a till is made of."""
    made = open_context(browser)
    yield made
    made.close()


@contextmanager
def without_errors(context: BrowserContext) -> Iterator[Page]:
    """A page of its own; an error that nobody caught on it fails the test."""
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    forget(context)
    assert not errors, errors


def forget(context: BrowserContext) -> None:
    """Closes all pages and drops whatever they stored."""
    origins = {"/".join(page.url.split("/")[:3]) for page in context.pages}
    empty = context.new_page()
    session = context.new_cdp_session(empty)
    for page in context.pages:
        if page is not empty:
            page.close()
    for origin in origins:
        session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
    empty.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    with without_errors(context) as one:
        yield one


@pytest.fixture(scope="module")
def run(browser: Browser, static_shop: Shop) -> Iterator[Callable[..., Any]]:
    """Runs JavaScript on a page that can import the modules: `run("async (m) => …", value)`. One page for a file: the
    modules that are tried so keep nothing."""
    with without_errors(open_context(browser)) as page:
        page.goto(f"{static_shop.url}/")
        yield lambda script, value=None: page.evaluate(script, value)


def boot(page: Page, shop: Shop, **options: Any) -> None:
    """Opens the till page and boots a till; `window.till` and `window.heard` are there afterwards."""
    for last in (False, True):
        page.goto(f"{shop.url}/")
        try:
            page.evaluate(BOOT, options)
            return
        except Error as error:
            # Chromium drops what it is fetching when an interface of the machine comes or goes meanwhile.
            if last or "Failed to fetch dynamically imported module" not in str(error):
                raise


def wait(page: Page, condition: str, timeout: float = 15) -> None:
    """Until the JavaScript expression is true."""
    page.wait_for_function(condition, timeout=timeout * 1000)


def open_till(page: Page, shop: Shop, **options: Any) -> None:
    """A till that has enrolled, been signed in by the cashier and opened a shift with 200.00."""
    boot(page, shop, **options)
    page.evaluate("till.enrol('good-code')")
    wait(page, "till.status.catalogue.state === 'ready'", 60)
    page.evaluate("till.signIn('1111').then(() => till.openShift(20000))")


SELL = """async ({ codes, tender }) => {
  for (const code of codes) {
    const result = till.scan(code);
    if (!result.ok) throw new Error(JSON.stringify(result));
  }
  till.startPayment();
  till.tender(tender);
  return till.finish();
}"""


def sell(page: Page, *codes: str, **tender: Any) -> dict[str, Any]:
    """Sells the codes and pays in cash unless told otherwise."""
    value: dict[str, Any] = page.evaluate(
        SELL, {"codes": list(codes), "tender": tender or {"method": "cash"}}
    )
    return value
