"""What drivers of counter scales share: asking, hearing, silence, and the `weight` events of a till.

A weight is told when it changes, and again twice a second while the scale goes on saying it: whoever hears nothing for
two seconds knows nothing. A scale that falls silent is told once, as a weight that is not known, and its line is opened
anew: what it would say after that belongs to a question of long ago.
"""

import time

from devices.drivers.contract import Emit, Manifest, Status
from devices.drivers.listener import Listener
from devices.drivers.readings import AWAY, Codec, Reading, Reply, Said
from devices.drivers.scans import Scan, Scans
from devices.errors import TransportError
from devices.settings import Values
from devices.transports import Transport

READ_SECONDS = 0.1
WRITE_SECONDS = 1.0
REPEAT_SECONDS = 0.5
# A weight that moves is only looked at.
MOVING_SECONDS = 0.1
# What a person reads beside the device's state. A scale that is empty or moves is ready all the same.
FAULTS = {"over": "overloaded", "under": "below zero", "fault": "the scale reports a fault"}


class Weigher(Listener):
    """A scale of any protocol. One that also reads barcodes tells them as a scanner does."""

    kind = "scale"

    def __init__(
        self,
        device: str,
        manifest: Manifest,
        values: Values,
        wire: Transport | None,
        codec: Codec,
        scans: Scans | None = None,
    ) -> None:
        super().__init__(device, manifest, values, wire)
        self._codec = codec
        self._scans = scans
        self._ask_seconds = values.seconds("ask_seconds")
        self._answer_seconds = values.seconds("answer_seconds")
        self._silence_seconds = values.seconds("silence_seconds")
        self._told: Reading | None = None
        self._told_at = 0.0
        self._heard_at = 0.0
        self._asked_at = 0.0
        # Whether a question stands; a scale that speaks by itself has always been asked.
        self._pending = self._unasked = False

    def _opened(self) -> None:
        self._heard_at, self._asked_at, self._pending = time.monotonic(), 0.0, False

    def _hear(self, emit: Emit) -> None:
        self._ask(time.monotonic())
        for said in self._codec.feed(self._wire.read(256, READ_SECONDS)):
            self._take(said, emit)
        if time.monotonic() - self._heard_at > self._silence_seconds:
            self._silent(emit)

    def _silent(self, emit: Emit) -> None:
        strange = self._codec.strange
        detail = f"sends what is no reading: {strange!r}" if strange else "sends nothing"
        if self._scans is None:
            raise TransportError(detail)
        # Barcodes come by the same wire: it stays open, whatever the scale in it does.
        self._unknown(Status("offline", detail), emit)

    def _ask(self, now: float) -> None:
        """The next question when the last one was answered a while ago, or was not answered in time."""
        if now - self._asked_at < (self._answer_seconds if self._pending else self._ask_seconds):
            return
        question = self._codec.question()
        if question:
            self._wire.write(question, WRITE_SECONDS)
        self._asked_at, self._pending, self._unasked = now, bool(question), not question

    def _take(self, said: Said, emit: Emit) -> None:
        match said:
            case Reply(data=data):
                self._wire.write(data, WRITE_SECONDS)
            case Scan() if self._scans is not None:
                self._scans.tell(said, time.monotonic(), emit)
            case Reading():
                self._heard(said, emit)

    def _heard(self, reading: Reading, emit: Emit) -> None:
        if not self._pending and not self._unasked:
            # Answers that were held up on the way arrive together: only one belongs to the question.
            return
        now = self._heard_at = time.monotonic()
        self._pending, self._codec.strange = False, ""
        reading = self._judge(reading, now)
        fault = FAULTS.get(reading.why)
        self._note(Status("error", fault) if fault else Status("ready"))
        silent = REPEAT_SECONDS if reading == self._told else 0.0 if reading.stable else MOVING_SECONDS
        if now - self._told_at < silent:
            return
        self._tell(reading, now, emit)

    def _judge(self, reading: Reading, now: float) -> Reading:
        """For protocols that do not tell whether a weight moves."""
        return reading

    def _lost(self, status: Status, emit: Emit) -> None:
        self._codec.forget()
        self._unknown(status, emit)

    def _unknown(self, status: Status, emit: Emit) -> None:
        self._note(status)
        if self._told is not None:
            self._tell(AWAY, time.monotonic(), emit)
            self._told = None

    def _tell(self, reading: Reading, now: float, emit: Emit) -> None:
        self._told, self._told_at = reading, now
        emit(
            "weight",
            {"device": self.id, "grams": reading.grams, "stable": reading.stable, "why": reading.why},
        )
