"""A device node such as `/dev/usb/lp0`, or a plain file that collects what would have been printed.

A device node is read back as well; a plain file (or a named pipe) never answers, and drivers know that by
`answers`.
"""

import contextlib
import os
import select
import stat
import time
from collections.abc import Mapping
from pathlib import Path

from devices import settings
from devices.errors import TransportError

KEYS: dict[str, settings.Kind] = {"kind": settings.Text(), "path": settings.Text()}


class FileTransport:
    keep_open = False

    def __init__(self, path: Path) -> None:
        self.name = f"file {path}"
        self.answers = False
        self._path = path
        self._descriptor: int | None = None

    def open(self) -> None:
        if self._descriptor is not None:
            return
        try:
            self.answers = self._is_device()
            mode = os.O_RDWR if self.answers else os.O_WRONLY | os.O_APPEND | os.O_CREAT
            # Non-blocking, so that a pipe nobody reads or a printer that is off cannot hold the driver for
            # ever.
            flags = mode | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
            self._descriptor = os.open(self._path, flags, 0o600)
        except OSError as error:
            raise TransportError(f"{self.name} cannot be opened: {error}") from error

    def write(self, data: bytes, timeout: float) -> None:
        descriptor, deadline, sent = self._opened(), time.monotonic() + timeout, 0
        while sent < len(data):
            try:
                if not select.select([], [descriptor], [], max(0.0, deadline - time.monotonic()))[1]:
                    raise TimeoutError("timed out")
                sent += os.write(descriptor, data[sent : sent + 4096])
            except BlockingIOError:
                continue
            except OSError as error:
                raise TransportError(
                    f"{self.name} stopped taking bytes: {error}", touched=sent > 0
                ) from error

    def read(self, limit: int, timeout: float) -> bytes:
        descriptor = self._opened()
        if not self.answers:
            return b""
        try:
            ready = select.select([descriptor], [], [], max(timeout, 0.0))[0]
            return os.read(descriptor, limit) if ready else b""
        except BlockingIOError:
            return b""
        except OSError as error:
            raise TransportError(f"{self.name} broke: {error}", touched=True) from error

    def close(self) -> None:
        if self._descriptor is None:
            return
        # A device that was pulled out cannot be closed politely; the descriptor is released all the same.
        with contextlib.suppress(OSError):
            os.close(self._descriptor)
        self._descriptor = None

    def _is_device(self) -> bool:
        return self._path.exists() and stat.S_ISCHR(self._path.stat().st_mode)

    def _opened(self) -> int:
        if self._descriptor is None:
            raise TransportError(f"{self.name} is not open")
        return self._descriptor


def from_table(table: Mapping[str, object], where: str) -> FileTransport:
    path = Path(settings.check(table, KEYS, where).text("path"))
    if not path.is_absolute():
        raise settings.wrong(f"{where}.path", "must be an absolute path")
    return FileTransport(path)
