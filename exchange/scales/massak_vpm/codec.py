"""Massa-K VPM over TCP: the frames of Protocol 100, and goods as a file of records that is sent in parts. Pure.

All numbers are little-endian, text is 1251. A file of type 1 replaces all goods, one of type 101 adds and changes.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass

from devices.drivers.massak.codec import Frames, frame
from exchange.scales.plu import Plu, spelled, wrapped

STATUS, FILES, ERASE, ERASED = 0x80, 0x40, 0x81, 0x41
PART, TAKEN, AGAIN, DAMAGED = 0x82, 0x42, 0x43, 0xF0
ALL_GOODS, MORE_GOODS = 1, 101
GOODS_BIT = 1
PART_LENGTH = 1024
ENCODING = "cp1251"
NAME_WIDTH, NAME_LINES = 28, 2
TEXT_WIDTH, TEXT_LINES = 50, 8
MORE, LAST = b"\x0c", b"\x0d"
_MINUTES_OF_A_DAY = 1440
# Status, layouts of label and barcode, prefix, price, tare, code, date of sale (none), shelf life in minutes and two
# bytes more, the certifying body (blank), group, reserve.
_FIXED = struct.Struct("<HBBBIII6sI2s4sHH")


@dataclass(frozen=True)
class Answer:
    """`code` says what it is; `data` is what follows."""

    code: int
    data: bytes


def question(code: int, data: bytes = b"") -> bytes:
    return frame(bytes([code]) + data)


def answer(heard: bytes) -> Answer | None:
    """The first whole frame with a right check, None while there is none."""
    bodies = Frames().feed(heard)
    return Answer(bodies[0][0], bodies[0][1:]) if bodies else None


def record(plu: Plu, label_format: int = 0, barcode_format: int = 0) -> bytes:
    """One record: number, length of the rest, fixed values, three strings, the sum of all bytes before it."""
    rest = _FIXED.pack(
        0,
        label_format,
        barcode_format,
        plu.prefix,
        plu.price,
        plu.tare,
        plu.code,
        bytes(6),
        plu.shelf_days * _MINUTES_OF_A_DAY,
        bytes(2),
        b"    ",
        0,
        0,
    )
    rest += (
        _string(plu.name, NAME_WIDTH, NAME_LINES)
        + _string(plu.text, TEXT_WIDTH, TEXT_LINES)
        + _string("", 1, 1)
    )
    whole = struct.pack("<IH", plu.number, len(rest) + 1) + rest
    return whole + bytes([sum(whole) & 0xFF])


def parts(kind: int, records: Iterable[bytes]) -> list[bytes]:
    """The questions that carry a file: its kind, how many parts there are, which one this is, its length, its bytes."""
    data = b"".join(records)
    pieces = [data[at : at + PART_LENGTH] for at in range(0, len(data), PART_LENGTH)]
    return [
        question(PART, struct.pack("<BHHH", kind, len(pieces), number, len(piece)) + piece)
        for number, piece in enumerate(pieces, start=1)
    ]


def lacks_goods(data: bytes) -> bool | None:
    """What `40` tells: a bit for each file that is missing or damaged. None when the answer is none."""
    return bool(int.from_bytes(data, "little") & GOODS_BIT) if len(data) == 4 else None


def _string(text: str, width: int, lines: int) -> bytes:
    """Each line is font, length and letters; all but the last end with 0C."""
    written = [line.encode(ENCODING) for line in wrapped(spelled(text, ENCODING), width, lines)] or [b""]
    return MORE.join(bytes([0, len(line)]) + line for line in written) + LAST
