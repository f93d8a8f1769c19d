"""Receipts and the tills' words about holds, as bonus accounts understand them (`loyalty.services.bonus_booking`)."""

import logging
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import DatabaseError, connection

from core.errors import KasaError
from loyalty import bonus_rule
from loyalty.selectors.bonus import rule_now
from loyalty.services import bonus
from loyalty.services.bonus_booking import GoodsBack, PointsOfReturn, PointsOfSale, receipts_book
from pos.models import Receipt, ReceiptLine, ReceiptPosting
from pos.services.audit import Finding, Lines

log = logging.getLogger(__name__)
SALE, RETURN = Receipt.Kind.SALE, Receipt.Kind.RETURN
BATCH = 100


def book(receipts: Sequence[Receipt], lines: Lines, now: datetime) -> None:
    """Books the points of receipts that are being posted. Without points and without returns it asks nothing."""
    sales = [one for one in receipts if has_points(one)]
    returns = [one for one in receipts if one.kind == RETURN]
    if not sales and not returns:
        return
    sold = [_sale(one, lines[one.id]) for one in sales]
    receipts_book(sold, _returns([one.id for one in sales], returns, lines), now=now)


def has_points(receipt: Receipt) -> bool:
    """A sale to somebody known that earned points or was paid by them."""
    points = receipt.bonus_earned or receipt.bonus_redeemed
    return bool(receipt.kind == SALE and receipt.customer_id and points)


def goods_paid(receipt: Receipt, lines: Iterable[ReceiptLine]) -> int:
    """What was paid for goods otherwise than by points: deposits earn nothing."""
    on_top = 0 if receipt.prices_include_tax else 1
    deposits = sum(line.total + on_top * line.tax_amount for line in lines if line.deposit)
    return max(0, receipt.due - deposits - receipt.bonus_redeemed)


def _sale(receipt: Receipt, lines: Sequence[ReceiptLine]) -> PointsOfSale:
    assert receipt.customer_id is not None
    # What the paper promises counts, but never more than the goods cost.
    earned = min(receipt.bonus_earned, goods_paid(receipt, lines))
    return PointsOfSale(
        receipt=receipt.id, customer=receipt.customer_id, at=receipt.closed_at, earned=earned,
        redeemed=receipt.bonus_redeemed, hold=receipt.bonus_hold,
    )  # fmt: skip


def _returns(sales: Sequence[uuid.UUID], returns: Sequence[Receipt], lines: Lines) -> list[PointsOfReturn]:
    """Every return of these sales and of the returns' own origins, as far as they are posted, in their order.

    One that was posted before its sale is settled with the sale; what is booked already is not booked again.
    """
    own = {line.origin_receipt_id for one in returns for line in lines[one.id] if line.origin_receipt_id}
    origins = own | set(sales)
    posting = {one.id for one in returns}
    back = ReceiptLine.objects.filter(origin_receipt_id__in=origins).select_related("receipt__posting")
    found: dict[tuple[uuid.UUID, uuid.UUID], list[ReceiptLine]] = defaultdict(list)
    # What waited longer than later ones is counted after them, so that each takes what those before it left.
    for line in sorted(back.order_by("receipt__item_id", "n"), key=lambda line: line.receipt_id in posting):
        if line.receipt_id in posting or line.receipt.posting.state == ReceiptPosting.State.POSTED:
            assert line.origin_receipt_id is not None
            found[line.receipt_id, line.origin_receipt_id].append(line)
    blind = [one for one in returns if one.bonus_redeemed and not any(key[0] == one.id for key in found)]
    sold = _sold({origin for _receipt, origin in found})
    return [*_with_origin(found, sold), *map(_blind, blind)]


def _sold(origins: set[uuid.UUID]) -> dict[uuid.UUID, list[ReceiptLine]]:
    """The goods of the sales, deposits left out."""
    sold: dict[uuid.UUID, list[ReceiptLine]] = defaultdict(list)
    if origins:
        for line in ReceiptLine.objects.filter(receipt__in=origins, deposit=False).order_by("n"):
            sold[line.receipt_id].append(line)
    return sold


