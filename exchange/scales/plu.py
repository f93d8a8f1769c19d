"""What a label-printing scale knows of one thing it sells: the same record for every maker. Pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from core import canonical
from devices.drivers.letters import plain


@dataclass(frozen=True)
class Plu:
    """`number` is the place on the scale, `code` what it prints inside the barcode; the till finds the goods by it.

    `price` is minor units for a kilogram or for a piece, `tare` grams, `shelf_days` 0 where nothing is printed.
    `text` holds ingredients and whatever else stands on the label. `prefix` are the barcode's first two digits and
    `carries` says what its last five are: `weight` (grams) or `price`.
    """

    number: int
    code: int
    name: str
    price: int
    by_piece: bool = False
    tare: int = 0
    shelf_days: int = 0
    text: str = ""
    prefix: int = 0
    carries: str = "weight"

    def values(self) -> dict[str, Any]:
        """The record as plain values, as it is kept beside what a scale is believed to hold."""
        return asdict(self)

    def digest(self) -> str:
        """Equal for equal records: what a scale holds is compared with what it should hold by this."""
        return canonical.digest(self.values())


def of_values(values: dict[str, Any]) -> Plu:
    """The record that `values` was made of."""
    return Plu(**values)


def spelled(text: str, encoding: str) -> str:
    """`text` with the letters of one code page; what the page lacks becomes plain Latin."""
    return "".join(letter if letter == "\n" else plain(letter, encoding) for letter in text)


def wrapped(text: str, width: int, lines: int) -> list[str]:
    """`text` as at most `lines` lines of `width` characters, broken between words where that goes; own line breaks
    are kept. What does not fit is left out, because a label has no more room."""
    found: list[str] = []
    for paragraph in text.splitlines():
        found += _paragraph(" ".join(paragraph.split()), width)
    return found[:lines]


def _paragraph(text: str, width: int) -> list[str]:
    lines: list[str] = []
    while text:
        cut = len(text) if len(text) <= width else max(text.rfind(" ", 0, width + 1), 0) or width
        lines.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return lines


def differing(wanted: dict[str, object], found: dict[str, object]) -> Sequence[str]:
    """The names of the values in which a scale differs from what it was sent."""
    return sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
