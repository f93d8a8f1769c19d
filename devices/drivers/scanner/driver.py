"""Listens to a scanner and emits `scan` events."""

import time
from pathlib import Path

from devices.drivers.contract import Emit, Manifest, Status
from devices.drivers.listener import Listener
from devices.drivers.scanner.codec import Splitter
from devices.drivers.scans import Scans
from devices.settings import Values
from devices.transports import Transport

READ_SECONDS = 0.25
# A code arrives in one burst; what is left over after this silence is half a code from an unplugged cable.
STALE_SECONDS = 2.0


class Scanner(Listener):
    kind = "scanner"

    def __init__(self, device: str, manifest: Manifest, values: Values, wire: Transport | None) -> None:
        super().__init__(device, manifest, values, wire)
        self._splitter = Splitter(values.text("prefix"), values.text("suffix"), values.text("encoding"))
        self._scans = Scans(device, values.seconds("repeat_seconds"))
        self._heard = 0.0

    def _opened(self) -> None:
        self._note(Status("ready"))

    def _lost(self, status: Status, emit: Emit) -> None:
        self._splitter.forget()
        self._note(status)

    def _hear(self, emit: Emit) -> None:
        data = self._wire.read(256, READ_SECONDS)
        now = time.monotonic()
        if not data:
            if now - self._heard > STALE_SECONDS:
                self._splitter.forget()
            return
        self._heard = now
        for scan in self._splitter.feed(data):
            self._scans.tell(scan, now, emit)


def create(device: str, manifest: Manifest, values: Values, wire: Transport | None, data: Path) -> Scanner:
    return Scanner(device, manifest, values, wire)
