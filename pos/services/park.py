"""Suspended receipts: put aside by one till, taken up by exactly one."""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from core import canonical
from core.errors import KasaError
from pos.models import ParkedReceipt, Till
from pos.services.tills import till_hint

MAX_BYTES = 256 * 1024
MAX_LISTED = 200


class NotParked(KasaError):
    """No receipt is parked under this id."""

    code = "not_found"


class AlreadyTaken(KasaError):
    """Another till took or dropped it first."""

    code = "taken"


class ExistsDifferent(KasaError):
    """This id was parked before with other content."""

    code = "exists_different"


class TooLarge(KasaError):
    """The receipt is larger than 256 KiB."""

    code = "too_large"


@dataclass(frozen=True)
class Parking:
    """What a till puts aside; `data` is the till's own business."""

    id: uuid.UUID
    label: str
    total: int
    lines: int
    cashier: uuid.UUID | None
    data: dict[str, Any]


@transaction.atomic
def park_put(*, till: Till, parking: Parking, now: datetime) -> ParkedReceipt:
    """Parks a receipt; the same again changes nothing. Raises TooLarge, ExistsDifferent."""
    text = canonical.encode(parking.data).decode()
    if len(text) > MAX_BYTES:
        raise TooLarge("A parked receipt holds at most 256 KiB.")
    row, created = ParkedReceipt.objects.get_or_create(
        id=parking.id,
        defaults={
            "store": till.store,
            "label": parking.label,
            "total": parking.total,
            "lines": parking.lines,
            "cashier_id": parking.cashier,
            "data": text,
            "put_by": till,
            "put_at": now,
        },
    )
    if created:
        till_hint("parked")
    elif row.data != text or row.put_by_id != till.id:
        raise ExistsDifferent("Another receipt is parked under this id.")
    return row


@transaction.atomic
def park_finish(*, till: Till, parked_id: uuid.UUID, take: bool, now: datetime) -> ParkedReceipt:
    """Takes or drops a parked receipt. The till that did it before is answered the same again.

    Raises NotParked, AlreadyTaken.
    """
    row = ParkedReceipt.objects.select_for_update().filter(id=parked_id, store=till.store).first()
    if row is None:
        raise NotParked("No receipt is parked under this id.")
    state = ParkedReceipt.State.TAKEN if take else ParkedReceipt.State.DROPPED
    if row.state == ParkedReceipt.State.PARKED:
        row.state, row.done_by, row.done_at = state, till, now
        row.save(update_fields=["state", "done_by", "done_at"])
        till_hint("parked")
    elif row.state != state or row.done_by_id != till.id:
        other = Till.objects.get(id=row.done_by_id)
        raise AlreadyTaken("Another till was first.", till=other.number, state=row.state)
    return row


def parked(till: Till) -> list[ParkedReceipt]:
    """What is parked in the till's store, the oldest first."""
    rows = ParkedReceipt.objects.filter(store=till.store, state=ParkedReceipt.State.PARKED)
    return list(rows.select_related("put_by").order_by("put_at", "id")[:MAX_LISTED])


def content(row: ParkedReceipt) -> dict[str, Any]:
    """The data as the till put it."""
    value: dict[str, Any] = json.loads(row.data)
    return value
