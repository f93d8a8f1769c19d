"""What a counter scale says, whatever its protocol, and what a protocol has to offer. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from devices.drivers.scans import Scan

# Why there is no weight that could be sold: it moves, nothing lies there, too heavy, below zero, it was told already
# and has to be lifted, a fault of the scale, or nobody knows because the scale is away.
Why = Literal["", "motion", "empty", "over", "under", "stale", "fault", "away"]


@dataclass(frozen=True)
class Reading:
    """`grams` is null when the scale tells no weight; then it is never stable and `why` says why. No fault is 0 g."""

    grams: int | None
    stable: bool
    why: Why = ""


@dataclass(frozen=True)
class Reply:
    """What the scale has to hear at once, before it goes on."""

    data: bytes


Said = Reading | Scan | Reply

OVERLOADED = Reading(None, False, "over")
BELOW_ZERO = Reading(None, False, "under")
MOVING = Reading(None, False, "motion")
EMPTY = Reading(None, False, "empty")
STALE = Reading(None, False, "stale")
FAULT = Reading(None, False, "fault")
AWAY = Reading(None, False, "away")


class Codec(Protocol):
    """A scale's protocol between bytes and readings. It knows no clock and no wire."""

    # The last thing it heard and did not understand, for the device's state; empty after a reading.
    strange: str

    def question(self) -> bytes:
        """What makes the scale tell its weight; empty when it speaks by itself. An unfinished answer is over."""

    def feed(self, data: bytes) -> Sequence[Said]:
        """Bytes as they come, in any pieces; what became whole."""

    def forget(self) -> None:
        """Drop everything half heard, as after an unplugged cable."""


def grams(number: str, unit: str) -> int | None:
    """`-01.250`, `kg` to -1250: rounded half-up in absolute value; None for anything but kilograms and grams."""
    factor = {"kg": 1000, "g": 1}.get(unit.strip(" _").lower())
    sign, digits = (-1, number[1:]) if number.startswith("-") else (1, number)
    whole, _point, part = digits.partition(".")
    if factor is None or not (whole + part).isascii() or not (whole + part).isdigit():
        return None
    steps: int = 10 ** len(part)
    return sign * ((2 * int(whole + part) * factor + steps) // (2 * steps))


def shown(data: bytes) -> str:
    """Bytes nobody understood, short and printable."""
    return data[:32].decode("ascii", "backslashreplace").encode("unicode_escape").decode("ascii")
