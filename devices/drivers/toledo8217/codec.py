"""Toledo 8217: `W` is answered by STX, six characters in kilograms and CR, or by STX `?`, a status and CR. Pure."""

import re

from devices.drivers.readings import BELOW_ZERO, FAULT, MOVING, OVERLOADED, Reading, grams, shown
from devices.drivers.stream import Shapes

QUESTION = b"W"
# The status may itself be a CR (it moves, is below zero and away from zero), so the length decides, not the end.
ANSWER = re.compile(rb"\x02(?:\?(?P<status>.)|(?P<weight>\d\d\.\d{3}|\d{3}\.\d\d)N?)\r", re.DOTALL)
LONGEST = 9
# Scales of other makers tell the reason as a letter; the bits of such a byte would say that `W` is unknown.
LETTERS = {0x41: MOVING, 0x42: OVERLOADED, 0x43: BELOW_ZERO, 0x44: FAULT}
# Bits of the status, the one that matters most first: nothing can be said of a scale that did not understand.
BITS = ((0x40, FAULT), (0x02, OVERLOADED), (0x04, BELOW_ZERO), (0x01, MOVING))


class Toledo8217:
    """See devices.drivers.readings.Codec."""

    def __init__(self) -> None:
        self.strange = ""
        self._answers = Shapes(ANSWER, LONGEST)

    def question(self) -> bytes:
        self._answers.forget()
        return QUESTION

    def feed(self, data: bytes) -> list[Reading]:
        found = self._answers.feed(data)
        if data and not found:
            self.strange = shown(data)
        return [self._reading(answer) for answer in found]

    def forget(self) -> None:
        self._answers.forget()
        self.strange = ""

    def _reading(self, answer: re.Match[bytes]) -> Reading:
        if answer["status"] is not None:
            return parse_status(answer["status"][0])
        return Reading(grams(answer["weight"].decode("ascii"), "kg"), True)


def parse_status(status: int) -> Reading:
    """Why there is no weight. Without any reason in it the scale gave none: that is a fault, never a zero."""
    if status in LETTERS:
        return LETTERS[status]
    return next((reading for bit, reading in BITS if status & bit), FAULT)
