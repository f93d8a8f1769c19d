"""The push path: a batch of elements in, one status for each out (protocol.md section 4).

One transaction, whose number of statements does not depend on the size of the batch. The till's incarnations are
locked first, so pushes of one till follow each other and pushes of different tills do not meet.
"""

import json
import logging
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import DataError, IntegrityError, InterfaceError, OperationalError, connection, transaction

from core import wake
from core.errors import KasaError
from core.models import Store
from pos.services import keys
from pos.services.ingest import facts, held, write
from pos.services.ingest.chain import Chain
from pos.services.ingest.envelope import Element, echo, read
from pos.services.ingest.held import Copy, Device, DeviceGone
from pos.services.ingest.judge import Judge, read_body
from pos.services.ingest.rows import Rows, diff

__all__ = ["MAX_ITEMS", "Answer", "DeviceGone", "push"]

log = logging.getLogger(__name__)
MAX_ITEMS = 200
MAX_WANT = 100
SECONDS_BETWEEN_WAKES = 2.0
# Looking whose signature a wrong one is costs 0.1 ms a key; a flood of wrong ones must not cost more than this.
FOREIGN_CHECKS = 400


@dataclass(frozen=True)
class Answer:
    """What a push is answered: acks in the order of the items, and the place of the present device's chain."""

    acks: list[dict[str, Any]]
    through: int
    want: list[list[int]]


def push(
    *,
    store: Store,
    till: uuid.UUID,
    device_id: int,
    items: Sequence[object],
    now: datetime,
    skew: timedelta | None,
) -> Answer:
    """Takes in up to MAX_ITEMS elements. Raises DeviceGone, and OperationalError when nothing could be kept now."""
    batch = _Batch(store, till, device_id, items, now, skew)
    try:
        return batch.keep()
    except (OperationalError, InterfaceError, KasaError):
        raise
    except Exception:
        # A rule that only the database knows, or a fault of ours. Either way the culprits are found and set aside,
        # so that they do not block the items behind them for ever.
        log.exception("a batch of till %s failed; its items are tried one by one", till)
    try:
        batch.refused = batch.culprits(alone=True)
        return batch.keep()
    except (DataError, IntegrityError):
        batch.refused = batch.culprits(alone=False)
        return batch.keep()


class _TryOnly(Exception):
    """Leaves a trial transaction without keeping it."""


@dataclass
class _Batch:
    """A push and its trials; `refused` are positions known to fail."""

    store: Store
    till: uuid.UUID
    device_id: int
    items: Sequence[object]
    now: datetime
    skew: timedelta | None
    refused: set[int] = field(default_factory=set)

    def keep(self) -> Answer:
        """The push itself."""
        return _push(self.store, self.till, self.device_id, self.items, self.now, self.skew, self.refused)

    def culprits(self, *, alone: bool) -> set[int]:
        """Positions that fail, tried each alone or each together with those before it. Nothing is kept."""
        found: set[int] = set()
        for position in range(len(self.items)):
            first = position if alone else 0
            part = self.items[first : position + 1]
            if self._fails(part, {one - first for one in found if one >= first}):
                found.add(position)
        return found

    def _fails(self, part: Sequence[object], refused: set[int]) -> bool:
        try:
            with transaction.atomic():
                _push(self.store, self.till, self.device_id, part, self.now, self.skew, refused)
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                raise _TryOnly
        except _TryOnly:
            return False
        except (OperationalError, InterfaceError, KasaError):
            raise
        except Exception as error:
            log.info("an item of till %s is refused: %s", self.till, error)
            return True


@transaction.atomic
def _push(
    store: Store,
    till: uuid.UUID,
    device_id: int,
    items: Sequence[object],
    now: datetime,
    skew: timedelta | None,
    refused: set[int],
) -> Answer:
    elements = [read(position, raw, till) for position, raw in enumerate(items)]
    devices = held.lock_devices(till)
    present = held.require_living(devices, device_id)
    if elements:
        _take_in(store, till, devices, elements, now, skew, refused)
    want = [list(span) for span in present.gaps.missing[:MAX_WANT]]
    return Answer([_ack(one) for one in elements], present.gaps.through, want)


def _take_in(
    store: Store,
    till: uuid.UUID,
    devices: dict[int, Device],
    elements: list[Element],
    now: datetime,
    skew: timedelta | None,
    refused: set[int],
) -> None:
    ordered = sorted(elements, key=lambda one: (one.inc, one.seq, one.position))
    for element, pk in zip(ordered, write.next_ids(len(ordered)), strict=True):
        element.pk = pk
    chain = Chain(
        till=till,
        devices=devices,
        by_id=held.copies_by_id(elements, till),
        by_place=held.copies_by_place(elements, till),
        now=now,
        skew=skew,
        is_foreign=_ForeignKeys(till),
    )
    for element in ordered:
        chain.take(element)
    fresh = [element for element in ordered if element.is_new]
    _judge(store, till, devices, fresh, refused)
    _write(store, till, devices, chain, fresh, now)


