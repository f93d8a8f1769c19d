"""Whether the tills have what was decided: each till's cursor against the version of the feed's row."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from core import feed
from core.models import FeedRow, Store
from pos.models import Incarnation


@dataclass(frozen=True)
class Delivery:
    """How many of the enrolled tills hold a row, and the numbers of those that do not yet."""

    version: int
    tills: int
    waiting: list[int]

    @property
    def reached(self) -> int:
        """How many tills have it."""
        return self.tills - len(self.waiting)

    @property
    def everywhere(self) -> bool:
        """Whether every enrolled till has it."""
        return not self.waiting


def _version(cursor: str) -> int:
    """The version a till last told of; 0 while it has told none."""
    try:
        return feed.Cursor.from_text(cursor).version
    except feed.CursorExpired:
        return 0


def of_prices(store: Store, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Delivery]:
    """The delivery of price rows by id, in two statements; a row no longer at the tills is absent."""
    keys = [str(pk) for pk in ids]
    versions = dict(
        FeedRow.objects.filter(kind="price", key__in=keys).exclude(data=None).values_list("key", "version")
    )
    devices = Incarnation.objects.filter(till__store=store, revoked_at=None).values_list(
        "till__number", "cursor"
    )
    held = {number: _version(cursor) for number, cursor in devices}
    return {
        uuid.UUID(key): Delivery(
            version, len(held), sorted(number for number, has in held.items() if has < version)
        )
        for key, version in versions.items()
    }
