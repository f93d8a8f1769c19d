"""The list of goods inside a printer that sells by number: which number a name has, and how one gets it.

The number follows from the name and its tax group, so that nothing is kept here: a printer that was changed, or lost
its list, is asked and told again.
"""

import zlib
from collections.abc import Mapping

from devices.drivers.contract import Outcome
from devices.drivers.datecs.codec import money
from devices.drivers.datecs.commands import Goods, Plan, Style
from devices.drivers.datecs.families import LETTERS
from devices.drivers.datecs.link import Link

# How many numbers one name is looked for at, where others have the same.
PROBES = 8
EMPTY = "F"


class Shelf:
    """`numbers` holds what this process has seen in the printer."""

    def __init__(self, link: Link, style: Style, size: int) -> None:
        self._link = link
        self._family = link.family
        self._style = style
        self._size = size
        self._numbers: dict[tuple[str, str], int] = {}

    @property
    def numbers(self) -> Mapping[tuple[str, str], int]:
        return self._numbers

    def forget(self) -> None:
        self._numbers.clear()

    def stock(self, plan: Plan) -> Outcome | None:
        """Give every one of its goods a number; why that could not be."""
        for goods in plan.goods.values():
            if goods.key in self._numbers:
                continue
            number = self._number(goods)
            if number is None:
                return Outcome(
                    "failed",
                    "goods",
                    f"the printer's list of goods has no room for «{goods.name}» before the next Z",
                )
            self._numbers[goods.key] = number
        return None

    def _number(self, goods: Goods) -> int | None:
        start = zlib.crc32("\t".join(goods.key).encode())
        numbers = [1 + (start + step) % self._size for step in range(min(PROBES, self._size))]
        for number in numbers:
            held = self._held(number)
            if held == (goods.name, self._letter(goods)):
                return number
            if held is None:
                return number if self._set(number, goods) else None
        # All are taken by other goods: one that was not sold since the last Z makes room.
        return next((number for number in numbers if self._drop(number) and self._set(number, goods)), None)

    def _held(self, number: int) -> tuple[str, str] | None:
        """Name and letter of what has this number; None for nothing."""
        answer = self._link.ask(self._family.command("article", article=number))
        if answer.text(0).startswith(EMPTY) or len(answer.fields) < 3:
            return None
        return answer.text(-1), answer.text(1)[:1]

    def _set(self, number: int, goods: Goods) -> bool:
        return self._done(
            "article_set",
            article=number,
            group=self._letter(goods),
            price=money(goods.price),
            name=goods.name,
        )

    def _drop(self, number: int) -> bool:
        return self._done("article_drop", article=number)

    def _done(self, what: str, /, **values: object) -> bool:
        asked = self._family.command(what, goods_password=self._style.goods_password, **values)
        return self._family.refusal(self._link.ask(asked), asked.name) is None

    def _letter(self, goods: Goods) -> str:
        return self._family.groups[LETTERS.index(goods.group)]
