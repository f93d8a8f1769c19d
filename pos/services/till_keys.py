"""The devices' public keys, published to the tills as feed rows `till_key` / till number.inc.

With them a till believes the code on another till's paper while this server is away (docs/decisions/0117). A device
that was replaced by another keeps vouching for what it sold until then, for as long as receipts may come back; one
that a manager revoked vouches for nothing.
"""

import json
from datetime import datetime, timedelta

from core import clock, feed
from core.models import FeedRow, Setting
from pos.models import Incarnation, Till

KIND = "till_key"
# As long as a receipt may come back where the store has set nothing (setting `returns`).
USUAL_DAYS = 30


def publish(device: Incarnation) -> None:
    """Tells the tills what this device signs with. A price checker signs nothing. Inside `feed.transaction()`."""
    if device.till.kind == Till.Kind.TILL:
        until = clock.to_wire(device.revoked_at) if device.revoked_at else None
        point = {"x": device.public_key["x"], "y": device.public_key["y"]}
        feed.put(KIND, _key(device), {**point, "until": until})


def withdraw(device: Incarnation) -> None:
    """No till believes this device any more. Inside `feed.transaction()`."""
    if _key(device) in _published():
        feed.drop(KIND, _key(device))


def refresh(now: datetime) -> int:
    """Publishes present devices that were enrolled before keys were, and forgets those replaced too long ago.

    Returns how many rows changed; done again it changes nothing.
    """
    oldest = clock.to_wire(now - timedelta(days=_days()))
    published = _published()
    living = Incarnation.objects.filter(revoked_at=None, till__kind=Till.Kind.TILL).select_related("till")
    missing = [device for device in living if _key(device) not in published]
    gone = [key for key, until in published.items() if until is not None and until < oldest]
    if missing or gone:
        with feed.transaction():
            for device in missing:
                publish(device)
            for key in gone:
                feed.drop(KIND, key)
    return len(missing) + len(gone)


def _key(device: Incarnation) -> str:
    return f"{device.till.number}.{device.inc}"


def _published() -> dict[str, str | None]:
    """Until when each published device sold; None for one that sells still."""
    rows = FeedRow.objects.filter(kind=KIND).exclude(data=None).values_list("key", "data")
    return {key: json.loads(str(data))["until"] for key, data in rows}


def _days() -> int:
    held = Setting.objects.filter(name="returns").values_list("value", flat=True).first()
    days = held.get("days") if isinstance(held, dict) else None
    return days if isinstance(days, int) else USUAL_DAYS
