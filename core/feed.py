"""The versioned feed: one counter, one row per thing, for tills, stores and workers alike (protocol.md section 3).

    with feed.transaction():
        ...business writes...
        feed.put("price", str(price.id), {...})

Rows are buffered and stamped as the last thing before the outermost block commits: the counter row is locked,
moved on by the number of rows and kept locked until COMMIT. So commit order is version order, and a reader who
sees version n has every version below n. A sequence would not promise that.
"""

import hashlib
import json
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db import transaction as db
from django.db.models import Count, Q, QuerySet

from core import canonical, clock
from core.errors import KasaError
from core.models import FeedHead, FeedMark, FeedRow

CHANNEL = "kasa_feed"
TOMBSTONE_DAYS = 90
MAX_PULL = 2000
NO_HISTORY = "0" * 64


class CursorExpired(KasaError):
    """The cursor names another history, another epoch or a pruned past: a snapshot is needed."""

    code = "cursor_expired"


@dataclass(frozen=True)
class Cursor:
    """A place in one history of the feed."""

    epoch: uuid.UUID
    version: int
    chain: str

    def __str__(self) -> str:
        return f"{self.epoch.hex}.{self.version}.{self.chain[:12]}"

    @classmethod
    def from_text(cls, text: object) -> "Cursor":
        """Raises CursorExpired for anything that this server did not make."""
        parts = text.split(".") if isinstance(text, str) and len(text) < 100 else []
        if len(parts) != 3 or not parts[1].isdigit() or len(parts[1]) > 18:
            raise CursorExpired("This is not a cursor of this server.")
        try:
            return cls(uuid.UUID(hex=parts[0]), int(parts[1]), parts[2])
        except ValueError as error:
            raise CursorExpired("This is not a cursor of this server.") from error


@dataclass(frozen=True)
class Change:
    """One row of the feed; `data` is canonical JSON text, None for a deleted thing."""

    kind: str
    key: str
    version: int
    data: str | None

    def to_json(self) -> str:
        """The row as a pull and a snapshot write it; `data` is spliced in, never parsed."""
        head = canonical.dumps({"kind": self.kind, "id": self.key, "v": self.version})
        return f'{head[:-1]},"data":{self.data if self.data is not None else "null"}}}'


@dataclass(frozen=True)
class Only:
    """A part of the feed: whole kinds, and of other kinds single keys."""

    kinds: frozenset[str]
    keys: Mapping[str, frozenset[str]]

    def has(self, kind: str, key: str) -> bool:
        """Whether a row belongs to the part."""
        return kind in self.kinds or key in self.keys.get(kind, ())

    def where(self) -> Q:
        """The same, for the database."""
        found = Q(kind__in=self.kinds)
        for kind, keys in self.keys.items():
            found |= Q(kind=kind, key__in=keys)
        return found


@dataclass(frozen=True)
class Page:
    """What one pull answers."""

    changes: list[Change]
    cursor: Cursor
    more: bool


# Who makes rows out of other rows, and out of which kinds; filled by AppConfig.ready.
_derived: dict[Callable[[], None], frozenset[str]] = {}


@dataclass
class _Buffer:
    depth: int = 0
    rows: list[tuple[str, str, str | None]] = field(default_factory=list)


def _buffer() -> _Buffer:
    """The buffer of this thread's connection; a connection is never shared between threads."""
    buffer: _Buffer | None = getattr(connection, "kasa_feed", None)
    if buffer is None:
        buffer = _Buffer()
        connection.kasa_feed = buffer  # type: ignore[attr-defined]
    return buffer


@contextmanager
def transaction() -> Iterator[None]:
    """A database transaction whose published rows are stamped last. Nests; an inner failure takes its rows back."""
    buffer = _buffer()
    before = len(buffer.rows)
    buffer.depth += 1
    try:
        with db.atomic():
            yield
            if buffer.depth == 1 and buffer.rows:
                _derive(buffer.rows)
                _flush(buffer.rows, clock.now())
    except BaseException:
        del buffer.rows[before:]
        raise
    finally:
        buffer.depth -= 1
        if buffer.depth == 0:
            buffer.rows.clear()


def put(kind: str, key: object, data: dict[str, Any]) -> None:
    """Publishes the new state of a thing. Only inside `feed.transaction()`."""
    _append(kind, str(key), canonical.encode(data).decode())


def drop(kind: str, key: object) -> None:
    """Publishes that a thing is gone (a tombstone). Only inside `feed.transaction()`."""
    _append(kind, str(key), None)


def _append(kind: str, key: str, data: str | None) -> None:
    buffer = _buffer()
    assert buffer.depth > 0, "feed.put and feed.drop belong inside feed.transaction()"
    buffer.rows.append((kind, key, data))


def derive(kinds: Collection[str], build: Callable[[], None]) -> None:
    """Has `build` called once at the end of every transaction that publishes a row of these kinds, before stamping.

    What it puts is committed with them, so a row made from others (the rulebook from promotions, taxes and the
    store) is never older than they are, whoever wrote them. An error of `build` takes the transaction back.
    """
    _derived[build] = frozenset(kinds)


def _derive(rows: list[tuple[str, str, str | None]]) -> None:
    published = {kind for kind, _key, _data in rows}
    for build in [build for build, kinds in _derived.items() if kinds & published]:
        build()


