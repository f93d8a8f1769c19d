"""A whole store for a benchmark: a database of its own, server and back office as processes, many goods, Chromium."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.db import connection  # noqa: E402  (Django must be set up before its parts are imported)
from playwright.sync_api import Browser, expect, sync_playwright  # noqa: E402

from tests.chromium import whole_chromium_path  # noqa: E402
from tests.e2e.server import LiveStore, database_url, environment_of, migrate  # noqa: E402
from tests.till.conftest import TILL_ARGS  # noqa: E402

# A machine that is slowed down four times, with other work beside it, still gets there.
PATIENCE_MS = 120_000


@contextmanager
def bench_store(goods: int) -> Iterator[LiveStore]:
    """The shop of the walks with so many more goods, over real sockets."""
    name = f"kasa_{uuid.uuid4().hex[:12]}_bench"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    try:
        with TemporaryDirectory() as folder:
            environment = environment_of(database_url(connection.settings_dict, name), Path(folder))
            migrate(environment)
            store = LiveStore(environment, Path(folder) / "server.log")
            try:
                store.open_office()
                store.goods = store.ask("found")["goods"]
                store.ask("many", count=goods)
                store.start()
                yield store
            finally:
                store.close()
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def whole_browser() -> Iterator[Browser]:
    """The Chromium that tills run, in no hurry."""
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        browser = playwright.chromium.launch(
            executable_path=whole_chromium_path(), chromium_sandbox=False, args=TILL_ARGS
        )
        yield browser
        browser.close()
        expect.set_options(timeout=5_000)
