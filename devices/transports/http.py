"""A service that speaks HTTP: one question, one connection, one answer, within limits of time and of size.

A connection is not kept: a request that was lost on a stale one could have been executed or not, and nobody would know.
Certificates are always verified, redirects never followed, no proxy of the machine is used. Addresses have no place for
secrets; what is asked, and what is answered, is in no message of an error.
"""

import http.client
import io
import re
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from devices import settings
from devices.errors import ConfigError, TransportError

KEYS: dict[str, settings.Kind] = {
    "kind": settings.Text(),
    "url": settings.Text(),
    "connect_seconds": settings.Seconds(0.1, 30, default=5.0),
    "ca": settings.Text(""),
}
# Scheme, host, port, path; no user, no password, no query: they would stand in logs.
URL = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~/-]*)?")
TARGET = re.compile(r"/[!-~]*")
HEADER = re.compile(r"[ -~]*")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
# The longest answer of all services (a shift with its report) has a few thousand bytes.
MAX_ANSWER = 1 << 20
PIECE = 65_536


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes


class HttpTransport:
    """`secure` is true where nobody on the way can read: HTTPS, or a service on this very machine."""

    keep_open = False

    def __init__(self, url: str, connect_seconds: float = 5.0, trust: ssl.SSLContext | None = None) -> None:
        """`trust` verifies the service; without one the machine's own list of authorities does."""
        parts = urlsplit(url)
        encrypted = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if encrypted else 80)
        self._base = parts.path.rstrip("/")
        self._connect_seconds = connect_seconds
        self._trust = (trust or ssl.create_default_context()) if encrypted else None
        self._authority = parts.netloc
        self.secure = encrypted or self._host in LOOPBACK
        self.name = f"{parts.scheme} {parts.netloc}"

    def open(self) -> None:
        """Nothing: each question has a connection of its own."""

    def close(self) -> None:
        """Nothing is left open."""

    def ask(
        self,
        method: str,
        target: str,
        seconds: float,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """The answer to one request, whatever its status but a redirect.

        Raises TransportError; `touched` is false when no byte of the request has left.
        """
        request = self._request(method, target, body, headers or {})
        deadline = time.monotonic() + seconds
        with self._connected(min(self._connect_seconds, seconds)) as connection:
            try:
                connection.settimeout(_left(deadline))
                connection.sendall(request)
                return self._answer(connection, method, deadline)
            except (OSError, ValueError, http.client.HTTPException) as error:
                raise TransportError(f"{self.name} {_said(error)}", touched=True) from error

    def _request(self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
        # What is wrong here is a fault of ours: a line break in a header would be a request of its own.
        assert TARGET.fullmatch(target) and all(HEADER.fullmatch(value) for value in headers.values())
        lines = {
            "Host": self._authority,
            "Connection": "close",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            **headers,
        }
        if body is not None:
            lines["Content-Length"] = str(len(body))
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"{method} {self._base}{target} HTTP/1.1\r\n{head}\r\n".encode("ascii") + (body or b"")

    def _connected(self, seconds: float) -> socket.socket:
        try:
            plain = socket.create_connection((self._host, self._port), seconds)
        except OSError as error:
            raise TransportError(f"{self.name} does not accept a connection: {error}") from error
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return self._trust.wrap_socket(plain, server_hostname=self._host) if self._trust else plain
        except ssl.SSLCertVerificationError as error:
            plain.close()
            raise TransportError(
                f"{self.name} cannot prove who it is: {error.verify_message or error.reason}"
            ) from error
        except OSError as error:
            plain.close()
            raise TransportError(f"{self.name} does not agree on an encryption: {error}") from error

    def _answer(self, connection: socket.socket, method: str, deadline: float) -> Reply:
        # The standard reader wants a socket only to make a file of it.
        bounded = cast(socket.socket, _File(_Bounded(connection, deadline)))
        response = http.client.HTTPResponse(bounded, method=method)
        response.begin()
        if 300 <= response.status < 400:
            raise TransportError(f"{self.name} redirects, and is not followed", touched=True)
        pieces: list[bytes] = []
        while piece := response.read(PIECE):
            pieces.append(piece)
        if response.length:
            raise http.client.IncompleteRead(b"", response.length)
        return Reply(response.status, b"".join(pieces))


class _File:
    def __init__(self, bounded: "_Bounded") -> None:
        self._bounded = bounded

    def makefile(self, _mode: str) -> io.BufferedIOBase:
        return io.BufferedReader(self._bounded)


class _Bounded(io.RawIOBase):
    """What comes from a socket, until a deadline and up to a size, headers and all."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        super().__init__()
        self._connection = connection
        self._deadline = deadline
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        self._connection.settimeout(_left(self._deadline))
        size = self._connection.recv_into(buffer)
        self._size += size
        if self._size > MAX_ANSWER:
            raise ValueError("answers with more than a megabyte")
        return size


def from_table(table: Mapping[str, object], where: str) -> HttpTransport:
    values = settings.check(table, KEYS, where)
    url = values.text("url")
    if not URL.fullmatch(url):
        raise settings.wrong(
            f"{where}.url", "must be an address like https://api.example.com/v1, without user or query"
        )
    return HttpTransport(url, values.seconds("connect_seconds"), _trust(values.text("ca"), where))


def _trust(ca: str, where: str) -> ssl.SSLContext | None:
    """Who verifies a service that has its certificate from the shop's own authority."""
    if not ca:
        return None
    if not Path(ca).is_absolute():
        raise settings.wrong(f"{where}.ca", "must be an absolute path")
    try:
        return ssl.create_default_context(cafile=ca)
    except OSError as error:
        raise ConfigError(f"{where}.ca cannot be used: {error}.") from error


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("timed out")
    return left


def _said(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "does not answer"
    if isinstance(error, http.client.IncompleteRead):
        return "broke off its answer"
    if isinstance(error, ConnectionError | http.client.RemoteDisconnected):
        return "closed the connection"
    if isinstance(error, http.client.HTTPException):
        return "answers what is no HTTP"
    return str(error)
