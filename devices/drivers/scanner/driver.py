"""Listens to a scanner and emits `scan` events."""

import time
from pathlib import Path

from devices.drivers.contract import Emit, Manifest, Status
from devices.drivers.listener import Listener
from devices.drivers.scanner.codec import Scan, Splitter
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
        self._repeat_seconds = values.seconds("repeat_seconds")
        self._last: tuple[Scan, float] | None = None
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
            self._tell(scan, now, emit)

    def _tell(self, scan: Scan, now: float, emit: Emit) -> None:
        last, self._last = self._last, (scan, now)
        # One trigger pull can send a code twice; a cashier cannot pass two goods this fast.
        if last is not None and last[0] == scan and now - last[1] < self._repeat_seconds:
            return
        emit("scan", {"device": self.id, "data": scan.data, "symbology": scan.symbology})


def create(device: str, manifest: Manifest, values: Values, wire: Transport | None, data: Path) -> Scanner:
    return Scanner(device, manifest, values, wire)
