"""Hints: one watcher per ASGI process listens to the database and tells the sockets of this process.

It hears `kasa_feed` (something was published) and `kasa_till` (a command, a message, a revocation), both sent by
whichever process committed the change. Every few seconds it also looks for itself, so that a lost notification
costs seconds, and a lost connection is opened again. Hints are hints: nothing depends on their arrival.
"""

import asyncio
import json
import logging
import time
import uuid
import weakref
from collections.abc import AsyncIterator, Sequence
from typing import Any, Protocol

import psycopg
from django.db import connection

from core import clock, feed
from pos.live import frames, pool
from pos.services import tills

log = logging.getLogger(__name__)

POLL_SECONDS = 5.0
# A bulk import commits many times a second; the tills hear of it at most this often.
SECONDS_BETWEEN_HINTS = 0.2
SEEN_SECONDS = 10.0
_NOT_LIBPQ = frozenset({"pool", "isolation_level", "assume_role", "server_side_binding"})


class Listener(Protocol):
    """A socket, as the watcher sees it."""

    till_id: uuid.UUID
    device_id: int

    @property
    def cursor(self) -> str:
        """The place in the feed that the till was last given; empty before its first pull."""

    async def send_text(self, text: str) -> None:
        """Sends one frame; never raises because the other end is gone."""

    async def revoked(self) -> None:
        """Closes the socket with 4403."""


class Watcher:
    """Runs while at least one socket is open."""

    def __init__(self) -> None:
        self.sockets: set[Listener] = set()
        self._task: asyncio.Task[None] | None = None
        self._cursor = ""
        self._seen_at = 0.0

    def add(self, socket: Listener) -> None:
        """Tells the socket from now on."""
        self.sockets.add(socket)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    def remove(self, socket: Listener) -> None:
        """Forgets the socket; after the last one the database connection is closed."""
        self.sockets.discard(socket)
        if not self.sockets and self._task is not None:
            self._task.cancel()
            self._task, self._cursor = None, ""

    async def _run(self) -> None:
        pause = 0.2
        while True:
            try:
                await self._listen()
            except Exception as error:
                # Whatever happened, the sockets need their hints; only a lost database is an everyday matter.
                if not isinstance(error, psycopg.Error | OSError):
                    log.exception("the feed's watcher failed")
                log.info("the feed's watcher starts again in %.1f s: %s", pause, error)
                await asyncio.sleep(pause)
                pause = min(POLL_SECONDS, pause * 2)
                await self._wake_database()
            else:
                pause = 0.2

    async def _wake_database(self) -> None:
        try:
            await pool.run(pool.ping)
        except Exception as error:
            log.info("the database is still away: %s", error)

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(**_parameters(), autocommit=True) as link:
            await link.execute(f"LISTEN {feed.CHANNEL}")
            await link.execute(f"LISTEN {tills.CHANNEL}")
            await self._look(link)
            while True:
                news = [note async for note in _notes(link)]
                for note in news:
                    if note.channel == tills.CHANNEL:
                        await self._tell(note.payload)
                if not news or any(note.channel == feed.CHANNEL for note in news):
                    await self._look(link)
                if not news:
                    await self._look_after(link)
                else:
                    await asyncio.sleep(SECONDS_BETWEEN_HINTS)

    async def _look(self, link: "psycopg.AsyncConnection[Any]") -> None:
        """Reads the feed's head and hints when it moved."""
        row = await (
            await link.execute("SELECT epoch, version, chain FROM core_feedhead WHERE id = 1")
        ).fetchone()
        cursor = str(feed.Cursor(*row)) if row else ""
        if cursor and cursor != self._cursor:
            known, self._cursor = self._cursor, cursor
            if known:
                await self._send(list(self.sockets), frames.push("changed", cursor=cursor))

    async def _look_after(self, link: "psycopg.AsyncConnection[Any]") -> None:
        """Finds sockets whose device was revoked while the notification was lost; marks the others as seen."""
        devices = [socket.device_id for socket in self.sockets]
        query = "SELECT id FROM pos_incarnation WHERE id = ANY(%s) AND revoked_at IS NOT NULL"
        gone = {row[0] for row in await (await link.execute(query, [devices])).fetchall()}
        for socket in list(self.sockets):
            if socket.device_id in gone:
                await socket.revoked()
        if time.monotonic() - self._seen_at > SEEN_SECONDS:
            self._seen_at = time.monotonic()
            cursors = {socket.device_id: socket.cursor for socket in self.sockets}
            await pool.run(tills.devices_present, cursors, clock.now())

    async def _tell(self, payload: str) -> None:
        try:
            what = json.loads(payload)
            till, device = what.pop("till"), what.pop("revoked", None)
        except (ValueError, KeyError, AttributeError):
            log.warning("somebody sent an odd notification on %s", tills.CHANNEL)
            return
        meant = [socket for socket in self.sockets if till is None or str(socket.till_id) == till]
        if device is not None:
            for socket in meant:
                if socket.device_id == device:
                    await socket.revoked()
        else:
            await self._send(meant, frames.push(what.pop("push"), **what))

    async def _send(self, sockets: Sequence[Listener], text: str) -> None:
        for socket in sockets:
            await socket.send_text(text)


async def _notes(link: "psycopg.AsyncConnection[Any]") -> AsyncIterator[psycopg.Notify]:
    """The notifications of one arrival, or none after POLL_SECONDS."""
    async for note in link.notifies(timeout=POLL_SECONDS, stop_after=1):
        yield note


def _parameters() -> dict[str, Any]:
    """Django's database, told to psycopg."""
    django = connection.settings_dict
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    found = {theirs: django[ours] for ours, theirs in names.items() if django.get(ours)}
    return found | {key: value for key, value in django["OPTIONS"].items() if key not in _NOT_LIBPQ}


_watchers: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Watcher]" = weakref.WeakKeyDictionary()


def watcher() -> Watcher:
    """The watcher of this process's event loop."""
    return _watchers.setdefault(asyncio.get_running_loop(), Watcher())
