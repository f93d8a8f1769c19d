"""Counter scales by protocol, for trying drivers without hardware: `python -m devices.emulators cas --pty`."""

import re
from collections.abc import Mapping

from devices.emulators.weighing import WeighingScale


class Toledo8217(WeighingScale):
    def _listen(self) -> None:
        for _question in range(self._heard.count(b"W")):
            self.asked()
        self._heard = b""

    def answer(self) -> bytes:
        status = 1 * self.moving | 2 * self.over | 4 * (self.grams < 0)
        if status:
            return bytes([2, 0x3F, status, 13])
        return f"\x02{self.grams / 1000:06.3f}\r".encode()

    def refusal(self) -> bytes:
        return b"\x02?\x50\r"


class Cas(WeighingScale):
    """`point` decides which of the two spellings its models have."""

    def __init__(self, point: bool = False) -> None:
        super().__init__()
        self.point = point

    def _listen(self) -> None:
        for byte in self._heard:
            if byte == 0x05:
                self._greet()
            elif byte == 0x11:
                self.asked()
        self._heard = b""

    def _greet(self) -> None:
        if self.faults.refuse > 0:
            self.faults.refuse -= 1
            self.say(self.refusal())
        else:
            self.say(b"\x06")

    def answer(self) -> bytes:
        sign = "F" if self.over else "-" if self.grams < 0 else " "
        weight = f"{abs(self.grams) / 1000:6.3f}" if self.point else f"{abs(self.grams):06d}"
        text = f"{'U' if self.moving else 'S'}{sign}{weight}KG".encode()
        check = 0
        for byte in text:
            check ^= byte
        return b"\x01\x02" + text + bytes([check]) + b"\x03\x04"

    def refusal(self) -> bytes:
        return b"\x15"

    def spoiled(self, frame: bytes) -> bytes:
        return frame[:12] + bytes([frame[12] ^ 0x10]) + frame[13:]


class Magellan(WeighingScale):
    def _listen(self) -> None:
        while b"\r" in self._heard:
            line, self._heard = self._heard.split(b"\r", 1)
            if line == b"S14":
                self.asked()

    def scan(self, code: str, mark: str = "F") -> None:
        """A barcode passes over the glass."""
        self.say(f"S08{mark}{code}\r".encode())

    def answer(self) -> bytes:
        if self.over or self.moving or self.grams <= 0:
            return b"S14%d\r" % (2 if self.over else 1 if self.moving else 5 if self.grams < 0 else 3)
        return b"S144%05d\r" % self.grams

    def refusal(self) -> bytes:
        return b"S140\r"


def massak_frame(body: bytes) -> bytes:
    """The check is what is left of the whole body, read as one polynomial, after division by x16 + x12 + x5 + 1."""
    left = int.from_bytes(body, "big")
    while left.bit_length() > 16:
        left ^= 0x11021 << (left.bit_length() - 17)
    return b"\xf8\x55\xce" + len(body).to_bytes(2, "little") + body + left.to_bytes(2, "little")


class Massak(WeighingScale):
    def _listen(self) -> None:
        found = re.search(rb"\xf8\x55\xce\x01\x00\x23\x23\x00", self._heard)
        if found:
            self._heard = self._heard[found.end() :]
            self.asked()

    def answer(self) -> bytes:
        if self.over:
            return massak_frame(b"\x28\x08")
        body = b"\x24" + self.grams.to_bytes(4, "little", signed=True)
        return massak_frame(body + bytes([1, not self.moving, 0, self.grams == 0]))

    def refusal(self) -> bytes:
        return massak_frame(b"\xf0")

    def spoiled(self, frame: bytes) -> bytes:
        return frame[:-1] + bytes([frame[-1] ^ 1])


class Sma(WeighingScale):
    def _listen(self) -> None:
        while b"\r" in self._heard:
            line, self._heard = self._heard.split(b"\r", 1)
            if line.endswith(b"\nW"):
                self.asked()

    def answer(self) -> bytes:
        status = "O" if self.over else "U" if self.grams < 0 else "Z" if self.grams == 0 else " "
        weight = "-" * 10 if self.over else f"{self.grams / 1000:10.3f}"
        return f"\n{status}1G{'M' if self.moving else ' '} {weight}kg_\r".encode()

    def refusal(self) -> bytes:
        return b"\n?\r"


class Dialog06(WeighingScale):
    """It tells a weight once; then something has to move first."""

    def __init__(self) -> None:
        super().__init__()
        self.price = 0
        self._told: tuple[int, bool] | None = None
        self._reason = b"00"

    def put(self, grams: int, stable: bool = True) -> None:
        super().put(grams, stable)
        self._told = None

    def _listen(self) -> None:
        question = re.compile(rb"\x04(?:\x0201\x1b(\d{6})\x1b\x03|(\x05)|(\x0208\x03))")
        while found := question.search(self._heard):
            self._heard = self._heard[found.end() :]
            if found[1]:
                self.price = int(found[1])
                self.say(b"\x06")
            elif found[2]:
                self.asked()
            else:
                self.say(b"\x0209\x1b" + self._reason + b"\x03")

    def answer(self) -> bytes:
        self._reason = self._why_not()
        if self._reason != b"00":
            return b"\x15"
        self._told = (self.grams, self.moving)
        total = (self.grams * self.price + 500) // 1000
        return b"\x0202\x1b3\x1b%05d\x1b%06d\x1b%06d\x03" % (self.grams, self.price, total)

    def _why_not(self) -> bytes:
        if self.over:
            return b"32"
        if self.moving:
            return b"20"
        if self.grams < 0:
            return b"31"
        if self.grams == 0:
            return b"30"
        return b"21" if self._told == (self.grams, self.moving) else b"00"

    def refusal(self) -> bytes:
        self._reason = b"01"
        return b"\x15"

    def spoiled(self, frame: bytes) -> bytes:
        # Told, but damaged: the weight is asked for again only after something has moved.
        return frame.replace(b"\x1b3\x1b", b"\x1b3\x1b9", 1)


class Axis(WeighingScale):
    def _listen(self) -> None:
        while b"\r\n" in self._heard:
            line, self._heard = self._heard.split(b"\r\n", 1)
            if line.endswith(b"SI"):
                self.asked()

    def answer(self) -> bytes:
        if self.over:
            return b"  -------- kg \r\n"
        # It tells what it sees, and not whether that moves: a moving weight is never twice the same.
        self.grams += self.moving
        return f"{'-' if self.grams < 0 else ' '} {abs(self.grams) / 1000:8.3f} kg \r\n".encode()

    def refusal(self) -> bytes:
        return b"ES\r\n"


SCALES: Mapping[str, type[WeighingScale]] = {
    "toledo8217": Toledo8217,
    "cas": Cas,
    "magellan": Magellan,
    "massak": Massak,
    "sma": Sma,
    "dialog06": Dialog06,
    "axis": Axis,
}
