"""Log files of child processes: each line stamped, each file kept small by rotation."""

from __future__ import annotations

import datetime
import os
from collections import deque
from pathlib import Path

_LIMIT = 5 * 1024 * 1024
_KEEP = 5
_LINE_LIMIT = 64 * 1024
_TAIL_LINES = 20


class ChildLog:
    """Takes what a child writes, in pieces as they come, and files it line by line.

    Lines go to `<folder>/<name>.log` with the time (UTC) before them; a file over 5 MiB is renamed to
    `.1` (and so on to `.5`, the oldest is dropped). A line is cut at 64 KiB. The last 20 lines are kept
    in `tail` for the report of a crash.
    """

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        self.path = folder / f"{name}.log"
        self.tail: deque[str] = deque(maxlen=_TAIL_LINES)
        self._rest = b""
        self._file = _open(self.path)

    def feed(self, piece: bytes) -> list[str]:
        """File the complete lines of what came, and return them."""
        *whole, self._rest = (self._rest + piece).split(b"\n")
        if len(self._rest) > _LINE_LIMIT:
            whole, self._rest = [*whole, self._rest], b""
        lines = [line[:_LINE_LIMIT].decode("utf-8", errors="replace").rstrip() for line in whole]
        for line in lines:
            self._write(line)
        return lines

    def note(self, text: str) -> None:
        """File a line of our own between the child's."""
        self._write(f"── {text}")

    def close(self) -> list[str]:
        """File what is left of an unfinished line, return it, and close the file."""
        lines = self.feed(b"\n") if self._rest else []
        os.close(self._file)
        return lines

    def _write(self, line: str) -> None:
        stamp = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
        self.tail.append(line)
        os.write(self._file, f"{stamp} {line}\n".encode("utf-8", errors="replace"))
        if os.fstat(self._file).st_size > _LIMIT:
            self._rotate()

    def _rotate(self) -> None:
        os.close(self._file)
        for number in range(_KEEP - 1, 0, -1):
            older = self.path.with_name(f"{self.path.name}.{number}")
            if older.exists():
                older.replace(self.path.with_name(f"{self.path.name}.{number + 1}"))
        self.path.replace(self.path.with_name(f"{self.path.name}.1"))
        self._file = _open(self.path)


def _open(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