def _judge(
    store: Store, till: uuid.UUID, devices: dict[int, Device], fresh: list[Element], refused: set[int]
) -> None:
    for element in fresh:
        if element.status == "stored" and element.position in refused:
            element.set_aside("refused_by_server", "the server could not take it in; its log says why")
        if element.status == "stored":
            read_body(element)
    standing = [element for element in fresh if element.status == "stored"]
    known = facts.Facts(store.currency, store.prices_include_tax, store.company.country)
    facts.load(known, till, standing)
    gaps = {inc: device.gaps for inc, device in devices.items()}
    judge = Judge(till, known, gaps, {(element.inc, element.seq) for element in fresh})
    for element in fresh:
        judge.take(element)


def _write(
    store: Store,
    till: uuid.UUID,
    devices: dict[int, Device],
    chain: Chain,
    fresh: list[Element],
    now: datetime,
) -> None:
    rows = Rows(store.id, till, now)
    for element in fresh:
        device = devices.get(element.inc) if element.readable else None
        rows.item(element, device.id if device else None)
        if element.status == "stored":
            rows.project(element)
    for copy, element in chain.forks:
        rows.fork(copy.pk, element.pk)
    for first, second, content in _first_contents(chain.conflicts, fresh):
        rows.conflict(first.pk, second.pk, list(diff(content, _envelope(second))))
    write.copy_rows(rows.tables)
    write.save_gaps(list(devices.values()), now)
    if rows.tables["pos_receipt"]:
        _wake_posting()


_woken = 0.0


def _wake_posting() -> None:
    """Wakes the posting worker after the commit, now and then: handing a task to a broker costs as much as taking in
    fifty receipts, and the worker sweeps every few seconds anyway."""
    global _woken
    if time.monotonic() - _woken > SECONDS_BETWEEN_WAKES:
        _woken = time.monotonic()
        wake.after_commit("pos.post_receipts")


def _envelope(element: Element) -> dict[str, Any]:
    """The members of an item that a conflict can be about."""
    place = {"inc": element.inc, "seq": element.seq, "prev": element.prev, "hash": element.claimed}
    return {"type": element.type, **place, "body": json.loads(element.text)}


def _first_contents(
    conflicts: list[tuple[Copy, Element]], fresh: list[Element]
) -> list[tuple[Copy, Element, dict[str, Any]]]:
    """Each conflict with the first copy's content, from this batch or, in one statement, from the journal."""
    here = {element.pk: _envelope(element) for element in fresh}
    wanted = [copy.pk for copy, _element in conflicts if copy.pk not in here]
    if wanted:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, type, inc, seq, prev, coalesce(claimed_hash, hash), body FROM pos_journalitem "
                "WHERE id = ANY(%s)",
                [wanted],
            )
            for pk, kind, inc, seq, prev, digest, body in cursor.fetchall():
                place = {"inc": inc, "seq": seq, "prev": prev, "hash": digest}
                here[pk] = {"type": kind, **place, "body": json.loads(body)}
    return [(copy, element, here[copy.pk]) for copy, element in conflicts]


class _ForeignKeys:
    """Whether another till's device made a signature; the keys are read once, when first asked."""

    def __init__(self, till: uuid.UUID) -> None:
        self.till = till
        self._keys: list[dict[str, str]] | None = None
        self._left = FOREIGN_CHECKS

    def __call__(self, element: Element) -> bool:
        signature = keys.decode_signature(element.sig)
        if signature is None:
            return False
        if self._keys is None:
            self._keys = held.foreign_keys(self.till, FOREIGN_CHECKS)
        tried = self._keys[: self._left]
        self._left -= len(tried)
        return any(keys.verify(jwk, element.claimed, signature) for jwk in tried)


def _ack(element: Element) -> dict[str, Any]:
    ack: dict[str, Any] = {"id": element.given_id, "status": element.status}
    if element.reason:
        ack["reason"] = element.reason
        ack["detail"] = f"{element.reason}: {element.detail}"
    elif element.detail:
        ack["detail"] = f"held as {element.detail}"
    return ack


def retry_all(items: Sequence[object]) -> list[dict[str, Any]]:
    """The acks of a batch that could not be kept."""
    return [
        {"id": echo(raw.get("id")) if isinstance(raw, dict) else None, "status": "retry"} for raw in items
    ]
