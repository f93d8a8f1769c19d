"""A scale's lines to readings: `ST,GS,+  1.234kg`, as most indicators with a serial line can be set to send. Pure."""

import re
from dataclasses import dataclass

# Longer than any reading; more without an end is noise.
MAX_LINE = 64
ENDS = {"crlf": b"\r\n", "cr": b"\r", "lf": b"\n", "none": b""}

# State, what is told (gross, net, tare), sign, number, unit; blanks stand wherever a maker liked them.
_READING = re.compile(
    r"(?P<state>ST|US|OL)\s*,\s*(?:(?P<what>GS|NT|TR)\s*,\s*)?"
    r"(?P<sign>[+-]?)\s*(?P<whole>[0-9]{1,7})(?:[.,](?P<part>[0-9]{1,4}))?\s*(?P<unit>kg|g)",
    re.IGNORECASE,
)
_OVER = re.compile(r"OL\s*(?:,.*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Reading:
    """`grams` is null when the scale shows no weight (overloaded); then it is never stable."""

    grams: int | None
    stable: bool


OVERLOADED = Reading(None, False)


class Reader:
    """Feed it bytes as they come, in any pieces; it returns the readings that became whole. `strange` is the last line
    that was none.
    """

    def __init__(self) -> None:
        self.strange = ""
        self._waiting = b""
        self._skipping = False

    def feed(self, data: bytes) -> list[Reading]:
        *whole, self._waiting = re.split(rb"[\r\n]+", self._waiting + data)
        readings = [self._read(line) for n, line in enumerate(whole) if not (n == 0 and self._skipping)]
        self._skipping = self._skipping and not whole
        if len(self._waiting) > MAX_LINE:
            # The rest of this endless line is noise too, up to its end.
            self._waiting, self._skipping = b"", True
        return [reading for reading in readings if reading is not None]

    def forget(self) -> None:
        """Drop half a line, as after an unplugged cable."""
        self._waiting, self._skipping, self.strange = b"", False, ""

    def _read(self, line: bytes) -> Reading | None:
        text = line.decode("latin-1").strip("\x00\x02\x03 ")
        if not text:
            return None
        reading = parse_line(text)
        if reading is None:
            self.strange = text[:MAX_LINE]
        return reading


def parse_line(text: str) -> Reading | None:
    """One line without its end; None when it is no reading. A weight is rounded half-up to grams."""
    if _OVER.fullmatch(text):
        return OVERLOADED
    found = _READING.fullmatch(text)
    if found is None or (found["what"] or "").upper() == "TR":
        return None
    part = found["part"] or ""
    steps = 10 ** len(part)
    value = int(found["whole"] + part) * (1000 if found["unit"].lower() == "kg" else 1)
    grams = (2 * value + steps) // (2 * steps)
    return Reading(-grams if found["sign"] == "-" else grams, found["state"].upper() == "ST")


def request(ask: str, end: str) -> bytes:
    """What makes a scale send one reading; empty when it sends by itself. Raises UnicodeEncodeError for letters that no
    scale knows.
    """
    return ask.encode("ascii") + ENDS[end] if ask else b""
