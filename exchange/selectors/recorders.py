"""Recorders and how they are, and the addresses that open their pictures."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.models import Store
from exchange.models import Recorder, RecorderState, RecorderTill
from exchange.video import time_address

# The sender tells of itself every five seconds.
SILENT_AFTER = timedelta(seconds=30)


@dataclass(frozen=True)
class Line:
    """A recorder with how it is; `silent`: the sender has not told of it for so long that it does not run."""

    recorder: Recorder
    state: RecorderState
    silent: bool


@dataclass(frozen=True)
class Pictures:
    """One link to the pictures of an act."""

    name: str
    url: str


def lines(store: Store, now: datetime) -> list[Line]:
    """Every recorder of the store, by name."""
    rows = Recorder.objects.filter(store=store).select_related("condition").order_by("name")
    return [_line(row, now) for row in rows]


def line(recorder: Recorder, now: datetime) -> Line:
    """One recorder, with how it is now."""
    return _line(Recorder.objects.select_related("condition").get(id=recorder.id), now)


def _line(row: Recorder, now: datetime) -> Line:
    state = row.condition
    return Line(row, state, state.beat_at is None or state.beat_at < now - SILENT_AFTER)


class Cameras:
    """Which recorders have pictures of which till: two statements for a whole page of acts."""

    def __init__(self, store: Store) -> None:
        self._zone = store.time_zone
        self._recorders: Sequence[Recorder] = list(
            Recorder.objects.filter(store=store).exclude(time_url="").order_by("name")
        )
        found = RecorderTill.objects.filter(recorder__in=self._recorders).select_related("till")
        self._tills = {(one.recorder_id, one.till.number): one for one in found} if self._recorders else {}

    def __bool__(self) -> bool:
        return bool(self._recorders)

    def at(self, till: int, at: datetime) -> list[Pictures]:
        """The links to the pictures of a till at an instant."""
        return [
            Pictures(one.name, self._url(one, self._camera(one.id, till), till, at))
            for one in self._recorders
            if self._watches(one, till)
        ]

    def _watches(self, recorder: Recorder, till: int) -> bool:
        own = self._tills.get((recorder.id, till))
        return own.watched if own is not None else recorder.all_tills

    def _camera(self, recorder: uuid.UUID, till: int) -> str:
        own = self._tills.get((recorder, till))
        return own.camera if own is not None else ""

    def _url(self, one: Recorder, camera: str, till: int, at: datetime) -> str:
        return time_address.fill(
            one.time_url,
            at=at,
            lead_seconds=one.lead_seconds,
            time_zone=self._zone,
            camera=camera,
            till=till,
        )
