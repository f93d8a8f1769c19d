"""The journal as one recorder follows it: the next acts, how far it is, what was too much or too old.

The journal is the queue: its rows are stored by the tills' uploads, which know nothing of recorders. A row's number is
given inside a till's transaction, so a smaller number may appear after a greater one, but never within one till, whose
uploads wait for each other. So a place is a number for each till, and a number `low` up to which nothing can appear
any more: every transaction that ran when the sequence stood there has ended.
"""

import json
import uuid
from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import translation

from core import clock
from core.models import Employee, Store
from exchange.models import Recorder, RecorderState
from exchange.models.recorders import MOST_WAITING
from exchange.video.acts import Act, Item, Names, acts_of
from exchange.video.voice import Voice, trial_act
from inventory.models import Product
from inventory.selectors.units import unit_names
from pos.models import Till, TillEvent
from pos.selectors import paper, tenders
from pos.selectors.receipts import receipt_get, receipt_labels

PAGE = 50
_SCAN = 200
assert PAGE <= _SCAN <= MOST_WAITING[1]

_SEQUENCE = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM pos_journalitem_id_seq"
# Another database of the same server may have transactions that last for hours.
_RUNNING = """
SELECT l.transactionid::text FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock'
AND (a.datname IS NULL OR a.datname = current_database())
"""
_WAITING = """
FROM pos_journalitem j WHERE j.id > %(low)s AND j.state = 'stored'
AND (%(tills)s::uuid[] IS NULL OR j.till_id = ANY(%(tills)s::uuid[]))
AND j.id > coalesce((%(places)s::jsonb ->> j.till_id::text)::bigint, 0)
"""


@dataclass(frozen=True)
class Piece:
    """One journal item as the recorder is told it; no messages where it does not want to know."""

    id: int
    till: str
    messages: tuple[bytes, ...]


@dataclass
class Horizon:
    """Up to which row number nothing can appear any more."""

    low: int = 0
    _seen: deque[tuple[set[str], int]] = field(default_factory=lambda: deque(maxlen=1000))

    def look(self) -> int:
        """Looks at the database again.

        The sequence is read first: an upload has its transaction's number, and holds its lock, before it takes row
        numbers, because it locks its till. So whoever took a number that we see has ended, or is among those who run.
        """
        with connection.cursor() as cursor:
            cursor.execute(_SEQUENCE)
            last = int(cursor.fetchone()[0])
            cursor.execute(_RUNNING)
            running = {row[0] for row in cursor.fetchall()}
        self._seen.append((set(running), last))
        for waited_for, _last in self._seen:
            waited_for &= running
        while self._seen and not self._seen[0][0]:
            self.low = max(self.low, self._seen.popleft()[1])
        return self.low


def last_item() -> int:
    """The row number that was given last; a new recorder is told what comes after it."""
    with connection.cursor() as cursor:
        cursor.execute(_SEQUENCE)
        return int(cursor.fetchone()[0])


