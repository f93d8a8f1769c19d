"""CAS CL5000J over TCP: `WL`, address, comma, length, colon, body, colon, sum, CR. Little-endian, 1251. Pure."""

import struct

from exchange.scales.plu import Plu, spelled, wrapped

WEIGHED, PIECE = 1, 2
ENCODING = "cp1251"
NAME_WIDTH, NAME_FIELD, NAME_LINES = 28, 40, 2
TEXT_BYTES = 299
FINE = ord(":")
# Results that speak of one record.
REASONS = {82: "number", 88: "room", 89: "room", 97: "other"}
NOT_THERE = 98
# It heard a frame that does not add up.
DAMAGED = 84
# Department, number, kind; the name in two lines and a third that is not used; group, label, second label, origin;
# unit and fixed weight; code; quantity, its sign, kind of fixed price; price, special price, tare, its number; barcode,
# second barcode; produced, packed, hour of packing; sell by in days, its hour; message, two reserves, sale message.
_RECORD = struct.Struct("<HIB40s40s5sHHHHBIIHBBIIIBHHHHBIBHHHB")
_PLACE = struct.Struct("<HI")
# Everything of an answer up to the byte that tells how it went, and the sum and CR behind the colon.
_HEAD, _TAIL = 14, 3


def question(body: bytes) -> bytes:
    head = b"WL" + struct.pack("<I", 0) + b"," + struct.pack("<H", len(body)) + b":"
    whole = head + body + b":"
    return whole + bytes([sum(whole[2:]) & 0xFF]) + b"\r"


def place(department: int, number: int) -> bytes:
    """The body that deletes one record; 0 and 0 delete all."""
    return _PLACE.pack(department, number)


def record(plu: Plu, department: int, label_format: int = 0, barcode_format: int = 0) -> bytes:
    """The body that writes one record, its text behind it."""
    name = wrapped(spelled(plu.name, ENCODING), NAME_WIDTH, NAME_LINES)
    name += [""] * (NAME_LINES - len(name))
    fixed = _RECORD.pack(
        department,
        plu.number,
        PIECE if plu.by_piece else WEIGHED,
        *(line.encode(ENCODING).ljust(NAME_FIELD) for line in name),
        b"     ",
        *(0, label_format, 0, 0),
        *(0, 0),
        plu.code,
        *(0, 0, 0),
        *(plu.price, 0, plu.tare, 0),
        *(barcode_format, 0),
        *(0, 0, 0),
        # The day of printing is the first one.
        *(plu.shelf_days + 1 if plu.shelf_days else 0, 0),
        *(0, 0, 0, 0),
    )
    text = spelled(" ".join(plu.text.split()), ENCODING).encode(ENCODING)[:TEXT_BYTES]
    return fixed + (text + b"\0" if text else b"")


def result(heard: bytes) -> int | None:
    """How it went: 0, or the scale's own number; None while the answer is not whole. What was `:` is an answer
    without that number."""
    if len(heard) <= _HEAD:
        return None
    code = 0 if heard[_HEAD] == FINE else heard[_HEAD]
    return code if len(heard) >= _HEAD + bool(code) + _TAIL else None
