"""Listens to a scale, asks it where it wants to be asked, and emits `weight` events.

A weight is told when it changes, and again twice a second while the scale goes on saying it: whoever hears nothing for
two seconds knows nothing. A scale that falls silent is told once, as a weight that is not known.
"""

import time
from pathlib import Path

from devices.drivers.contract import Emit, Manifest, Status
from devices.drivers.listener import Listener
from devices.drivers.scale.codec import OVERLOADED, Reader, Reading, request
from devices.errors import ConfigError
from devices.settings import Values
from devices.transports import Transport

READ_SECONDS = 0.1
WRITE_SECONDS = 1.0
REPEAT_SECONDS = 0.5
# A weight that moves is only looked at.
MOVING_SECONDS = 0.1


class Scale(Listener):
    kind = "scale"

    def __init__(self, device: str, manifest: Manifest, values: Values, wire: Transport | None) -> None:
        super().__init__(device, manifest, values, wire)
        self._ask = _request(device, values)
        self._ask_seconds = values.seconds("ask_seconds")
        self._silence_seconds = values.seconds("silence_seconds")
        self._reader = Reader()
        self._told: Reading | None = None
        self._told_at = 0.0
        self._heard_at = 0.0
        self._asked_at = 0.0

    def _opened(self) -> None:
        self._heard_at, self._asked_at = time.monotonic(), 0.0

    def _hear(self, emit: Emit) -> None:
        now = time.monotonic()
        if self._ask and now - self._asked_at >= self._ask_seconds:
            self._wire.write(self._ask, WRITE_SECONDS)
            self._asked_at = now
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
        self._unknown(Status("offline", detail), emit)

    def _lost(self, status: Status, emit: Emit) -> None:
        self._reader.forget()
        self._unknown(status, emit)

    def _unknown(self, status: Status, emit: Emit) -> None:
        self._note(status)
        if self._told is not None:
            self._tell(OVERLOADED, time.monotonic(), emit)
            self._told = None

    def _tell(self, reading: Reading, now: float, emit: Emit) -> None:
        self._told, self._told_at = reading, now
        emit("weight", {"device": self.id, "grams": reading.grams, "stable": reading.stable})


def _request(device: str, values: Values) -> bytes:
    try:
        return request(values.text("ask"), values.text("ask_end"))
    except UnicodeEncodeError as error:
        raise ConfigError(f"Device {device}: ask must be plain letters and digits.") from error


def create(device: str, manifest: Manifest, values: Values, wire: Transport | None, data: Path) -> Scale:
    return Scale(device, manifest, values, wire)
