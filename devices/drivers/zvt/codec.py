"""The ZVT protocol between till and terminal (public specification PA00P015, 13.x): bytes to values and back.

An APDU is CLASS INSTR LEN DATA; LEN is one byte, or FF and two bytes, the low one first. Both sides answer every APDU
with 80 00 00, the terminal with 84 xx 00 for what it will not do. Of the fields that a terminal sends only those of
`devices/card.py` are taken out; tracks are skipped unread.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from devices.card import CardDocument, Kept, Purchase, Refund, Settlement, Void, kept
from devices.drivers.cards import Trace, clock

ACK = bytes.fromhex("800000")

# What we send.
REGISTER, PAY, REVERSE, REFUND, END_OF_DAY = b"\x06\x00", b"\x06\x01", b"\x06\x30", b"\x06\x31", b"\x06\x50"
REPEAT, ABORT, STATE = b"\x06\x20", b"\x06\xb0", b"\x05\x01"
# What the terminal sends.
INTERMEDIATE, STATUS, LINE, LINES = b"\x04\xff", b"\x04\x0f", b"\x06\xd1", b"\x06\xd3"
COMPLETION, GAVE_UP = b"\x06\x0f", b"\x06\x1e"

CURRENCIES = {"EUR": "0978", "PLN": "0985", "UAH": "0980", "CHF": "0756", "CZK": "0203", "HUF": "0348"}
# Config byte of the registration: the till prints slips of payments and of the day; intermediate states are told;
# and no payment begins at the terminal itself, so that a new number in its log is ours.
TILL_PRINTS, TELLS, TILL_BEGINS = 0x06, 0x08, 0x10

# Fields of fixed length; LL and LLL carry theirs in two or three digits F0 to F9.
_FIXED = {
    0x01: 1, 0x02: 1, 0x03: 1, 0x04: 6, 0x05: 1, 0x0B: 3, 0x0C: 3, 0x0D: 2, 0x0E: 2, 0x17: 2, 0x19: 1, 0x27: 1, 0x29: 4,
    0x2A: 15, 0x37: 3, 0x3A: 2, 0x3B: 8, 0x3D: 3, 0x49: 2, 0x87: 2, 0x88: 3, 0x8A: 1, 0x8C: 1, 0xA0: 1, 0xAA: 3,
    0xBA: 5, 0xD0: 1, 0xD2: 1, 0xE0: 1, 0xE9: 1, 0xEA: 1, 0xEB: 8, 0xF0: 1, 0xF9: 1,
}  # fmt: skip
_LL = frozenset({0x22, 0x23, 0x2D, 0x8B, 0xA7, 0xD1, 0xD3, *range(0xE1, 0xE9), *range(0xF1, 0xF9)})
_LLL = frozenset({0x24, 0x2E, 0x2F, 0x3C, 0x60, 0x92, 0x9A, 0xAF})
_TRACKS = frozenset({0x23, 0x24, 0x2D})
_TLV = 0x06

# Below 64 it is the bank's own word: declined.
ERRORS: dict[int, str] = {
    0x64: "card", 0x65: "card", 0x66: "card", 0x67: "card", 0x68: "card", 0x6A: "batch_full", 0x6B: "unsupported",
    0x6C: "cancelled", 0x6E: "card", 0x6F: "currency", 0x71: "declined", 0x72: "card", 0x73: "card", 0x74: "keys",
    0x76: "card", 0x78: "card", 0x79: "card", 0x7A: "card", 0x7B: "card", 0x7D: "no_host", 0x83: "unsupported",
    0x85: "keys", 0x89: "reader", 0x9B: "no_host", 0x9C: "busy", 0xA0: "busy", 0xA1: "no_host", 0xA3: "no_host",
    0xB1: "batch_full", 0xB2: "batch_full", 0xB4: "not_found", 0xB5: "not_found", 0xC3: "declined", 0xC5: "unsupported",
    0xC6: "currency", 0xC8: "declined", 0xCC: "no_paper", 0xDC: "busy", 0xE2: "reader", 0xED: "reader",
    0xF0: "batch_full",
}  # fmt: skip
BUSY = frozenset({0x9C, 0xA0})
# Intermediate states that somebody at the till can do something about.
STEPS: dict[int, str] = {
    0x00: "working", 0x01: "pin", 0x02: "pin", 0x04: "authorising", 0x05: "working", 0x0A: "insert_card",
    0x0B: "remove_card", 0x0E: "working", 0x15: "pin", 0x17: "working", 0x41: "pin", 0x42: "pin", 0x4A: "insert_card",
    0x4B: "remove_card", 0x4E: "working", 0xD2: "authorising", 0xD3: "authorising", 0xE0: "choose",
}  # fmt: skip


@dataclass(frozen=True)
class Apdu:
    code: bytes
    data: bytes = b""

    @property
    def bytes(self) -> bytes:
        size = len(self.data)
        length = bytes((size,)) if size < 0xFF else b"\xff" + size.to_bytes(2, "little")
        return self.code + length + self.data


def bcd(digits: str) -> bytes:
    return bytes.fromhex(digits)


def register(password: str, currency: str, till_prints: bool) -> Apdu:
    config = TELLS | TILL_BEGINS | (TILL_PRINTS if till_prints else 0)
    return Apdu(REGISTER, bcd(password) + bytes((config,)) + bcd(CURRENCIES[currency]))


def command(document: CardDocument, password: str) -> Apdu:
    """The command that moves money."""
    match document:
        case Purchase(amount=amount, currency=currency):
            return Apdu(PAY, _sum(amount, currency))
        case Refund(amount=amount, currency=currency):
            return Apdu(REFUND, bcd(password) + _sum(amount, currency))
        case Void(invoice=invoice):
            return Apdu(REVERSE, bcd(password) + b"\x87" + bcd(invoice.zfill(4)[-4:]))
        case Settlement():
            return Apdu(END_OF_DAY, bcd(password))


def repeat(password: str) -> Apdu:
    """The last slip once more: nothing else happens, and its fields come with it."""
    return Apdu(REPEAT, bcd(password))


def state(password: str) -> Apdu:
    return Apdu(STATE, bcd(password))


def _sum(amount: int, currency: str) -> bytes:
    return b"\x04" + bcd(f"{amount:012d}") + b"\x49" + bcd(CURRENCIES[currency])


class Reader:
    """Cuts what arrives into APDUs, however it is cut on the way."""

    def __init__(self) -> None:
        self._rest = b""

    def forget(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[Apdu]:
        self._rest += data
        found = []
        while (one := self._next()) is not None:
            found.append(one)
        return found

    def _next(self) -> Apdu | None:
        rest = self._rest
        if len(rest) < 3:
            return None
        start, size = 3, rest[2]
        if size == 0xFF:
            if len(rest) < 5:
                return None
            start, size = 5, int.from_bytes(rest[3:5], "little")
        if len(rest) < start + size:
            return None
        self._rest = rest[start + size :]
        return Apdu(rest[:2], rest[start : start + size])


def fields(data: bytes) -> Mapping[int, bytes]:
    """The fields of a status: number to raw value, as far as they can be told apart. Tracks are left out."""
    found: dict[int, bytes] = {}
    at = 0
    while at < len(data):
        number = data[at]
        start, size = _extent(data, at + 1, number)
        if size < 0 or start + size > len(data):
            break
        if number not in _TRACKS:
            found.setdefault(number, data[start : start + size])
        at = start + size
    return found


def _extent(data: bytes, at: int, number: int) -> tuple[int, int]:
    """Where a field's value begins and how long it is; -1 for one that nobody knows."""
    if number in _FIXED:
        return at, _FIXED[number]
    if number in _LL or number in _LLL:
        count = 2 if number in _LL else 3
        digits = [byte & 0x0F for byte in data[at : at + count]]
        right = len(digits) == count and all(digit <= 9 for digit in digits)
        return at + count, int("".join(map(str, digits))) if right else -1
    if number == _TLV and at < len(data):
        first = data[at]
        if first < 0x80:
            return at + 1, first
        return at + 1 + (first & 0x7F), int.from_bytes(data[at + 1 : at + 1 + (first & 0x7F)], "big")
    return at, -1


