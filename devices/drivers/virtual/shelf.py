"""The last receipts of a virtual printer, as files that survive a restart."""

import logging
import os
import threading
from pathlib import Path

from devices.drivers.virtual.codec import Record, parse_record, record_bytes

log = logging.getLogger("openkasa.bridge")


class Shelf:
    """Newest first, at most `keep`. `version` grows with every change, so that the page knows when to look
    again.
    """

    def __init__(self, folder: Path, keep: int) -> None:
        self._folder = folder
        self._keep = keep
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._records = self._load()
        self.version = 0

    def add(self, record: Record, png: bytes) -> None:
        """The description is written last: a receipt without it was never printed."""
        with self._lock:
            _write(self._folder / f"{record.action}.png", png)
            _write(self._folder / f"{record.action}.json", record_bytes(record))
            self._records.insert(0, record)
            for old in self._records[self._keep :]:
                (self._folder / f"{old.action}.json").unlink(missing_ok=True)
                (self._folder / f"{old.action}.png").unlink(missing_ok=True)
            del self._records[self._keep :]
            self.version += 1

    def records(self) -> list[Record]:
        with self._lock:
            return list(self._records)

    def find(self, action: str) -> Record | None:
        return next((record for record in self.records() if record.action == action), None)

    def png(self, action: str) -> bytes | None:
        """The picture of a receipt that is on the shelf; any other name has no picture."""
        with self._lock:
            if all(record.action != action for record in self._records):
                return None
            return (self._folder / f"{action}.png").read_bytes()

    def _load(self) -> list[Record]:
        records = []
        for path in self._folder.glob("*.json"):
            try:
                records.append(parse_record(path.read_bytes()))
            except (OSError, ValueError, KeyError, TypeError) as error:
                log.warning("the virtual printer leaves out %s: %s", path.name, error)
        return sorted(records, key=lambda record: record.printed_at, reverse=True)


def _write(path: Path, data: bytes) -> None:
    part = path.with_suffix(path.suffix + ".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
