"""A real server, a real database and a real Chromium for walks through the till."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import Browser, Playwright, sync_playwright
from pytest_django import DjangoDbBlocker

from tests.e2e.server import LiveStore, database_url, environment_of, migrate
from tests.e2e.walks import Walk, context_of

ARGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str:
    found = next(
        (
            shutil.which(name)
            for name in ("chromium", "chromium-browser", "google-chrome")
            if shutil.which(name)
        ),
        None,
    )
    if found is None:
        pytest.skip("No Chromium on this machine: install Debian's `chromium` or put one on PATH.")
    return found


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    found = playwright.chromium.launch(executable_path=chromium_path(), chromium_sandbox=False, args=ARGS)
    yield found
    found.close()


@pytest.fixture(scope="module")
def live_store(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[LiveStore]:
    """A store server with twelve goods, a cashier (1111) and a manager (9999), in a database of its own."""
    name = f"kasa_e2e_{uuid.uuid4().hex[:12]}"
    data = tmp_path_factory.mktemp("store")
    with django_db_blocker.unblock():
        connection.ensure_connection()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
        environment = environment_of(database_url(connection.settings_dict, name), data)
    store = LiveStore(environment, data / "server.log")
    try:
        migrate(environment)
        store.open_office()
        store.goods = store.ask("found")["goods"]
        store.start()
        yield store
    finally:
        store.close()
        with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def walk(browser: Browser, live_store: LiveStore) -> Iterator[Walk]:
    """A browser nobody has used, on a page that was not opened yet."""
    context = context_of(browser)
    made = Walk(context.new_page(), live_store)
    yield made
    context.close()
    assert made.errors == []


@pytest.fixture(scope="session")
def pictures() -> Path | None:
    """Where screenshots go: the folder in KASA_PICTURES, else nowhere."""
    folder = os.environ.get("KASA_PICTURES")
    return Path(folder) if folder else None