def status(apdu: Apdu, currency: str, slip: str) -> Trace | None:
    """A payment as the terminal tells it; None when it has no number. What kind it was the protocol does not say."""
    told = fields(apdu.data)
    trace, receipt = _digits(told, 0x0B), _digits(told, 0x87)
    number = (trace or receipt).lstrip("0")
    if not number:
        return None
    amount = int(_digits(told, 0x04) or 0)
    at = moment(_digits(told, 0x0D), _digits(told, 0x0C))
    result = told.get(0x27, b"\x00")[0]
    return Trace(
        number=number,
        kind=None,
        amount=amount,
        approved=result == 0,
        at=at,
        kept=_kept(told, amount, currency, slip, at),
        code=word(result),
        detail=f"result {result:02X}",
    )


def _kept(told: Mapping[int, bytes], amount: int, currency: str, slip: str, at: datetime | None) -> Kept:
    return kept(
        amount=amount,
        currency=currency,
        pan=told.get(0x22, b"").hex().replace("e", "*").replace("f", ""),
        slip=slip,
        approval_code=_text(told, 0x3B),
        terminal_id=_digits(told, 0x29),
        merchant=_text(told, 0x2A),
        invoice=_digits(told, 0x87) or _digits(told, 0x0B),
        brand=_text(told, 0x8B),
        at=at.isoformat() if at else "",
    )


