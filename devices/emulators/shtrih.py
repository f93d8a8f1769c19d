"""A Shtrih-M fiscal printer on a wire, in both framings at once, and what goes wrong in a shop.

It reads real bytes and parses them by itself: the first byte tells the framing, 05 and 02 the old one, 8F the numbered
one. `shtrih_machine.py` is the fiscal part. Run `python -m devices.emulators shtrih --tcp 7778` or `--pty`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from devices.emulators.endpoint import CommandEndpoint, CommandFaults
from devices.emulators.shtrih_machine import PRINTS, Machine, ShtrihError

STX, ENQ, ACK, NAK, STX2, ESC2 = 0x02, 0x05, 0x06, 0x15, 0x8F, 0x9F
PRINTING = 0x50
PLACES = 0x10000


@dataclass
class ShtrihFaults(CommandFaults[int]):
    """`stray`: FF before each control byte, as printers behind a network send. `busy_answers`: still printing."""

    busy_answers: int = 0
    stray: bool = False
    answer_error: dict[int, int] = field(default_factory=dict)


class ShtrihPrinter(CommandEndpoint[ShtrihFaults]):
    def __init__(self, machine: Machine | None = None) -> None:
        super().__init__(ShtrihFaults())
        self.machine = machine or Machine()
        # Every command that was executed, in order; a test reads what really arrived.
        self.executed: list[int] = []
        # The old framing: the answer that the host has not acknowledged. The numbered one: the last number and answer.
        self._answer = b""
        self._place, self._kept = 0, b""

    # -------------------------------------------------------------------- the wire

    def _read(self) -> None:
        while self._input and self._listens and self._piece():
            pass

    # -------------------------------------------------------------------- what people do to it

    def load_paper(self) -> None:
        """It waits to be told to go on with what it was printing."""
        with self._lock:
            self.machine.paper_comes()

    def by_hand(self, words: list[str]) -> dict[str, Callable[[], object]]:
        """What may be typed at it."""
        machine, faults = self.machine, self.faults
        return {
            "paper": lambda: machine.paper_comes() if machine.submode else machine.paper_ends(printing=True),
            "cover": lambda: setattr(machine, "lid_open", not machine.lid_open),
            "silent": lambda: setattr(faults, "silent", not faults.silent),
            "off": self.switch_off,
            "on": self.switch_on,
            "z": lambda: setattr(machine, "shift_over", True),
            "show": lambda: None,
            "cut": lambda: setattr(faults, "cut_after", _code(words[1:])),
        }

    def counted(self) -> str:
        machine = self.machine
        return (
            f"documents {len(machine.storage.documents)}, receipts {len(machine.receipts)}, cancelled "
            f"{machine.cancelled}, registers {machine.money}, mode {machine.mode():02X}, submode {machine.submode}, "
            f"open {machine.open}, power {'on' if self.alive else 'off'}, {self.faults}"
        )

    # -------------------------------------------------------------------- frames

    def _piece(self) -> bool:
        """Take one control byte or frame from the input; False when it is not all there."""
        first = self._input[0]
        if first == STX2:
            return self._numbered()
        if first == STX:
            if len(self._input) < 2 or len(self._input) < self._input[1] + 3:
                return False
            self._framed(self._take(self._input[1] + 3))
            return True
        self._take(1)
        if first == ENQ:
            self._control(ACK if self._answer else NAK)
            self._say(self._answer)
        elif first == ACK:
            self._answer = b""
        return True

    def _framed(self, data: bytes) -> None:
        check = 0
        for value in data[1:-1]:
            check ^= value
        if self._rejects() or check != data[-1]:
            self._control(NAK)
            return
        payload = data[2:-1]
        if self._breaks_before(_code_of(payload)):
            return
        self._control(ACK)
        found = self._executed(payload)
        self._answer = bytes([STX, len(found)]) + found + bytes([_xor(bytes([len(found)]) + found)])
        self._say(self._answer)
        self._breaks_after(_code_of(payload))

    def _numbered(self) -> bool:
        """One frame of the numbered framing, escapes taken out."""
        end, body = 1, bytearray()
        while end < len(self._input) and self._input[end] != STX2:
            value = self._input[end]
            if value == ESC2:
                if end + 1 >= len(self._input):
                    return False
                end, value = end + 1, {0x81: STX2, 0x83: ESC2}.get(self._input[end + 1], 0)
            body.append(value)
            end += 1
            if len(body) >= 2 and len(body) == int.from_bytes(body[:2], "little") + 4:
                self._take(end)
                self._arrived(bytes(body))
                return True
        if end < len(self._input):
            # Another frame begins: the first one broke off.
            self._take(end)
            return True
        return False

    def _arrived(self, body: bytes) -> None:
        if self._rejects() or _crc(body[:-2]) != body[-2:]:
            return
        if body[:2] == b"\0\0":
            self._send(b"")
            return
        place, payload = int.from_bytes(body[2:4], "little"), body[4:-2]
        if place == self._place:
            self._send(self._kept)
            return
        if place != (self._place + 1) % PLACES:
            # The document does not say what happens: the host learns the number it should have used.
            self._send(self._kept)
            return
        if self._breaks_before(_code_of(payload)):
            return
        self._place, self._kept = place, self._executed(payload)
        self._send(self._kept)
        self._breaks_after(_code_of(payload))

    def _send(self, payload: bytes) -> None:
        body = (len(payload) + 2).to_bytes(2, "little") + self._place.to_bytes(2, "little") + payload
        body += _crc(body)
        stuffed = body.replace(b"\x9f", b"\x9f\x83").replace(b"\x8f", b"\x9f\x81")
        self._say(bytes([STX2]) + stuffed)

    def _executed(self, payload: bytes) -> bytes:
        """The answer to a command: its code, the error, and what belongs to it."""
        code = _code_of(payload)
        head = payload[: 2 if code > 0xFF else 1]
        try:
            return head + b"\0" + self._execute(code, payload[len(head) :])
        except ShtrihError as error:
            return head + bytes([error.number])

    def _execute(self, code: int, data: bytes) -> bytes:
        if code in self.faults.answer_error:
            raise ShtrihError(self.faults.answer_error.pop(code))
        if self.faults.busy_answers > 0 and code in PRINTS:
            self.faults.busy_answers -= 1
            raise ShtrihError(PRINTING)
        found = self.machine.execute(code, data)
        self.executed.append(code)
        if code == self.faults.paper_ends_in:
            self.faults.paper_ends_in = None
            self.machine.paper_ends(printing=True)
        return found

    # -------------------------------------------------------------------- what goes wrong

    def _control(self, value: int) -> None:
        self._replies += bytes([0xFF, value] if self.faults.stray else [value])

    def _say(self, data: bytes) -> None:
        if data and self._damages():
            data = data[:-1] + bytes([data[-1] ^ 1])
        self._replies += data

    def _take(self, size: int) -> bytes:
        found, self._input = self._input[:size], self._input[size:]
        return found

    def _forget(self) -> None:
        super()._forget()
        self._answer, self._place, self._kept = b"", 0, b""


def _code_of(payload: bytes) -> int:
    return int.from_bytes(payload[: 2 if payload[:1] in (b"\xff", b"\xfe") else 1], "big")


def _code(words: list[str]) -> int:
    """`FF45` -> its number; the end of a receipt where nothing or nonsense is typed."""
    try:
        return int(words[0], 16)
    except (IndexError, ValueError):
        return 0xFF45


def _xor(data: bytes) -> int:
    found = 0
    for value in data:
        found ^= value
    return found


def _crc(data: bytes) -> bytes:
    """CRC-16/CCITT bit by bit: polynomial 1021, nothing reflected, from FFFF; low byte first."""
    value = 0xFFFF
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1) ^ 0x1021 if value & 0x8000 else value << 1
        value &= 0xFFFF
    return value.to_bytes(2, "little")
