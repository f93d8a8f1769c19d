"""An ESC/POS printer without paper: states and faults around the interpreter.

The faults are those that cost money in a shop: paper out in the middle, a cover opened, silence, and dying after the
bytes were taken but before the answer. `wires.py` puts it behind a TCP port or a pty.
"""

import threading
from dataclasses import dataclass, field

from devices.emulators.interpreter import Interpreter
from devices.emulators.sheet import Sheet


@dataclass
class Faults:
    """Set any of these at any time. `paper_ends_after` and `dies_after` count printed lines from now on."""

    no_paper: bool = False
    paper_low: bool = False
    cover_open: bool = False
    cutter_stuck: bool = False
    silent: bool = False
    paper_ends_after: int | None = None
    dies_after: int | None = None
    # Dies right when it has printed and cut everything: the answer is lost, the receipt is not.
    dies_after_cut: bool = False


@dataclass
class Printer:
    """Thread-safe; a server hands it bytes with `receive` and sends what `take_replies` gives."""

    columns: int = 48
    faults: Faults = field(default_factory=Faults)

    def __post_init__(self) -> None:
        self.interpreter = Interpreter(self.columns)
        self.alive = True
        self.drawer_open = False
        self._lock = threading.RLock()
        self._replies = bytearray()
        self._tail = b""

    @property
    def sheets(self) -> list[Sheet]:
        with self._lock:
            return list(self.interpreter.sheets)

    @property
    def pulses(self) -> int:
        """How often the drawer was kicked."""
        with self._lock:
            return len(self.interpreter.pulses)

    def receive(self, data: bytes) -> None:
        with self._lock:
            if not self.alive:
                return
            self._realtime(data)
            self.interpreter.push(data)
            self._work()

    def take_replies(self) -> bytes:
        with self._lock:
            self._work()
            replies = b"" if self.faults.silent or not self.alive else bytes(self._replies)
            self._replies.clear()
            return replies

    def hangs_up(self) -> bool:
        return not self.alive

    def switch_on(self) -> None:
        """After a death: the buffer is empty, the counters are kept."""
        with self._lock:
            self.interpreter.discard()
            self._replies.clear()
            self._tail = b""
            self.alive = True

    def reset(self) -> None:
        """As new: paper in, nothing printed, no fault."""
        with self._lock:
            self.faults = Faults()
            self.interpreter = Interpreter(self.columns)
            self._replies.clear()
            self._tail = b""
            self.alive = True
            self.drawer_open = False

    def close_drawer(self) -> None:
        self.drawer_open = False

    def _stopped(self) -> bool:
        faults = self.faults
        return faults.no_paper or faults.cover_open or faults.cutter_stuck or not self.alive

    def _work(self) -> None:
        while not self._stopped():
            lines, cuts, pulses = self._marks()
            if not self.interpreter.step():
                break
            self.drawer_open |= len(self.interpreter.pulses) > pulses
            self._wear(self.interpreter.lines - lines, self.interpreter.cuts > cuts)
        self._replies += self.interpreter.replies
        self.interpreter.replies.clear()

    def _marks(self) -> tuple[int, int, int]:
        return self.interpreter.lines, self.interpreter.cuts, len(self.interpreter.pulses)

    def _wear(self, lines: int, cut: bool) -> None:
        faults = self.faults
        if faults.paper_ends_after is not None:
            faults.paper_ends_after -= lines
            if faults.paper_ends_after <= 0:
                faults.no_paper, faults.paper_ends_after = True, None
        if faults.dies_after is not None:
            faults.dies_after -= lines
            if faults.dies_after <= 0:
                self.alive, faults.dies_after = False, None
        if cut and faults.dies_after_cut:
            self.alive, faults.dies_after_cut = False, False

    def _realtime(self, data: bytes) -> None:
        """Commands that a printer obeys as they arrive, even stopped and even inside another command's bytes."""
        data, start = self._tail + data, 0
        while (at := data.find(b"\x10", start)) >= 0:
            command = data[at : at + 5]
            if command[1:2] == b"\x04" and len(command) >= 3 and 1 <= command[2] <= 4:
                self._replies.append(self._status(command[2]))
            elif command[1:3] == b"\x14\x01" and len(command) == 5:
                self.interpreter.pulses.append((command[3] & 1, command[4]))
                self.drawer_open = True
            elif len(command) < 5:
                break
            start = at + 1
        self._tail = data[at:] if at >= 0 else b""

    def _status(self, n: int) -> int:
        faults, bits = self.faults, 0x12
        if n == 1:
            bits |= 0x04 if self.drawer_open else 0
            bits |= 0x08 if self._stopped() else 0
        elif n == 2:
            bits |= (0x04 if faults.cover_open else 0) | (0x20 if faults.no_paper else 0)
            bits |= 0x40 if faults.cutter_stuck else 0
        elif n == 3:
            bits |= 0x08 if faults.cutter_stuck else 0
        else:
            bits |= (0x0C if faults.paper_low or faults.no_paper else 0) | (0x60 if faults.no_paper else 0)
        return bits
