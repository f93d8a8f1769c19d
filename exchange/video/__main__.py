"""`python -m exchange.video`: the process that tells recorders, as the supervisor starts it.

Most shops have no recorder: until there is one this is a small program that asks the database every few seconds, and
loads the server's code only then.
"""

import asyncio
import contextlib
import logging
import os
import signal
import time

import psycopg

from core.runtime.env import PlainError
from core.runtime.postgres import dsn, ensure_running

ASK_SECONDS = 2.0
_ANY = "SELECT EXISTS (SELECT 1 FROM exchange_recorder WHERE active)"

log = logging.getLogger(__name__)


def wait_for_a_recorder() -> None:
    """Returns when a recorder is to be told."""
    link: psycopg.Connection[tuple[bool]] | None = None
    while True:
        try:
            if link is None:
                ensure_running()
                link = psycopg.connect(dsn(), autocommit=True)
            row = link.execute(_ANY).fetchone()
            if row is not None and row[0]:
                link.close()
                return
        except (psycopg.Error, PlainError) as error:
            log.info("the database is away, or its tables are not ready: %s", error)
            if link is not None:
                link.close()
            link = None
        time.sleep(ASK_SECONDS)


async def tell() -> None:
    """Tells recorders until the process is asked to end."""
    from exchange.video.sender import Sender

    task = asyncio.get_running_loop().create_task(Sender().run())
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task


def _end(*_signal: object) -> None:
    raise SystemExit(0)


def main() -> None:
    """Runs until a signal."""
    logging.basicConfig(level=logging.INFO)
    signal.signal(signal.SIGTERM, _end)
    with contextlib.suppress(KeyboardInterrupt):
        wait_for_a_recorder()
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        asyncio.run(tell())


if __name__ == "__main__":
    main()
