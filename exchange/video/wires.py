"""Wires to recorders. Each hands messages over within a time limit or says why it cannot; none waits for ever.

What a text wire hands over is with the system, not yet with the recorder: these formats have no answers. What may have
been lost at a break is told again, so a recorder may read an act twice but not miss one that fits its limits.
"""

import asyncio
import contextlib
import hashlib
import hmac
import ipaddress
import os
import socket
import time
from collections.abc import Sequence
from typing import Protocol
from urllib.parse import urlsplit

from devices.errors import TransportError
from devices.transports.http import HttpTransport
from exchange.models import Recorder

CONNECT_SECONDS = 5.0
WRITE_SECONDS = 5.0
ANSWER_SECONDS = 10.0
# Small, so that a recorder that stops reading is noticed while what it misses is still worth telling.
SEND_BUFFER = 16_384
LARGEST_DATAGRAM = 60_000
# The service will never take this event, whatever is tried.
UNFIT = (400, 413, 422)


class Down(Exception):
    """The recorder cannot be told now: a code (the back office has its words) and what the system says of it.

    `quiet`: nothing is wrong, it only is not there yet.
    """

    def __init__(self, code: str, detail: str = "", *, quiet: bool = False) -> None:
        super().__init__(f"{code} {detail}".strip())
        self.quiet = quiet


class Refused(Exception):
    """It was understood and refused, and would be again."""


class Wire(Protocol):
    """One way to one recorder."""

    gone: asyncio.Event

    async def open(self) -> None:
        """Raises Down."""

    async def send(self, messages: Sequence[bytes]) -> None:
        """Raises Down, and Refused."""

    async def close(self) -> None:
        """Lets go; never raises."""


class _Line:
    """A TCP connection that is written to; what the other end says is read and thrown away."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, gone: asyncio.Event
    ) -> None:
        self._writer, self._gone = writer, gone
        line: socket.socket = writer.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for name, value in (("TCP_KEEPIDLE", 15), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3)):
            if hasattr(socket, name):
                line.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
        writer.transport.set_write_buffer_limits(high=0)
        self._watch = asyncio.get_running_loop().create_task(self._listen(reader))

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(OSError):
            while await reader.read(4096):
                continue
        self._gone.set()

    async def send(self, messages: Sequence[bytes]) -> None:
        if self._gone.is_set():
            raise Down("closed")
        try:
            async with asyncio.timeout(WRITE_SECONDS):
                for message in messages:
                    self._writer.write(message)
                    await self._writer.drain()
        except TimeoutError as error:
            raise Down("deaf") from error
        except OSError as error:
            raise Down("closed") from error

    async def close(self) -> None:
        self._watch.cancel()
        # What waits for a recorder that does not read would hold a polite close up for ever.
        self._writer.transport.abort()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()


class TcpClient:
    """We call the recorder."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._line: _Line | None = None
        self.gone = asyncio.Event()

    async def open(self) -> None:
        self.gone = asyncio.Event()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                found = await asyncio.get_running_loop().getaddrinfo(
                    self._host, self._port, type=socket.SOCK_STREAM
                )
                line = socket.socket(*found[0][:2])
                line.setblocking(False)
                try:
                    await asyncio.get_running_loop().sock_connect(line, found[0][4])
                    reader, writer = await asyncio.open_connection(sock=line)
                except BaseException:
                    line.close()
                    raise
        except TimeoutError as error:
            raise Down("silent") from error
        except OSError as error:
            raise _unreachable(error) from error
        self._line = _Line(reader, writer, self.gone)

    async def send(self, messages: Sequence[bytes]) -> None:
        assert self._line is not None, "opened first"
        await self._line.send(messages)

    async def close(self) -> None:
        if self._line is not None:
            await self._line.close()
        self._line = None