def _with_origin(
    found: Mapping[tuple[uuid.UUID, uuid.UUID], list[ReceiptLine]],
    sold: Mapping[uuid.UUID, list[ReceiptLine]],
) -> Iterable[PointsOfReturn]:
    so_far: dict[uuid.UUID, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    told: set[uuid.UUID] = set()
    for (_receipt, origin), rows in found.items():
        for line in rows:
            so_far[origin][line.origin_n or 0] += line.quantity
        receipt, goods = rows[0].receipt, sold.get(origin, [])
        given = 0 if receipt.id in told else receipt.bonus_redeemed
        told.add(receipt.id)
        yield PointsOfReturn(
            receipt=receipt.id, origin=origin, customer=receipt.customer_id, at=receipt.closed_at, given=given,
            goods=GoodsBack(
                {line.n: line.total for line in goods},
                {line.n: line.quantity for line in goods},
                dict(so_far[origin]),
            ),
        )  # fmt: skip


def _blind(receipt: Receipt) -> PointsOfReturn:
    """Points handed out for goods without a receipt: they are the customer's, and nothing was earned on them."""
    return PointsOfReturn(
        receipt.id,
        receipt.id,
        receipt.customer_id,
        receipt.closed_at,
        receipt.bonus_redeemed,
        GoodsBack({}, {}, {}),
    )


def findings(receipts: Sequence[Receipt], lines: Lines) -> list[Finding]:
    """Remarks about sales whose points the present rule gives otherwise; they are booked as the paper says."""
    earning = [one for one in receipts if one.kind == SALE and one.customer_id and one.bonus_earned]
    if not earning:
        return []
    rule, found = rule_now(), []
    for one in earning:
        paid = goods_paid(one, lines[one.id])
        right = bonus_rule.earned(rule.percent, paid) if rule else 0
        if right != one.bonus_earned:
            found.append(
                Finding(one.item_id, "bonus_differs", f"{right} points by the rule, not {one.bonus_earned}")
            )
    return found


def book_customer(customer: uuid.UUID, now: datetime) -> None:
    """Receipts of somebody whom the server heard of only now: a till that was offline sent them first."""
    mine = Receipt.objects.filter(customer_id=customer, posting__state=ReceiptPosting.State.POSTED)
    receipts = list(mine.order_by("item_id"))
    if not receipts:
        return
    lines: dict[uuid.UUID, list[ReceiptLine]] = defaultdict(list)
    for line in ReceiptLine.objects.filter(receipt__in=receipts).order_by("receipt_id", "n"):
        lines[line.receipt_id].append(line)
    book(receipts, lines, now)


# The tills' words about holds that are open still; there are few of those at any time.
_SETTLEMENTS = """
SELECT s.id, s.hold_id, s.action, s.receipt_id, s.redeemed, s.till_id, h.amount FROM loyalty_bonushold h
JOIN pos_holdsettlement s ON s.hold_id = h.id AND s.till_id = h.till WHERE h.state = 'open' ORDER BY s.item_id LIMIT %s
"""


def settle(now: datetime) -> int:
    """Resolves open holds that their tills spoke of in the journal. Returns how many words were heard."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLEMENTS, [BATCH])
        rows = cursor.fetchall()
    for item, hold, action, receipt, redeemed, till, amount in rows:
        try:
            if action == "cancel" or receipt is None:
                bonus.cancel(resolution=item, hold_id=hold, why="journal", till=till, now=now)
            else:
                spent = min(redeemed, amount)
                bonus.confirm(
                    resolution=item, hold_id=hold, receipt=receipt, redeemed=spent, till=till, now=now
                )
        except (KasaError, DatabaseError):
            # The hold stays open, which spends nothing; the page of the customer shows it and an operator can free it.
            log.exception("hold %s could not be settled", hold)
    return len(rows)
