"""The network half of a till without a browser: enrolling, snapshot, socket, upload."""

import asyncio
import gzip
import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from pos.headless.chain import Chain, DeviceKey, Item

log = logging.getLogger(__name__)

BATCH_ITEMS, BATCH_BYTES = 50, 900_000
LATER = frozenset({"unavailable", "internal"})
DONE = frozenset({"stored", "duplicate", "conflict", "quarantined"})
COOKIE = "kasa_till"
MAX_FRAME = 1024 * 1024


class Refused(Exception):
    """The server refused; `code` is its error code."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail


class TornSnapshot(Exception):
    """The catalogue's last line is missing or its hash is wrong."""


@dataclass
class Device:
    """What a till keeps of its enrolment."""

    url: str
    key: DeviceKey
    cookie: str
    till: dict[str, Any]
    store: dict[str, Any]

    @property
    def socket_url(self) -> str:
        """The address of the socket."""
        parts = urlsplit(self.url)
        return f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}/ws/till/"

    def chain(self) -> Chain:
        """A fresh chain of this incarnation."""
        return Chain(self.key, self.till["inc"])


async def enrol(url: str, code: str, key: DeviceKey | None = None) -> Device:
    """Becomes a till. Raises Refused."""
    key = key or DeviceKey()
    async with httpx.AsyncClient(base_url=url, timeout=30) as http:
        answer = await http.post("/api/till/enrol", json={"code": code, "public_key": key.jwk})
        body = answer.json()
        if answer.status_code != 201:
            raise Refused(body.get("code", str(answer.status_code)), body.get("message", ""))
        return Device(url, key, http.cookies[COOKIE], body["till"], body["store"])


async def snapshot(device: Device) -> tuple[str, list[dict[str, Any]]]:
    """The cursor and the rows of the catalogue. Raises TornSnapshot, Refused."""
    async with httpx.AsyncClient(base_url=device.url, timeout=120, cookies={COOKIE: device.cookie}) as http:
        answer = await http.get("/api/till/snapshot")
    if answer.status_code != 200:
        raise Refused(str(answer.status_code), answer.text[:200])
    data = answer.content if answer.headers.get("Content-Encoding") else gzip.decompress(answer.content)
    lines = data.splitlines(keepends=True)
    last = json.loads(lines[-1]) if lines else {}
    if last.get("sha256") != hashlib.sha256(b"".join(lines[:-1])).hexdigest():
        raise TornSnapshot("the catalogue is not whole")
    return json.loads(lines[0])["cursor"], [json.loads(line) for line in lines[1:-1]]


@dataclass
class TillSocket:
    """One open socket: requests overlap, pushes are collected in `pushes`."""

    link: ClientConnection
    pushes: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    stray: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    _next: int = 0
    _waiting: dict[int, "asyncio.Future[dict[str, Any]]"] = field(default_factory=dict)
    _reader: "asyncio.Task[None] | None" = None

    @classmethod
    async def open(cls, device: Device, *, origin: str | None = None) -> "TillSocket":
        """Opens the socket with the device's cookie. Raises InvalidHandshake and OSError."""
        link = await connect(
            device.socket_url,
            additional_headers={"Cookie": f"{COOKIE}={device.cookie}"},
            origin=origin,  # type: ignore[arg-type]
            max_size=MAX_FRAME,
            compression=None,
            ping_interval=None,
            open_timeout=30,
        )
        socket = cls(link)
        socket._reader = asyncio.create_task(socket._read())
        return socket

    async def __aenter__(self) -> "TillSocket":
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the socket and ends its reader."""
        await self.link.close()
        if self._reader is not None:
            await self._reader

    @property
    def close_code(self) -> int | None:
        """The code the server closed with."""
        return self.link.close_code

    async def _read(self) -> None:
        try:
            async for text in self.link:
                frame = json.loads(text)
                future = self._waiting.pop(frame.get("re"), None)
                if future is not None and not future.done():
                    future.set_result(frame)
                elif "push" in frame:
                    self.pushes.put_nowait(frame)
                else:
                    self.stray.put_nowait(frame)
        except ConnectionClosed as closed:
            log.info("the socket closed: %s", closed)
        finally:
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(ConnectionError("the socket closed before the answer"))
            self._waiting.clear()

    async def ask(self, op: str, **members: Any) -> dict[str, Any]:
        """The whole answer, good or bad. Raises ConnectionError when the socket closes first."""
        self._next += 1
        number = self._next
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        try:
            await self.link.send(json.dumps({"id": number, "op": op, **members}, ensure_ascii=False))
        except ConnectionClosed as closed:
            self._waiting.pop(number, None)
            raise ConnectionError("the socket is closed") from closed
        if self._reader is None or self._reader.done():
            self._waiting.pop(number, None)
            raise ConnectionError("the socket is closed")
        return await future

    async def request(self, op: str, **members: Any) -> dict[str, Any]:
        """The members of a good answer. Raises Refused, ConnectionError."""
        frame = await self.ask(op, **members)
        if not frame["ok"]:
            raise Refused(frame["error"]["code"], frame["error"].get("detail", ""))
        return frame

    async def send_raw(self, frame: str | bytes) -> None:
        """Sends anything at all; what is no answer to a request arrives in `stray`."""
        await self.link.send(frame)


def batches(items: Sequence[Item], most: int = BATCH_ITEMS) -> list[list[Item]]:
    """Items in order, cut so that each batch fits one frame."""
    result: list[list[Item]] = []
    size = 0
    for item in items:
        own = len(json.dumps(item, ensure_ascii=False).encode()) + 1
        if not result or len(result[-1]) >= most or size + own > BATCH_BYTES:
            result.append([])
            size = 0
        result[-1].append(item)
        size += own
    return result


@dataclass
class Upload:
    """Hands items over until each one is answered for good, through lost connections and `retry`."""

    device: Device
    batch_items: int = BATCH_ITEMS
    tries: int = 60
    pause: float = 0.2
    acks: dict[str, dict[str, Any]] = field(default_factory=dict)
    through: int = 0

    async def send(self, items: Sequence[Item]) -> dict[str, dict[str, Any]]:
        """The final ack of every item by its id. Raises ConnectionError when the server stays away, Refused."""
        left = list(items)
        for _attempt in range(self.tries):
            try:
                async with await TillSocket.open(self.device) as socket:
                    await self._over(socket, left)
            except (OSError, ConnectionError, InvalidHandshake, TimeoutError) as error:
                log.info("upload interrupted: %s", error)
            except Refused as refused:
                if refused.code not in LATER:
                    raise
                log.info("upload put off: %s", refused)
            left = [item for item in left if item["id"] not in self.acks]
            if not left:
                return self.acks
            await asyncio.sleep(self.pause)
        raise ConnectionError(f"{len(left)} items could not be handed over")

    async def _over(self, socket: TillSocket, items: list[Item]) -> None:
        for batch in batches(items, self.batch_items):
            answer = await socket.request("push", items=batch)
            self.through = max(self.through, answer["through"])
            for ack in answer["acks"]:
                if ack["status"] in DONE:
                    self.acks[ack["id"]] = ack
