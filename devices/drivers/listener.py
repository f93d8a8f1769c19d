"""A device whose line stays open, on a thread of its own: one that speaks by itself, or shows what it is given.

Its line is opened again when it was lost.
"""

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from devices.drivers.contract import Emit, Evidence, Health, Job, Manifest, Outcome, Perform, Status, not_able
from devices.errors import ConfigError, TransportError
from devices.settings import Values
from devices.transports import Transport

RETRY_SECONDS = 1.0


class Listener(ABC):
    """A driver says what one turn is, and what a line that was opened or lost means."""

    kind: ClassVar[str]

    def __init__(self, device: str, manifest: Manifest, values: Values, wire: Transport | None) -> None:
        if wire is None:
            raise ConfigError(f"Device {device} needs a transport.")
        self.id = device
        self.manifest = manifest
        self.poll_seconds = values.seconds("poll_seconds")
        self._wire = wire
        self._status = Status("offline", "not opened yet")
        self._health = Health(device)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, emit: Emit) -> None:
        self._thread = threading.Thread(
            target=self._listen, args=(emit,), name=f"{self.kind} {self.id}", daemon=True
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
                self._opened()
                while not self._stopping.is_set():
                    self._hear(emit)
            except TransportError as error:
                self._wire.close()
                self._lost(Status("offline", error.detail), emit)
                self._stopping.wait(RETRY_SECONDS)
        self._wire.close()

    @abstractmethod
    def _opened(self) -> None:
        """The line is open."""

    @abstractmethod
    def _hear(self, emit: Emit) -> None:
        """One turn: reads for a moment and tells what was said. Raises TransportError when the line is lost."""

    @abstractmethod
    def _lost(self, status: Status, emit: Emit) -> None:
        """The line is closed: what was half said is forgotten."""

    def _note(self, status: Status) -> None:
        self._status = self._health.note(status)
