"""Receipts in lists, by what is printed on them, and the proof behind one."""

import re
import uuid
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from core import canonical, clock
from core.models import Employee, Store
from core.money import SAFE_INTEGER
from pos.models import Incarnation, JournalItem, Receipt
from pos.selectors import receipts
from pos.services import keys

# `store-till.inc-number`; returns carry an R (pos.models.Receipt.label).
_LABEL = re.compile(r"^(\d{1,9})-(\d{1,4})\.(\d{1,9})-(R?)(\d{1,15})$", re.IGNORECASE | re.ASCII)
MAX_BODY = 2**20


def listed(
    store: Store,
    *,
    text: str = "",
    till: uuid.UUID | None = None,
    cashier: uuid.UUID | None = None,
    shift: uuid.UUID | None = None,
    product: uuid.UUID | None = None,
    kind: str = "",
    since: date | None = None,
    until: date | None = None,
    least: int | None = None,
    most: int | None = None,
    flag: str = "",
) -> QuerySet[Receipt]:
    """Receipts of the store, narrowed; `text` is a number, a printed label or a card."""
    rows = receipts.receipts(store)
    exact = {
        "till": till,
        "cashier": cashier,
        "shift": shift,
        "kind": kind or None,
        "lines__product": product,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value is not None})
    bounds = {"day__gte": since, "day__lte": until, "due__gte": least, "due__lte": most}
    rows = rows.filter(**{name: value for name, value in bounds.items() if value is not None})
    if flag == "late":
        rows = rows.filter(late=True)
    if flag == "waiting":
        rows = rows.filter(posting__state="waiting")
    if flag == "warned":
        rows = rows.filter(item__warnings__isnull=False)
    if flag == "unregistered":
        rows = rows.filter(receipts.unregistered())
    if flag == "discount":
        rows = rows.filter(discount_total__gt=0)
    if product is not None or flag == "warned":
        rows = rows.distinct()
    return _called(rows, text.strip()) if text.strip() else rows


def _called(rows: QuerySet[Receipt], text: str) -> QuerySet[Receipt]:
    found = _LABEL.match(text)
    if found:
        return rows.filter(
            till__number=int(found[2]),
            inc=int(found[3]),
            number=int(found[5]),
            kind="return" if found[4] else "sale",
        )
    try:
        return rows.filter(id=uuid.UUID(text))
    except ValueError:
        pass
    if text.isascii() and text.isdigit() and int(text) <= SAFE_INTEGER:
        return rows.filter(number=int(text)) | rows.filter(card=text)
    return rows.filter(card=text)


def by_printed_code(store: Store, code: str) -> Receipt | None:
    """The receipt whose printed code (its id, or its label) this is."""
    is_id = (len(code) in (32, 36) and "-" in code) or len(code) == 32
    if not (is_id or _LABEL.match(code)):
        return None
    return _called(receipts.receipts(store), code).first()


def people(store: Store) -> list[Employee]:
    """Everybody who may have sold here, by name."""
    return list(Employee.objects.order_by("name", "id"))


@dataclass(frozen=True)
class Proof:
    """What can be said about a journal item from the item itself and its neighbours."""

    item: JournalItem
    hash_is_right: bool
    signature_is_right: bool
    before: JournalItem | None
    fits_before: bool | None
    after: JournalItem | None
    fits_after: bool | None

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against it; a neighbour that is not here yet says nothing."""
        return (
            self.hash_is_right
            and self.signature_is_right
            and self.fits_before is not False
            and self.fits_after is not False
        )


def proof(item: JournalItem) -> Proof:
    """Computes the hash and checks the signature and both links now, not from what was noted at arrival."""
    stored = JournalItem.objects.filter(till=item.till_id, inc=item.inc, state=JournalItem.State.STORED)
    before = stored.filter(seq=(item.seq or 0) - 1).first()
    after = stored.filter(seq=(item.seq or 0) + 1).first()
    digest = _digest(item)
    return Proof(
        item,
        digest == item.hash,
        digest is not None and _signed(item, digest),
        before,
        _fits_before(item, before),
        after,
        None if after is None else after.prev == item.hash,
    )


def _fits_before(item: JournalItem, before: JournalItem | None) -> bool | None:
    if item.seq == 1:
        return item.prev == "0" * 64
    return None if before is None else before.hash == item.prev


def _digest(item: JournalItem) -> str | None:
    """The hash of the item's content (protocol.md section 4); None when it is not a whole item."""
    if item.at is None or item.item_id is None:
        return None
    envelope = {
        "type": item.type,
        "id": str(item.item_id),
        "inc": item.inc,
        "seq": item.seq,
        "prev": item.prev,
        "at": clock.to_wire(item.at),
        "body": canonical.parse(item.body, MAX_BODY),
    }
    return canonical.digest(envelope)


def _signed(item: JournalItem, digest: str) -> bool:
    device = Incarnation.objects.filter(till=item.till_id, inc=item.inc or 0).first()
    signature = keys.decode_signature(item.sig)
    return device is not None and signature is not None and keys.verify(device.public_key, digest, signature)
