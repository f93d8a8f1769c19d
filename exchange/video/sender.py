"""Tells recorders: one task for each, on one loop, and one thread that reads the journal for all of them.

A recorder that is away, slow or deaf holds up its own task and nobody else: not another recorder, not an upload, not
a sale. Nothing is kept for it in memory; its acts wait in the journal, up to its own limits.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, InterfaceError, connection

from core import clock
from core.models import Store
from core.services import organisation
from exchange.models import Recorder, RecorderState
from exchange.video.reading import Journal, Piece
from exchange.video.wires import Down, Refused, TcpServer, Wire, wire_of

log = logging.getLogger(__name__)

POLL_SECONDS = 0.25
SAVE_SECONDS = 1.0
BEAT_SECONDS = 5.0
PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0, 15.0)
# Recorders are listed anew this often, so that a change in the back office works at once.
LOOK_SECONDS = 1.0
# One process sends; a second one waits for its end.
LOCK = 7_206

T = TypeVar("T")
Run = Callable[..., "asyncio.Future[Any]"]
State = RecorderState.State


class Feed(Protocol):
    """What a recorder is told, as `exchange.video.reading.Journal` has it."""

    def page(self) -> list[Piece]: ...
    def done(self, piece: Piece) -> None: ...
    def finish(self) -> None: ...
    def trial(self) -> bytes | None: ...
    def tried(self) -> None: ...
    def trim(self) -> int: ...
    def save(self, **state: Any) -> None: ...

    refused: int


class Sink:
    """One recorder: its wire, its way through the journal, and how it is."""

    def __init__(self, name: str, feed: Feed, wire: Wire, run: Run) -> None:
        self.name, self.feed, self.wire, self._run = name, feed, wire, run
        self._state = ""
        self._saved = self._trimmed = 0.0

    async def attend(self) -> None:
        """Tells the recorder until cancelled."""
        failures = 0
        try:
            while True:
                try:
                    await self.wire.open()
                    await self._note(State.CONNECTED)
                    await self._trim(0)
                    await self._talk()
                except Down as down:
                    failures = 0 if self._state == State.CONNECTED else failures + 1
                    await self._down(down)
                await self.wire.close()
                await asyncio.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
        finally:
            with contextlib.suppress(DatabaseError, InterfaceError, ObjectDoesNotExist):
                # Without it a recorder would read its last second again after each restart.
                await self._run(self.feed.save)
            await self.wire.close()
            if isinstance(self.wire, TcpServer):
                await self.wire.shut()

    async def _talk(self) -> None:
        """Everything that waits, and then what comes. Raises Down."""
        while True:
            if self.wire.gone.is_set():
                raise Down("closed")
            trial = await self._run(self.feed.trial)
            if trial is not None:
                await self._send((trial,))
                await self._run(self.feed.tried)
            pieces = await self._run(self.feed.page)
            for piece in pieces:
                if piece.messages:
                    await self._send(piece.messages)
                self.feed.done(piece)
                await self._save()
            self.feed.finish()
            await self._trim(BEAT_SECONDS)
            await self._save(SAVE_SECONDS if pieces else BEAT_SECONDS)
            if not pieces:
                await self._pause()

    async def _pause(self) -> None:
        """Until there may be something new, or the recorder is gone."""
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self.wire.gone.wait()
        except TimeoutError:
            return

    async def _send(self, messages: tuple[bytes, ...]) -> None:
        try:
            await self.wire.send(messages)
        except Refused as refused:
            self.feed.refused += len(messages)
            log.warning("recorder %s refuses %d act(s): %s", self.name, len(messages), refused)
            await self._run(self.feed.save, error=str(refused)[:200], error_at=clock.now())

    async def _down(self, down: Down) -> None:
        state = State.LISTENING if down.quiet else State.WAITING
        if self._state != state and not down.quiet:
            log.warning("recorder %s is not told: %s", self.name, down)
        why = {} if down.quiet else {"error": str(down)[:200], "error_at": clock.now()}
        self._state = state
        await self._run(self.feed.save, state=state, **why)
        await self._trim(BEAT_SECONDS)

    async def _note(self, state: str) -> None:
        if self._state != state:
            log.info("recorder %s is reached", self.name)
        self._state = state
        await self._run(self.feed.save, state=state)

    async def _trim(self, seconds: float) -> None:
        if time.monotonic() - self._trimmed >= seconds:
            self._trimmed = time.monotonic()
            behind = await self._run(self.feed.trim)
            await self._run(self.feed.save, behind=behind)

    async def _save(self, seconds: float = SAVE_SECONDS) -> None:
        if time.monotonic() - self._saved >= seconds:
            self._saved = time.monotonic()
            await self._run(self.feed.save)


class Sender:
    """All recorders of the store."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._tasks: dict[tuple[Any, int], asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Tells every active recorder until cancelled."""
        try:
            while True:
                try:
                    await self._look()
                except (DatabaseError, InterfaceError, organisation.NoStore) as error:
                    log.info("the database is away, or has no store yet: %s", error)
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            await self._end(list(self._tasks))
            self._thread.shutdown()

    async def _look(self) -> None:
        """Starts tasks of recorders that are new or changed, ends those of others."""
        wanted = await self._call(_recorders)
        await self._end([key for key in self._tasks if key not in wanted])
        for key, (recorder, store) in wanted.items():
            task = self._tasks.get(key)
            if task is None or task.done():
                if task is not None and not task.cancelled() and task.exception() is not None:
                    log.error("recorder %s stopped", recorder.name, exc_info=task.exception())
                feed = await self._call(Journal, recorder, store)
                sink = Sink(recorder.name, feed, wire_of(recorder), self._call)
                self._tasks[key] = asyncio.get_running_loop().create_task(sink.attend())

    async def _end(self, keys: list[tuple[Any, int]]) -> None:
        tasks = [self._tasks.pop(key) for key in keys]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _call(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> "asyncio.Future[T]":
        loop = asyncio.get_running_loop()
        return loop.run_in_executor(self._thread, lambda: _with_connection(work, *args, **kwargs))


def _with_connection(work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    try:
        return work(*args, **kwargs)
    except (DatabaseError, InterfaceError):
        # The next try opens a new one.
        connection.close()
        raise


def _recorders() -> dict[tuple[Any, int], tuple[Recorder, Store]]:
    """Active recorders by id and version; none while another process sends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = %s"
            " AND pid = pg_backend_pid()) OR pg_try_advisory_lock(%s)",
            [LOCK, LOCK],
        )
        if not cursor.fetchone()[0]:
            return {}
    store = organisation.current_store()
    found = Recorder.objects.filter(store=store, active=True)
    return {(one.id, one.version): (one, store) for one in found}
