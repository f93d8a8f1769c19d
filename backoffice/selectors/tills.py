"""Tills with their open shift and their devices, for the pages."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from core.models import Store
from pos.models import Incarnation, Shift, Till
from pos.selectors import tills
from pos.selectors.tills import TillState


@dataclass(frozen=True)
class TillLine:
    """One till of the list: how its device is, and the shift that is open at it."""

    state: TillState
    shift: Shift | None

    @property
    def till(self) -> Till:
        return self.state.till

    @property
    def health(self) -> str:
        """One word for the list: none (nobody enrolled), online, waiting (unsent or missing items), offline."""
        device = self.state.device
        if device is None:
            return "none"
        if not self.state.online:
            return "offline"
        return "waiting" if device.unsent or self.state.missing else "online"

    @property
    def needs_look(self) -> bool:
        """Whether a manager should look at it now: something is unsent or missing."""
        device = self.state.device
        return bool(self.state.missing or (device and device.unsent))


def lines(store: Store, now: datetime) -> list[TillLine]:
    """Every till of the store by number, in a constant number of statements."""
    states = tills.till_states(store, now)
    open_shifts = _open_shifts([state.till.id for state in states])
    return [TillLine(state, open_shifts.get(state.till.id)) for state in states]


def line(store: Store, pk: uuid.UUID, now: datetime) -> TillLine:
    """One till with its state. Raises TillNotFound."""
    till = tills.till_get(store, pk)
    return next(found for found in lines(store, now) if found.till.id == till.id)


def _open_shifts(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Shift]:
    """The last opened shift of each till, when it is not closed."""
    newest = Shift.objects.filter(till__in=ids).order_by("till", "-at", "-id").distinct("till").values("id")
    rows = Shift.objects.filter(id__in=newest, closing=None).select_related("cashier")
    return {row.till_id: row for row in rows}


def devices(till: Till) -> list[Incarnation]:
    """Every device that has been this till, the present one first."""
    return list(Incarnation.objects.filter(till=till).prefetch_related("missing").order_by("-inc"))


def next_number(store: Store) -> int:
    """The number after the highest one in use."""
    highest = Till.objects.filter(store=store).aggregate(highest=Max("number"))["highest"] or 0
    return min(9999, highest + 1)
