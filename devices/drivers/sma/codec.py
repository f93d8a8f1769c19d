"""SMA SCP-0499, level 1: LF `W` CR is answered by LF, five letters, ten characters, a unit of three and CR. Pure."""

import re

from devices.drivers.readings import BELOW_ZERO, FAULT, OVERLOADED, Reading, grams, shown
from devices.drivers.stream import Shapes

QUESTION = b"\nW\r"
# Status, range, what is told (gross, net, tare; small: high resolution), motion, and one that makers use freely.
ANSWER = re.compile(
    rb"\n(?P<status>[ ZOUEIT])(?P<range>[0-9 ])(?P<told>[GNTgn])(?P<motion>[M ])(?P<free>[ -~])"
    rb"(?P<weight>[ -~]{10})(?P<unit>[A-Za-z_ ]{3})\r"
)
LONGEST = 20
STATUSES = {b"O": OVERLOADED, b"U": BELOW_ZERO, b"E": FAULT, b"I": FAULT, b"T": FAULT}


class Sma:
    """See devices.drivers.readings.Codec."""

    def __init__(self) -> None:
        self.strange = ""
        self._answers = Shapes(ANSWER, LONGEST)

    def question(self) -> bytes:
        self._answers.forget()
        return QUESTION

    def feed(self, data: bytes) -> list[Reading]:
        readings = [parse_answer(answer) for answer in self._answers.feed(data)]
        found = [reading for reading in readings if reading is not None]
        if data and not found:
            self.strange = shown(data)
        return found

    def forget(self) -> None:
        self._answers.forget()
        self.strange = ""


def parse_answer(answer: re.Match[bytes]) -> Reading | None:
    """None for a tare, another unit, or no number."""
    if answer["status"] in STATUSES:
        return STATUSES[answer["status"]]
    weight = grams(answer["weight"].decode("ascii").strip(), answer["unit"].decode("ascii"))
    if weight is None or answer["told"] == b"T":
        return None
    return Reading(weight, answer["motion"] == b" ")
