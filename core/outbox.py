"""The outbox: work that exists because a business transaction committed, and that a worker drains.

A row is written in the transaction that makes the work necessary. A worker claims rows with SKIP LOCKED, does the
work and marks them in one transaction, so a crash anywhere leaves the row waiting; a handler that also touches the
world outside must be idempotent by `OutboxRow.uid`. Celery only wakes the drain; beat sweeps what was missed.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from core import clock
from core.models import OutboxRow

log = logging.getLogger(__name__)

Deliver = Callable[[Sequence[OutboxRow]], None]
MAX_BACKOFF = timedelta(minutes=10)
KEEP_DONE = timedelta(days=35)


def emit(stream: str, kind: str, payload: Any) -> OutboxRow:
    """Leaves one piece of work. Must run inside the transaction that makes it necessary."""
    assert transaction.get_connection().in_atomic_block, "outbox rows belong to their business transaction"
    return OutboxRow.objects.create(stream=stream, kind=kind, payload=payload, created_at=clock.now())


def waiting(stream: str, now: datetime) -> int:
    """How many rows of the stream wait and may be tried now."""
    return _due(stream, now).count()


def _due(stream: str, now: datetime) -> QuerySet[OutboxRow]:
    return OutboxRow.objects.filter(
        Q(next_try_at=None) | Q(next_try_at__lte=now), stream=stream, done_at=None
    )


def drain(stream: str, deliver: Deliver, *, now: datetime, limit: int = 200) -> int:
    """Hands up to `limit` waiting rows to `deliver`, oldest first, and marks them done. Returns how many.

    When `deliver` raises, its effects are rolled back, the rows wait longer and the error is kept on them
    and raised again.
    """
    try:
        with transaction.atomic():
            rows = list(_due(stream, now).select_for_update(skip_locked=True).order_by("id")[:limit])
            if not rows:
                return 0
            deliver(rows)
            OutboxRow.objects.filter(id__in=[row.id for row in rows]).update(done_at=now, last_error="")
            return len(rows)
    except Exception as error:
        _put_off([row.id for row in rows], error, now)
        raise


def _put_off(ids: list[int], error: Exception, now: datetime) -> None:
    """Lets failed rows wait twice as long after each attempt, so one poisoned row does not spin the worker."""
    for row in OutboxRow.objects.filter(id__in=ids, done_at=None):
        row.attempts += 1
        row.next_try_at = now + min(MAX_BACKOFF, timedelta(seconds=2 ** min(row.attempts, 10)))
        row.last_error = f"{type(error).__name__}: {error}"[:1000]
        row.save(update_fields=["attempts", "next_try_at", "last_error"])
    log.warning("outbox rows %s put off: %s", ids[:5], error)


def prune(now: datetime) -> int:
    """Forgets rows done longer than KEEP_DONE ago. Returns how many."""
    return OutboxRow.objects.filter(done_at__lt=now - KEEP_DONE).delete()[0]
