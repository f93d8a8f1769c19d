"""What people decide about conflicts, forks and quarantined items. The journal itself never changes."""

import json
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import wake
from core.errors import KasaError
from core.models import Employee, Store
from pos.models import ForkAlarm, ItemConflict, JournalItem, QuarantineResolution
from pos.services.ingest import facts, held, write
from pos.services.ingest.envelope import Element
from pos.services.ingest.judge import Judge, read_body
from pos.services.ingest.rows import Rows

# Reasons that a person may set aside after looking; every other rule must hold when the item is accepted.
WAIVABLE = frozenset({"broken_chain", "fork", "clock_off"})
# What is not this till's word, or cannot be read, never becomes a fact.
NEVER = frozenset(
    {
        "not_an_item",
        "bad_hash",
        "bad_signature",
        "foreign_item",
        "unknown_incarnation",
        "unknown_type",
        "bad_text",
    }
)


class AlreadyDecided(KasaError):
    """Somebody has decided about it before."""

    code = "already_decided"


class NotAcceptable(KasaError):
    """An item set aside for this reason can only be dismissed."""

    code = "not_acceptable"


class StillBroken(KasaError):
    """A rule does not hold; `extra` says which."""

    code = "still_broken"


@transaction.atomic
def conflict_explain(
    conflict: ItemConflict, *, by: Employee | None, note: str, now: datetime
) -> ItemConflict:
    """Closes a conflict with what was found out. Raises AlreadyDecided."""
    row = ItemConflict.objects.select_for_update().get(id=conflict.id)
    _explain(row, by, note, now)
    return row


@transaction.atomic
def fork_explain(fork: ForkAlarm, *, by: Employee | None, note: str, now: datetime) -> ForkAlarm:
    """Closes a fork alarm with what was found out. Raises AlreadyDecided."""
    row = ForkAlarm.objects.select_for_update().get(id=fork.id)
    _explain(row, by, note, now)
    return row


def _explain(row: ItemConflict | ForkAlarm, by: Employee | None, note: str, now: datetime) -> None:
    if row.state != row.State.OPEN:
        raise AlreadyDecided(_("Somebody has explained this already."))
    row.state, row.explained_by, row.note, row.explained_at = row.State.EXPLAINED, by, note[:500], now
    row.save(update_fields=["state", "explained_by", "note", "explained_at"])


@transaction.atomic
def quarantine_dismiss(
    item: JournalItem, *, by: Employee | None, note: str, now: datetime
) -> QuarantineResolution:
    """Leaves a quarantined item aside for good. Raises AlreadyDecided."""
    _lock(item)
    return QuarantineResolution.objects.create(
        item=item, action=QuarantineResolution.Action.DISMISSED, by=by, at=now, note=note[:500]
    )


@transaction.atomic
def quarantine_accept(
    item: JournalItem, *, store: Store, by: Employee | None, note: str, now: datetime
) -> QuarantineResolution:
    """Checks a quarantined item again, by today's goods and shifts, and lets it become the facts it states.

    Raises AlreadyDecided, NotAcceptable, StillBroken.
    """
    if item.state != JournalItem.State.QUARANTINED or item.reason in NEVER:
        raise NotAcceptable(_("This item can only be dismissed."), reason=item.reason)
    _lock(item)
    devices = held.lock_devices(item.till_id)
    if JournalItem.objects.filter(item_id=item.item_id, state=JournalItem.State.STORED).exists():
        raise NotAcceptable(_("An item with this id is stored already."), reason="conflict")
    element = _element(item)
    read_body(element)
    if element.status == "stored":
        known = facts.Facts(store.currency, store.prices_include_tax, store.company.country)
        facts.load(known, item.till_id, [element])
        Judge(item.till_id, known, {inc: device.gaps for inc, device in devices.items()}, set()).take(element)
    if element.status != "stored":
        raise StillBroken(element.detail, reason=element.reason)
    rows = Rows(store.id, item.till_id, now)
    rows.project(element)
    rows.warnings(element)
    write.copy_rows(rows.tables)
    if rows.tables["pos_receipt"]:
        wake.after_commit("pos.post_receipts")
    return QuarantineResolution.objects.create(
        item=item, action=QuarantineResolution.Action.ACCEPTED, by=by, at=now, note=note[:500]
    )


def _lock(item: JournalItem) -> None:
    JournalItem.objects.select_for_update().get(id=item.id)
    if QuarantineResolution.objects.filter(item=item).exists():
        raise AlreadyDecided(_("Somebody has decided about this item already."))


def _element(item: JournalItem) -> Element:
    """The journal's row as an element that stands until a rule says otherwise."""
    assert item.item_id and item.inc and item.seq and item.type and item.prev, "only items can be accepted"
    return Element(
        position=0,
        id=item.item_id,
        given_id=str(item.item_id),
        type=item.type,
        inc=item.inc,
        seq=item.seq,
        prev=item.prev,
        at=item.at,
        body=json.loads(item.body),
        text=item.body,
        hash=item.hash,
        claimed=item.hash,
        sig=item.sig or "",
        authentic=item.authentic,
        status="stored",
        pk=item.id,
    )
