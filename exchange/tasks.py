"""Celery tasks of the exchange: they wake services and carry no payload."""

from celery import shared_task

from core import clock
from exchange.services import sweeping


@shared_task(name=sweeping.TASK, ignore_result=True)
def load_scales(**_kwargs: object) -> None:
    """Attends the label scales that need it."""
    sweeping.sweep(clock.now())
