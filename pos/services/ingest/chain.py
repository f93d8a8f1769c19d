"""Duplicates, conflicts, signatures, neighbours and forks: what can be said without reading a body. Pure.

Items are taken in (inc, seq) order, so an item is blamed for not fitting the one before it, whichever stood
first in the frame.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.clock import to_wire
from pos.services import keys
from pos.services.ingest.envelope import FIRST_PREV, Element
from pos.services.ingest.held import Copy, Device

STORED, DUPLICATE, CONFLICT, QUARANTINED = "stored", "duplicate", "conflict", "quarantined"
FORK, BAD_SIGNATURE, FOREIGN = "fork", "bad_signature", "foreign_item"
CLOCK_LIMIT = timedelta(hours=48)


@dataclass
class Chain:
    """The till's chain as the server holds it, growing while a batch is judged.

    `skew` is how far the device's clock was off at its last `hello` (device minus server), None when unknown.
    `is_foreign` tells whether another till's key made a signature; it is only asked about wrong ones.
    """

    till: uuid.UUID
    devices: dict[int, Device]
    by_id: dict[uuid.UUID, list[Copy]]
    by_place: dict[tuple[int, int], list[Copy]]
    now: datetime
    skew: timedelta | None
    is_foreign: Callable[[Element], bool]
    conflicts: list[tuple[Copy, Element]] = field(default_factory=list)
    forks: list[tuple[Copy, Element]] = field(default_factory=list)

    def take(self, element: Element) -> None:
        """Gives the element its status; STORED means that only its body remains to be judged."""
        device = self.devices.get(element.inc) if element.readable else None
        if device is not None:
            element.authentic = _signed(element, device)
        if self._known(element):
            pass
        elif device is None:
            self._unplaced(element)
        else:
            self._judge(element, device)
        if element.is_new:
            self.remember(element, device)

    def remember(self, element: Element, device: Device | None) -> None:
        """Lets the items behind see this one."""
        copy = Copy(
            element.pk, self.till, element.id, element.inc, element.seq, element.prev, element.hash,
            element.claimed_hash, element.status, element.reason, element.authentic,
        )  # fmt: skip
        self.by_id.setdefault(element.id, []).append(copy)
        if device is None:
            return
        self.by_place.setdefault((element.inc, element.seq), []).append(copy)
        # What another till signed says nothing about this till's chain; everything else has arrived.
        if element.authentic or element.reason != FOREIGN:
            device.gaps.receive(element.seq)

    def _known(self, element: Element) -> bool:
        """Whether the id is held: then the element is a duplicate, a conflict or another till's."""
        copies = self.by_id.get(element.id, [])
        own = [copy for copy in copies if copy.till == self.till]
        same = [copy for copy in own if copy.hash == element.hash and copy.claimed == element.claimed_hash]
        # Content that arrived before with a spoilt signature is new when the signature is right.
        held = [copy for copy in same if not (copy.reason == BAD_SIGNATURE and element.authentic)]
        if held:
            element.status = CONFLICT if held[0].state == CONFLICT else DUPLICATE
            element.detail, element.is_new = held[0].reason, False
        elif len(own) > len(same):
            self._conflict(element, [copy for copy in own if copy not in same])
        elif len(copies) > len(own):
            self._of_another(element, copies)
        return element.status != ""

    def _conflict(self, element: Element, copies: list[Copy]) -> None:
        first = next((copy for copy in copies if copy.state == STORED), copies[0])
        element.set_aside(CONFLICT, f"this id is held with hash {first.hash}", status=CONFLICT)
        self.conflicts.append((first, element))

    def _of_another(self, element: Element, copies: list[Copy]) -> None:
        other = next(copy for copy in copies if copy.till != self.till)
        if element.authentic and other.hash != element.hash:
            self._conflict(element, [other])
        else:
            element.set_aside(FOREIGN, "another till has sent an item with this id")

    def _unplaced(self, element: Element) -> None:
        if element.problem is not None:
            element.set_aside(element.problem.code, element.problem.detail)
        else:
            element.set_aside("unknown_incarnation", f"this till has no incarnation {element.inc}")

    def _judge(self, element: Element, device: Device) -> None:
        if element.claimed_hash is not None:
            element.set_aside("bad_hash", f"the content hashes to {element.hash}")
        elif not element.authentic:
            self._unsigned(element)
        elif element.problem is not None:
            element.set_aside(element.problem.code, element.problem.detail)
        elif not (self._forks(element) or self._breaks(element) or self._clock_off(element, device)):
            element.status = STORED

    def _unsigned(self, element: Element) -> None:
        if self.is_foreign(element):
            element.set_aside(FOREIGN, "another till signed this item")
        else:
            element.set_aside(BAD_SIGNATURE, "the signature is not that of this till's device")

    def _forks(self, element: Element) -> bool:
        """Whether another rightly signed item holds the place."""
        for copy in self.by_place.get((element.inc, element.seq), []):
            if copy.authentic and copy.item_id != element.id:
                element.set_aside(FORK, f"item {copy.item_id} holds this place in the chain")
                self.forks.append((copy, element))
                return True
        return False

    def _breaks(self, element: Element) -> bool:
        """Whether it does not fit its neighbours, as far as they are here."""
        if element.seq == 1:
            if element.prev != FIRST_PREV:
                return element.set_aside("broken_chain", "the first item's prev is 64 zeros")
        else:
            before = self._holders(element.inc, element.seq - 1)
            matching = [copy for copy in before if element.prev in (copy.hash, copy.claimed)]
            if before and not matching:
                return element.set_aside("broken_chain", f"prev is not the hash of item {element.seq - 1}")
            if matching and all(copy.reason == FORK for copy in matching):
                return element.set_aside(FORK, f"it continues the other chain's item {element.seq - 1}")
        after = [copy for copy in self._holders(element.inc, element.seq + 1) if copy.authentic]
        if after and not any(copy.prev == element.hash for copy in after):
            return element.set_aside("broken_chain", f"item {element.seq + 1} names another hash before it")
        return False

    def _holders(self, inc: int, seq: int) -> list[Copy]:
        """Who holds a place: the stored item, else those rightly signed, else what came without a right signature."""
        holders = [
            copy for copy in self.by_place.get((inc, seq), []) if copy.authentic or copy.reason != FOREIGN
        ]
        stored = [copy for copy in holders if copy.state == STORED]
        return stored or [copy for copy in holders if copy.authentic] or holders

    def _clock_off(self, element: Element, device: Device) -> bool:
        """Whether the item cannot have been made when it says.

        An old item is no fault: a till may have been offline for weeks, and a restored server asks for old items
        again. But none is made in the future, none before its device was enrolled, and a device whose clock is
        known to be off says nothing about time that can be believed.
        """
        assert element.at is not None, "an item has its instant"
        if element.at > self.now + CLOCK_LIMIT:
            return element.set_aside("clock_off", f"it was {to_wire(self.now)} when this arrived")
        if element.at < device.enrolled_at - CLOCK_LIMIT:
            return element.set_aside("clock_off", f"the device was enrolled {to_wire(device.enrolled_at)}")
        if self.skew is not None and device.living and abs(self.skew) > CLOCK_LIMIT:
            return element.set_aside("clock_off", f"the device's clock is off by {self.skew}")
        return False


def _signed(element: Element, device: Device) -> bool:
    if element.claimed_hash is not None:
        return False
    signature = keys.decode_signature(element.sig)
    return signature is not None and keys.verify(device.jwk, element.hash, signature)
