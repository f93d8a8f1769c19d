"""What all emulated label scales share: places with goods, texts, labels that they print, and what goes wrong."""

import random
from dataclasses import dataclass, field

from devices.emulators.endpoint import LineFaults


@dataclass
class LabelFaults(LineFaults):
    """`loss`: so many of a hundred datagrams are lost, each way. `busy`: so many questions find its menu open, or are
    heard damaged. `cut`: after so many more questions the line breaks, each having been carried out."""

    loss: int = 0
    busy: int = 0
    cut: int = 0
    # The same losses in every run, so that a test which fails fails again.
    _chance: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311

    def lost(self) -> bool:
        return self._chance.randrange(100) < self.loss

    def breaks(self) -> bool:
        """Whether the line breaks after this question."""
        if not self.cut:
            return False
        self.cut -= 1
        return self.cut == 0


@dataclass(frozen=True)
class Article:
    """What a person finds at one place: the code on the label, lines of the name, minor units, grams, days."""

    code: int
    name: str
    price: int
    by_piece: bool
    tare: int
    shelf_days: int
    text: str


class LabelPrinter:
    """The part of a scale that weighs and prints, with the barcode that its own menu is set to."""

    def __init__(self) -> None:
        self.prefix = "21"
        self.carries_price = False

    def article(self, number: int) -> Article | None:
        """What stands at a place."""
        raise KeyError(number)

    def label(self, number: int, grams: int) -> str:
        """The barcode of the label for so many grams (or pieces) of what stands at a place: prefix, five digits of the
        code, five of the weight or the price, the check digit. Raises KeyError for an empty place."""
        article = self.article(number)
        if article is None:
            raise KeyError(number)
        # Scales round half up, as the law on sums does.
        share = grams * article.price if article.by_piece else (grams * article.price + 500) // 1000
        digits = f"{self.prefix}{article.code:05d}{share if self.carries_price else grams:05d}"
        return digits + _check_digit(digits)


def _check_digit(digits: str) -> str:
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return str(-weighted % 10)
