"""Posnet frames: commands to bytes, bytes to answers, and the maker's error numbers to our words. Pure.

After POT-I-DEV-37 (version 5978, 2 November 2023), the maker's specification of the POSNET protocol in its ONLINE
printers: `STX name TAB {key value TAB}* [@token TAB] '#' CRC4 ETX`, CRC-16/XMODEM over everything between STX and '#'.
"""

import binascii
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from devices.drivers.fiscal import error_words
from devices.drivers.letters import plain

STX, TAB, LF, ETX = b"\x02", b"\x09", b"\x0a", b"\x03"
ENCODING = "cp1250"
TOKENS = 10_000
# The longest answer of the document (a daily report with its signature) has about a thousand bytes.
MAX_FRAME = 8_192
# A frame that arrived broken, in the printer's opinion: it was not executed and may simply be sent again.
DAMAGED = frozenset({4, 5, 6, 15})
# Its queue or buffer is full, or another interface holds the printer: not executed either.
BUSY = frozenset({11, 14, 41})
NOT_IN_BUFFER = 13


@dataclass(frozen=True)
class Command:
    """`values` are sent in order; a key is two characters."""

    name: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Answer:
    """`error` is the maker's number; `frame_error` when it is about the frame and not about the command."""

    name: str
    token: int | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    error: int | None = None
    frame_error: bool = False

    def number(self, key: str) -> int | None:
        """A whole number of the answer, or None when it is missing or no number."""
        text = self.values.get(key, "")
        return int(text) if text.isascii() and text.lstrip("-").isdigit() and len(text) < 18 else None

    def truth(self, key: str) -> bool | None:
        text = self.values.get(key, "")[:1]
        return (
            True
            if text in ("1", "t", "T", "y", "Y")
            else False
            if text in ("0", "f", "F", "n", "N")
            else None
        )


def command(name: str, **values: str | int | bool | None) -> Command:
    """A command from named values; those that are None are left out, truth is 1 or 0."""
    texts = tuple(
        (key, ("1" if value else "0") if isinstance(value, bool) else str(value))
        for key, value in values.items()
        if value is not None
    )
    return Command(name, texts)


def crc(data: bytes) -> bytes:
    """CRC-16/XMODEM in four upper-case hex digits; "123456789" gives 31C3."""
    return b"%04X" % binascii.crc_hqx(data, 0)


def frame(asked: Command, token: int | None = None) -> bytes:
    """The bytes of a command. Its texts must have gone through `text`."""
    parts = [asked.name.encode("ascii")]
    if token is not None:
        parts.append(b"@%04d" % token)
    parts += [key.encode("ascii") + value.encode(ENCODING) for key, value in asked.values]
    body = b"".join(part + TAB for part in parts)
    return STX + body + b"#" + crc(body) + ETX


class Reader:
    """Takes bytes as they come and gives whole answers; `damaged` counts frames whose checksum was wrong."""

    def __init__(self) -> None:
        self.damaged = 0
        self._heard = b""

    def feed(self, data: bytes) -> list[Answer]:
        self._heard += data
        found: list[Answer] = []
        while (end := self._heard.find(ETX)) >= 0:
            # What lies between an earlier STX and a later one is the rest of a frame that broke off.
            start = self._heard.rfind(STX, 0, end)
            body = self._heard[start + 1 : end] if start >= 0 else None
            self._heard = self._heard[end + 1 :]
            answer = None if body is None else parse(body)
            if answer is not None:
                found.append(answer)
            elif body is not None:
                self.damaged += 1
        if len(self._heard) > MAX_FRAME:
            self._heard, self.damaged = b"", self.damaged + 1
        return found

    def forget(self) -> None:
        self._heard, self.damaged = b"", 0


def parse(body: bytes) -> Answer | None:
    """What stands between STX and ETX, or None when its checksum is wrong."""
    content, mark, check = body.rpartition(b"#")
    if not mark or check.upper() != crc(content):
        return None
    name, *parts = content.decode(ENCODING, "replace").split("\t")
    values: dict[str, str] = {}
    token, error = None, None
    for part in parts:
        if part[:1] == "@" and part[1:].isdigit():
            token = int(part[1:])
        # The document writes the number of a frame's error as ?13 and, in one example, as er13.
        elif (part[:1] == "?" and part[1:].isdigit()) or (name == "ERR" and part[:2] == "er"):
            error = int("".join(filter(str.isdigit, part)) or 0)
        elif part:
            values[part[:2]] = part[2:]
    return Answer(name.lstrip("!"), token, values, error, frame_error=name == "ERR")


