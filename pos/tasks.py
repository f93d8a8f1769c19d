"""Celery tasks of the tills: they wake services and carry no payload."""

from celery import shared_task

from core import clock
from core.models import Store
from pos.services import till_keys
from pos.services.posting import post_waiting


@shared_task(name="pos.post_receipts", ignore_result=True)
def post_receipts(**_kwargs: object) -> None:
    """Turns stored receipts into stock moves, store by store."""
    for store in Store.objects.select_related("company").order_by("number"):
        post_waiting(store=store, now=clock.now())


@shared_task(name="pos.refresh_keys", ignore_result=True)
def refresh_keys(**_kwargs: object) -> None:
    """Keeps the published keys of the devices to those that may still vouch for a paper."""
    till_keys.refresh(clock.now())
