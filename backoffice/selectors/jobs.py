"""Long work for the drawer and the jobs page."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from core import clock
from core.errors import KasaError
from core.models import Job

OPEN = (Job.State.QUEUED, Job.State.RUNNING)
RECENT = timedelta(hours=12)
MAX_RECENT = 8


class NoJob(KasaError):
    """There is no such job."""

    code = "not_found"


def recent() -> Sequence[Job]:
    """What runs now and what ended lately, newest first."""
    since = clock.now() - RECENT
    return list(everything().filter(Q(state__in=OPEN) | Q(finished_at__gte=since))[:MAX_RECENT])


def everything() -> QuerySet[Job]:
    """All jobs, newest first, with the one who started each."""
    return Job.objects.select_related("by").order_by("-created_at", "-id")


def get(pk: UUID) -> Job:
    """One job. Raises NoJob."""
    job = Job.objects.select_related("by").filter(id=pk).first()
    if job is None:
        raise NoJob("There is no such job.")
    return job
