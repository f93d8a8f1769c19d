"""Databases and servers that many tests share: one of each for a process of the run, however many files ask for it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.e2e.server import LiveStore
from tests.live import LiveServer
from tests.tables import database_of_its_own, tables_of


@pytest.fixture(scope="session")
def empty_tables(testrun_uid: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with all tables and nothing in them, to copy from."""
    with tables_of(testrun_uid, tmp_path_factory.mktemp("tables")) as name:
        yield name


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
def live_store(tmp_path_factory: pytest.TempPathFactory, empty_tables: str) -> Iterator[LiveStore]:
    """A store server with twelve goods, a cashier (1111) and a manager (9999), in a database of its own.

    One for all walks of a process: each walk uses a till number of its own.
    """
    data = tmp_path_factory.mktemp("store")
    with (
        database_of_its_own(empty_tables, data) as environment,
        in_business(LiveStore(environment, data / "server.log")) as store,
    ):
        yield store


@pytest.fixture(scope="session")
def one_server(django_db_setup: None) -> Iterator[LiveServer]:
    """A server on the test's own database: it keeps nothing that outlives the rows of one test."""
    with LiveServer() as running:
        yield running


@pytest.fixture
def live_kasa(transactional_db: None, one_server: LiveServer) -> LiveServer:
    """The running server, for a test with committed rows."""
    return one_server
