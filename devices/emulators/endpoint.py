"""The emulated end of a wire: bytes that come in pieces, what is said, and a line that is silent, slow, cut or dark."""

import threading
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Generic, TypeVar


@dataclass
class LineFaults:
    """Set these at any time. `silent`: what it says is lost. `slow_seconds`: it thinks for so long before it speaks."""

    silent: bool = False
    slow_seconds: float = 0.0


Faults = TypeVar("Faults", bound=LineFaults)


class Endpoint(ABC, Generic[Faults]):
    """Thread-safe; a server hands it bytes with `receive` and sends what `take_replies` gives (`wires.Wired`)."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.alive = True
        self._lock = threading.RLock()
        self._input = b""
        self._replies = bytearray()
        self._cut = False

    @property
    def _listens(self) -> bool:
        return self.alive and not self._cut

    def receive(self, data: bytes) -> None:
        with self._lock:
            if self._listens:
                self._input += data
                self._read()

    @abstractmethod
    def _read(self) -> None:
        """Takes what is whole off `_input`, for as long as it `_listens`."""

    def take_replies(self) -> bytes:
        with self._lock:
            if not self.alive or self.faults.silent:
                self._replies.clear()
            if self._replies and self.faults.slow_seconds:
                time.sleep(self.faults.slow_seconds)
            replies = bytes(self._replies)
            self._replies.clear()
            return replies

    def hangs_up(self) -> bool:
        with self._lock:
            cut, self._cut = self._cut, False
            return cut or not self.alive

    def switch_off(self) -> None:
        """The power goes, in the middle of whatever it was doing."""
        with self._lock:
            self.alive = False
            self._forget()

    def switch_on(self) -> None:
        """After a power cut: what it has stored is whole, its answers are forgotten."""
        with self._lock:
            self.alive, self._cut = True, False
            self._forget()

    def _hang_up(self) -> None:
        """The line is gone with everything on it; what was executed stays executed."""
        self._cut = True
        self._drop()

    def _drop(self) -> None:
        self._replies.clear()
        self._input = b""

    def _forget(self) -> None:
        """What a power cut takes."""
        self._drop()
