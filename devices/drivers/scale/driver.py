"""Listens to a scale on its own thread, asks it where it wants to be asked, and emits `weight` events.

A weight is told when it changes, and again twice a second while the scale goes on saying it: whoever hears nothing for
two seconds knows nothing. A scale that falls silent is told once, as a weight that is not known.
"""

import threading
import time
from collections.abc import Mapping
from pathlib import Path

from devices.drivers.contract import Emit, Evidence, Health, Job, Manifest, Outcome, Perform, Status, not_able
from devices.drivers.scale.codec import OVERLOADED, Reader, Reading, request
from devices.errors import ConfigError, TransportError
from devices.settings import Values
from devices.transports import Transport

RETRY_SECONDS = 1.0
READ_SECONDS = 0.1
WRITE_SECONDS = 1.0
REPEAT_SECONDS = 0.5
# A weight that moves is only looked at.
MOVING_SECONDS = 0.1


class Scale:
    def __init__(self, device: str, manifest: Manifest, values: Values, wire: Transport) -> None:
        self.id = device
        self.manifest = manifest
        self.poll_seconds = values.seconds("poll_seconds")
        self._wire = wire
        self._ask = _request(device, values)
        self._ask_seconds = values.seconds("ask_seconds")
        self._silence_seconds = values.seconds("silence_seconds")
        self._reader = Reader()
        self._status = Status("offline", "not opened yet")
        self._health = Health(device)
        self._told: Reading | None = None
        self._told_at = 0.0
        self._heard_at = 0.0
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, emit: Emit) -> None:
        self._thread = threading.Thread(
            target=self._listen, args=(emit,), name=f"scale {self.id}", daemon=True
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
                self._heard_at = time.monotonic()
                self._read(emit)
            except TransportError as error:
                self._wire.close()
                self._reader.forget()
                self._lost(Status("offline", error.detail), emit)
                self._stopping.wait(RETRY_SECONDS)
        self._wire.close()

    def _read(self, emit: Emit) -> None:
        asked = 0.0
        while not self._stopping.is_set():
            now = time.monotonic()
            if self._ask and now - asked >= self._ask_seconds:
                self._wire.write(self._ask, WRITE_SECONDS)
                asked = now
            for reading in self._reader.feed(self._wire.read(256, READ_SECONDS)):
                self._heard(reading, emit)
            if time.monotonic() - self._heard_at > self._silence_seconds:
                self._silent(emit)

    def _heard(self, reading: Reading, emit: Emit) -> None:
        now = self._heard_at = time.monotonic()
        self._reader.strange = ""
        over = reading == OVERLOADED
        self._note(Status("error", "overloaded") if over else Status("ready"))
        silent = REPEAT_SECONDS if reading == self._told else 0.0 if reading.stable else MOVING_SECONDS
        if now - self._told_at < silent:
            return
        self._tell(reading, now, emit)

    def _silent(self, emit: Emit) -> None:
        strange = self._reader.strange
        detail = f"sends what is no reading: {strange!r}" if strange else "sends nothing"
        self._lost(Status("offline", detail), emit)

    def _lost(self, status: Status, emit: Emit) -> None:
        self._note(status)
        if self._told is not None:
            self._tell(OVERLOADED, time.monotonic(), emit)
            self._told = None

    def _tell(self, reading: Reading, now: float, emit: Emit) -> None:
        self._told, self._told_at = reading, now
        emit("weight", {"device": self.id, "grams": reading.grams, "stable": reading.stable})

    def _note(self, status: Status) -> None:
        self._status = self._health.note(status)


def _request(device: str, values: Values) -> bytes:
    try:
        return request(values.text("ask"), values.text("ask_end"))
    except UnicodeEncodeError as error:
        raise ConfigError(f"Device {device}: ask must be plain letters and digits.") from error


def create(device: str, manifest: Manifest, values: Values, wire: Transport | None, data: Path) -> Scale:
    if wire is None:
        raise ConfigError(f"Device {device} needs a transport.")
    return Scale(device, manifest, values, wire)
