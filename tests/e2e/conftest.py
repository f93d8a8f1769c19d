"""A real server, a real database and a real Chromium for walks through the till."""

import os
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, Playwright, sync_playwright
from pytest_django import DjangoDbBlocker

from tests.chromium import ARGS, chromium_path
from tests.e2e.server import LiveStore, database_url, environment_of, migrate
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


def on_the_server(statement: str, blocker: DjangoDbBlocker) -> dict[str, Any]:
    """Runs a statement beside the databases. In a thread: Playwright's loop runs in this one, and Django minds."""

    def run() -> dict[str, Any]:
        with blocker.unblock():
            connection.ensure_connection()
            with connection._nodb_cursor() as cursor:
                cursor.execute(statement)
            connection.close()
            return dict(connection.settings_dict)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run).result()


@pytest.fixture(scope="session")
def live_store(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[LiveStore]:
    """A store server with twelve goods, a cashier (1111) and a manager (9999), in a database of its own.

    One for all walks, because its migrations take longer than most of them: each walk uses a till number of its own.
    """
    name = f"kasa_e2e_{uuid.uuid4().hex[:12]}"
    data = tmp_path_factory.mktemp("store")
    settings = on_the_server(f'CREATE DATABASE "{name}"', django_db_blocker)
    environment = environment_of(database_url(settings, name), data)
    store = LiveStore(environment, data / "server.log")
    try:
        migrate(environment)
        store.open_office()
        store.goods = store.ask("found")["goods"]
        store.start()
        yield store
    finally:
        store.close()
        on_the_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', django_db_blocker)


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


@pytest.fixture(scope="session")
def pictures() -> Path | None:
    """Where screenshots go: the folder in KASA_PICTURES, else nowhere."""
    folder = os.environ.get("KASA_PICTURES")
    return Path(folder) if folder else None
