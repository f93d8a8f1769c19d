"""Reading fields of a journal item's body: types, ranges and lengths, with the field's name when one is wrong.

A missing key reads as null, so that a client may leave out what it does not use. Keys nobody asks for are left
alone: they stay in the stored body.
"""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from core import clock, ids

MONEY_MAX = 10**13
QUANTITY_MAX = 10**12
COUNT_MAX = 10**9


# The same goods, cashiers and shifts are named over and over; the cache is bounded, and what it holds is immutable.
parse_uuid = lru_cache(maxsize=65_536)(ids.parse_uuid)


class Broken(Exception):
    """A rule that an item does not keep; `code` is the reason code of docs/protocol.md."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail


def bad(where: str, wanted: str) -> Broken:
    """The body has another shape than the protocol says."""
    return Broken("bad_body", f"{where} must be {wanted}")


class Fields:
    """One JSON object of a body, read field by field. Every method raises Broken("bad_body")."""

    __slots__ = ("data", "where")

    def __init__(self, data: object, where: str = "body") -> None:
        if type(data) is not dict:
            raise bad(where, "an object")
        self.data: dict[str, Any] = data
        self.where = where

    def _bad(self, name: str, wanted: str) -> Broken:
        return bad(f"{self.where}.{name}", wanted)

    def integer(self, name: str, least: int = 0, most: int = MONEY_MAX) -> int:
        """An integer within the bounds, both included."""
        value = self.data.get(name)
        if type(value) is not int or not least <= value <= most:
            raise self._bad(name, f"an integer from {least} to {most}")
        return value

    def integer_or_none(self, name: str, least: int = 0, most: int = MONEY_MAX) -> int | None:
        """An integer within the bounds, or null."""
        return None if self.data.get(name) is None else self.integer(name, least, most)

    def text(self, name: str, most: int, least: int = 1) -> str:
        """A text of least to most characters."""
        value = self.data.get(name)
        if type(value) is not str or not least <= len(value) <= most:
            raise self._bad(name, f"a text of {least} to {most} characters")
        return value

    def text_or_none(self, name: str, most: int) -> str | None:
        """A text of at most `most` characters, or null."""
        return None if self.data.get(name) is None else self.text(name, most, 0)

    def choice(self, name: str, choices: Sequence[str]) -> str:
        """One of the given words."""
        value = self.data.get(name)
        if type(value) is not str or value not in choices:
            raise self._bad(name, "one of " + ", ".join(choices))
        return value

    def flag(self, name: str) -> bool:
        """True or false."""
        value = self.data.get(name)
        if type(value) is not bool:
            raise self._bad(name, "true or false")
        return value

    def flag_or_false(self, name: str) -> bool:
        """True or false; null is false."""
        return False if self.data.get(name) is None else self.flag(name)

    def identifier(self, name: str) -> uuid.UUID:
        """An identifier in lower-case canonical form."""
        given = self.data.get(name)
        value = parse_uuid(given) if type(given) is str else None
        if value is None:
            raise self._bad(name, "a lower-case UUID")
        return value

    def identifier_or_none(self, name: str) -> uuid.UUID | None:
        """An identifier, or null."""
        return None if self.data.get(name) is None else self.identifier(name)

    def instant(self, name: str) -> datetime:
        """An instant as 2026-11-21T09:30:00.000Z."""
        value = clock.from_wire(self.data.get(name))
        if value is None:
            raise self._bad(name, "an instant like 2026-11-21T09:30:00.000Z")
        return value

    def day(self, name: str) -> date:
        """A business day as 2026-11-21."""
        value = clock.day_from_wire(self.data.get(name))
        if value is None:
            raise self._bad(name, "a day like 2026-11-21")
        return value

    def fields(self, name: str) -> "Fields":
        """An object inside this one."""
        return Fields(self.data.get(name), f"{self.where}.{name}")

    def fields_or_none(self, name: str) -> "Fields | None":
        """An object inside this one, or null."""
        return None if self.data.get(name) is None else self.fields(name)

    def object_or_none(self, name: str) -> dict[str, Any] | None:
        """Any JSON object, kept as it is, or null."""
        value = self.data.get(name)
        if value is not None and type(value) is not dict:
            raise self._bad(name, "an object or null")
        return value

    def entries(self, name: str, most: int, least: int = 0) -> "list[Fields]":
        """A list of objects."""
        value = self.data.get(name)
        if type(value) is not list or not least <= len(value) <= most:
            raise self._bad(name, f"a list of {least} to {most} objects")
        return [Fields(entry, f"{self.where}.{name}[{at}]") for at, entry in enumerate(value)]


def check_text(value: Any) -> None:
    """Refuses characters that no table and no printer can hold: NUL, which PostgreSQL's text does not know.

    Raises Broken("bad_text").
    """
    if isinstance(value, str):
        if "\x00" in value:
            raise Broken("bad_text", "a text holds the character U+0000")
    elif isinstance(value, dict):
        for key, inner in value.items():
            check_text(key)
            check_text(inner)
    elif isinstance(value, list):
        for inner in value:
            check_text(inner)
