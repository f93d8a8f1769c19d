"""Customer displays of two lines, by protocol: what a customer would read after these bytes."""

from abc import ABC, abstractmethod
from collections.abc import Mapping

CELLS, COLUMNS = 40, 20
ESC, US, CLEAR, CR, LINE_CLEAR = 0x1B, 0x1F, 0x0C, 0x0D, 0x18


class CustomerDisplay(ABC):
    """A display behind a wire (devices.emulators.wires.Wired). It reads its bytes by itself."""

    def __init__(self, encoding: str = "cp437") -> None:
        self.encoding = encoding
        self.off = False
        # How many connections it dropped because it was off.
        self.dropped = 0
        # How often something was written, and the number of the code page it was told.
        self.writes = 0
        self.slot: int | None = None
        # Bytes that it has no command for.
        self.strange = b""
        self._cells = bytearray(b" " * CELLS)
        self._cursor = 0
        self._heard = b""

    @property
    def lines(self) -> tuple[str, str]:
        upper, lower = self._cells[:COLUMNS], self._cells[COLUMNS:]
        return upper.decode(self.encoding).rstrip(), lower.decode(self.encoding).rstrip()

    def receive(self, data: bytes) -> None:
        self.writes += 1
        self._heard += data
        while self._heard and (used := self._step(self._heard)):
            self._heard = self._heard[used:]

    def take_replies(self) -> bytes:
        return b""

    def hangs_up(self) -> bool:
        self.dropped += self.off
        return self.off

    @abstractmethod
    def _step(self, heard: bytes) -> int:
        """Obeys what stands first and says how many bytes that was; 0 when the rest is still to come."""

    def _clear(self) -> None:
        self._cells, self._cursor = bytearray(b" " * CELLS), 0

    def _letter(self, byte: int) -> int:
        if byte < 0x20:
            self.strange += bytes([byte])
        else:
            self._cells[self._cursor] = byte
            self._cursor = (self._cursor + 1) % CELLS
        return 1

    def _escape(self, heard: bytes) -> int:
        """`ESC @` and `ESC t n`, which most displays share."""
        if heard[1:2] == b"@":
            self._clear()
            return 2
        if heard[1:2] == b"t" and len(heard) > 2:
            self.slot = heard[2]
            return 3
        return 0


class Cd5220(CustomerDisplay):
    def _step(self, heard: bytes) -> int:
        if heard[0] == CLEAR:
            self._clear()
            return 1
        if heard[:2] == b"\x1bQ":
            end = heard.find(b"\r")
            if end < 0:
                return 0
            start = {0x41: 0, 0x42: COLUMNS}[heard[2]]
            self._cells[start : start + COLUMNS] = heard[3:end][:COLUMNS].ljust(COLUMNS)
            return end + 1
        return self._escape(heard) if heard[0] == ESC else self._letter(heard[0])


class EscposDisplay(CustomerDisplay):
    def _step(self, heard: bytes) -> int:
        if heard[0] == CLEAR:
            self._clear()
            return 1
        if heard[0] == US:
            return self._unit(heard)
        return self._escape(heard) if heard[0] == ESC else self._letter(heard[0])

    def _unit(self, heard: bytes) -> int:
        if heard[1:2] == b"$" and len(heard) > 3:
            self._cursor = (heard[3] - 1) * COLUMNS + heard[2] - 1
            return 4
        if heard[1:2] in (b"C", b"X") and len(heard) > 2:
            return 3
        return 0


class Dsp800(CustomerDisplay):
    def _step(self, heard: bytes) -> int:
        if heard[0] != 0x04:
            return self._letter(heard[0])
        end = heard.find(b"\x17")
        if end < 0:
            return 0
        command, places = heard[2:3], [place - 0x31 for place in heard[3:end]]
        if command == b"C":
            self._cells[places[0] : places[1] + 1] = b" " * (places[1] - places[0] + 1)
        else:
            self._cursor = places[0]
        return end + 1


DISPLAYS: Mapping[str, type[CustomerDisplay]] = {
    "cd5220": Cd5220,
    "escpos_display": EscposDisplay,
    "dsp800": Dsp800,
}
