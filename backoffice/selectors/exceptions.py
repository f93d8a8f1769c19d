"""What needs a look: conflicts, quarantined items and forks, with the words of the page."""

import json
from dataclasses import dataclass
from typing import Any

from core.models import Store
from pos.models import ForkAlarm, ItemConflict, JournalItem
from pos.selectors import journal

MAX_SHOWN = 400


def open_count(store: Store) -> int:
    """How many wait for a person."""
    return journal.open_exceptions(store).total


@dataclass(frozen=True)
class Field:
    """One field of two versions of an item; `same` ones are shown only on demand."""

    path: str
    first: str
    second: str


def differences(conflict: ItemConflict) -> list[Field]:
    """Field by field what the second version says otherwise; absent values are empty."""
    rows = conflict.diff if isinstance(conflict.diff, list) else []
    return [
        Field(str(row.get("path", "")), _text(row.get("first")), _text(row.get("second")))
        for row in rows[:MAX_SHOWN]
    ]


def compared(first: JournalItem, second: JournalItem) -> list[Field]:
    """The same for two items that nobody compared yet (a fork)."""
    a, b = flat(content(first)), flat(content(second))
    return [
        Field(path, a.get(path, ""), b.get(path, ""))
        for path in sorted({*a, *b})
        if a.get(path) != b.get(path)
    ][:MAX_SHOWN]


def content(item: JournalItem) -> Any:
    """The item's body as JSON; text that is not JSON stays text."""
    try:
        return json.loads(item.body)
    except ValueError:
        return item.body


def pretty(item: JournalItem) -> str:
    """The item's body for people who read JSON."""
    return json.dumps(content(item), ensure_ascii=False, indent=2)


def flat(value: Any, path: str = "") -> dict[str, str]:
    """`{"lines[0].price": "499", …}`: one entry per leaf."""
    result: dict[str, str] = {}
    waiting = [(path, value)]
    while waiting:
        at, inner = waiting.pop()
        if isinstance(inner, dict) and inner:
            waiting += [(f"{at}.{key}" if at else key, part) for key, part in inner.items()]
        elif isinstance(inner, list) and inner:
            waiting += [(f"{at}[{n}]", part) for n, part in enumerate(inner)]
        else:
            result[at] = _text(inner)
    return result


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def conflict(store: Store, pk: int) -> ItemConflict:
    """One conflict of the store. Raises ItemNotFound."""
    found = journal.conflicts(store, open_only=False).select_related("explained_by").filter(id=pk).first()
    if found is None:
        raise journal.ItemNotFound("There is no such conflict.")
    return found


def fork(store: Store, pk: int) -> ForkAlarm:
    """One fork of the store. Raises ItemNotFound."""
    found = journal.forks(store, open_only=False).select_related("explained_by").filter(id=pk).first()
    if found is None:
        raise journal.ItemNotFound("There is no such alarm.")
    return found
