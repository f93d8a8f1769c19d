"""The journal and its exceptions: conflicts, quarantine, forks, warnings."""

import uuid
from dataclasses import dataclass

from django.db.models import QuerySet

from core.errors import KasaError
from core.models import Store
from pos.models import ForkAlarm, ItemConflict, ItemWarning, JournalItem


class ItemNotFound(KasaError):
    """No journal item, conflict or alarm of this store has that id."""

    code = "not_found"


@dataclass(frozen=True)
class OpenExceptions:
    """How many odd things wait for a person."""

    conflicts: int
    quarantined: int
    forks: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.conflicts + self.quarantined + self.forks


def items(store: Store) -> QuerySet[JournalItem]:
    """Every element that a till of the store pushed, newest first."""
    return JournalItem.objects.filter(till__store=store).select_related("till").order_by("-id")


def item_get(store: Store, pk: int) -> JournalItem:
    """One element by its row number. Raises ItemNotFound."""
    item = items(store).filter(id=pk).first()
    if item is None:
        raise ItemNotFound("There is no such journal item.")
    return item


def copies(store: Store, item_id: uuid.UUID) -> QuerySet[JournalItem]:
    """Every copy that arrived under one item id, first one first."""
    return items(store).filter(item_id=item_id).order_by("id")


def quarantined(store: Store, *, open_only: bool = True) -> QuerySet[JournalItem]:
    """Items set aside; by default those nobody has decided about."""
    rows = items(store).filter(state=JournalItem.State.QUARANTINED).select_related("resolution")
    return rows.filter(resolution=None) if open_only else rows


def conflicts(store: Store, *, open_only: bool = True) -> QuerySet[ItemConflict]:
    """Ids that arrived with two contents, newest first."""
    rows = ItemConflict.objects.filter(first__till__store=store).select_related("first__till", "second__till")
    return (rows.filter(state=ItemConflict.State.OPEN) if open_only else rows).order_by("-id")


def forks(store: Store, *, open_only: bool = True) -> QuerySet[ForkAlarm]:
    """Places in a chain that two rightly signed items claim, newest first."""
    rows = ForkAlarm.objects.filter(first__till__store=store).select_related("first__till", "second__till")
    return (rows.filter(state=ForkAlarm.State.OPEN) if open_only else rows).order_by("-id")


def warnings(store: Store) -> QuerySet[ItemWarning]:
    """Remarks about items that are nevertheless right, newest first."""
    return ItemWarning.objects.filter(item__till__store=store).select_related("item__till").order_by("-id")


def open_exceptions(store: Store) -> OpenExceptions:
    """The numbers behind the bell in the back office."""
    return OpenExceptions(conflicts(store).count(), quarantined(store).count(), forks(store).count())
