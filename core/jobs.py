"""Long work with progress, cancelling and a result, in database rows (ux.md C, Jobs).

    @jobs.kind("import_goods")
    def import_goods(run: jobs.Run, **params) -> dict: ...

    jobs.start("import_goods", title="…", params={...}, by=employee)

The row is the queue: Celery wakes `run_waiting`, beat sweeps it. A worker that dies leaves its job without a sign
of life; after STALE it is taken up again, therefore every kind must be idempotent.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core import clock, wake
from core.errors import KasaError
from core.models import Employee, Job

log = logging.getLogger(__name__)

STALE = timedelta(seconds=90)
MAX_ATTEMPTS = 3
SECONDS_BETWEEN_WRITES = 0.5

Work = Callable[..., dict[str, Any]]
_KINDS: dict[str, Work] = {}


class Cancelled(KasaError):
    """Somebody asked to stop; what was committed before stays."""

    code = "cancelled"


class UnknownKind(KasaError):
    """No code is registered for this kind of job."""

    code = "unknown_job_kind"


class Run:
    """What a running job holds: tells progress, notices that somebody asked to stop."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._written = 0.0

    def step(self, done: int, total: int = 0, message: str = "") -> None:
        """Tells how far the work is, at most twice a second. Raises Cancelled when asked to stop."""
        if time.monotonic() - self._written < SECONDS_BETWEEN_WRITES and done != total:
            return
        self._written = time.monotonic()
        Job.objects.filter(id=self.job.id).update(
            done=done, total=total, message=message[:300], alive_at=clock.now()
        )
        if Job.objects.values_list("cancel_requested", flat=True).get(id=self.job.id):
            raise Cancelled(_("Stopped on request."))


def kind(name: str) -> Callable[[Work], Work]:
    """Registers the function that does jobs of this kind; parameters must be JSON."""

    def register(work: Work) -> Work:
        _KINDS[name] = work
        return work

    return register


def start(name: str, *, title: str, params: dict[str, Any], by: Employee | None) -> Job:
    """Queues a job. Raises UnknownKind."""
    if name not in _KINDS:
        raise UnknownKind(f"There is no job kind {name!r}.")
    with transaction.atomic():
        wake.after_commit("core.run_jobs")
        return Job.objects.create(kind=name, title=title, params=params, by=by, created_at=clock.now())


def cancel(job: Job) -> None:
    """Asks a job to stop; one that has not begun is cancelled at once."""
    now = clock.now()
    Job.objects.filter(id=job.id, state=Job.State.QUEUED).update(state=Job.State.CANCELLED, finished_at=now)
    Job.objects.filter(id=job.id, state=Job.State.RUNNING).update(cancel_requested=True)


def claim(now: datetime) -> Job | None:
    """The oldest job that waits, or that a dead worker left; marked as running by the caller."""
    stale = Q(state=Job.State.RUNNING, alive_at__lt=now - STALE)
    with transaction.atomic():
        job = (
            Job.objects.select_for_update(skip_locked=True)
            .filter(Q(state=Job.State.QUEUED) | stale)
            .order_by("created_at")
            .first()
        )
        if job is None:
            return None
        job.attempts += 1
        job.state = Job.State.RUNNING if job.attempts <= MAX_ATTEMPTS else Job.State.FAILED
        job.message = "" if job.attempts <= MAX_ATTEMPTS else "The worker died each time this was tried."
        job.started_at, job.alive_at = job.started_at or now, now
        job.finished_at = None if job.state == Job.State.RUNNING else now
        job.save()
        return job


def run_waiting() -> int:
    """Does every waiting job, one after the other. Returns how many were done."""
    count = 0
    while (job := claim(clock.now())) is not None:
        if job.state == Job.State.RUNNING:
            run(job)
        count += 1
    return count


def run(job: Job) -> None:
    """Does one claimed job and writes down how it ended."""
    try:
        result = _KINDS[job.kind](Run(job), **job.params)
        _finish(job, Job.State.DONE, "", result)
    except Cancelled as stop:
        _finish(job, Job.State.CANCELLED, stop.message, None)
    except KasaError as error:
        _finish(job, Job.State.FAILED, error.message, {"code": error.code, **error.extra})
    except Exception as error:
        log.exception("job %s %s failed", job.kind, job.id)
        _finish(job, Job.State.FAILED, f"{type(error).__name__}: {error}", None)


def _finish(job: Job, state: str, message: str, result: dict[str, Any] | None) -> None:
    Job.objects.filter(id=job.id).update(
        state=state, message=message[:300], result=result, finished_at=clock.now(), alive_at=clock.now()
    )
