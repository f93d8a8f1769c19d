"""Wakes a worker after commit. A lost wake-up costs seconds, never work: beat sweeps the same rows.

Services name the task and import none, so the arrows between modules keep pointing one way.
"""

import logging
import threading
import time

from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)

# A busy till hands in many batches a second; one wake-up in this time is enough for all of them.
SECONDS_BETWEEN = 0.5
_last: dict[str, float] = {}
_lock = threading.Lock()


def after_commit(task: str) -> None:
    """Sends the named task, without payload, once the present transaction has committed."""
    transaction.on_commit(lambda: send(task))


def send(task: str) -> bool:
    """Sends the named task now unless one was just sent. Returns whether it was sent."""
    with _lock:
        if time.monotonic() - _last.get(task, 0.0) < SECONDS_BETWEEN:
            return False
        _last[task] = time.monotonic()
    try:
        current_app.send_task(task, ignore_result=True, expires=60)
    except Exception as error:
        log.warning("worker not woken for %s (%s); the next sweep does the work", task, error)
        return False
    return True
