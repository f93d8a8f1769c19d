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


Key = TypeVar("Key", int, str)


@dataclass
class StepFaults(LineFaults, Generic[Key]):
    """What breaks around one command or request, named by its `Key`; each happens once.

    `cut_before`: the line breaks as it arrives, it is not executed. `cut_after`: it is executed, the line breaks before
    the answer. `power_after`: as `cut_after`, and the device goes dark and forgets its answer. `cut_at`: the
    how-many-th of that name from now it happens at.
    """

    cut_before: Key | None = None
    cut_after: Key | None = None
    power_after: Key | None = None
    cut_at: int = 1


Steps = TypeVar("Steps", bound=StepFaults[int] | StepFaults[str])


class StepEndpoint(Endpoint[Steps], Generic[Steps]):
    """An endpoint whose line and power break at a command."""

    def _breaks_before(self, key: int | str) -> bool:
        """Where the line is to break here, it breaks."""
        if not self._is_at(key, "cut_before"):
            return False
        self._hang_up()
        return True

    def _breaks_after(self, key: int | str) -> bool:
        if self._is_at(key, "cut_after"):
            self._hang_up()
            return True
        if self._is_at(key, "power_after"):
            self.switch_off()
            return True
        return False

    def _is_at(self, key: int | str, fault: str) -> bool:
        if not self._is_meant(getattr(self.faults, fault), key):
            return False
        self.faults.cut_at -= 1
        if self.faults.cut_at > 0:
            return False
        self.faults.cut_at = 1
        setattr(self.faults, fault, None)
        return True

    def _is_meant(self, wanted: int | str | None, key: int | str) -> bool:
        return wanted == key


@dataclass
class CommandFaults(StepFaults[Key], Generic[Key]):
    """Also frames that arrive broken, which count down by themselves. `paper_ends_in`: it was the last of the roll."""

    reject_frames: int = 0
    damage_answers: int = 0
    paper_ends_in: Key | None = None


Commands = TypeVar("Commands", bound=CommandFaults[int] | CommandFaults[str])


class CommandEndpoint(StepEndpoint[Commands], Generic[Commands]):
    """An endpoint whose frames may be rejected and damaged."""

    def _rejects(self) -> bool:
        """Whether this frame is one that it cannot read."""
        if self.faults.reject_frames > 0:
            self.faults.reject_frames -= 1
            return True
        return False

    def _damages(self) -> bool:
        """Whether this answer leaves it broken."""
        if self.faults.damage_answers > 0:
            self.faults.damage_answers -= 1
            return True
        return False
