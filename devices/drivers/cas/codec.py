"""CAS (AP, PD-II, ER, PR-II): ENQ is answered by ACK, DC1 by a packet of fifteen bytes with a check byte. Pure."""

import re
from functools import reduce
from operator import xor

from devices.drivers.readings import OVERLOADED, Reading, Reply, Said, grams, shown
from devices.drivers.stream import Shapes

ENQ, ACK, DC1 = b"\x05", b"\x06", b"\x11"
# SOH STX, state, sign, six characters, unit, check byte, ETX EOT. The check byte may be anything: the length decides.
PACKET = re.compile(
    rb"\x01\x02(?P<checked>(?P<state>[SU])(?P<sign>[ F-])(?P<weight>[ -~]{6})(?P<unit>[A-Za-z ]{2}))"
    rb"(?P<check>.)\x03\x04",
    re.DOTALL,
)
LONGEST = 15
IMPLIED_DECIMALS = {"kg": 3, "g": 0}


class Cas:
    """See devices.drivers.readings.Codec."""

    def __init__(self) -> None:
        self.strange = ""
        self._packets = Shapes(PACKET, LONGEST)
        self._greeting = False

    def question(self) -> bytes:
        self._packets.forget()
        self._greeting = True
        return ENQ

    def feed(self, data: bytes) -> list[Said]:
        said: list[Said] = []
        if self._greeting and ACK in data:
            self._greeting = False
            said.append(Reply(DC1))
        for packet in self._packets.feed(data):
            reading = parse_packet(packet)
            if reading is not None:
                said.append(reading)
        if data and not said:
            self.strange = shown(data)
        return said

    def forget(self) -> None:
        self._packets.forget()
        self._greeting = False
        self.strange = ""


def parse_packet(packet: re.Match[bytes]) -> Reading | None:
    """None for a wrong check byte, another unit, or no number."""
    if reduce(xor, packet["checked"]) != packet["check"][0]:
        return None
    if packet["sign"] == b"F":
        return OVERLOADED
    unit, weight = packet["unit"].decode("ascii").strip().lower(), packet["weight"].decode("ascii").strip()
    if "." not in weight and weight.isdigit():
        # Some models leave the point out; it stands where their display has it.
        weight = f"{int(weight):06d}"
        places = IMPLIED_DECIMALS.get(unit, 0)
        weight = f"{weight[: 6 - places]}.{weight[6 - places :]}"
    sign = "-" if packet["sign"] == b"-" else ""
    found = grams(sign + weight, unit)
    return None if found is None else Reading(found, packet["state"] == b"S")
