"""A device on a serial line or a USB serial adapter, by pyserial.

`port` is a device name (`/dev/ttyUSB0`, `COM3`) or one of pyserial's URLs (`loop://`, `socket://host:port`),
which are its simulators. The port stays open between jobs, because opening toggles the control lines and
resets some printers.
"""

import contextlib
from collections.abc import Mapping
from typing import Any

import serial

from devices import settings
from devices.errors import TransportError

KEYS: dict[str, settings.Kind] = {
    "kind": settings.Text(),
    "port": settings.Text(),
    "baud": settings.Whole(300, 4_000_000, default=9600),
    "bits": settings.Whole(5, 8, default=8),
    "parity": settings.Choice(("none", "even", "odd", "mark", "space"), default="none"),
    "stop": settings.Whole(1, 2, default=1),
    "flow": settings.Choice(("none", "rtscts", "dsrdtr", "xonxoff"), default="none"),
}


class SerialTransport:
    answers = True
    keep_open = True

    def __init__(
        self,
        port: str,
        baud: int = 9600,
        bits: int = 8,
        parity: str = "none",
        stop: int = 1,
        flow: str = "none",
    ) -> None:
        self.name = f"serial {port}"
        self._port = port
        self._options: dict[str, Any] = {
            "baudrate": baud,
            "bytesize": bits,
            "parity": parity[0].upper(),
            "stopbits": stop,
            "rtscts": flow == "rtscts",
            "dsrdtr": flow == "dsrdtr",
            "xonxoff": flow == "xonxoff",
        }
        self._line: Any = None

    def open(self) -> None:
        if self._line is not None:
            return
        try:
            self._line = serial.serial_for_url(self._port, timeout=1, **self._options)
        # ValueError: pyserial's word for a URL or a setting that this kind of port does not take.
        except (serial.SerialException, OSError, ValueError) as error:
            raise TransportError(f"{self.name} cannot be opened: {error}") from error

    def write(self, data: bytes, timeout: float) -> None:
        line = self._opened()
        try:
            line.write_timeout = timeout
            line.write(data)
            line.flush()
        except (serial.SerialException, OSError) as error:
            self.close()
            raise TransportError(f"{self.name} stopped taking bytes: {error}", touched=True) from error

    def read(self, limit: int, timeout: float) -> bytes:
        line = self._opened()
        try:
            line.timeout = max(timeout, 0.001)
            first: bytes = line.read(1)
            # A blocking read for `limit` bytes would wait out the whole limit of time after a short answer.
            waiting = min(line.in_waiting, limit - 1) if first else 0
            rest: bytes = line.read(waiting) if waiting else b""
            return first + rest
        except (serial.SerialException, OSError, TypeError) as error:
            # TypeError: pyserial's posix read trips over its own closed descriptor when the port is pulled.
            self.close()
            raise TransportError(f"{self.name} broke: {error}", touched=True) from error

    def close(self) -> None:
        if self._line is None:
            return
        # A pulled USB adapter cannot be closed politely; the descriptor is released all the same.
        with contextlib.suppress(serial.SerialException, OSError):
            self._line.close()
        self._line = None

    def _opened(self) -> Any:
        if self._line is None:
            raise TransportError(f"{self.name} is not open")
        return self._line


def from_table(table: Mapping[str, object], where: str) -> SerialTransport:
    values = settings.check(table, KEYS, where)
    return SerialTransport(
        values.text("port"),
        baud=values.whole("baud"),
        bits=values.whole("bits"),
        parity=values.text("parity"),
        stop=values.whole("stop"),
        flow=values.text("flow"),
    )
