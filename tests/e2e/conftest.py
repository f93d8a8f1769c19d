"""A real server, a real database and a real Chromium for walks through the till."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.chromium import ARGS, chromium_path
from tests.e2e.server import LiveStore
from tests.e2e.walks import Walk, context_of


# Its event loop runs in this thread for as long as it lives, and Django refuses to work beside one: no longer
# than a module, therefore.
@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    found = playwright.chromium.launch(executable_path=chromium_path(), chromium_sandbox=False, args=ARGS)
    yield found
    found.close()


@pytest.fixture
def walk(browser: Browser, live_store: LiveStore) -> Iterator[Walk]:
    """A browser nobody has used, on a page that was not opened yet."""
    if live_store.server is None:
        live_store.start()
    context = context_of(browser)
    made = Walk(context.new_page(), live_store)
    yield made
    context.close()
    assert made.errors == []


class OpenTill:
    """A till that walks of one file share: setting one up takes as long as a walk. One that a walk left in disorder is
    replaced."""

    numbers = itertools.count(901)

    def __init__(self, browser: Browser, store: LiveStore) -> None:
        self.browser, self.store = browser, store
        self.walk: Walk | None = None

    def take(self) -> Walk:
        if self.store.server is None:
            self.store.start()
        if self.walk is None:
            self.walk = Walk(context_of(self.browser).new_page(), self.store)
            self.walk.begin(number=next(self.numbers))
        return self.walk

    def give_back(self) -> None:
        walk, self.walk = self.walk, None
        if walk is not None:
            walk.clear()
            assert walk.errors == []
            self.walk = walk


@pytest.fixture(scope="module")
def open_till(browser: Browser, live_store: LiveStore) -> OpenTill:
    return OpenTill(browser, live_store)


@pytest.fixture
def till(open_till: OpenTill) -> Iterator[Walk]:
    """A till with an open shift and an empty receipt; others have sold on it before."""
    yield open_till.take()
    open_till.give_back()


@pytest.fixture(scope="session")
def pictures() -> Path | None:
    """Where screenshots go: the folder in KASA_PICTURES, else nowhere."""
    folder = os.environ.get("KASA_PICTURES")
    return Path(folder) if folder else None
