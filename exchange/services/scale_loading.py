"""Brings a scale to what it should hold: only what differs is sent, and what was confirmed is written down.

A place is marked as unknown before anything is sent there. So whatever happens on the way (the line, the power, a
kill), what is believed of a place is either what the scale has confirmed, or nothing.
"""

import logging
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom
from typing import Any

from django.db import connection

from core import clock
from devices.errors import ConfigError
from exchange import scales
from exchange.models import LabelScale, ScalePlace
from exchange.scales.contract import EMPTY, Conversation, Load, ScaleError
from exchange.scales.plu import Plu, differing, of_values
from exchange.services import scale_health
from exchange.services.scale_plan import Plan, is_news, plan

log = logging.getLogger(__name__)

# How many places are unknown at once, and how long a changed price waits behind other goods at most.
BATCH = 10
# The first half of the advisory lock's key, so that it meets no other lock of ours.
_LOCK_SPACE = 7_206

Tell = Callable[[int, int], None]


@dataclass
class Report:
    """`left`: time was over before everything was sent."""

    done: int = 0
    refused: int = 0
    left: bool = False


@dataclass
class Reading:
    """What a read-back found."""

    read: int = 0
    missing: int = 0
    differ: int = 0


@contextmanager
def alone(scale_id: uuid.UUID, *, wait: bool = False) -> Iterator[bool]:
    """One talk with one scale at a time, in all processes; the lock ends with the process that holds it."""
    function = "pg_advisory_lock" if wait else "pg_try_advisory_lock"
    key = [_LOCK_SPACE, scale_id.int % 2**31]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", key)
        mine = wait or bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)


@contextmanager
def talk(scale: LabelScale) -> Iterator[Conversation]:
    """A talk that begins with the scale's greeting; how it went is kept as the scale's health. Raises ScaleError."""
    try:
        with closing(_converse(scale)) as device:
            if device.hello() == EMPTY:
                # It was erased, or its memory is gone; what was believed of it goes with that.
                forget(scale)
            yield device
    except ScaleError as error:
        scale_health.failed(scale, error, clock.now())
        raise
    scale_health.answered(scale, clock.now())


def _converse(scale: LabelScale) -> Conversation:
    try:
        return scales.converse(scale.driver, scale.host, scale.port, scale.settings)
    except ConfigError as error:
        raise ScaleError(str(error), code="settings") from error


def load(
    scale: LabelScale,
    *,
    erase: bool = False,
    tell: Tell = lambda _done, _total: None,
    seconds: float | None = None,
) -> Report:
    """Sends what differs, changed prices first. The caller holds the lock of `alone`. Raises ScaleError.

    Prices that change meanwhile are sent before what else waits. `tell` may raise to stop; nothing confirmed is lost.
    """
    report, until = Report(), None if seconds is None else time.monotonic() + seconds
    with talk(scale) as device:
        todo = plan(scale, clock.now())
        if erase or (todo.gone and "remove" not in scales.manifest(scale.driver).abilities):
            todo = _erase(scale, device)
        while todo.work:
            if until is not None and time.monotonic() > until:
                report.left = True
                break
            tell(report.done, report.done + todo.work)
            _step(device, todo, report)
            if is_news(todo.version):
                todo = plan(scale, clock.now())
    if not report.left:
        tell(report.done, report.done)
        looked(scale, todo)
    return report


def looked(scale: LabelScale, todo: Plan) -> None:
    """Remembers up to where the scale was compared, and when it must be looked at again without any news."""
    LabelScale.objects.filter(id=scale.id).update(seen_version=todo.version, look_at=todo.changes_at)


def _step(device: Conversation, todo: Plan, report: Report) -> None:
    """The next few places: freed ones first, because new goods may need them."""
    if todo.gone:
        batch, todo.gone = todo.gone[:BATCH], todo.gone[BATCH:]
        for row in batch:
            _doubt([row], clock.now())
            device.remove(row.number)
            row.delete()
            report.done += 1
        return
    puts, todo.puts = todo.puts[:BATCH], todo.puts[BATCH:]
    report.refused += _put(device, puts)
    report.done += len(puts)


def _put(device: Conversation, puts: Sequence[tuple[ScalePlace, Plu]]) -> int:
    """Sends some records and writes down each that was confirmed, also when the talk breaks. Returns the refused."""
    by_number = {plu.number: (row, plu) for row, plu in puts}
    loads = [Load(plu, text_is_there=_has_text(row, plu)) for row, plu in puts]
    now = clock.now()
    _doubt([row for row, _plu in puts], now)
    told: list[ScalePlace] = []
    try:
        for placed in device.put(loads):
            row, plu = by_number[placed.number]
            told.append(_told(row, plu, placed.refused, now))
    finally:
        ScalePlace.objects.bulk_update(told, ["record", "digest", "refused", "error", "sent_at"])
    return sum(bool(row.refused) for row in told)


def _has_text(row: ScalePlace, plu: Plu) -> bool:
    return bool(row.digest) and row.record is not None and row.record.get("text") == plu.text


def _doubt(rows: Sequence[ScalePlace], now: datetime) -> None:
    """From here until the scale confirms, nobody knows what these places hold."""
    ids = [row.id for row in rows]
    ScalePlace.objects.filter(id__in=ids).update(digest="", refused="", error="", sent_at=now)


def _told(row: ScalePlace, plu: Plu, refused: str, now: datetime) -> ScalePlace:
    digest = plu.digest()
    row.sent_at, row.error = now, refused[:40]
    row.digest, row.refused = ("", digest) if refused else (digest, "")
    row.record = row.record if refused else plu.values()
    return row


def _erase(scale: LabelScale, device: Conversation) -> Plan:
    """Everything on the scale is forgotten there, then here, and planned anew."""
    forget(scale)
    device.erase()
    ScalePlace.objects.filter(scale=scale).update(record=None, sent_at=None)
    return plan(scale, clock.now())


def forget(scale: LabelScale) -> None:
    """Believes nothing of what the scale holds, so that everything is sent again."""
    ScalePlace.objects.filter(scale=scale).update(digest="", refused="", error="")


def read_back(scale: LabelScale, *, count: int | None, tell: Tell = lambda _done, _total: None) -> Reading:
    """Reads some places by chance, or all, and compares. What differs is sent again. Raises ScaleError."""
    held = list(ScalePlace.objects.filter(scale=scale).exclude(digest="").order_by("number"))
    if count is not None and len(held) > count:
        held = sorted(SystemRandom().sample(held, count), key=lambda row: row.number)
    result = Reading()
    with talk(scale) as device:
        for row in held if "read" in scales.manifest(scale.driver).abilities else []:
            tell(result.read, len(held))
            _compare(scale, device, row, result)
    tell(result.read, result.read)
    return result


def _compare(scale: LabelScale, device: Conversation, row: ScalePlace, result: Reading) -> None:
    record: dict[str, Any] = row.record or {}
    found = device.read(row.number)
    result.read += 1
    names = differing(device.shows(of_values(record)), found or {})
    if not names:
        return
    result.missing += found is None
    result.differ += found is not None
    log.error("label scale %s differs at place %s: %s", scale.name, row.number, ", ".join(names))
    ScalePlace.objects.filter(id=row.id).update(digest="", error="differs")
    LabelScale.objects.filter(id=scale.id).update(differed_at=clock.now())
