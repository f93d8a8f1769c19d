"""What drivers of customer displays share: two lines, written when they change, by a thread that nobody waits for.

Whoever shows something only leaves it here. The newest lines win, so a display that is slow, off or away costs a sale
nothing; when its line is opened again it shows what should stand there.
"""

import threading
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from devices.drivers.contract import Device, Emit, Manifest, Status
from devices.drivers.letters import plain
from devices.drivers.listener import Listener
from devices.settings import Values
from devices.transports import Transport

COLUMNS, ROWS = 20, 2
# How long one turn waits for news before it looks whether the line still stands.
TURN_SECONDS = 0.25
# Five times a second is as fast as a person reads and such a display draws.
PAUSE_SECONDS = 0.2
WRITE_SECONDS = 1.0
SETTLE_SECONDS = 0.1
# What stands left and right in each line: the right side is a sum, and is never cut.
Line = tuple[str, str]
Lines = tuple[Line, Line]


@runtime_checkable
class DisplayDevice(Device, Protocol):
    """A device that shows two lines to the customer."""

    def show(self, lines: Lines) -> None:
        """Leaves the lines to be shown; returns at once, from any thread, whatever the display does."""


@dataclass(frozen=True)
class Face:
    """A display's protocol: what sets it up, and what puts two lines of twenty bytes on it."""

    begin: bytes
    lines: Callable[[bytes, bytes], bytes]


class Shower(Listener):
    kind = "display"

    def __init__(
        self, device: str, manifest: Manifest, values: Values, wire: Transport | None, face: Face
    ) -> None:
        super().__init__(device, manifest, values, wire)
        self._face = face
        self._encoding = values.text("encoding")
        self._news = threading.Event()
        self._wanted: Lines | None = None
        self._shown: Lines | None = None

    def show(self, lines: Lines) -> None:
        self._wanted = lines
        self._news.set()

    def stop(self) -> None:
        self._stopping.set()
        self._news.set()
        super().stop()

    def features(self) -> Mapping[str, object]:
        return {"columns": COLUMNS, "rows": ROWS}

    def _opened(self) -> None:
        self._wire.write(self._face.begin, WRITE_SECONDS)
        self._shown = None
        # A server in front of a display that is off takes the connection and drops it: that is not being back.
        self._stopping.wait(SETTLE_SECONDS)
        self._wire.read(64, 0.0)
        self._note(Status("ready"))
        self._news.set()

    def _lost(self, status: Status, emit: Emit) -> None:
        self._note(status)

    def _hear(self, emit: Emit) -> None:
        if not self._news.wait(TURN_SECONDS):
            # Displays say nothing; a line that was pulled is noticed all the same.
            self._wire.read(64, 0.0)
            return
        self._news.clear()
        wanted = self._wanted
        if wanted is None or wanted == self._shown or self._stopping.is_set():
            return
        upper, lower = (in_cells(line, self._encoding) for line in wanted)
        self._wire.write(self._face.lines(upper, lower), WRITE_SECONDS)
        self._shown = wanted
        self._stopping.wait(PAUSE_SECONDS)


def in_cells(line: Line, encoding: str) -> bytes:
    """Exactly twenty bytes in the display's code page. Letters it lacks become plain ones, and nothing is a command."""
    left, right = (_letters(text, encoding) for text in line)
    room = COLUMNS - len(right) - 1 if right else COLUMNS
    return (left[: max(room, 0)].ljust(COLUMNS - len(right)) + right)[:COLUMNS].encode(encoding)


def _letters(text: str, encoding: str) -> str:
    return "".join(
        plain(letter, encoding) if letter.isprintable() else " "
        for letter in unicodedata.normalize("NFC", text)
    )


def page(encoding: str, slot: int, slots: Mapping[str, int]) -> bytes:
    """`ESC t n`, by which a display is told the code page; nothing when its number is not known."""
    number = slot if slot >= 0 else slots.get(encoding, -1)
    return b"\x1bt" + bytes([number]) if number >= 0 else b""