def moment(day: str, time: str) -> datetime | None:
    """The terminal says no year: the one that brings the day closest to now, since it may be new year's night."""
    now = datetime.now(UTC)
    years = (clock(f"{year}{day}{time}", "%Y%m%d%H%M%S") for year in (now.year - 1, now.year, now.year + 1))
    return min((one for one in years if one), key=lambda one: abs(one - now), default=None)


def line(apdu: Apdu) -> str:
    """One line of a slip (06 D1): an attribute byte, then text."""
    return apdu.data[1:].decode("cp437", "replace")


def lines(apdu: Apdu) -> str:
    """A block of lines (06 D3): TLV 25 holds 07 for each line."""
    found, data = [], apdu.data
    at = 0
    while at + 1 < len(data):
        if data[at] in (_TLV, 0x25):
            at, _size = _extent(data, at + 1, _TLV)
        elif data[at] == 0x07:
            start, size = _extent(data, at + 1, _TLV)
            found.append(data[start : start + size].decode("cp437", "replace"))
            at = start + size
        elif data[at] == 0x1F:
            start, size = _extent(data, at + 2, _TLV)
            at = start + size
        else:
            start, size = _extent(data, at + 1, _TLV)
            at = start + size
    return "\n".join(found)


def refusal(apdu: Apdu) -> int:
    """The error of 84 xx 00 or 06 1E; 0 for none."""
    if apdu.code[:1] == b"\x84":
        return apdu.code[1]
    return apdu.data[0] if apdu.code == GAVE_UP and apdu.data else 0


def word(code: int) -> str:
    """The family's word for a result or an error."""
    return ERRORS.get(code, "declined" if code < 0x64 else "terminal_error")


def _digits(told: Mapping[int, bytes], number: int) -> str:
    text = told.get(number, b"").hex()
    return text if text.isdigit() else ""


def _text(told: Mapping[int, bytes], number: int) -> str:
    return told.get(number, b"").decode("cp437", "replace").rstrip("\0 ").strip()
