"""Tills and how they are."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, QuerySet, Sum

from core.errors import KasaError
from core.models import Store
from pos.models import Incarnation, MissingRange, Till, TillCode

# A till with an open socket is marked as seen every 30 seconds.
ONLINE_FOR = timedelta(seconds=75)


class TillNotFound(KasaError):
    """No till of this store has that id or number."""

    code = "not_found"


@dataclass(frozen=True)
class TillState:
    """A till with its present device, for lists. `missing` counts items the server asked for and does not hold."""

    till: Till
    device: Incarnation | None
    missing: int
    code_expires_at: datetime | None
    online: bool


def till_get(store: Store, till_id: uuid.UUID) -> Till:
    """Raises TillNotFound."""
    till = Till.objects.filter(store=store, id=till_id).first()
    if till is None:
        raise TillNotFound("There is no such till.")
    return till


def till_by_number(store: Store, number: int) -> Till | None:
    """The till with this number, if there is one."""
    return Till.objects.filter(store=store, number=number).first()


def till_states(store: Store, now: datetime) -> list[TillState]:
    """Every till of the store by number, with what is known of its device."""
    tills = list(Till.objects.filter(store=store).order_by("number"))
    living = {row.till_id: row for row in Incarnation.objects.filter(till__in=tills, revoked_at=None)}
    missing = dict(
        MissingRange.objects.filter(incarnation__till__in=tills)
        .values_list("incarnation__till")
        .annotate(count=Sum(F("last") - F("first") + 1))
    )
    codes = dict(open_codes(now).filter(till__in=tills).values_list("till", "expires_at"))
    return [
        _state(till, living.get(till.id), missing.get(till.id, 0), codes.get(till.id), now) for till in tills
    ]


def _state(
    till: Till, device: Incarnation | None, missing: int, code: datetime | None, now: datetime
) -> TillState:
    online = bool(device and device.seen_at and now - device.seen_at < ONLINE_FOR)
    return TillState(till, device, missing, code, online)


def open_codes(now: datetime) -> QuerySet[TillCode]:
    """Codes that may still be used."""
    return TillCode.objects.filter(used_at=None, withdrawn_at=None, expires_at__gt=now, tries__lt=5)
