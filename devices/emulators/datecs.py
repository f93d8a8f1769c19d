"""A Datecs fiscal printer of any family on a wire: frames, their numbers, the answer it repeats, and what goes wrong.

It reads real bytes and parses them by itself. `datecs_machine.py` is the fiscal part, `datecs_dialects.py` what the
families make of it. Run `python -m devices.emulators datecs --tcp 3999` or `--pty`, `datecs_x` and the like for the
other groups.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from devices.emulators.datecs_dialects import dialect
from devices.emulators.datecs_machine import DatecsError, Machine
from devices.emulators.endpoint import CommandEndpoint, CommandFaults

SOH, ETX, EOT, ENQ, NAK, SYN = 0x01, 0x03, 0x04, 0x05, 0x15, 0x16
CLOSE = 0x38
MAX_INPUT = 4_096


@dataclass
class DatecsFaults(CommandFaults[int]):
    """`works_for`: so often it says that it is at work before it answers. `refuse`: what a command is refused with."""

    works_for: int = 0
    refuse: dict[int, DatecsError] = field(default_factory=dict)


class DatecsPrinter(CommandEndpoint[DatecsFaults]):
    def __init__(self, family: str = "ua", machine: Machine | None = None) -> None:
        super().__init__(DatecsFaults())
        self.family = family
        # Every command that was executed, in order; a test reads what really arrived.
        self.executed: list[int] = []
        # The number of the last frame and the answer to it: they go with the power.
        self._seq, self._kept = 0, b""
        self._working = 0
        self.renew(machine)

    def renew(self, machine: Machine | None = None) -> None:
        """Another printer of the same family on the same wire."""
        with self._lock:
            self.machine = machine or Machine()
            self.faults = DatecsFaults()
            self._dialect = dialect(self.family, self.machine)
            self.machine.papers = self._dialect.papers

    # -------------------------------------------------------------------- what people do to it

    def load_paper(self) -> None:
        with self._lock:
            self.machine.paper = True

    def by_hand(self, words: list[str]) -> dict[str, Callable[[], object]]:
        """What may be typed at it."""
        machine, faults = self.machine, self.faults
        return {
            "paper": lambda: setattr(machine, "paper", not machine.paper),
            "cover": lambda: setattr(machine, "cover_open", not machine.cover_open),
            "silent": lambda: setattr(faults, "silent", not faults.silent),
            "off": self.switch_off,
            "on": self.switch_on,
            "z": lambda: setattr(machine, "began", machine.now() - timedelta(hours=25)),
            "show": lambda: None,
            "cut": lambda: setattr(faults, "cut_after", _code(words[1:])),
        }

    def counted(self) -> str:
        machine = self.machine
        return (
            f"family {self.family}, receipts {len(machine.receipts)}, cancelled {machine.cancelled}, documents "
            f"{machine.documents}, daily reports {len(machine.closed)}, sold {machine.sold}, returned "
            f"{machine.returned}, cash {machine.cash}, open {machine.open}, paper {machine.paper}, power "
            f"{'on' if self.alive else 'off'}, {self.faults}"
        )

    # -------------------------------------------------------------------- the wire

    def take_replies(self) -> bytes:
        with self._lock:
            if self._working and self.alive and not self.faults.silent:
                self._working -= 1
                return bytes([SYN])
            return super().take_replies()

    def _read(self) -> None:
        while (end := self._input.find(bytes([ETX]))) >= 0 and self._listens:
            piece, self._input = self._input[:end], self._input[end + 1 :]
            start = piece.rfind(bytes([SOH]))
            if start >= 0:
                self._arrived(piece[start + 1 :])
        if len(self._input) > MAX_INPUT:
            self._input = b""

    def _arrived(self, body: bytes) -> None:
        wide = self._dialect.wide
        content, check = body[:-4], body[-4:]
        if (
            self._rejects()
            or len(body) < 2 * wide + 6
            or content[-1] != ENQ
            or _nibbles(sum(content)) != check
        ):
            self._replies += bytes([NAK])
            return
        size = content[0] if wide == 1 else _value(content[:4])
        if size != 0x20 + len(content):
            self._replies += bytes([NAK])
            return
        seq = content[wide]
        code = content[wide + 1] if wide == 1 else _value(content[wide + 1 : wide + 5])
        if seq == self._seq and self._kept:
            self._say(self._kept)
            return
        if self._breaks_before(code):
            return
        data = content[2 * wide + 1 : -1].decode("cp1251", "replace")
        self._seq, self._kept = seq, self._answer(seq, code, data)
        self._working = self.faults.works_for
        self._say(self._kept)
        self._breaks_after(code)

    def _answer(self, seq: int, code: int, data: str) -> bytes:
        wrong: DatecsError | None = None
        try:
            told = self._execute(code, data)
        except DatecsError as error:
            wrong, told = error, self._dialect.refused(error)
        if self._dialect.wide == 1:
            head = bytes([0, seq, code])
        else:
            head = bytes(4) + bytes([seq]) + _nibbles(code)
        content = head + told.encode("cp1251") + bytes([EOT]) + self._status(wrong) + bytes([ENQ])
        size = 0x20 + len(content)
        content = (bytes([size]) if self._dialect.wide == 1 else _nibbles(size)) + content[
            self._dialect.wide :
        ]
        return bytes([SOH]) + content + _nibbles(sum(content)) + bytes([ETX])

    def _execute(self, code: int, data: str) -> str:
        if code in self.faults.refuse:
            raise self.faults.refuse.pop(code)
        try:
            told = self._dialect.execute(code, data)
        except (ValueError, KeyError):
            # Fields that are too few, or no numbers.
            raise DatecsError("syntax", 112001) from None
        self.executed.append(code)
        if code == self.faults.paper_ends_in:
            self.faults.paper_ends_in = None
            self.machine.paper = False
        return told

    def _status(self, wrong: DatecsError | None) -> bytes:
        machine, found = self.machine, [0x80] * self._dialect.status_bytes
        raised = None if wrong is None else wrong.wrong
        bits = {
            (0, 0): raised == "syntax",
            (0, 1): raised == "unknown",
            (0, 2): machine.clock_unset,
            (0, 4): machine.broken,
            (0, 5): raised is not None or machine.broken or not machine.paper,
            self._dialect.cover: machine.cover_open,
            (1, 0): raised == "overflow",
            (1, 1): raised == "mode",
            (1, 2): machine.ram_reset,
            self._dialect.refund: machine.open is not None and machine.open.refund,
            (2, 0): not machine.paper,
            (2, 1): machine.paper_low,
            (2, 3): machine.open is not None,
            (2, 5): machine.text is not None,
            # Numbers set: also on the Ukrainian devices in use, whatever their manual calls it.
            (4, 1): True,
            (4, 2): True,
            (5, 0): machine.read_only,
            (5, 1): True,
            (5, 3): machine.fiscal,
            (5, 4): True,
        }
        for (byte, bit), on in bits.items():
            found[byte] |= on << bit
        return bytes(found)

    def _say(self, data: bytes) -> None:
        if self._damages():
            data = data[:-2] + bytes([data[-2] ^ 1]) + data[-1:]
        self._replies += bytes([SYN]) + data

    def _forget(self) -> None:
        super()._forget()
        self._seq, self._kept, self._working = 0, b"", 0


def _nibbles(value: int) -> bytes:
    return bytes(0x30 + (value >> shift & 15) for shift in (12, 8, 4, 0))


def _value(data: bytes) -> int:
    return int("".join(f"{byte - 0x30:x}" for byte in data), 16)


def _code(words: list[str]) -> int:
    """`35` -> its number; the end of a receipt where nothing or nonsense is typed."""
    try:
        return int(words[0], 16)
    except (IndexError, ValueError):
        return CLOSE
