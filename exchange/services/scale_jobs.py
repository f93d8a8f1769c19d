"""Long work on scales, with progress: loading, and reading back what they hold."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from core import jobs
from core.models import Employee, Job
from exchange.models import LabelScale
from exchange.scales.contract import Unreachable
from exchange.services import scale_loading
from exchange.services.sweeping import JOB, open_job

READ_JOB = "scale_read"
# How often a load goes on by itself after the line broke, each time from where it was.
RESUMES = 10


def load_start(scale: LabelScale, *, everything: bool, erase: bool, by: Employee) -> Job:
    """Loads a scale as long work: what differs, everything, or everything after erasing. Ends a hold.

    Work on the scale that waits or runs already is returned instead.
    """
    LabelScale.objects.filter(id=scale.id).update(hold=False, next_try_at=None)
    title = _("Goods to the scale %(name)s") % {"name": scale.name}
    params = {"scale": str(scale.id), "everything": everything, "erase": erase}
    return open_job(scale) or jobs.start(JOB, title=title, params=params, by=by)


def read_start(scale: LabelScale, *, by: Employee) -> Job:
    """Reads everything back as long work and compares."""
    title = _("Reading back from the scale %(name)s") % {"name": scale.name}
    return open_job(scale) or jobs.start(READ_JOB, title=title, params={"scale": str(scale.id)}, by=by)


def _scale(scale_id: str) -> LabelScale | None:
    return LabelScale.objects.select_related("store").filter(id=UUID(scale_id), active=True).first()


@jobs.kind(JOB)
def scale_load(run: jobs.Run, scale: str, everything: bool = False, erase: bool = False) -> dict[str, Any]:
    """Idempotent: a worker that takes this up again sends once more what is not confirmed."""
    found = _scale(scale)
    if found is None:
        return {"done": 0, "refused": 0}
    with scale_loading.alone(found.id, wait=True):
        if everything or erase:
            scale_loading.forget(found)
        try:
            report = _load(run, found, erase)
        except jobs.Cancelled:
            # Otherwise the next sweep would go on with what a person has just stopped.
            LabelScale.objects.filter(id=found.id).update(hold=True)
            raise
    return {"done": report.done, "refused": report.refused}


def _load(run: jobs.Run, scale: LabelScale, erase: bool) -> scale_loading.Report:
    """Goes on after a break of the line as long as something was sent since the last one."""
    gone_on, base, best = 0, 0, 0

    def tell(done: int, total: int) -> None:
        nonlocal best
        best = base + done
        run.step(base + done, base + total)

    while True:
        try:
            report = scale_loading.load(scale, erase=erase, tell=tell)
            report.done += base
            return report
        except Unreachable:
            gone_on += 1
            if best == base or gone_on > RESUMES:
                raise
            base, erase = best, False


@jobs.kind(READ_JOB)
def scale_read(run: jobs.Run, scale: str) -> dict[str, Any]:
    """Every place that is believed to hold something is read; what differs is sent again by the next sweep."""
    found = _scale(scale)
    if found is None:
        return {"read": 0, "missing": 0, "differ": 0}
    with scale_loading.alone(found.id, wait=True):
        result = scale_loading.read_back(found, count=None, tell=run.step)
    return {"read": result.read, "missing": result.missing, "differ": result.differ}