# ------------------------------------------------------------------------- text

# In this code page the printer draws pieces of tables in place of these.
_TABLES = frozenset("\xa0¤¨\xad˛´¸\x81\x88\x90\x98")
# Where they are, the printer has something else, although the code page knows them.
_MISSING = {"µ": "u"}


def text(value: str, length: int) -> str:
    """The text in letters of the printer, cut to its length. Unknown signs become a star."""
    return "".join(map(_letter, unicodedata.normalize("NFC", value)))[:length].rstrip()


def _letter(letter: str) -> str:
    if letter < " " or letter in _TABLES:
        return " "
    return _MISSING.get(letter) or plain(letter, ENCODING)


def same_goods(name: str) -> str:
    """What the printer's goods base looks at: letters, digits, comma, point, slashes and percent, whatever case."""
    return "".join(sign for sign in name.upper() if sign.isalnum() or sign in ",./\\%")


def quantity(thousandths: int) -> str:
    """1250 -> 1.25, 2000 -> 2."""
    whole, part = divmod(thousandths, 1000)
    return f"{whole}.{part:03d}".rstrip("0").rstrip(".") if part else str(whole)


# ------------------------------------------------------------------------- errors


# The chapter "Opisy błędów" of the document, as our words; what is not here is a `device_error`.
ERRORS = error_words(
    unknown_command="1",
    syntax="2 4-6 15 2055 2056 2058 2063 2064 2066 2501-2504 2702 2703",
    out_of_range="3 10 502 503 1950 1956 1957 1980-1982 2001 2006 2007 2052 2057 2059 2080 2081 2601 3200-3222",
    busy="11 14 40 41 730-736",
    wrong_mode="12 323 499 1200 1990 1991 2005 2033 2035 2037 2038 2060 2062 2505 2506",
    cancelled="30",
    zero="382 1983-1985 1992 2009 2039 2041 2810",
    z_needed="383 2010",
    memory_full="387 388 1018 1039 1069 1070 2098 2904",
    unsent="2900 2903",
    clock="460-464 722 723 2019-2026 3085",
    blocked="360 361 364 365 480-488 2110",
    memory_fault="50-56 384 1000-1017 1019-1038 1040-1068 1071-1079 1210 1211 2032 2901 2902 2907-2930",
    payment="1951-1955 1961 1962 2054 2094 2705 2804",
    deposit="1958-1960 1965 2803 2806 2807 2853",
    not_fiscal="2002 2004 2034",
    read_only="2036",
    buyer="2031 2096 2535",
    goods="2101 2104 2107",
    name_bound="2105 2106",
    tax_unknown="2000 2102 2103 2523 2701",
    totals_differ="2008 2801 2802 2805 2808 2809 2851 2852",
)
MEANINGS = {
    5: "checksum",
    13: "no answer under this token",
    41: "held by another interface",
    382: "a second Z of zero",
    383: "the daily report is missing",
    484: "working time is over",
    499: "the Thermal protocol is active: switch it in the printer's menu",
    503: "more than the printer believes is in the drawer",
    2010: "a daily total would overflow",
    2036: "read only",
    2102: "the rate is not active",
    2104: "the name has no letter or digit",
    2105: "the name is bound to another rate",
    2106: "the name was sold at a lower rate and is locked",
    2801: "discount",
    2802: "line value",
    2803: "packaging value",
    2805: "fiscal total",
    2808: "sum of payments",
    2809: "change",
}


def word(error: int) -> str:
    return ERRORS.get(error, "device_error")


def explain(error: int, where: str) -> str:
    """A sentence for the log and the till's detail: the printer's number, its meaning if we have it, and where."""
    meaning = MEANINGS.get(error)
    return f"printer error {error} at {where}" + (f": {meaning}" if meaning else "")


# `sprn`, the state of the mechanism: (our state, the code of an action that it stops, a sentence).
MECHANISM: dict[int, tuple[str, str, str]] = {
    1: ("cover_open", "cover_open", "lever or cover open"),
    2: ("error", "mechanism", "no access to the mechanism"),
    3: ("cover_open", "cover_open", "cover open"),
    5: ("no_paper", "no_paper", "no paper"),
    6: ("error", "head_hot", "temperature or supply not right"),
    7: ("error", "head_hot", "the supply dipped"),
    8: ("error", "cutter", "cutter fault"),
    9: ("error", "head_hot", "power supply fault"),
    10: ("cover_open", "cover_open", "cover open at the cut"),
}
