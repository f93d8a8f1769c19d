"""A device on the network, most often a receipt printer on port 9100.

Own socket code, because the time limit covers a whole write and the printer must be free for other tills
after each job: the connection is opened for a job and closed after it.
"""

import contextlib
import socket
import time
from collections.abc import Mapping

from devices import settings
from devices.errors import TransportError

KEYS: dict[str, settings.Kind] = {
    "kind": settings.Text(),
    "host": settings.Text(),
    "port": settings.Whole(1, 65535, default=9100),
    "connect_seconds": settings.Seconds(0.1, 30, default=3.0),
}


class TcpTransport:
    answers = True
    keep_open = False

    def __init__(self, host: str, port: int, connect_seconds: float = 3.0) -> None:
        self.name = f"tcp {host}:{port}"
        self._address = (host, port)
        self._connect_seconds = connect_seconds
        self._socket: socket.socket | None = None

    def open(self) -> None:
        if self._socket is not None:
            return
        try:
            self._socket = socket.create_connection(self._address, self._connect_seconds)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            self.close()
            raise TransportError(f"{self.name} does not accept a connection: {error}") from error

    def write(self, data: bytes, timeout: float) -> None:
        connection, deadline, sent = self._connected(), time.monotonic() + timeout, 0
        while sent < len(data):
            try:
                connection.settimeout(_left(deadline))
                sent += connection.send(data[sent : sent + 65536])
            except OSError as error:
                # A failed send says nothing about the bytes that an earlier send left in a buffer.
                raise TransportError(f"{self.name} stopped taking bytes: {error}", touched=True) from error

    def read(self, limit: int, timeout: float) -> bytes:
        connection = self._connected()
        connection.settimeout(max(timeout, 0.001))
        try:
            data = connection.recv(limit)
        except TimeoutError:
            return b""
        except OSError as error:
            raise TransportError(f"{self.name} broke the connection: {error}", touched=True) from error
        if not data:
            raise TransportError(f"{self.name} closed the connection", touched=True)
        return data

    def close(self) -> None:
        if self._socket is None:
            return
        # The other side may be gone already; there is nothing left to save on this socket either way.
        with contextlib.suppress(OSError):
            self._socket.close()
        self._socket = None

    def _connected(self) -> socket.socket:
        if self._socket is None:
            raise TransportError(f"{self.name} is not open")
        return self._socket


def from_table(table: Mapping[str, object], where: str) -> TcpTransport:
    values = settings.check(table, KEYS, where)
    return TcpTransport(values.text("host"), values.whole("port"), values.seconds("connect_seconds"))


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("timed out")
    return left
