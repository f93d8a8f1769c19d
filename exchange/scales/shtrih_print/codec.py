"""Shtrih-Print over Ethernet: `02`, length, command, data; no check byte. Numbers are little-endian, text is 1251.

An answer repeats the command and adds a result; only a result of 0 is followed by data. Pure.
"""

import struct
from dataclasses import dataclass

from exchange.scales.plu import Plu, spelled, wrapped

STX, NAK = 0x02, 0x15
MODE, ERASE, TEXT_LINE, FREE, WRITE, READ, KIND = 0x12, 0x18, 0x52, 0x54, 0x57, 0x58, 0xFC
ENCODING = "cp1251"
NAME_WIDTH, NAME_LINES = 28, 2
TEXT_WIDTH = 50
# Results that speak of one record, and of what in it.
REASONS = {
    128: "number",
    129: "text",
    130: "code",
    131: "price",
    132: "shelf_days",
    133: "tare",
    134: "group",
    135: "text",
    142: "date",
}
UNKNOWN_COMMAND, WRONG_LENGTH = 120, 121
PASSWORD = frozenset({122, 170})
# Somebody works at the scale: its menu is open, or goods are called up.
BUSY = frozenset({123, 141})
EMPTY = frozenset({140, 156})
# The record without its place: code, two lines of the name, price, preferred formats, days, tare, group, text,
# flags, mark of a certifying body, date.
_RECORD = struct.Struct("<I28s28s3sBHHHHB4s3s")
_PIECE = 0x80


@dataclass(frozen=True)
class Answer:
    result: int
    data: bytes


@dataclass(frozen=True)
class Working:
    """What `12` tells: whether it erases, and whether erasing has failed."""

    erases: bool
    failed: bool


def question(command: int, data: bytes = b"") -> bytes:
    body = bytes([command]) + data
    return bytes([STX, len(body)]) + body


def answer(datagram: bytes, command: int) -> Answer | None:
    """None for what is no answer to this command."""
    if len(datagram) < 4 or datagram[0] != STX or datagram[1] != len(datagram) - 2 or datagram[2] != command:
        return None
    return Answer(datagram[3], datagram[4:])


def place(password: str, number: int) -> bytes:
    """The data of commands that speak of one place."""
    return password.encode("ascii") + struct.pack("<H", number)


def record(password: str, plu: Plu) -> bytes:
    """The data of `57`. The text has the number of its place; 0 is none."""
    name = _names(plu.name)
    return place(password, plu.number) + _RECORD.pack(
        plu.code,
        *(_padded(line, NAME_WIDTH) for line in name),
        plu.price.to_bytes(3, "little"),
        0,
        plu.shelf_days,
        plu.tare,
        0,
        plu.number if plu.text else 0,
        _PIECE if plu.by_piece else 0,
        bytes(4),
        bytes(3),
    )


def shows(plu: Plu) -> dict[str, object]:
    """What `held` finds in the answer once the record is there."""
    return held(record("0000", plu)[6:]) or {}


def held(data: bytes) -> dict[str, object] | None:
    """The data of an answer to `58`; None when it is none."""
    if len(data) != _RECORD.size:
        return None
    code, first, second, price, _formats, days, tare, _group, text, flags, _mark, _date = _RECORD.unpack(data)
    return {
        "code": code,
        "name": " ".join(line for line in (_text(first), _text(second)) if line),
        "price": int.from_bytes(price, "little"),
        "shelf_days": days,
        "tare": tare,
        "text": text,
        "by_piece": bool(flags & _PIECE),
    }


def text_lines(password: str, plu: Plu, lines: int) -> list[bytes]:
    """The data of `52` for every line that a text has room for; unused ones are blank, for a longer one was there."""
    written = wrapped(spelled(plu.text, ENCODING), TEXT_WIDTH, lines)
    written += [""] * (lines - len(written))
    return [
        place(password, plu.number) + bytes([line]) + _padded(text, TEXT_WIDTH)
        for line, text in enumerate(written, start=1)
    ]


def working(data: bytes) -> Working | None:
    """The data of an answer to `12`: mode in two bytes, and what it does just now in bits."""
    if len(data) < 3:
        return None
    return Working(erases=bool(data[2] & 0x03), failed=bool(data[2] & 0x18))


def _names(name: str) -> list[str]:
    lines = wrapped(spelled(name, ENCODING), NAME_WIDTH, NAME_LINES)
    return lines + [""] * (NAME_LINES - len(lines))


def _padded(text: str, width: int) -> bytes:
    return text.encode(ENCODING)[:width].ljust(width)


def _text(data: bytes) -> str:
    return data.decode(ENCODING, "replace").rstrip("\0 ")
