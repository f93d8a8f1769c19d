"""What all emulated scales share: what lies on them, what may go wrong on the way, and answers that take their time."""

import threading
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass

MOST_HEARD = 256


@dataclass
class Faults:
    """What goes wrong, switched on and off by whoever plays with it."""

    silent: bool = False
    # How many seconds each answer takes.
    slow: float = 0.0
    # So many questions are refused, in the words that the protocol has for it.
    refuse: int = 0
    # So many answers are damaged on the way: a wrong check sum where there is one, else the end is missing.
    spoil: int = 0
    # The connection ends after the next question was heard; a serial line stays and loses the answer.
    cut: bool = False


class WeighingScale(ABC):
    """A scale behind a wire (devices.emulators.wires.Wired). It reads and builds its bytes by itself."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.grams = 0
        self.moving = False
        self.over = False
        self._heard = b""
        self._waiting: list[tuple[float, bytes]] = []
        self._hung_up = False
        # Barcodes are said by whoever plays with it, answers by the wire's thread.
        self._lock = threading.Lock()

    def put(self, grams: int, stable: bool = True) -> None:
        """What lies on it from now on; negative when the pan is missing."""
        self.grams, self.moving, self.over = grams, not stable, False

    def overload(self) -> None:
        """More than it carries."""
        self.over, self.moving = True, False

    def receive(self, data: bytes) -> None:
        self._heard = (self._heard + data)[-MOST_HEARD:]
        self._listen()

    def take_replies(self) -> bytes:
        now = time.monotonic()
        with self._lock:
            due = [frame for at, frame in self._waiting if at <= now]
            self._waiting = [(at, frame) for at, frame in self._waiting if at > now]
        return b"".join(due)

    def hangs_up(self) -> bool:
        hung_up, self._hung_up = self._hung_up, False
        if hung_up:
            self._heard, self._waiting = b"", []
        return hung_up

    def asked(self) -> None:
        """The weight was asked for: answered, refused, damaged, or not at all."""
        faults = self.faults
        if faults.cut:
            faults.cut, self._hung_up = False, True
        elif faults.refuse > 0:
            faults.refuse -= 1
            self.say(self.refusal())
        elif faults.spoil > 0:
            faults.spoil -= 1
            self.say(self.spoiled(self.answer()))
        else:
            self.say(self.answer())

    def say(self, frame: bytes) -> None:
        if not self.faults.silent:
            with self._lock:
                self._waiting.append((time.monotonic() + self.faults.slow, frame))

    def spoiled(self, frame: bytes) -> bytes:
        return frame[:-2]

    @abstractmethod
    def _listen(self) -> None:
        """Takes whole questions out of what was heard and answers them."""

    @abstractmethod
    def answer(self) -> bytes:
        """What lies there, or why it cannot be said."""

    @abstractmethod
    def refusal(self) -> bytes:
        """What it says to a question that it does not take."""
