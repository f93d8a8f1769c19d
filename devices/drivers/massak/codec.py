"""Massa-K Protocol 100: frames `F8 55 CE`, length, body and the maker's own CRC, all numbers little-endian. Pure."""

import struct

from devices.drivers.readings import FAULT, OVERLOADED, Reading, shown

HEADER = b"\xf8\x55\xce"
GET_WEIGHT, WEIGHT, ERROR = 0x23, 0x24, 0x28
OVERLOAD = 0x08
# The longest answer that is read has 14 bytes; a longer length is noise that looks like a header.
MAX_BODY = 64
# What one step of the number is, in tenths of a gram.
STEPS = {0: 1, 1: 10, 2: 100, 3: 1_000, 4: 10_000}


class Massak:
    """See devices.drivers.readings.Codec."""

    def __init__(self) -> None:
        self.strange = ""
        self._frames = Frames()

    def question(self) -> bytes:
        self._frames.forget()
        return frame(bytes([GET_WEIGHT]))

    def feed(self, data: bytes) -> list[Reading]:
        readings = []
        for body in self._frames.feed(data):
            reading = parse_body(body)
            if reading is None:
                self.strange = shown(body)
            else:
                readings.append(reading)
        if data and not readings and not self.strange:
            self.strange = shown(data)
        return readings

    def forget(self) -> None:
        self._frames.forget()
        self.strange = ""


class Frames:
    """The bodies of whole frames with a right CRC; whatever else arrives is passed over."""

    def __init__(self) -> None:
        self._waiting = b""

    def feed(self, data: bytes) -> list[bytes]:
        self._waiting += data
        bodies: list[bytes] = []
        while True:
            start = self._waiting.find(HEADER)
            # Without a header, the end of the noise may be the beginning of one.
            self._waiting = self._waiting[start:] if start >= 0 else self._waiting[-2:]
            if start < 0 or len(self._waiting) < 5:
                return bodies
            length = int.from_bytes(self._waiting[3:5], "little")
            if length <= MAX_BODY and len(self._waiting) < length + 7:
                return bodies
            body, check = self._waiting[5 : 5 + length], self._waiting[5 + length : 7 + length]
            if 0 < length <= MAX_BODY and crc(body) == int.from_bytes(check, "little"):
                bodies.append(body)
                self._waiting = self._waiting[length + 7 :]
            else:
                # A true frame may begin inside of what looked like one.
                self._waiting = self._waiting[1:]

    def forget(self) -> None:
        self._waiting = b""


def parse_body(body: bytes) -> Reading | None:
    """A weight or an error; None for any other answer. A weight is rounded half-up to grams."""
    if body[0] == ERROR and len(body) == 2:
        return OVERLOADED if body[1] == OVERLOAD else FAULT
    if body[0] != WEIGHT or len(body) not in (9, 13):
        return None
    weight, division, stable = struct.unpack_from("<iBB", body, 1)
    if division not in STEPS or stable not in (0, 1):
        return None
    tenths = abs(weight) * STEPS[division]
    found = (tenths + 5) // 10
    return Reading(-found if weight < 0 else found, stable == 1)


def frame(body: bytes) -> bytes:
    return HEADER + struct.pack("<H", len(body)) + body + struct.pack("<H", crc(body))


def crc(body: bytes) -> int:
    """The maker's CRC: polynomial 1021 over the high byte; each byte of the body is put in after that, not before."""
    value = 0
    for byte in body:
        folded, high = 0, value & 0xFF00
        for _bit in range(8):
            carry = (high ^ folded) & 0x8000
            folded = ((folded << 1) ^ (0x1021 if carry else 0)) & 0xFFFF
            high = (high << 1) & 0xFFFF
        value = folded ^ ((value << 8) & 0xFFFF) ^ byte
    return value
