"""Listens to a scanner on its own thread, opens the line again when it was unplugged, and emits `scan`
events.
"""

import logging
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from devices.drivers.contract import Emit, Evidence, Health, Job, Manifest, Outcome, Perform, Status, not_able
from devices.drivers.scanner.codec import Scan, Splitter
from devices.errors import ConfigError, TransportError
from devices.settings import Values
from devices.transports import Transport

log = logging.getLogger("openkasa.bridge")

RETRY_SECONDS = 1.0
READ_SECONDS = 0.25
# A code arrives in one burst; what is left over after this silence is half a code from an unplugged cable.
STALE_SECONDS = 2.0


class Scanner:
    def __init__(self, device: str, manifest: Manifest, values: Values, wire: Transport) -> None:
        self.id = device
        self.manifest = manifest
        self.poll_seconds = values.seconds("poll_seconds")
        self._wire = wire
        self._splitter = Splitter(values.text("prefix"), values.text("suffix"), values.text("encoding"))
        self._repeat_seconds = values.seconds("repeat_seconds")
        self._status = Status("offline", "not opened yet")
        self._health = Health(device)
        self._last: tuple[Scan, float] | None = None
        self._heard = 0.0
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, emit: Emit) -> None:
        self._thread = threading.Thread(
            target=self._listen, args=(emit,), name=f"scanner {self.id}", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(5)

    def features(self) -> Mapping[str, object]:
        return {}

    def status(self) -> Status:
        return self._status

    def prepare(self, job: Job) -> Perform:
        raise not_able(self.id, "print or open a drawer")

    def settle(self, evidence: Evidence) -> Outcome | None:
        return None

    def _listen(self, emit: Emit) -> None:
        while not self._stopping.is_set():
            try:
                self._wire.open()
                self._note(Status("ready"))
                self._read(emit)
            except TransportError as error:
                self._wire.close()
                self._splitter.forget()
                self._note(Status("offline", error.detail))
                self._stopping.wait(RETRY_SECONDS)
        self._wire.close()

    def _read(self, emit: Emit) -> None:
        while not self._stopping.is_set():
            data = self._wire.read(256, READ_SECONDS)
            now = time.monotonic()
            if not data:
                if now - self._heard > STALE_SECONDS:
                    self._splitter.forget()
                continue
            self._heard = now
            for scan in self._splitter.feed(data):
                self._tell(scan, now, emit)

    def _tell(self, scan: Scan, now: float, emit: Emit) -> None:
        last, self._last = self._last, (scan, now)
        # One trigger pull can send a code twice; a cashier cannot pass two goods this fast.
        if last is not None and last[0] == scan and now - last[1] < self._repeat_seconds:
            return
        emit("scan", {"device": self.id, "data": scan.data, "symbology": scan.symbology})

    def _note(self, status: Status) -> None:
        self._status = self._health.note(status)


def create(device: str, manifest: Manifest, values: Values, wire: Transport | None, data: Path) -> Scanner:
    if wire is None:
        raise ConfigError(f"Device {device} needs a transport.")
    return Scanner(device, manifest, values, wire)
