"""The tables of a run are made once: each database of the run is a copy, which takes a moment where migrating takes
many seconds."""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.errors import InsufficientPrivilege
from psycopg.sql import SQL, Identifier

from core.runtime.postgres import dsn, ensure_running
from tests.e2e.server import environment_of, migrate

PREFIX = "kasa_tables_"
Server = psycopg.Connection[tuple[object, ...]]


@contextmanager
def server() -> Iterator[Server]:
    """A connection beside the databases. It is none of Django's, which minds Playwright's loop in this thread."""
    ensure_running()
    with psycopg.connect(dsn("postgres"), autocommit=True) as connection:
        yield connection


@contextmanager
def tables_of(run: str, data: Path) -> Iterator[str]:
    """A database with all tables and nothing in them. The first of the run to come makes it, the last one drops it."""
    name = PREFIX + run[:20]
    with server() as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [PREFIX])
        connection.execute("SELECT pg_advisory_lock_shared(hashtext(%s))", [name])
        if name not in _made(connection):
            _make(connection, name, data)
        connection.execute("SELECT pg_advisory_unlock(hashtext(%s))", [PREFIX])
        yield name
        connection.execute("SELECT pg_advisory_unlock_shared(hashtext(%s))", [name])
        _sweep(connection)


@contextmanager
def database_of_its_own(template: str, data: Path) -> Iterator[dict[str, str]]:
    """A copy of the empty tables, as the environment of a server over it."""
    name = f"kasa_{uuid.uuid4().hex[:12]}"
    with server() as connection:
        connection.execute(
            SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template))
        )
    try:
        yield environment_of(dsn(name), data)
    finally:
        with server() as connection:
            _drop(connection, name)


def _make(connection: Server, name: str, data: Path) -> None:
    connection.execute(SQL("CREATE DATABASE {} TEMPLATE template0").format(Identifier(name)))
    try:
        migrate(environment_of(dsn(name), data))
    except BaseException:
        _drop(connection, name)
        raise


def _sweep(connection: Server) -> None:
    """Drops the tables that nobody uses: ours, and those of a run that was killed."""
    for name in _made(connection):
        free = connection.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [name]).fetchone()
        if free == (True,):
            _drop(connection, name)
            connection.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])


def _made(connection: Server) -> list[str]:
    rows = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
    return [str(name) for (name,) in rows.fetchall()]


def _drop(connection: Server, name: str) -> None:
    """Autovacuum may be looking in just now; only a superuser may send it away, so it is waited for."""
    deadline = time.monotonic() + 30
    while True:
        try:
            connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))
            return
        except InsufficientPrivilege:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
