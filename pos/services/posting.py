"""Receipts become stock moves and points: one posting worker per store, each receipt once, goods in product order.

A row of `ReceiptPosting` waits for each receipt since the transaction that stored it. A batch is posted and marked
in one transaction under an advisory lock, so a worker that dies leaves it waiting and two workers never meet. The
ledger itself refuses a document line twice. A receipt that cannot be posted waits longer after each try and
does not hold up the others.
"""

import logging
import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import Q

from core import feed
from core.errors import KasaError
from core.models import Store
from inventory.services.stock import Move, stock_post
from loyalty.services.customers import customers_bought
from pos.models import ItemWarning, Receipt, ReceiptLine, ReceiptPosting
from pos.services import audit, bonus

log = logging.getLogger(__name__)

BATCH = 100
MAX_BACKOFF = timedelta(minutes=10)
SOURCE = "receipt"
# The first half of the advisory lock's key, so that it meets no other lock of ours.
_LOCK_SPACE = 7_205


def post_waiting(*, store: Store, now: datetime) -> int:
    """Posts every receipt of the store that waits. Returns how many were posted."""
    count = 0
    while True:
        posted, seen = _post_batch(store, now)
        count += posted
        if seen < BATCH:
            bonus.settle(now)
            return count


def _post_batch(store: Store, now: datetime) -> tuple[int, int]:
    """One transaction; what tills are told of it is stamped last. Returns (posted, seen)."""
    with feed.transaction():
        if not _is_only_worker(store):
            return 0, 0
        rows = list(
            ReceiptPosting.objects.filter(Q(next_try_at=None) | Q(next_try_at__lte=now), store=store)
            .filter(state=ReceiptPosting.State.WAITING)
            .select_related("receipt__till", "receipt__item")
            .order_by("receipt__item_id")[:BATCH]
        )
        if not rows:
            return 0, 0
        done = _post(store, rows, now)
        return len(done), len(rows)


def _is_only_worker(store: Store) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_LOCK_SPACE, store.number])
        return bool(cursor.fetchone()[0])


def _post(store: Store, rows: Sequence[ReceiptPosting], now: datetime) -> list[ReceiptPosting]:
    """All together; when that fails one by one, so that only the culprit waits."""
    lines = _lines(rows)
    try:
        with transaction.atomic():
            stock_post([move for row in rows for move in _moves(row, lines)], store=store, now=now)
            bonus.book([row.receipt for row in rows], lines, now)
        done = list(rows)
    except (KasaError, DatabaseError) as error:
        log.warning("a batch of %s receipts is posted one by one: %s", len(rows), error)
        done = [row for row in rows if _post_one(store, row, lines, now)]
    customers_bought(
        {
            row.receipt.customer_id: row.receipt.closed_at
            for row in reversed(done)
            if row.receipt.customer_id and row.receipt.kind == Receipt.Kind.SALE
        }
    )
    ReceiptPosting.objects.filter(receipt__in=[row.receipt_id for row in done]).update(
        state=ReceiptPosting.State.POSTED, posted_at=now, last_error=""
    )
    _audit(store, [row.receipt for row in done], lines, now)
    return done


def _post_one(store: Store, row: ReceiptPosting, lines: audit.Lines, now: datetime) -> bool:
    try:
        with transaction.atomic():
            stock_post(_moves(row, lines), store=store, now=now)
            bonus.book([row.receipt], lines, now)
    except (KasaError, DatabaseError) as error:
        row.attempts += 1
        row.next_try_at = now + min(MAX_BACKOFF, timedelta(seconds=2 ** min(row.attempts, 10)))
        row.last_error = f"{type(error).__name__}: {error}"[:500]
        row.save(update_fields=["attempts", "next_try_at", "last_error"])
        return False
    return True


def _lines(rows: Sequence[ReceiptPosting]) -> audit.Lines:
    """The lines of every receipt in their order, with their products."""
    found: dict[uuid.UUID, list[ReceiptLine]] = defaultdict(list)
    wanted = ReceiptLine.objects.filter(receipt__in=[row.receipt_id for row in rows])
    for line in wanted.select_related("product").order_by("receipt_id", "n"):
        found[line.receipt_id].append(line)
    return found


def _moves(row: ReceiptPosting, lines: audit.Lines) -> list[Move]:
    """What leaves the shelves with a sale, and comes back with a return."""
    return [_move(row.receipt, line) for line in lines[row.receipt_id]]


def _move(receipt: Receipt, line: ReceiptLine) -> Move:
    back = receipt.kind == Receipt.Kind.RETURN
    origin = None
    if back and line.origin_receipt_id is not None and line.origin_n is not None:
        origin = (SOURCE, line.origin_receipt_id, line.origin_n)
    return Move(
        product=line.product_id,
        quantity=line.quantity if back else -line.quantity,
        source_kind=SOURCE,
        source_id=receipt.id,
        source_line=line.n,
        at=receipt.closed_at,
        day=receipt.day,
        origin=origin,
    )


def _audit(store: Store, receipts: Sequence[Receipt], lines: audit.Lines, now: datetime) -> None:
    """Prices the receipts again and notes differences; a remark, never a refusal."""
    findings = [*audit.reprice(store, receipts, lines), *bonus.findings(receipts, lines)]
    ItemWarning.objects.bulk_create(
        [ItemWarning(item_id=one.item, code=one.code, detail=one.detail[:500], at=now) for one in findings],
        ignore_conflicts=True,
    )
