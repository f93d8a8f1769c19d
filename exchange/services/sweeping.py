"""Scales are looked after: a changed price goes out at once, silence is noticed, and what they hold is read by chance.

A commit that publishes goods or prices wakes the sweep, and beat repeats it every five seconds. Which scale needs
something stands in rows; neither the wake-up nor the sweep carries anything.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from core import clock, feed, jobs, wake
from core.models import Job
from exchange.models import LabelScale, ScalePlace
from exchange.scales.contract import ScaleError
from exchange.services import scale_loading
from exchange.services.scale_plan import KINDS, is_news, plan

log = logging.getLogger(__name__)

TASK = "exchange.load_scales"
JOB = "scale_load"
POLL = timedelta(seconds=60)
AFTER_A_FAULT = timedelta(seconds=60)
# Some records are sent in passing; more of them are long work that a person can watch and stop.
IN_PASSING = 50
SECONDS = 30.0
SAMPLE = 2
AT_ONCE = 8


def follow_the_feed() -> None:
    """Has the sweep woken by every transaction that publishes what scales show."""
    feed.derive(KINDS, _wake)


def _wake() -> None:
    wake.after_commit(TASK)


def sweep(now: datetime) -> int:
    """Attends every scale that needs it, a slow one beside the others. Returns how many."""
    due = [
        scale.id for scale in LabelScale.objects.filter(active=True).exclude(host="") if is_due(scale, now)
    ]
    if len(due) == 1:
        attend(due[0])
    elif due:
        _attend_together(due)
    return len(due)


def _attend_together(due: Sequence[UUID]) -> None:
    with ThreadPoolExecutor(max_workers=min(AT_ONCE, len(due))) as pool:
        for result in [pool.submit(_attend_in_a_thread, one) for one in due]:
            result.result()


def _attend_in_a_thread(scale_id: UUID) -> None:
    try:
        attend(scale_id)
    finally:
        connection.close()


def is_due(scale: LabelScale, now: datetime) -> bool:
    """Whether a scale may be tried now and there is a reason to."""
    if scale.next_try_at is not None and scale.next_try_at > now:
        return False
    if scale.polled_at is None or scale.polled_at <= now - POLL:
        return True
    if scale.hold:
        return False
    if scale.look_at is not None and scale.look_at <= now:
        return True
    unknown = ScalePlace.objects.filter(scale=scale, digest="", refused="").exists()
    return unknown or is_news(scale.seen_version)


def attend(scale_id: UUID) -> None:
    """Sends what differs; else, once a minute, asks how the scale is and reads a little back. Never raises."""
    try:
        with scale_loading.alone(scale_id) as mine:
            scale = LabelScale.objects.select_related("store").filter(id=scale_id, active=True).first()
            if mine and scale is not None and not open_job(scale):
                _attend(scale)
    except ScaleError as error:
        log.info("label scale %s: %s", scale_id, error.message)
    except Exception:
        # One scale's fault must not keep the others waiting, nor be repeated every few seconds.
        log.exception("label scale %s could not be attended", scale_id)
        LabelScale.objects.filter(id=scale_id).update(next_try_at=clock.now() + AFTER_A_FAULT)


def _attend(scale: LabelScale) -> None:
    now = clock.now()
    todo = plan(scale, now)
    if todo.work and not scale.hold:
        if todo.work > IN_PASSING:
            _start(scale)
        else:
            scale_loading.load(scale, seconds=SECONDS)
        return
    if not todo.work:
        scale_loading.looked(scale, todo)
    if scale.polled_at is None or scale.polled_at <= now - POLL:
        LabelScale.objects.filter(id=scale.id).update(polled_at=now)
        if not (scale.hold and scale.error == "password"):
            scale_loading.read_back(scale, count=SAMPLE)


def open_job(scale: LabelScale) -> Job | None:
    """Long work on this scale that waits or runs."""
    states = (Job.State.QUEUED, Job.State.RUNNING)
    found = Job.objects.filter(kind__startswith="scale_", params__scale=str(scale.id), state__in=states)
    return found.order_by("created_at").first()


def _start(scale: LabelScale) -> None:
    with translation.override(scale.store.language):
        title = _("Goods to the scale %(name)s") % {"name": scale.name}
    jobs.start(JOB, title=title, params={"scale": str(scale.id)}, by=None)
