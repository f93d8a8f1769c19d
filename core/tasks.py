"""Celery tasks of the ground: they wake services and carry no payload."""

from celery import shared_task

from core import clock, feed, jobs, outbox


@shared_task(name="core.run_jobs", ignore_result=True)
def run_jobs(**_kwargs: object) -> None:
    """Does every job that waits."""
    jobs.run_waiting()


@shared_task(name="core.prune", ignore_result=True)
def prune(**_kwargs: object) -> None:
    """Forgets old tombstones and done outbox rows."""
    now = clock.now()
    feed.prune(now)
    outbox.prune(now)
