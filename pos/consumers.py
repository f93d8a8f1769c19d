"""The till's socket at /ws/till/: who may open it, and frames in and out. What an op does is in `pos.ops`."""

import asyncio
import logging
import time
import uuid
from collections import deque
from typing import Any

from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError

from core.canonical import ProtocolError
from core.errors import KasaError
from pos import access, ops
from pos.live import frames, handshake, pool
from pos.live.watch import watcher

log = logging.getLogger(__name__)

REVOKED, TOO_MANY_BAD, TRY_LATER = 4403, 4400, 4013
BAD_FRAMES, BAD_SECONDS = 20, 60.0
# Requests of one socket that run at the same time, and bytes that may wait for their turn.
AT_ONCE, MAX_WAITING = 8, 16 * frames.MAX_FRAME
# A till has one socket, and one more for each tab that only looks on.
SOCKETS_OF_A_DEVICE = 16
# A larger frame is read in a thread, so that it does not hold up the other sockets.
READ_HERE = 16 * 1024


async def refuse(_scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answers a handshake at any other address: HTTP 403, not a failure."""
    await receive()
    await send({"type": "websocket.close"})


class TillSocket:
    """One connection of one till: an ASGI application, and a listener of the watcher."""

    def __init__(self, receive: Any, send: Any) -> None:
        self._receive, self._send = receive, send
        self._open = False
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._in_order = asyncio.Lock()
        self._bad: deque[float] = deque(maxlen=BAD_FRAMES)
        self._waiting = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self.till_id = uuid.UUID(int=0)
        self.device_id = 0

    @classmethod
    async def app(cls, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """The ASGI entry."""
        socket = cls(receive, send)
        await receive()
        if await socket._admit(scope):
            watcher().add(socket)
            try:
                await socket._serve()
            finally:
                socket._open = False
                watcher().remove(socket)

    async def _admit(self, scope: dict[str, Any]) -> bool:
        """Opens the socket for a till of this store, and for nobody else."""
        if not handshake.same_origin(scope):
            await self._send({"type": "websocket.close", "code": 4403})
            return False
        try:
            device = await pool.run(access.access_device, handshake.cookie(scope))
        except access.NotEnrolled:
            await self._send({"type": "websocket.close", "code": 4401})
            return False
        except access.Revoked:
            return await self._turn_away(REVOKED)
        except DatabaseError:
            return await self._turn_away(TRY_LATER)
        if sum(other.device_id == device.id for other in watcher().sockets) >= SOCKETS_OF_A_DEVICE:
            return await self._turn_away(TRY_LATER)
        self.session = ops.Session(device)
        self.till_id, self.device_id = device.till_id, device.id
        self._open = True
        await self._send({"type": "websocket.accept"})
        return True

    async def _turn_away(self, code: int) -> bool:
        """Accepts first: only an open socket can be told why it is closed."""
        await self._send({"type": "websocket.accept"})
        await self._send({"type": "websocket.close", "code": code})
        return False

    async def _serve(self) -> None:
        frames_in: asyncio.Queue[str | bytes | None] = asyncio.Queue()
        reader = asyncio.get_running_loop().create_task(self._read(frames_in))
        try:
            while (message := await self._receive())["type"] != "websocket.disconnect":
                data = message.get("text") if message.get("text") is not None else message.get("bytes")
                self._waiting += len(data or "")
                if self._waiting > MAX_WAITING:
                    await self.close(TOO_MANY_BAD)
                    return
                frames_in.put_nowait(data)
        finally:
            reader.cancel()

    async def _read(self, frames_in: "asyncio.Queue[str | bytes | None]") -> None:
        """Takes frames in the order they came; their requests overlap."""
        while True:
            data = await frames_in.get()
            size = len(data or "")
            try:
                large = size > READ_HERE
                request = await pool.compute(frames.read, data) if large else frames.read(data)
            except ProtocolError as error:
                self._waiting -= size
                await self._bad_frame(error)
                continue
            await self._slots.acquire()
            task = asyncio.get_running_loop().create_task(self._answer(request, size))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _bad_frame(self, error: ProtocolError) -> None:
        await self.send_text(frames.error(None, "bad_request", error.message))
        self._bad.append(time.monotonic())
        if len(self._bad) == BAD_FRAMES and self._bad[-1] - self._bad[0] <= BAD_SECONDS:
            await self.close(TOO_MANY_BAD)

    async def _answer(self, request: frames.Request, size: int) -> None:
        try:
            await self.send_text(await self._result(request))
        finally:
            self._waiting -= size
            self._slots.release()

    async def _result(self, request: frames.Request) -> str:
        try:
            if request.op in ops.IN_ORDER:
                async with self._in_order:
                    members = await pool.run(ops.perform, self.session, request)
            else:
                members = await pool.run(ops.perform, self.session, request)
            return frames.answer(request.id, members)
        except access.Revoked as error:
            await self.revoked()
            return frames.error(request.id, error.code, error.message)
        except KasaError as error:
            return frames.error(request.id, error.code, error.message, **error.extra)
        except (OperationalError, InterfaceError) as error:
            log.warning("op %s of till %s failed for now: %s", request.op, self.till_id, error)
            return self._later(request, "unavailable", "The database does not answer. Try again later.")
        except Exception:
            log.exception("op %s of till %s failed", request.op, self.till_id)
            return self._later(request, "internal", "The server failed; its log says why.")

    @staticmethod
    def _later(request: frames.Request, code: str, detail: str) -> str:
        """What a request is answered that could not be done now; a push has its own word for that."""
        later = ops.when_away(request)
        return frames.error(request.id, code, detail) if later is None else frames.answer(request.id, later)

    @property
    def cursor(self) -> str:
        """The place in the feed that the till was last given."""
        return self.session.cursor

    async def send_text(self, text: str) -> None:
        """Sends one frame, unless the socket is closed."""
        if self._open:
            await self._send({"type": "websocket.send", "text": text})

    async def revoked(self) -> None:
        """Closes the socket because the device is no till any more."""
        await self.close(REVOKED)

    async def close(self, code: int) -> None:
        """Closes the socket once."""
        if self._open:
            self._open = False
            await self._send({"type": "websocket.close", "code": code})