class TcpServer:
    """The recorder calls us. Only `allowed` may; a new call takes the place of the last one, which may be half dead."""

    def __init__(self, allowed: str, port: int) -> None:
        self._allowed, self._port = allowed, port
        self._server: asyncio.Server | None = None
        self._line: _Line | None = None
        self._came = asyncio.Event()
        self._stranger = ""
        self.gone = asyncio.Event()

    async def open(self) -> None:
        if self._server is None:
            await self._listen()
        if self._line is None or self.gone.is_set():
            await self._let_go()
            self._came.clear()
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    await self._came.wait()
            except TimeoutError as error:
                if self._stranger:
                    raise Down("stranger", self._stranger) from error
                raise Down("not_called", quiet=True) from error

    async def _listen(self) -> None:
        try:
            self._server = await asyncio.start_server(self._called, self._bind(), self._port)
        except OSError as error:
            raise Down("port", _reason(error)) from error

    def _bind(self) -> str | None:
        """Only this machine where the recorder is on it."""
        try:
            return self._allowed if ipaddress.ip_address(self._allowed).is_loopback else None
        except ValueError:
            return None

    async def _called(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = str(writer.get_extra_info("peername")[0]).removeprefix("::ffff:")
        if peer not in await self._addresses():
            self._stranger = peer
            writer.transport.abort()
            return
        await self._let_go()
        self.gone, self._stranger = asyncio.Event(), ""
        self._line = _Line(reader, writer, self.gone)
        self._came.set()

    async def _addresses(self) -> set[str]:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(self._allowed, None)
        except OSError:
            return set()
        return {str(entry[4][0]) for entry in found}

    async def send(self, messages: Sequence[bytes]) -> None:
        if self._line is None:
            raise Down("closed")
        await self._line.send(messages)

    async def _let_go(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            await line.close()

    async def close(self) -> None:
        """Ends the call; the port stays open for the next one."""
        await self._let_go()

    async def shut(self) -> None:
        """Gives the port back."""
        if self._server is not None:
            self._server.close()
        await self._let_go()
        if self._server is not None:
            await self._server.wait_closed()


class Udp:
    """Datagrams: nobody says whether they arrive, but a machine that is there says when nobody listens."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._line: socket.socket | None = None
        self.gone = asyncio.Event()

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(self._host, self._port, type=socket.SOCK_DGRAM)
            self._line = socket.socket(*found[0][:2])
            self._line.setblocking(False)
            self._line.connect(found[0][4])
        except OSError as error:
            raise _unreachable(error) from error

    async def send(self, messages: Sequence[bytes]) -> None:
        assert self._line is not None, "opened first"
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(WRITE_SECONDS):
                for message in messages:
                    for at in range(0, len(message), LARGEST_DATAGRAM):
                        await loop.sock_sendall(self._line, message[at : at + LARGEST_DATAGRAM])
        except OSError as error:
            raise _unreachable(error) from error

    async def close(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None


class Webhook:
    """One POST for the acts of one journal item, signed; a 2xx answer means that they are there."""

    def __init__(self, url: str, secret: str) -> None:
        self._secret = secret.encode()
        parts = urlsplit(url)
        self._way = HttpTransport(f"{parts.scheme}://{parts.netloc}", CONNECT_SECONDS)
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self.gone = asyncio.Event()

    async def open(self) -> None:
        """Nothing: each POST has a connection of its own."""

    async def send(self, messages: Sequence[bytes]) -> None:
        body = b'{"events":[' + b",".join(messages) + b"]}"
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Kasa-Signature": signature(self._secret, int(time.time()), body),
        }
        try:
            answer = await asyncio.to_thread(
                self._way.ask, "POST", self._target, ANSWER_SECONDS, body, headers
            )
        except TransportError as error:
            raise Down("unreachable", error.detail) from error
        if answer.status in UNFIT:
            raise Refused(f"unfit {answer.status}")
        if not 200 <= answer.status < 300:
            raise Down("answered", str(answer.status))

    async def close(self) -> None:
        """Nothing is left open."""


def signature(secret: bytes, seconds: int, body: bytes) -> str:
    """`t=seconds,v1=hex`: HMAC-SHA256 of `seconds.body` under the recorder's secret."""
    digest = hmac.new(secret, f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


def wire_of(recorder: Recorder) -> "TcpClient | TcpServer | Udp | Webhook":
    """The wire that a recorder's kind asks for."""
    if recorder.kind == Recorder.Kind.WEBHOOK:
        return Webhook(recorder.url, recorder.secret)
    if recorder.kind == Recorder.Kind.TEXT_TCP_SERVER:
        return TcpServer(recorder.host, recorder.port)
    if recorder.kind in (Recorder.Kind.TEXT_UDP, Recorder.Kind.TRASSIR_UDP):
        return Udp(recorder.host, recorder.port)
    return TcpClient(recorder.host, recorder.port)


def _unreachable(error: OSError) -> Down:
    return (
        Down("refused") if isinstance(error, ConnectionRefusedError) else Down("unreachable", _reason(error))
    )


def _reason(error: OSError) -> str:
    """What the system says, without asyncio's own words around it."""
    return os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
