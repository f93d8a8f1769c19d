"""An act: something done to a customer once, however often it is sent.

A till that was offline sends what was done there when the server is back, and sends it again when the answer was lost.
The act's id and a digest of its content are written with what it did, so a repetition changes nothing and another
content under the same id is refused.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core import canonical, clock
from core.errors import KasaError
from loyalty.models import Card, Customer, CustomerEvent


class ExistsDifferent(KasaError):
    """This id was used before for something else."""

    code = "exists_different"


@dataclass(frozen=True)
class Act:
    """Who did it, where, when by the doer's clock, and when it became known here."""

    id: uuid.UUID
    at: datetime
    now: datetime
    by: uuid.UUID | None = None
    till: uuid.UUID | None = None

    @property
    def effective(self) -> str:
        """When it counts from: never later than now, so that a clock ahead does not win for ever."""
        return clock.to_wire(min(self.at, self.now))


def act_done(act: Act, action: str, content: dict[str, Any]) -> CustomerEvent | None:
    """What was written when this act was done before, else None. Raises ExistsDifferent."""
    event = CustomerEvent.objects.filter(id=act.id).first()
    if event is not None and event.digest != digest_of(action, content):
        raise ExistsDifferent("This id was used before for something else.")
    return event


def act_write(
    act: Act,
    action: str,
    content: dict[str, Any],
    *,
    customer: Customer,
    card: Card | None = None,
    detail: dict[str, Any] | None = None,
) -> CustomerEvent:
    """Writes that it was done. `detail` must hold no word about the person."""
    return CustomerEvent.objects.create(
        id=act.id,
        customer=customer,
        card=card,
        action=action,
        at=act.at,
        received_at=act.now,
        by=act.by,
        till=act.till,
        digest=digest_of(action, content),
        detail=detail or {},
    )


def digest_of(action: str, content: dict[str, Any]) -> str:
    """The hash of what was asked for."""
    return canonical.digest({"action": action, **content})
