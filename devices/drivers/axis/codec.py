"""AXIS scales, LonG protocol: `SI` is answered at once by sixteen characters that do not say whether it moves. Pure."""

import re

from devices.drivers.readings import Reading, grams, shown
from devices.drivers.stream import Lines

QUESTION = b"SI\r\n"
MAX_LINE = 64
# Sign, blank, eight characters that end with a digit, blank, unit of two, blank.
ANSWER = re.compile(r"(?P<sign>[ -]) (?P<weight>[ 0-9]{2}[ 0-9.]{5}[0-9]) (?P<unit>kg| g) ")
# A weight that stood in two answers may have been lifted in between.
FEWEST = 3


class Axis:
    """See devices.drivers.readings.Codec. Its readings are never stable: Steady says when one stands still."""

    def __init__(self) -> None:
        self.strange = ""
        self._lines = Lines(re.compile(rb"\r\n"), MAX_LINE)

    def question(self) -> bytes:
        self._lines.forget()
        return QUESTION

    def feed(self, data: bytes) -> list[Reading]:
        readings = []
        for line in self._lines.feed(data):
            reading = parse_line(line)
            if reading is None:
                self.strange = shown(line)
            else:
                readings.append(reading)
        return readings

    def forget(self) -> None:
        self._lines.forget()
        self.strange = ""


class Steady:
    """A weight stands still when every answer has said the same for `seconds`, and at least three did."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._grams: int | None = None
        self._since, self._count = 0.0, 0

    def judge(self, reading: Reading, now: float) -> Reading:
        if reading.grams != self._grams:
            self._grams, self._since, self._count = reading.grams, now, 0
        self._count += 1
        stable = self._count >= FEWEST and now - self._since >= self._seconds
        return Reading(reading.grams, stable, reading.why)

    def forget(self) -> None:
        self._grams, self._since, self._count = None, 0.0, 0


def parse_line(line: bytes) -> Reading | None:
    """One answer without its end; None for anything else: pieces, pounds, percents, dashes."""
    found = ANSWER.fullmatch(line.decode("latin-1"))
    if found is None:
        return None
    weight = grams(found["sign"].strip() + found["weight"].strip(), found["unit"])
    return None if weight is None else Reading(weight, False)
