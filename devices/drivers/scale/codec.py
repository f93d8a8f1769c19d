"""A scale's lines to readings: `ST,GS,+  1.234kg`, as most indicators with a serial line can be set to send. Pure."""

import re

from devices.drivers.readings import OVERLOADED, Reading, grams
from devices.drivers.stream import Lines

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


class Reader:
    """Feed it bytes as they come, in any pieces; it returns the readings that became whole. `strange` is the last line
    that was none. `ask` and `ask_end` make its question; UnicodeEncodeError for letters that no scale knows.
    """

    def __init__(self, ask: str = "", ask_end: str = "crlf") -> None:
        self.strange = ""
        self._question = ask.encode("ascii") + ENDS[ask_end] if ask else b""
        self._lines = Lines(re.compile(rb"[\r\n]+"), MAX_LINE)

    def question(self) -> bytes:
        return self._question

    def feed(self, data: bytes) -> list[Reading]:
        readings = [self._read(line) for line in self._lines.feed(data)]
        return [reading for reading in readings if reading is not None]

    def forget(self) -> None:
        self._lines.forget()
        self.strange = ""

    def _read(self, line: bytes) -> Reading | None:
        text = line.decode("latin-1").strip("\x00\x02\x03 ")
        if not text:
            return None
        reading = parse_line(text)
        if reading is None:
            self.strange = text
        return reading


def parse_line(text: str) -> Reading | None:
    """One line without its end; None when it is no reading. A weight is rounded half-up to grams."""
    if _OVER.fullmatch(text):
        return OVERLOADED
    found = _READING.fullmatch(text)
    if found is None or (found["what"] or "").upper() == "TR":
        return None
    sign = "-" if found["sign"] == "-" else ""
    weight = grams(f"{sign}{found['whole']}.{found['part'] or ''}", found["unit"])
    return Reading(weight, found["state"].upper() == "ST")
