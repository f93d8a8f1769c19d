"""The cast of every test: one store, a cashier, a manager and a stranger."""

import tempfile
import threading
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from pytest_django import DjangoDbBlocker

from core import feed, permissions
from core.models import Company, Employee, Store
from core.services import organisation
from tests.length import LONG
from tests.stores import empty_tables, live_kasa, live_store, one_server
from tests.tables import tables_of

__all__ = ["empty_tables", "live_kasa", "live_store", "one_server"]

# How many random cases a law is tried with where it does not say so itself.
hypothesis.settings.register_profile("usual", max_examples=40)
hypothesis.settings.register_profile("long", max_examples=200)
hypothesis.settings.load_profile("long" if LONG else "usual")

BEGIN_FEED = (
    "INSERT INTO core_feedhead (id, epoch, version, chain, pruned_through)"
    " VALUES (1, gen_random_uuid(), 0, repeat('a', 64), 0)"
)
PIN_CASHIER, PIN_MANAGER = "1111", "9999"


@dataclass(frozen=True)
class Cast:
    """Who is in the shop."""

    company: Company
    store: Store
    cashier: Employee
    manager: Employee
    stranger: Employee


@feed.transaction()
def make_cast() -> Cast:
    """A Polish store, written through the services as a real one is."""
    company = organisation.company_create(
        name="Sklep sp. z o.o.", country="pl", currency="PLN", tax_id="5260001246"
    )
    store = organisation.store_create(
        company=company,
        number=1,
        name="Sklep 1",
        time_zone="Europe/Warsaw",
        language="pl",
        address="Łódź, Piotrkowska 1",
    )
    role = organisation.role_save
    cashier = role(
        code="cashier", name="Cashier", permissions=permissions.CASHIER, limits={"discount_percent": 1000}
    )
    manager = role(
        code="manager", name="Manager", permissions=permissions.MANAGER, limits={"discount_percent": 10000}
    )
    nobody = role(code="nobody", name="No rights", permissions=[])
    hire = organisation.employee_create
    return Cast(
        company=company,
        store=store,
        cashier=hire(store=store, name="Anna Nowak", role=cashier, pin=PIN_CASHIER, badge="B-1001"),
        manager=hire(
            store=store,
            name="Marta Lis",
            role=manager,
            pin=PIN_MANAGER,
            username="marta",
            password="correct horse 9",
        ),
        stranger=hire(
            store=store, name="Jan Obcy", role=nobody, pin="5555", username="jan", password="correct horse 5"
        ),
    )


class _TablesMadeEarly:
    """Makes the run's tables while the workers still read the tests; otherwise two of them would wait for the third."""

    def __init__(self, run: str) -> None:
        self._run = run
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._hold)
        self._thread.start()

    def _hold(self) -> None:
        with tempfile.TemporaryDirectory() as folder, tables_of(self._run, Path(folder)):
            self._over.wait()

    def pytest_unconfigure(self) -> None:
        self._over.set()
        self._thread.join()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """In the process that only hands out the work."""
    if not hasattr(config, "workerinput") and config.getoption("numprocesses", None):
        config.option.testrunuid = uuid.uuid4().hex
        config.pluginmanager.register(_TablesMadeEarly(config.option.testrunuid))


# Files that wait for real time (cables, restarts, browsers). They begin first, so that no process is left alone with
# one of them at the end of the run.
LONG_FILES = (
    "e2e/test_lan",
    "runtime/test_serve",
    "runtime/test_backup",
    "backoffice/test_walks",
    "till/",
    "e2e/",
    "conformance/wire/test_",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Puts the longest files first; the order inside a file stays. Leaves out what only the long suite repeats."""
    repeated = [] if LONG else [item for item in items if item.get_closest_marker("long")]
    if repeated:
        config.hook.pytest_deselected(items=repeated)
        items[:] = [item for item in items if item not in repeated]

    def place(item: pytest.Item) -> int:
        path = item.path.as_posix()
        return next((at for at, part in enumerate(LONG_FILES) if f"tests/{part}" in path), len(LONG_FILES))

    items.sort(key=place)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, empty_tables: str
) -> None:
    """The tests' own database is a copy too."""
    connection.settings_dict["TEST"]["TEMPLATE"] = empty_tables


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The plugin's own set-up, but that a connection which a server or thread of a test left does not keep the
    database from being dropped."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture
def cast(db: None) -> Cast:
    """The shop's people, in a fresh database."""
    return make_cast()


@pytest.fixture(autouse=True, scope="session")
def _secrets_are_cheap_to_check() -> None:
    """Real rounds protect real secrets; hundreds of invented people would only wait for them."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    organisation.PIN_ITERATIONS = 1000


@pytest.fixture(autouse=True, scope="session")
def _files_are_looked_up_when_asked_for() -> None:
    """Each of the hundreds of test clients makes its middleware anew, and WhiteNoise would list every static file."""
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(autouse=True, scope="session")
def _facts_can_be_cleared_between_tests() -> Iterator[None]:
    """Lets the test runner empty append-only tables, which the database otherwise refuses to everybody.

    Only Django's flush between transactional tests runs with triggers off; the tests themselves never do. It deletes
    the rows of the tables that have some: truncating all of them makes hundreds of files anew, each time.
    """
    flush = DatabaseOperations.execute_sql_flush

    def flush_facts(self: DatabaseOperations, sql_list: Iterable[str]) -> None:
        full = _tables_with_rows()
        guarded = _guarded()
        switch = [f'ALTER TABLE "{table}" {{}} TRIGGER USER' for table in full if table in guarded]
        flush(self, [line.format("DISABLE") for line in switch])
        flush(self, [*(f'DELETE FROM "{table}"' for table in full), BEGIN_FEED])
        flush(self, [line.format("ENABLE") for line in switch])

    patched: Any = DatabaseOperations
    patched.execute_sql_flush = flush_facts
    yield
    patched.execute_sql_flush = flush


def _guarded() -> set[str]:
    """Tables whose rows a trigger of ours guards."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
        return {name for (name,) in cursor.fetchall()}


def _tables_with_rows() -> list[str]:
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    each = (f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(each))
        return [name for (name,) in cursor.fetchall()]
