"""Shtrih-M frames, numbers and texts: commands to bytes, bytes to answers, the maker's errors to our words. Pure.

After the maker's protocol of its cash registers (protocol 1 and 2, commands of the fiscal storage FF01h to FF4Dh)
and frames of real devices in its public issues. Two framings carry the same commands:

v1  `02 LEN command data LRC`, one of them at a time, with ENQ 05, ACK 06 and NAK 15 around it
v2  `8F LEN16 NUM16 command data CRC16`, little endian, with 8F and 9F inside written as 9F 81 and 9F 83

Everything is little endian; money is five bytes, an operator's password four.
"""

import binascii
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from devices.drivers.fiscal import error_words
from devices.drivers.letters import plain

STX, ENQ, ACK, NAK = 0x02, 0x05, 0x06, 0x15
STX2, ESC2, STUFFED = 0x8F, 0x9F, {0x81: 0x8F, 0x83: 0x9F}
ENCODING = "cp1251"
# Texts inside the tags of the tax office are of another age.
TAG_ENCODING = "cp866"
# One byte of length, two with the second framing; the longest answer of the protocol has some hundred bytes.
MAX_FRAME, MAX_FRAME2 = 255, 2_048
# Ask again in a moment: it prints the result of the command before.
PRINTING = 0x50
# It waits to be told to go on printing, after the paper was put in.
WAITS_TO_CONTINUE = 0x58
# Whose password a command carries: an operator's name stands on the receipt, the administrator may ask for everything.
By = Literal["administrator", "operator", "nobody"]


@dataclass(frozen=True)
class Command:
    """`code` is one byte, or two after FF; the password of `by` is put in where the command is sent."""

    code: int
    data: bytes = b""
    by: By = "administrator"

    @property
    def name(self) -> str:
        return f"{self.code:02X}h"

    def payload(self, passwords: Mapping[By, int]) -> bytes:
        head = self.code.to_bytes(2 if self.code > 0xFF else 1, "big")
        return head + (number(passwords[self.by], 4) if self.by != "nobody" else b"") + self.data


@dataclass(frozen=True)
class Answer:
    """`data` is what follows the error; the operator's number in it, where there is one, is its first byte."""

    code: int
    error: int
    data: bytes = b""

    def whole(self, at: int, size: int) -> int | None:
        """A number of `size` bytes, or None where the answer ends before it."""
        piece = self.data[at : at + size]
        return int.from_bytes(piece, "little") if len(piece) == size else None


def number(value: int, size: int) -> bytes:
    return value.to_bytes(size, "little")


def answer_of(payload: bytes) -> Answer | None:
    """What stands in a frame, or None where that is no answer."""
    size = 2 if payload[:1] in (b"\xff", b"\xfe") else 1
    if len(payload) <= size:
        return None
    return Answer(int.from_bytes(payload[:size], "big"), payload[size], payload[size + 1 :])


# ------------------------------------------------------------------------- the first framing


def lrc(data: bytes) -> int:
    """Exclusive or of every byte from the length to the last of the data."""
    found = 0
    for value in data:
        found ^= value
    return found


def frame(payload: bytes) -> bytes:
    body = bytes([len(payload)]) + payload
    return bytes([STX]) + body + bytes([lrc(body)])


class Reader:
    """Takes bytes as they come and gives what they mean: ACK or NAK as a number, a payload, None for a damaged
    frame.
    """

    def __init__(self) -> None:
        self._heard = b""

    def feed(self, data: bytes) -> list[int | bytes | None]:
        self._heard += data
        found: list[int | bytes | None] = []
        while self._heard:
            first = self._heard[0]
            if first == STX:
                size = self._heard[1] + 3 if len(self._heard) > 1 else MAX_FRAME
                if len(self._heard) < size:
                    break
                body, check = self._heard[1 : size - 1], self._heard[size - 1]
                self._heard = self._heard[size:]
                found.append(body[1:] if len(body) > 1 and lrc(body) == check else None)
                continue
            # Devices behind a network send FF before their ACK; nothing else but the two has a meaning.
            if first in (ACK, NAK):
                found.append(first)
            self._heard = self._heard[1:]
        return found

    def forget(self) -> None:
        self._heard = b""


# ------------------------------------------------------------------------- the second framing


def crc(data: bytes) -> bytes:
    """CRC-16/CCITT that begins with FFFF, low byte first; "123456789" gives B1 29."""
    return number(binascii.crc_hqx(data, 0xFFFF), 2)


def frame2(payload: bytes | None, place: int = 0) -> bytes:
    """A numbered frame; without a payload the question for the number of the last one."""
    body = number(0, 2) if payload is None else number(len(payload) + 2, 2) + number(place, 2) + payload
    body += crc(body)
    stuffed = body.replace(bytes([ESC2]), bytes([ESC2, 0x83])).replace(bytes([STX2]), bytes([ESC2, 0x81]))
    return bytes([STX2]) + stuffed


@dataclass(frozen=True)
class Numbered:
    """A frame of the second framing; `payload` is empty in the answer to the question for its number."""

    place: int
    payload: bytes


