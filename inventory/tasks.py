"""Celery tasks of the inventory: they wake services and carry no payload."""

from celery import shared_task

from core import clock
from inventory.selectors.taxes import store_day
from inventory.services.basics import taxes_publish
from inventory.services.prices import prices_retire


@shared_task(name="inventory.refresh_tills", ignore_result=True)
def refresh_tills(**_kwargs: object) -> None:
    """Gives tills the tax rates of a new day, and takes prices away that a scheduled one has ended."""
    now = clock.now()
    taxes_publish(day=store_day(now))
    prices_retire(now=now)
