"""Database work of the sockets: off the event loop, in a few threads that keep their connections.

Django's usual way would put every socket of the process into one thread. Four threads keep two cores busy; more
would only wait for the interpreter's lock.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import Error, InterfaceError, OperationalError, connection

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 4
LOCK_TIMEOUT_MS, STATEMENT_TIMEOUT_MS = 10_000, 30_000
_executor = ThreadPoolExecutor(THREADS, thread_name_prefix="till")


async def run(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Does `work` in a thread with a database connection. Raises what it raises.

    Work must be repeatable: it is done a second time when the connection turns out to be dead.
    """
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_executor, lambda: _with_connection(lambda: work(*args, **kwargs)))


def _with_connection(work: Callable[[], T]) -> T:
    try:
        return _once(work)
    except (OperationalError, InterfaceError) as error:
        log.info("a till's request is tried again on a new connection: %s", error)
        return _once(work)


def _once(work: Callable[[], T]) -> T:
    _open()
    try:
        return work()
    except (OperationalError, InterfaceError):
        connection.close()
        raise
    except Error:
        connection.close_if_unusable_or_obsolete()
        raise


def _open() -> None:
    """A connection with its limits set, so that one lock nobody releases cannot hold a thread for ever."""
    if connection.connection is None:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute(
                f"SET lock_timeout = {LOCK_TIMEOUT_MS}; SET statement_timeout = {STATEMENT_TIMEOUT_MS}"
            )


def ping() -> None:
    """Opens a connection if there is none; starts the embedded server when it is not running."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


async def compute(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Does work that needs no database in one of the threads."""
    return await asyncio.get_running_loop().run_in_executor(_executor, lambda: work(*args, **kwargs))
