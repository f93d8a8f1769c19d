"""Databases and servers that many tests share: one of each for a process of the run, however many files ask for it."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.backends.base.creation import TEST_DATABASE_PREFIX
from pytest_django import DjangoDbBlocker

from tests.e2e.server import LiveStore, database_url, environment_of, migrate
from tests.live import LiveServer


def on_the_server(statement: str, blocker: DjangoDbBlocker) -> dict[str, Any]:
    """Runs a statement beside the databases. In a thread: Playwright's loop may run in this one, and Django minds."""

    def run() -> dict[str, Any]:
        with blocker.unblock(), connection._nodb_cursor() as cursor:
            cursor.execute(statement)
            return dict(connection.settings_dict)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run).result()


def _drop(name: str, blocker: DjangoDbBlocker) -> None:
    on_the_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', blocker)


def _create(name: str, template: str, blocker: DjangoDbBlocker) -> dict[str, Any]:
    return on_the_server(f'CREATE DATABASE "{name}" TEMPLATE "{template}"', blocker)


@pytest.fixture(scope="session")
def empty_tables(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """A database with all tables and nothing in them, to copy from: copying takes a moment, migrating takes seconds."""
    with django_db_blocker.unblock():
        tests_own = str(connection.settings_dict["NAME"])
        connection.close()
    name = f"kasa_{uuid.uuid4().hex[:12]}_empty"
    # When none of the tests of this run uses the database in its own process, Django has not made one; when a thread
    # of an earlier test still holds it open, it cannot be copied.
    try:
        copied = tests_own.startswith(TEST_DATABASE_PREFIX)
        settings = _create(name, tests_own if copied else "template0", django_db_blocker)
    except OperationalError:
        copied, settings = False, _create(name, "template0", django_db_blocker)
    if not copied:
        migrate(environment_of(database_url(settings, name), tmp_path_factory.mktemp("empty")))
    yield name
    _drop(name, django_db_blocker)


@contextmanager
def database_of_its_own(template: str, data: Path, blocker: DjangoDbBlocker) -> Iterator[dict[str, str]]:
    """A copy of the empty tables, as the environment of a server over it."""
    name = f"kasa_{uuid.uuid4().hex[:12]}"
    settings = _create(name, template, blocker)
    try:
        yield environment_of(database_url(settings, name), data)
    finally:
        _drop(name, blocker)


@contextmanager
def in_business(store: LiveStore) -> Iterator[LiveStore]:
    """The store with its goods and its server running; closed afterwards."""
    try:
        store.open_office()
        store.goods = store.ask("found")["goods"]
        store.start()
        yield store
    finally:
        store.close()


@pytest.fixture(scope="session")
def live_store(
    tmp_path_factory: pytest.TempPathFactory, empty_tables: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[LiveStore]:
    """A store server with twelve goods, a cashier (1111) and a manager (9999), in a database of its own.

    One for all walks of a process: each walk uses a till number of its own.
    """
    data = tmp_path_factory.mktemp("store")
    with (
        database_of_its_own(empty_tables, data, django_db_blocker) as environment,
        in_business(LiveStore(environment, data / "server.log")) as store,
    ):
        yield store


@pytest.fixture(scope="session")
def one_server(empty_tables: str) -> Iterator[LiveServer]:
    """A server on the test's own database: it keeps nothing that outlives the rows of one test."""
    with LiveServer() as running:
        yield running


@pytest.fixture
def live_kasa(transactional_db: None, one_server: LiveServer) -> LiveServer:
    """The running server, for a test with committed rows."""
    return one_server