def _flush(rows: list[tuple[str, str, str | None]], now: datetime) -> None:
    """Stamps and writes the buffered rows: four statements, however many rows there are."""
    last = {(kind, key): data for kind, key, data in rows}
    content = json.dumps([[kind, key, data] for (kind, key), data in last.items()], ensure_ascii=False)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_feedhead SET version = version + %s WHERE id = 1 RETURNING version, epoch, chain",
            [len(last)],
        )
        version, epoch, chain = cursor.fetchone()
        cursor.execute(
            # One JSON parameter, because the driver quotes every element of a text array by itself.
            """INSERT INTO core_feedrow (kind, key, version, data, changed_at)
               SELECT row ->> 0, row ->> 1, %s + place, row ->> 2, %s
               FROM json_array_elements(%s::json) WITH ORDINALITY AS new (row, place)
               ON CONFLICT (kind, key) DO UPDATE
               SET version = excluded.version, data = excluded.data, changed_at = excluded.changed_at""",
            [version - len(last), now, content],
        )
        link = f"{chain}{epoch.hex}{version}".encode() + content.encode()
        new_chain = hashlib.sha256(link).hexdigest()
        cursor.execute(
            """WITH mark AS (INSERT INTO core_feedmark (version, chain, made_at) VALUES (%s, %s, %s))
               UPDATE core_feedhead SET chain = %s WHERE id = 1""",
            [version, new_chain, now, new_chain],
        )
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(version)])


def head() -> Cursor:
    """The newest place in the feed."""
    row = FeedHead.objects.get(id=1)
    return Cursor(row.epoch, row.version, row.chain)


def _chain_at(version: int) -> str | None:
    """The history hash of the transaction that stamped `version`; None when it is ahead of the head."""
    mark = FeedMark.objects.filter(version__gte=version).order_by("version").first()
    return mark.chain if mark else None


def check(text: object) -> Cursor:
    """The cursor, if it still names a place in this feed's history. Raises CursorExpired."""
    cursor, row = Cursor.from_text(text), FeedHead.objects.get(id=1)
    if cursor.epoch != row.epoch:
        raise CursorExpired("The server began a new history.")
    if cursor.version > row.version:
        raise CursorExpired("The cursor is ahead of this server.")
    if cursor.version < row.pruned_through:
        raise CursorExpired("The cursor is older than the deletions this server remembers.")
    chain = NO_HISTORY if cursor.version == 0 else _chain_at(cursor.version)
    if chain is None or not chain.startswith(cursor.chain) or len(cursor.chain) < 12:
        raise CursorExpired("The cursor belongs to another history of this server.")
    return cursor


def read(text: object, limit: int = MAX_PULL) -> Page:
    """Up to `limit` changes after the cursor, oldest first; a cursor of None reads from the beginning.

    The answered cursor is that of the last row returned, never the head. Raises CursorExpired.
    """
    cursor = start() if text is None else check(text)
    rows = list(
        FeedRow.objects.filter(version__gt=cursor.version)
        .order_by("version")
        .values_list("kind", "key", "version", "data")[: limit + 1]
    )
    changes = [Change(*row) for row in rows[:limit]]
    if changes:
        version = changes[-1].version
        cursor = Cursor(cursor.epoch, version, _chain_at(version) or "")
    return Page(changes, cursor, more=len(rows) > limit)


def start() -> Cursor:
    """The place before the first row."""
    row = FeedHead.objects.get(id=1)
    if row.pruned_through:
        raise CursorExpired("The beginning of this feed was pruned; a snapshot is needed.")
    return Cursor(row.epoch, 0, NO_HISTORY)


def _living(only: Only | None) -> QuerySet[FeedRow]:
    rows = FeedRow.objects.exclude(data=None)
    return rows.filter(only.where()) if only else rows


def counts(only: Only | None = None) -> dict[str, int]:
    """How many living things of each kind the feed, or a part of it, holds."""
    return dict(_living(only).values_list("kind").annotate(Count("key")).order_by("kind"))


def snapshot_rows(chunk: int = 5000, only: Only | None = None) -> Iterator[Change]:
    """Every living thing, by kind and key; call it in one REPEATABLE READ transaction together with `head`."""
    rows = _living(only).order_by("kind", "key").values_list("kind", "key", "version", "data")
    for row in rows.iterator(chunk_size=chunk):
        yield Change(*row)


@db.atomic
def new_epoch() -> Cursor:
    """Begins a new history, so that every cursor given out before is refused. Done after every restore."""
    row = FeedHead.objects.select_for_update().get(id=1)
    row.epoch = uuid.uuid4()
    row.chain = hashlib.sha256(f"{row.chain}{row.epoch.hex}".encode()).hexdigest()
    row.save(update_fields=["epoch", "chain"])
    FeedMark.objects.filter(version__gte=row.version).delete()
    if row.version:
        FeedMark.objects.create(version=row.version, chain=row.chain, made_at=clock.now())
    return Cursor(row.epoch, row.version, row.chain)


@db.atomic
def prune(now: datetime) -> int:
    """Forgets tombstones and marks older than TOMBSTONE_DAYS; cursors from before then expire. Returns rows."""
    row = FeedHead.objects.select_for_update().get(id=1)
    limit = now - timedelta(days=TOMBSTONE_DAYS)
    old = FeedRow.objects.filter(data=None, changed_at__lt=limit)
    newest = old.order_by("-version").values_list("version", flat=True).first()
    if newest is None:
        return 0
    removed, _ = old.delete()
    row.pruned_through = max(row.pruned_through, newest)
    row.save(update_fields=["pruned_through"])
    FeedMark.objects.filter(version__lt=newest).delete()
    return removed
