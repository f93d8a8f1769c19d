"""Keyset paging: a page begins after the last row of the one before, so page 10,000 costs what page 1 costs.

A place in a list is an opaque text in the URL, made of the sort values of one row. It goes stale harmlessly: rows may
come and go, and a text that this server did not make shows the first page.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

Row = TypeVar("Row", bound=Model)
PAGE = 50
MAX_TOKEN = 1000


@dataclass(frozen=True)
class Rows(Generic[Row]):
    """One page; `previous` and `next` are places, empty at the ends."""

    items: Sequence[Row]
    previous: str = ""
    next: str = ""

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Any:
        return iter(self.items)


def page(rows: QuerySet[Row], query: QueryDict, *, order: Sequence[str], size: int = PAGE) -> Rows[Row]:
    """The page that the URL asks for by `after` or `before`.

    `order` are field names, all ascending or all with a minus, never null, the last one unique.
    """
    backwards = bool(query.get("before"))
    names = [name.removeprefix("-") for name in order]
    descending = order[0].startswith("-")
    place = _place(query.get("before") or query.get("after") or "", len(names))
    sign = "-" if descending != backwards else ""
    asked = rows.order_by(*(sign + name for name in names))
    try:
        found = list(
            (asked.filter(_beyond(names, place, descending != backwards)) if place else asked)[: size + 1]
        )
    except (ValidationError, ValueError, TypeError):
        place, found = None, list(asked[: size + 1])
    items, more = found[:size], len(found) > size
    if backwards:
        items.reverse()
    token: Callable[[int], str] = lambda at: _token(items[at], names) if items else ""  # noqa: E731
    has_previous = more if backwards else place is not None
    has_next = place is not None if backwards else more
    return Rows(items, token(0) if has_previous else "", token(-1) if has_next else "")


def _beyond(names: Sequence[str], place: Sequence[Any], down: bool) -> Q:
    """Rows after the place in the sort order, written so that an index on (first, second) is used."""
    step = "lt" if down else "gt"
    condition = Q()
    for depth in range(len(names)):
        same = {name: place[n] for n, name in enumerate(names[:depth])}
        condition |= Q(**same, **{f"{names[depth]}__{step}": place[depth]})
    return Q(**{f"{names[0]}__{step}e": place[0]}) & condition


def _token(row: Any, names: Sequence[str]) -> str:
    values = [_plain(_value(row, name)) for name in names]
    return base64.urlsafe_b64encode(json.dumps(values, ensure_ascii=False).encode()).decode().rstrip("=")


def _value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, int) else str(value)


def _place(token: str, length: int) -> list[Any] | None:
    if not token or len(token) > MAX_TOKEN:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    whole = isinstance(values, list) and len(values) == length
    plain = whole and all(
        type(value) in (str, int) and "\0" not in str(value) and len(str(value)) < 500 for value in values
    )
    return values if plain else None