class Reader2:
    """Takes bytes as they come and gives numbered frames, None for a damaged one."""

    def __init__(self) -> None:
        self._body: bytearray | None = None
        self._escaped = False

    def feed(self, data: bytes) -> list[Numbered | None]:
        found: list[Numbered | None] = []
        for value in data:
            if value == STX2:
                # Never inside a frame: what came before it broke off.
                if self._body:
                    found.append(None)
                self._body, self._escaped = bytearray(), False
            elif self._body is not None:
                self._take(value, found)
        return found

    def forget(self) -> None:
        self._body, self._escaped = None, False

    def _take(self, value: int, found: list[Numbered | None]) -> None:
        assert self._body is not None
        if value == ESC2 and not self._escaped:
            self._escaped = True
            return
        if self._escaped:
            value, self._escaped = STUFFED.get(value, value), False
        self._body.append(value)
        if len(self._body) < 2:
            return
        size = int.from_bytes(self._body[:2], "little")
        if not 2 <= size <= MAX_FRAME2:
            found.append(None)
            self._body = None
        elif len(self._body) == size + 4:
            body, check = bytes(self._body[:-2]), bytes(self._body[-2:])
            whole = crc(body) == check
            found.append(Numbered(int.from_bytes(body[2:4], "little"), body[4:]) if whole else None)
            self._body = None


# ------------------------------------------------------------------------- values

# Signs that the code page lacks, in the letters that it has.
_MISSING = {"₴": "грн", "₽": "руб"}


def text(value: str, length: int) -> str:
    """The text in letters of the printer, cut to its length. Unknown signs become a star."""
    return "".join(map(_letter, unicodedata.normalize("NFC", value)))[:length].rstrip()


def _letter(letter: str) -> str:
    return " " if letter < " " else _MISSING.get(letter) or plain(letter, ENCODING)


def line_of(value: str, length: int) -> bytes:
    """A text of exactly so many bytes, filled with zeros."""
    return text(value, length).encode(ENCODING).ljust(length, b"\0")


def tag(kind: int, value: bytes) -> bytes:
    """A tag of the tax office: its number, the length of its value, the value."""
    return number(kind, 2) + number(len(value), 2) + value


def day_of(data: bytes) -> datetime | None:
    """`YY MM DD hh mm` of the fiscal storage in the wall time of the device; None for zeros and nonsense."""
    if len(data) != 5:
        return None
    year, month, day, hour, minute = data
    try:
        return datetime(2000 + year, month, day, hour, minute).astimezone()
    except ValueError:
        return None


# ------------------------------------------------------------------------- errors

# The maker's numbers as our words; what is not here is a `device_error`. Below 21h they are those of the storage.
ERRORS = error_words(
    syntax="1 9 10 11 12 13 16 51 54 126",
    wrong_mode="2 22 61 73 74 85 89 94 114 115 190",
    memory_fault="3 4 32 47 48 103 116 128-131 184-186",
    read_only="5",
    memory_full="6 18 112 206",
    clock="7 19 23 34 124 125 192 207",
    unsupported="8 53 93",
    out_of_range="14 58 59 62-68 71 72 75 76 96-99 127 132-139 144 145 148",
    unsent="20 21",
    z_needed="78 150",
    zero="44 86 142",
    unknown_command="55",
    blocked="79",
    payment="46 69 70 77",
    busy="80 88",
    totals_differ="45 90 95 195 203",
    no_paper="107 108",
    cutter="113",
    mechanism="117-119 123 200",
    head_hot="92 194 201 202",
    not_fiscal="27 100 143",
)
# In answers to commands of the storage these numbers mean something else than in all others.
STORAGE = {0x16: "z_needed", 0x18: "syntax", 0x19: "syntax"}
MEANINGS = {
    0x01: "unknown command, format or parameter",
    0x02: "the fiscal storage is in another state",
    0x03: "fault of the fiscal storage",
    0x04: "fault of its cryptographic processor",
    0x05: "the life of the fiscal storage is over",
    0x06: "the archive of the fiscal storage is full",
    0x07: "date or time is wrong",
    0x08: "no such data",
    0x12: "the fiscal storage is used up",
    0x14: "documents have waited for the tax office for thirty days, or the storage is full",
    0x15: "documents have waited too long for the tax office",
    0x16: "the shift is older than 24 hours",
    0x17: "the clock differs from that of the fiscal storage",
    0x33: "a parameter is wrong",
    0x37: "this model does not know the command",
    0x3D: "the shift is not open",
    0x45: "paid less than the total",
    0x46: "not enough cash in the drawer",
    0x4A: "a receipt is open",
    0x4D: "paid by card more than the total",
    0x4E: "the shift is older than 24 hours",
    0x4F: "wrong password",
    0x50: "still printing",
    0x55: "no receipt is open",
    0x58: "waits to be told to go on printing",
    0x5E: "not possible now",
    0x63: "department, or a tax system it is not registered for",
    0x6B: "no paper",
    0x71: "cutter",
    0x72: "not in this submode",
    0x73: "not in this mode",
    0x8E: "the total is zero",
    0x8F: "not fiscalised",
    0xC0: "date and time wait to be confirmed",
}


def word(error: int, storage: bool = False) -> str:
    """`storage` for answers to commands FFxx."""
    return (STORAGE.get(error) if storage else None) or ERRORS.get(error, "device_error")


def explain(error: int, where: str) -> str:
    """A sentence for the log and the till's detail: the printer's number, its meaning if we have it, and where."""
    meaning = MEANINGS.get(error)
    return f"printer error {error:02X}h at {where}" + (f": {meaning}" if meaning else "")


# ------------------------------------------------------------------------- states

MODES: Mapping[int, str] = {
    1: "gives out data",
    2: "shift open",
    3: "shift open for more than 24 hours",
    4: "shift closed",
    5: "locked after wrong passwords",
    6: "waits for its date to be confirmed",
    7: "waits for the decimal point",
    8: "a document is open",
    9: "waits for a technical reset",
    10: "runs a test",
    11: "prints a full report",
    12: "prints a report of its journal",
}
