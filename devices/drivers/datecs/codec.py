"""Datecs ISL frames, values and errors: commands to bytes, bytes to answers. Pure.

After the maker's programmer's manuals (the Ukrainian FP-3530T and its heirs, the groups P, C and X) and frames of real
devices in the public issues of ErpNet.FP. Two framings carry the same commands:

short  `01 LEN SEQ CMD data [04 status×6] 05 BCC×4 03`, LEN = 20h + bytes from itself to 05
long   the same with LEN and CMD of four bytes and a status of eight; every field of the data ends with a tab

A check sum, a long length and a long command are written as four nibbles with 30h added to each.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from devices.drivers.fiscal import error_words
from devices.drivers.letters import plain

SOH, ETX, EOT, ENQ, NAK, SYN = 0x01, 0x03, 0x04, 0x05, 0x15, 0x16
SPACE, ZERO = 0x20, 0x30
# Numbers of frames go round between these: a number twice in a row makes the device repeat its answer.
FIRST_SEQ, LAST_SEQ = 0x20, 0x7F
ENCODING = "cp1251"
# The longest frame of the manuals has some 230 bytes; a longer one is noise.
MAX_FRAME = 600
# Longest data of a short frame, whose length is one byte.
MAX_DATA = 0xFF - SPACE - 4


@dataclass(frozen=True)
class Framing:
    """How many bytes the length and the command have, how many the status has, and what separates fields."""

    wide: int
    status: int
    separator: str


SHORT = Framing(1, 6, ",")
LONG = Framing(4, 8, "\t")


@dataclass(frozen=True)
class Command:
    code: int
    data: str = ""

    @property
    def name(self) -> str:
        return f"{self.code:02X}h"


@dataclass(frozen=True)
class Answer:
    """`fields` are the data between separators, without the error that begins those of the long framing."""

    code: int
    seq: int
    fields: tuple[str, ...]
    status: bytes
    error: int = 0

    def bit(self, byte: int, bit: int) -> bool:
        return byte < len(self.status) and bool(self.status[byte] >> bit & 1)

    def text(self, at: int) -> str:
        return self.fields[at].strip() if -len(self.fields) <= at < len(self.fields) else ""


def nibbles(value: int) -> bytes:
    """1AE3h -> 31 3A 3E 33."""
    return bytes(ZERO + (value >> shift & 0x0F) for shift in (12, 8, 4, 0))


def _number(data: bytes) -> int:
    if len(data) == 1:
        return data[0]
    return sum((byte - ZERO & 0x0F) << shift for byte, shift in zip(data, (12, 8, 4, 0), strict=True))


def frame(asked: Command, seq: int, framing: Framing) -> bytes:
    data = asked.data.encode(ENCODING)
    size = SPACE + 2 * framing.wide + 2 + len(data)
    if framing.wide == 1:
        head = bytes((size, seq, asked.code))
    else:
        head = nibbles(size) + bytes([seq]) + nibbles(asked.code)
    body = head + data + bytes([ENQ])
    return bytes([SOH]) + body + nibbles(sum(body)) + bytes([ETX])


class Reader:
    """Takes bytes as they come and gives what they mean: NAK or SYN as a number, an answer, None for damaged ones."""

    def __init__(self, framing: Framing) -> None:
        self._framing = framing
        self._body: bytearray | None = None

    def feed(self, data: bytes) -> list[int | Answer | None]:
        found: list[int | Answer | None] = []
        for value in data:
            if value == SOH:
                # Never inside a frame: what came before it broke off.
                if self._body is not None:
                    found.append(None)
                self._body = bytearray()
            elif self._body is None:
                if value in (NAK, SYN):
                    found.append(value)
            elif value == ETX:
                found.append(answer_of(bytes(self._body), self._framing))
                self._body = None
            elif len(self._body) >= MAX_FRAME:
                found.append(None)
                self._body = None
            else:
                self._body.append(value)
        return found

    def forget(self) -> None:
        self._body = None


def answer_of(body: bytes, framing: Framing) -> Answer | None:
    """What stands between 01 and 03; None where that is no whole answer."""
    wide, tail = framing.wide, framing.status + 6
    head = 2 * wide + 1
    if len(body) < head + tail or body[-5] != ENQ or body[-tail] != EOT:
        return None
    content, check = body[:-4], body[-4:]
    if nibbles(sum(content) & 0xFFFF) != check or _number(body[:wide]) != SPACE + len(content):
        return None
    texts = body[head:-tail].decode(ENCODING, "replace").split(framing.separator)
    error = 0
    if framing is LONG:
        # The last field ends with a separator too, and the first is the error, but for some answers of older firmware.
        texts = texts[:-1] if texts[-1] == "" else texts
        if texts and re.fullmatch(r"-?[0-9]{1,9}", texts[0]):
            error = abs(int(texts.pop(0)))
    return Answer(
        code=_number(body[wide + 1 : head]),
        seq=body[wide],
        fields=tuple(texts),
        status=body[-tail + 1 : -5],
        error=error,
    )


# ------------------------------------------------------------------------- values

# Signs that the code page lacks, in the letters that it has.
_MISSING = {"₴": "грн"}


def text(value: str, length: int) -> str:
    """The text in letters of the printer, cut to its length. Unknown signs become a star."""
    return "".join(map(_letter, unicodedata.normalize("NFC", value)))[:length].rstrip()


def _letter(letter: str) -> str:
    return " " if letter < " " or letter == "\x7f" else _MISSING.get(letter) or plain(letter, ENCODING)


def money(value: int) -> str:
    """Minor units as the printer takes them: 1250 -> "12.50", -50 -> "-0.50"."""
    whole, part = divmod(abs(value), 100)
    return f"{'-' if value < 0 else ''}{whole}.{part:02d}"


def quantity(thousandths: int) -> str:
    return f"{thousandths // 1000}.{thousandths % 1000:03d}"


def amount(told: str) -> int | None:
    """Minor units as a printer tells them: "+000003000", "30.00" and "" (nothing) -> 3000, 3000, None."""
    match = re.fullmatch(r"([+-]?)([0-9]{1,15})(?:\.([0-9]{1,2}))?", told.strip())
    if match is None:
        return None
    sign, whole, part = match.groups()
    value = int(whole) if part is None else int(whole) * 100 + int(part.ljust(2, "0"))
    return -value if sign == "-" else value


def whole(told: str) -> int | None:
    """A number that may have a letter before it, as in `P0003`."""
    match = re.fullmatch(r"[A-Z]?([0-9]{1,10})", told.strip())
    return None if match is None else int(match[1])


def percent(told: str) -> int | None:
    """ "20.00" -> 2000; None for a letter that is not in use."""
    match = re.fullmatch(r"([0-9]{1,2})(?:[.,]([0-9]{1,2}))?", told.strip())
    return None if match is None else int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def instant(told: str) -> datetime | None:
    """ "21-11-26 10:20:30", with a year of two or four digits and perhaps DST behind it, as wall time of ours."""
    found = told.strip().removesuffix("DST").strip().replace(".", "-")
    for pattern in ("%d-%m-%y %H:%M:%S", "%d-%m-%Y %H:%M:%S", "%d-%m-%y %H:%M", "%d-%m-%y"):
        try:
            return datetime.strptime(found, pattern).astimezone()
        except ValueError:
            continue
    return None


def told_time(at: datetime) -> str:
    return at.strftime("%d-%m-%y %H:%M:%S")


# ------------------------------------------------------------------------- errors

# Numbers of the long framing (without their minus) as our words; what is not here is a `device_error`.
ERRORS = error_words(
    syntax="101004 101010-101012 101015 111002 112001",
    unknown_command="112000",
    out_of_range="111006 111011-111014 111019 111030-111034 111052 112003",
    wrong_mode="100007 101014 111003 111015 111016 111018 111035 111036 111046 111047 111050 111051 111066 111067"
    " 112002 112005",
    memory_fault="100001 100002 100100-100113 100115 100116 100500-100506 105001 105004 105012 105013",
    memory_full="100114 105010 110112",
    clock="101008 102019 111077 112004",
    blocked="102002 102020 104001-104004 110111 111076",
    not_fiscal="102003 102009-102012 102017 110104",
    z_needed="104000 104006 110217 110811 111024",
    zero="111020 111065",
    unsent="110202 110225 110226",
    tax_unknown="111005",
    payment="111017 111054 111059 111061 111063 111064 111094",
    goods="111004 111007 111080",
    buyer="111048 111049 111074",
    no_paper="100403 112006",
    cover_open="100404 112007",
    head_hot="100402",
    mechanism="100400 100401 100414 102006 112008",
    cutter="100407",
    busy="100008",
    cancelled="101009 111026",
    unsupported="104013 111057 111058",
)
MEANINGS = {
    102002: "wrong password of the operator",
    104000: "a daily report is needed first",
    111005: "this tax group is forbidden",
    111015: "a receipt is open",
    111016: "no receipt is open",
    111017: "not enough cash in the drawer",
    111018: "the payment has begun",
    111024: "more than 24 hours without a daily report",
    111050: "the payment has not begun",
    112002: "the command is not permitted now",
}


def word(error: int) -> str:
    return ERRORS.get(error, "device_error")


def explain(error: int, where: str) -> str:
    meaning = MEANINGS.get(error)
    return f"printer error -{error} at {where}" + (f": {meaning}" if meaning else "")