class Journal:
    """One recorder's way through the journal. Not thread-safe: one thread reads for all recorders."""

    def __init__(self, recorder: Recorder, store: Store) -> None:
        self.recorder = recorder
        self.store = store
        state = RecorderState.objects.get(recorder=recorder)
        self.low = state.low
        self.places: dict[str, int] = dict(state.places)
        self.sent = self.dropped = self.refused = 0
        self.voice = Voice(recorder, store, unit_names(store.language), self._paper)
        self._horizon = Horizon()
        self._next = self.low
        self._asked_at = state.test_asked_at
        watched = dict(recorder.tills.values_list("till_id", "watched"))
        every = Till.objects.filter(store=store).values_list("id", flat=True)
        self._tills = (
            None
            if recorder.all_tills and all(watched.values())
            else [pk for pk in every if watched.get(pk, recorder.all_tills)]
        )

    # ---------------------------------------------------------------- going on

    def page(self) -> list[Piece]:
        """The next items, at most PAGE; each is to be reported by `done`, and their end by `finish`."""
        low = self._horizon.look()
        rows, scanned = self._scan()
        self._next = max(self.low, min(low, scanned) if scanned is not None else low)
        items, late = [], clock.now() - timedelta(minutes=self.recorder.latest_minutes)
        pieces: dict[int, Piece] = {}
        for row in rows:
            if self.recorder.latest_minutes and row.at < late:
                self.dropped += 1
                pieces[row.id] = Piece(row.id, row.till, ())
            else:
                items.append(row)
        for row, acts in self._told(items):
            pieces[row.id] = Piece(row.id, row.till, tuple(self.voice.message(act) for act in acts))
        return [pieces[row.id] for row in rows]

    def done(self, piece: Piece) -> None:
        """The recorder has this piece."""
        self.places[piece.till] = piece.id
        self.sent += len(piece.messages)

    def finish(self) -> None:
        """It has every piece of the last page."""
        self.low = self._next
        self.places = {till: place for till, place in self.places.items() if place > self.low}

    def trial(self) -> bytes | None:
        """The message of the test button, when somebody has pressed it."""
        asked, done = RecorderState.objects.values_list("test_asked_at", "test_done_at").get(
            recorder=self.recorder
        )
        self._asked_at = asked
        if asked is None or (done is not None and done >= asked):
            return None
        with translation.override(self.store.language):
            return self.voice.message(trial_act(clock.now()))

    def tried(self) -> None:
        """The test has gone out."""
        RecorderState.objects.filter(recorder=self.recorder).update(test_done_at=self._asked_at)

    # ---------------------------------------------------------------- falling behind

    def trim(self) -> int:
        """Drops the oldest items beyond the recorder's limit; returns how many wait."""
        with connection.cursor() as cursor:
            most = self.recorder.most_waiting
            cursor.execute(f"SELECT j.id {_WAITING} ORDER BY j.id DESC OFFSET {most} LIMIT 1", self._where())
            found = cursor.fetchone()
            if found is not None:
                cursor.execute(f"SELECT count(*) {_WAITING} AND j.id <= {found[0]}", self._where())
                self.dropped += int(cursor.fetchone()[0])
                self.low = self._next = int(found[0])
                self.places = {till: place for till, place in self.places.items() if place > self.low}
            cursor.execute(f"SELECT count(*) {_WAITING}", self._where())
            return int(cursor.fetchone()[0])

    def save(self, **state: Any) -> None:
        """Writes how far the recorder is and how it is; counts are added to what stands there."""
        row = RecorderState.objects.get(recorder=self.recorder)
        row.low, row.places = self.low, self.places
        row.sent, row.dropped = row.sent + self.sent, row.dropped + self.dropped
        row.refused += self.refused
        if self.sent:
            row.last_sent_at = clock.now()
        for name, value in state.items():
            setattr(row, name, value)
        row.beat_at = clock.now()
        # What the page writes is left alone.
        row.save(
            update_fields=["low", "places", "sent", "dropped", "refused", "last_sent_at", "beat_at", *state]
        )
        self.sent = self.dropped = self.refused = 0

    # ---------------------------------------------------------------- reading

    def _where(self) -> dict[str, Any]:
        return {"low": self.low, "tills": self._tills, "places": json.dumps(self.places)}

    def _scan(self) -> tuple[list[Item], int | None]:
        """The rows to tell, and the last one that was looked at when there may be more."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT j.id, j.item_id, j.till_id, j.type, j.at, j.body {_WAITING} ORDER BY j.id LIMIT {PAGE}",
                self._where(),
            )
            rows = [
                Item(pk, str(key), str(till), kind, at, json.loads(body))
                for pk, key, till, kind, at, body in cursor.fetchall()
            ]
        return rows, rows[-1].id if len(rows) == PAGE else None

    def _told(self, items: Sequence[Item]) -> Iterable[tuple[Item, list[Act]]]:
        if not items:
            return []
        with translation.override(self.store.language):
            names = _names(self.store, items)
            return [(item, [act for act in acts_of(item, names) if self.voice.wants(act)]) for item in items]

    def _paper(self, receipt: uuid.UUID, width: int) -> str:
        found = receipt_get(self.store, receipt)
        return paper.receipt(found, self.store, language=self.store.language, width=width)


def _names(store: Store, items: Sequence[Item]) -> Names:
    """Everything that these items mention, in a fixed number of statements."""
    people, goods, receipts, own = set(), set(), set(), set()
    for item in items:
        data = item.body.get("data")
        held = data if isinstance(data, dict) else {}
        people |= {item.body.get("cashier"), item.body.get("approved_by")}
        people |= {held.get("approved_by"), held.get("by")}
        goods.add(held.get("product"))
        receipts.add(item.body.get("receipt"))
        if item.type == "receipt":
            own.add(item.key)
    tills = Till.objects.filter(store=store).values_list("id", "number", "name")
    trails = TillEvent.objects.filter(receipt_id__in=_ids(own), name="receipt_trail")
    return Names(
        store=store.name,
        tills={str(pk): (number, name) for pk, number, name in tills},
        people=_named(Employee.objects.filter(id__in=_ids(people)).values_list("id", "name")),
        goods=_named(Product.objects.filter(id__in=_ids(goods)).values_list("id", "name")),
        methods=tenders.methods(),
        labels=_named(receipt_labels(store, _ids(receipts | own)).items()),
        trails={
            str(key): data["steps"]
            for key, data in trails.values_list("receipt_id", "data")
            if isinstance(data, dict) and isinstance(data.get("steps"), list)
        },
    )


def _named(pairs: Iterable[tuple[Any, str]]) -> dict[str, str]:
    return {str(key): name for key, name in pairs}


def _ids(values: Collection[object]) -> list[uuid.UUID]:
    """Those that are ids; a till's data may hold anything."""
    found = []
    for value in values:
        try:
            found.append(uuid.UUID(value) if isinstance(value, str) else None)
        except ValueError:
            continue
    return [one for one in found if one is not None]
