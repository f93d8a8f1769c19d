"""A Posnet ONLINE fiscal printer on a wire: frames, tokens, the buffer of answers, and what goes wrong in a shop.

It reads real bytes and parses them by itself, from the maker's specification. `posnet_machine.py` is the fiscal part.
Run `python -m devices.emulators posnet --tcp 6666` or `--pty` to have one by hand.
"""

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from devices.emulators.endpoint import CommandEndpoint, CommandFaults
from devices.emulators.posnet_machine import Machine
from devices.emulators.posnet_values import PosnetError

MAX_INPUT = 8_192
BUFFERED, BUFFERED_BYTES = 32, 1_024
# Commands whose execution prints: paper can end in the middle of them.
PRINTING = frozenset({"trend", "trftrend", "dailyrep", "shiftrep", "cash", "stocash", "packret", "formend"})


@dataclass
class PosnetFaults(CommandFaults[str]):
    """`mechanism` is a number of `sprn`; a document whose paper ends waits for the next roll."""

    busy_answers: int = 0
    mechanism: int = 0
    menu: bool = False
    paper_low: bool = False
    answer_error: dict[str, int] = field(default_factory=dict)


@dataclass
class _Frame:
    name: str
    token: bytes | None
    values: dict[str, str]


class PosnetPrinter(CommandEndpoint[PosnetFaults]):
    def __init__(self, machine: Machine | None = None) -> None:
        super().__init__(PosnetFaults())
        self.machine = machine or Machine()
        # Every command that was executed, in order; a test reads what really arrived.
        self.executed: list[str] = []
        self._queue: deque[_Frame] = deque()
        self._buffer: OrderedDict[bytes, bytes] = OrderedDict()
        # A document whose paper ran out in the middle: it goes on where it stopped.
        self._stuck: _Frame | None = None

    # -------------------------------------------------------------------- the wire

    def _read(self) -> None:
        while (end := self._input.find(b"\x03")) >= 0 and self._listens:
            piece, self._input = self._input[:end], self._input[end + 1 :]
            self._arrived(piece)
        if len(self._input) > MAX_INPUT:
            self._input = b""
            self._say(b"ERR\t?11\t")

    # -------------------------------------------------------------------- what people do to it

    def load_paper(self) -> None:
        """It goes on by itself with what it was printing, and with what came meanwhile."""
        with self._lock:
            self.faults.mechanism = 0
            stuck, self._stuck = self._stuck, None
            if stuck is not None:
                self._execute(stuck)
            self._work()

    def by_hand(self, words: list[str]) -> dict[str, Callable[[], object]]:
        """What may be typed at it."""
        faults, machine = self.faults, self.machine
        return {
            "paper": lambda: self._mechanism(5),
            "cover": lambda: self._mechanism(3),
            "silent": lambda: setattr(faults, "silent", not faults.silent),
            "off": self.switch_off,
            "on": self.switch_on,
            "z": lambda: setattr(machine, "z_needed", True),
            "show": lambda: None,
            "cut": lambda: setattr(faults, "cut_after", words[1] if len(words) > 1 else "trend"),
        }

    def counted(self) -> str:
        machine = self.machine
        return (
            f"receipts {machine.completed}, cancelled {machine.cancelled}, daily reports {len(machine.reports)}, "
            f"sums {machine.sums}, open {machine.open}, power {'on' if self.alive else 'off'}, {self.faults}"
        )

    def _mechanism(self, fault: int) -> None:
        if self.faults.mechanism:
            self.load_paper()
        else:
            self.faults.mechanism = fault

    # -------------------------------------------------------------------- frames

    def _arrived(self, piece: bytes) -> None:
        start = piece.rfind(b"\x02")
        if start < 0:
            return
        if self._rejects():
            self._say(b"ERR\t?5\t")
            return
        content, mark, check = piece[start + 1 :].rpartition(b"#")
        if not mark:
            self._say(b"ERR\t?15\t")
        elif check.upper() != _crc(content):
            self._say(b"ERR\t?5\t")
        else:
            self._take(content)

    def _take(self, content: bytes) -> None:
        name, *parts = content.split(b"\t")
        token, values = None, {}
        for part in parts:
            if part[:1] == b"@":
                token = part
            elif part:
                values[part[:2].decode("cp1250")] = part[2:].decode("cp1250", "replace")
        if token is not None and not (len(token) == 5 and token[1:].isdigit()):
            self._say(b"ERR\t?4\t")
            return
        frame = _Frame(name.decode("cp1250", "replace"), token, values)
        if frame.name.startswith("!"):
            self._answer(frame, self._asynchronous(frame.name[1:]), keep=False)
            return
        self._queue.append(frame)
        self._work()

    def _asynchronous(self, name: str) -> list[str] | PosnetError:
        """`sprn`, `sdev` and `sdrwr` are answered at once, whatever else is going on."""
        if name == "sprn":
            return [f"pr{self.faults.mechanism}"]
        if name == "sdev":
            waits = 3 if self._stuck else 1 if self.faults.menu else 0
            empty = "T" if not self._queue and not self._stuck else "N"
            return [f"ds{waits}", "cpT", f"qe{empty}", f"pe{'T' if self.faults.paper_low else 'N'}", "tl0"]
        if name == "sdrwr":
            return self.machine.execute(name, {})
        return PosnetError(12, frame=True)

    def _work(self) -> None:
        while self._queue and self._stuck is None and self._listens:
            frame = self._queue.popleft()
            if self._breaks_before(frame.name):
                break
            if frame.name == "rpt":
                self._repeat(frame)
            elif frame.name == self.faults.paper_ends_in and frame.name in PRINTING:
                self.faults.paper_ends_in, self.faults.mechanism = None, 5
                self._stuck = frame
            else:
                self._execute(frame)

    def _execute(self, frame: _Frame) -> None:
        answer = self._result(frame)
        self._answer(frame, answer, keep=True)
        self._breaks_after(frame.name)

    def _result(self, frame: _Frame) -> list[str] | PosnetError:
        if frame.name in self.faults.answer_error:
            return PosnetError(self.faults.answer_error.pop(frame.name))
        if self.faults.busy_answers > 0 and frame.name == "trinit":
            self.faults.busy_answers -= 1
            return PosnetError(41)
        if not self.machine.knows(frame.name):
            return PosnetError(1, frame=True)
        try:
            texts = self.machine.execute(frame.name, frame.values)
        except PosnetError as error:
            return error
        self.executed.append(frame.name)
        return texts

    def _repeat(self, frame: _Frame) -> None:
        found = None if frame.token is None else self._buffer.get(frame.token)
        # The specification's own example writes this one error as er13 and not as ?13.
        self._say(found if found is not None else b"ERR\t" + (frame.token or b"@0000") + b"\ter13\tcmrpt\t")

    def _answer(self, frame: _Frame, answer: list[str] | PosnetError, *, keep: bool) -> None:
        token = b"" if frame.token is None else frame.token + b"\t"
        if isinstance(answer, PosnetError):
            head = b"ERR" if answer.frame else frame.name.encode("cp1250", "replace")
            body = head + b"\t" + token + b"?%d\t" % answer.number
            if answer.frame:
                body += b"cm" + frame.name.encode("cp1250", "replace") + b"\t"
                body += b"fd" + answer.where.encode() + b"\t" if answer.where else b""
        else:
            texts = b"".join(text.encode("cp1250", "replace") + b"\t" for text in answer)
            body = frame.name.encode("cp1250") + b"\t" + token + texts
        if keep and frame.token is not None:
            self._buffer[frame.token] = body
            while len(self._buffer) > BUFFERED or sum(map(len, self._buffer.values())) > BUFFERED_BYTES:
                self._buffer.popitem(last=False)
        self._say(body)

    def _say(self, body: bytes) -> None:
        check = _crc(body)
        if self._damages():
            check = b"0000" if check != b"0000" else b"0001"
        self._replies += b"\x02" + body + b"#" + check + b"\x03"

    def _drop(self) -> None:
        super()._drop()
        self._queue.clear()

    def _forget(self) -> None:
        super()._forget()
        self._buffer.clear()
        stuck, self._stuck = self._stuck, None
        if stuck is not None and self.machine.open is not None:
            # The specification does not say what a document does whose paper ended and whose power went: it stays open.
            self.machine.open.closed = self.machine.open.closed and stuck.name == "trftrend"


def _crc(data: bytes) -> bytes:
    """CRC-16/CCITT bit by bit, as the specification defines it: polynomial 1021, nothing reflected, from zero."""
    value = 0
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1) ^ 0x1021 if value & 0x8000 else value << 1
        value &= 0xFFFF
    return b"%04X" % value
