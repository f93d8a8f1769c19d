"""Mertech over TCP: a length in four bytes, `02`, a length in one, a command of one or two bytes, data; goods as JSON.

Numbers are little-endian. An answer repeats the command and adds a result; data follows only a result of 0. Pure.
"""

import hashlib
import json
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from exchange.scales.plu import Plu

STX = 0x02
INFO, GOODS_FILE, ERASE, DELETE = b"\xff\x17", b"\xff\x13", b"\x18", b"\xff\x0f"
BEGIN, PIECE, CHECK = b"\x02", b"\x03", b"\x09"
PIECE_LENGTH = 6000
LONGEST = 64 * 1024
PASSWORD = frozenset({122})
BUSY = frozenset({172, 199})
NOT_THERE = frozenset({128, 140})
FULL = 203
DONE, WORKING, WRONG = 0, 1, 2


@dataclass(frozen=True)
class Answer:
    result: int
    data: bytes


@dataclass(frozen=True)
class Progress:
    """What became of a file: DONE, WORKING or WRONG with the scale's own words."""

    state: int
    words: str = ""


def question(command: bytes, data: bytes = b"") -> bytes:
    body = command + data
    return struct.pack("<I", len(body) + 2) + bytes([STX, min(len(body), 0xFF)]) + body


def answer(heard: bytes, command: bytes) -> Answer | None:
    """None while it is not whole, and for what is no answer to this command."""
    if len(heard) < 4:
        return None
    size = int.from_bytes(heard[:4], "little")
    body = heard[4 : 4 + size]
    if size > LONGEST or len(body) < size or len(body) < 3 + len(command) or body[0] != STX:
        return None
    if body[1] != min(size - 2, 0xFF) or body[2 : 2 + len(command)] != command:
        return None
    return Answer(body[2 + len(command)], body[3 + len(command) :])


def goods(plus: Iterable[Plu]) -> bytes:
    """The file that adds and changes goods. A text has the number of its place; without one it is taken away."""
    products, messages = [], []
    for plu in plus:
        products.append(_product(plu))
        messages.append({"id": plu.number, "value": plu.text, "deleted": not plu.text})
    whole = {"categories": [], "messages": messages, "products": products}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _product(plu: Plu) -> dict[str, object]:
    product: dict[str, object] = {
        "id": str(plu.number),
        "name": plu.name,
        "code": str(plu.code),
        "pluNumber": str(plu.number),
        # The quotient of two integers is the decimal nearest to it, and is written as that.
        "price": plu.price / 100,
        "productType": "PIECE" if plu.by_piece else "WEIGHT",
        "deleted": False,
    }
    if plu.shelf_days:
        product |= {"shelfLife": plu.shelf_days, "shelfLifeType": "DAYS"}
    if plu.text:
        product["message"] = plu.number
    return product


def begin(password: bytes, file: bytes) -> bytes:
    """Digest, size, and that what the scale holds is kept."""
    digest = hashlib.md5(file, usedforsecurity=False).digest()
    return question(
        GOODS_FILE, password + BEGIN + digest + b"\x04" + struct.pack("<Q", len(file)) + b"\x01\x01"
    )


def pieces(password: bytes, file: bytes) -> list[bytes]:
    """Each says whether it is the last one, where it belongs, and how long it is."""
    found = []
    for at in range(0, len(file), PIECE_LENGTH):
        piece = file[at : at + PIECE_LENGTH]
        is_last = at + len(piece) == len(file)
        head = struct.pack("<?IH", is_last, at, len(piece))
        found.append(question(GOODS_FILE, password + PIECE + head + piece))
    return found


def check(password: bytes) -> bytes:
    return question(GOODS_FILE, password + CHECK)


def progress(data: bytes) -> Progress | None:
    """The data of an answer to `check`; None when it is none."""
    if not data or data[0] not in (DONE, WORKING, WRONG):
        return None
    if data[0] != WRONG:
        return Progress(data[0])
    size = int.from_bytes(data[1:3], "little")
    return Progress(WRONG, data[3 : 3 + size].decode("utf-8", "replace"))


def delete(password: bytes, number: int) -> bytes:
    """By place in two bytes."""
    return question(DELETE, password + b"\x01" + struct.pack("<H", number))
