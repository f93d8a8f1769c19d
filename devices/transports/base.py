"""What a driver may expect of a wire, and how a configuration table becomes one."""

from collections.abc import Callable, Mapping
from typing import Protocol

from devices.errors import ConfigError


class Transport(Protocol):
    """A byte pipe. All calls block, but never longer than the limits given here or in its settings.

    `answers` is false where nothing can be read back (a plain file). `keep_open` is true where opening
    disturbs the device (a serial port resets some printers), false where staying open locks others out (a
    network printer).
    """

    name: str
    answers: bool
    keep_open: bool

    def open(self) -> None:
        """Connect, or do nothing when connected. Raises TransportError."""

    def write(self, data: bytes, timeout: float) -> None:
        """Hand over all bytes within `timeout` seconds. Raises TransportError with `touched` set if some
        went.
        """

    def read(self, limit: int, timeout: float) -> bytes:
        """Up to `limit` bytes that arrive within `timeout` seconds; empty on silence. Raises TransportError."""

    def close(self) -> None:
        """Let go; never raises."""


def make_transport(table: Mapping[str, object], where: str) -> Transport:
    """A transport from its checked configuration table. Raises ConfigError for an unknown kind or key."""
    from devices.transports import file, serial, tcp

    makers: dict[str, Callable[[Mapping[str, object], str], Transport]] = {
        "tcp": tcp.from_table,
        "serial": serial.from_table,
        "file": file.from_table,
    }
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in makers:
        raise ConfigError(f"{where}.kind must be one of {', '.join(makers)}.")
    return makers[kind](table, where)
