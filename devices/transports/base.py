"""What a driver may expect of a wire, and how a configuration table becomes one."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from devices.errors import ConfigError

if TYPE_CHECKING:
    from devices.transports.http import HttpTransport


class Way(Protocol):
    """What leads to a device, whatever goes over it. All calls block, but never longer than their limits.

    `keep_open` is true where opening disturbs the device (a serial port resets some printers), false where staying
    open locks others out (a network printer).
    """

    name: str
    keep_open: bool

    def open(self) -> None:
        """Connect, or do nothing when connected. Raises TransportError."""

    def close(self) -> None:
        """Let go; never raises."""


class Transport(Way, Protocol):
    """A byte pipe. `answers` is false where nothing can be read back (a plain file)."""

    answers: bool

    def write(self, data: bytes, timeout: float) -> None:
        """Hand over all bytes within `timeout` seconds. Raises TransportError with `touched` set if some
        went.
        """

    def read(self, limit: int, timeout: float) -> bytes:
        """Up to `limit` bytes that arrive within `timeout` seconds; empty on silence. Raises TransportError."""


def make_transport(table: Mapping[str, object], where: str) -> "Transport | HttpTransport":
    """A transport from its checked configuration table. Raises ConfigError for an unknown kind or key."""
    from devices.transports import file, http, serial, tcp

    makers: dict[str, Callable[[Mapping[str, object], str], Transport | HttpTransport]] = {
        "http": http.from_table,
        "tcp": tcp.from_table,
        "serial": serial.from_table,
        "file": file.from_table,
    }
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in makers:
        raise ConfigError(f"{where}.kind must be one of {', '.join(makers)}.")
    return makers[kind](table, where)
