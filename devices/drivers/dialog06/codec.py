"""Checkout Dialog 06: a price is sent and acknowledged, then the weight is asked for; it comes once a weighing. Pure.

There is no check sum. What stands in for it: the answer must name the price that was sent, and a total that belongs to
price and weight.
"""

import re

from devices.drivers.readings import (
    BELOW_ZERO,
    EMPTY,
    FAULT,
    MOVING,
    OVERLOADED,
    STALE,
    Reading,
    Reply,
    Said,
    shown,
)
from devices.drivers.stream import Shapes

# Every record of ours begins with EOT, which also ends the scale's last answer.
ASK = b"\x04\x05"
ASK_STATUS = b"\x04\x0208\x03"
ACK, NAK = b"\x06", b"\x15"
RECORD = re.compile(
    rb"\x02(?:02\x1b(?P<decimals>[0-3])\x1b(?P<weight>\d{5})\x1b(?P<price>\d{6})\x1b(?P<total>\d{6})"
    rb"|09\x1b(?P<status>\d\d)|(?P<secret>11)\x1b[0-9A-Fa-f]{1,3})\x03"
)
LONGEST = 26
STATUSES = {
    "20": MOVING,
    "22": MOVING,
    "30": EMPTY,
    "31": BELOW_ZERO,
    "32": OVERLOADED,
}
UNCHANGED = "21"


class Dialog06:
    """See devices.drivers.readings.Codec. `price` is for one kilogram, in minor units, as the scale shows it."""

    def __init__(self, price: int) -> None:
        self.strange = ""
        self._price = price
        self._records = Shapes(RECORD, LONGEST)
        # Whether our price waits for ACK or NAK, and whether a NAK is to be explained.
        self._priced = False
        self._asked = False
        # A weight is told once; while the scale says that nothing has moved since, it lies there still.
        self._lies: Reading | None = None

    def question(self) -> bytes:
        self._records.forget()
        self._priced, self._asked = True, False
        return b"\x04\x0201\x1b%06d\x1b\x03" % self._price

    def feed(self, data: bytes) -> list[Said]:
        said: list[Said] = []
        records = self._records.feed(data)
        for record in records:
            reading = self._reading(record)
            if reading is not None:
                said.append(reading)
        if not records:
            said += self._reply(data)
        if data and not said and not records:
            self.strange = shown(data)
        return said

    def forget(self) -> None:
        self._records.forget()
        self._priced = self._asked = False
        self._lies = None
        self.strange = ""

    def _reply(self, data: bytes) -> list[Said]:
        if self._priced and ACK in data:
            self._priced, self._asked = False, True
            return [Reply(ASK)]
        if (self._priced or self._asked) and NAK in data:
            self._priced = self._asked = False
            return [Reply(ASK_STATUS)]
        return []

    def _reading(self, record: re.Match[bytes]) -> Reading | None:
        self._priced = self._asked = False
        if record["secret"] is not None:
            self.strange = "wants a check sum that only its maker knows"
            self._lies = None
            return None
        if record["status"] is None:
            self._lies = parse_weight(record, self._price)
            return self._lies
        status = record["status"].decode("ascii")
        if status == "00":
            return None
        if status != UNCHANGED:
            self._lies = None
            return STATUSES.get(status, FAULT)
        # Nothing is known of what lay there before we came: it has to be lifted once.
        return self._lies or STALE


def parse_weight(record: re.Match[bytes], price: int) -> Reading | None:
    """None when price and total do not belong to the weight. Makers round the total their own way."""
    weight = int(record["weight"]) * 10 ** (3 - int(record["decimals"]))
    exact = weight * price
    if int(record["price"]) != price or abs(int(record["total"]) * 1000 - exact) > 1000:
        return None
    return Reading(weight, True)
