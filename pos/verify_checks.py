"""The tills' invariants: chains are whole, receipts add up and are posted once, nothing odd is without its row."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from core import canonical, clock
from core.verify import Finding, check
from core.verify_checks import compare_feed
from pos.models import JournalItem, Layout, ReceiptPosting, Tender
from pos.services import keys
from pos.services.layouts import layout_value
from pos.services.tenders import tender_value

LISTED = 50


def _rows(query: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"{query} LIMIT {LISTED}", list(params))
        return list(cursor.fetchall())


@check("journal_content")
def journal_content() -> Iterator[Finding]:
    """Every stored item hashes to its hash and carries its device's signature."""
    items = (
        JournalItem.objects.filter(state=JournalItem.State.STORED)
        .select_related("incarnation")
        .order_by("id")
    )
    for item in items.iterator(chunk_size=500):
        signature = keys.decode_signature(item.sig)
        assert item.at is not None and item.incarnation is not None, (
            "a stored item is whole (a database check)"
        )
        digest = canonical.digest(
            {
                "type": item.type,
                "id": str(item.item_id),
                "inc": item.inc,
                "seq": item.seq,
                "prev": item.prev,
                "at": clock.to_wire(item.at),
                "body": json.loads(item.body),
            }
        )
        if digest != item.hash:
            yield Finding(f"journal item {item.item_id}", f"its content hashes to {digest}, not {item.hash}")
        elif signature is None or not keys.verify(item.incarnation.public_key, item.hash, signature):
            yield Finding(f"journal item {item.item_id}", "its signature is not that of its device")


_BROKEN_LINKS = """
SELECT j.item_id, j.seq FROM pos_journalitem j
WHERE j.state = 'stored' AND j.seq > 1
  AND EXISTS (SELECT 1 FROM pos_journalitem p WHERE p.till_id = j.till_id AND p.inc = j.inc AND p.seq = j.seq - 1
              AND p.state = 'stored' AND p.hash <> j.prev)
ORDER BY j.id
"""
_BAD_FIRST = """
SELECT j.item_id, j.seq FROM pos_journalitem j
WHERE j.state = 'stored' AND j.seq = 1 AND j.prev <> repeat('0', 64) ORDER BY j.id
"""


@check("journal_chain")
def journal_chain() -> Iterator[Finding]:
    """Every stored item names the hash of the stored item before it."""
    for item_id, seq in [*_rows(_BROKEN_LINKS), *_rows(_BAD_FIRST)]:
        yield Finding(f"journal item {item_id}", f"its prev is not the hash of item {seq - 1}")


_PLACES = """
WITH held AS (
    SELECT till_id, inc, count(DISTINCT seq) AS count, max(seq) AS top FROM pos_journalitem
    WHERE incarnation_id IS NOT NULL AND (authentic OR reason <> 'foreign_item') GROUP BY till_id, inc
), missing AS (
    SELECT incarnation_id, sum(last - first + 1) AS count, min(first) AS first FROM pos_missingrange
    GROUP BY incarnation_id
)
SELECT t.number, i.inc, i.through, i.top, coalesce(h.top, 0), coalesce(h.count, 0), coalesce(m.count, 0),
       coalesce(m.first - 1, i.top)
FROM pos_incarnation i JOIN pos_till t ON t.id = i.till_id
LEFT JOIN held h ON h.till_id = i.till_id AND h.inc = i.inc LEFT JOIN missing m ON m.incarnation_id = i.id
WHERE i.top <> coalesce(h.top, 0) OR i.top - coalesce(h.count, 0) <> coalesce(m.count, 0)
   OR i.through <> coalesce(m.first - 1, i.top)
ORDER BY t.number, i.inc
"""


@check("journal_places")
def journal_places() -> Iterator[Finding]:
    """`through`, `top` and the missing ranges of every device are what its items give."""
    for number, inc, through, top, held_top, held, missing, wanted in _rows(_PLACES):
        detail = f"through {through} (should be {wanted}), top {top} (held {held_top}), {held} held, {missing} missing"
        yield Finding(f"till {number}.{inc}", detail)


_UNPROJECTED = """
SELECT j.item_id FROM pos_journalitem j LEFT JOIN pos_quarantineresolution q ON q.item_id = j.id
LEFT JOIN pos_receipt r ON r.item_id = j.id
WHERE j.type = 'receipt' AND (j.state = 'stored' OR q.action = 'accepted') IS DISTINCT FROM (r.id IS NOT NULL)
ORDER BY j.id
"""
_SUMS = """
SELECT r.id FROM pos_receipt r
WHERE r.total <> (SELECT coalesce(sum(l.total), 0) FROM pos_receiptline l WHERE l.receipt_id = r.id)
   OR r.line_count <> (SELECT count(*) FROM pos_receiptline l WHERE l.receipt_id = r.id)
   OR r.due <> (SELECT coalesce(sum(p.amount), 0) FROM pos_receiptpayment p WHERE p.receipt_id = r.id)
   OR r.tax_total <> (SELECT coalesce(sum(t.tax), 0) FROM pos_receipttax t WHERE t.receipt_id = r.id)
   OR r.tax_total <> (SELECT coalesce(sum(l.tax_amount), 0) FROM pos_receiptline l WHERE l.receipt_id = r.id)
   OR r.discount_total <> (SELECT coalesce(sum(d.amount), 0) FROM pos_receiptdiscount d WHERE d.receipt_id = r.id)
ORDER BY r.id
"""
_RETURNS = """
SELECT b.origin_receipt_id, b.origin_n FROM pos_receiptline b
LEFT JOIN pos_receiptline s ON s.receipt_id = b.origin_receipt_id AND s.n = b.origin_n
WHERE b.origin_receipt_id IS NOT NULL GROUP BY b.origin_receipt_id, b.origin_n, s.quantity, s.total
HAVING sum(b.quantity) > coalesce(s.quantity, 0) OR sum(b.total) > coalesce(s.total, 0)
ORDER BY b.origin_receipt_id, b.origin_n
"""
_NUMBERS = """
SELECT id, number, before FROM (
    SELECT id, number, lag(number) OVER (PARTITION BY till_id, inc, kind ORDER BY seq) AS before FROM pos_receipt
) numbered WHERE number <= before ORDER BY id
"""


@check("receipts")
def receipts() -> Iterator[Finding]:
    """Each receipt item is one receipt, its rows add up, its number grows, and no more came back than was sold."""
    for (item_id,) in _rows(_UNPROJECTED):
        yield Finding(f"journal item {item_id}", "is not exactly one receipt")
    for (receipt_id,) in _rows(_SUMS):
        yield Finding(f"receipt {receipt_id}", "its lines, taxes, discounts and payments do not add up")
    for receipt_id, n in _rows(_RETURNS):
        yield Finding(f"receipt {receipt_id} line {n}", "more came back than was sold")
    for receipt_id, number, before in _rows(_NUMBERS):
        yield Finding(f"receipt {receipt_id}", f"number {number} follows {before}")


_UNPOSTED = """
SELECT l.receipt_id, l.n, count(m.id) FROM pos_receiptposting p
JOIN pos_receiptline l ON l.receipt_id = p.receipt_id JOIN pos_receipt r ON r.id = p.receipt_id
JOIN inventory_product g ON g.id = l.product_id
LEFT JOIN inventory_stockmove m ON m.source_kind = 'receipt' AND m.source_id = l.receipt_id AND m.source_line = l.n
     AND NOT m.adjustment AND m.quantity = CASE r.kind WHEN 'sale' THEN -l.quantity ELSE l.quantity END
WHERE g.kind <> 'service'
GROUP BY p.state, l.receipt_id, l.n HAVING count(m.id) <> CASE p.state WHEN 'posted' THEN 1 ELSE 0 END
ORDER BY l.receipt_id, l.n
"""
_NO_POSTING = """
SELECT r.id FROM pos_receipt r LEFT JOIN pos_receiptposting p ON p.receipt_id = r.id
WHERE p.receipt_id IS NULL ORDER BY r.id
"""


@check("receipts_posted_once")
def receipts_posted_once() -> Iterator[Finding]:
    """Every posted line is one stock move, every waiting one none, and no receipt is forgotten."""
    for receipt_id, n, moves in _rows(_UNPOSTED):
        yield Finding(f"receipt {receipt_id} line {n}", f"has {moves} stock moves")
    for (receipt_id,) in _rows(_NO_POSTING):
        yield Finding(f"receipt {receipt_id}", "does not wait for posting")
    for row in ReceiptPosting.objects.filter(state="waiting", attempts__gte=10)[:LISTED]:
        yield Finding(
            f"receipt {row.receipt_id}", f"was not posted in {row.attempts} tries: {row.last_error[:200]}"
        )


_UNREPORTED = """
SELECT j.item_id, j.reason FROM pos_journalitem j LEFT JOIN pos_itemconflict c ON c.second_id = j.id
WHERE (j.state = 'conflict') IS DISTINCT FROM (c.id IS NOT NULL) ORDER BY j.id
"""
_SILENT_FORKS = """
SELECT a.item_id FROM pos_journalitem a JOIN pos_journalitem b
    ON b.till_id = a.till_id AND b.inc = a.inc AND b.seq = a.seq AND b.item_id <> a.item_id AND b.id < a.id
WHERE a.authentic AND b.authentic AND a.state <> 'conflict' AND b.state <> 'conflict'
  AND NOT EXISTS (SELECT 1 FROM pos_forkalarm f WHERE f.second_id = a.id) ORDER BY a.id
"""


@check("journal_exceptions")
def journal_exceptions() -> Iterator[Finding]:
    """Every second content of an id has its conflict, every second holder of a place its alarm."""
    for item_id, reason in _rows(_UNREPORTED):
        yield Finding(f"journal item {item_id}", f"conflict row and state disagree ({reason})")
    for (item_id,) in _rows(_SILENT_FORKS):
        yield Finding(f"journal item {item_id}", "shares its place in the chain and raised no alarm")


@check("feed_matches_tenders")
def feed_matches_tenders() -> Iterator[Finding]:
    """What tills read about means of payment is what the table says."""
    yield from compare_feed(
        "tender", {row.code: tender_value(row) for row in Tender.objects.filter(active=True)}
    )


@check("layouts")
def layouts() -> Iterator[Finding]:
    """The feed has every published layout that somebody uses, as its latest version and its assignments say."""
    values = {str(one.id): layout_value(one) for one in Layout.objects.all()}
    yield from compare_feed("layout", {key: value for key, value in values.items() if value is not None})


_SALE_POINTS = """
SELECT r.id, r.bonus_redeemed, r.bonus_earned,
       coalesce(-sum(e.points) FILTER (WHERE e.kind = 'redeem'), 0) AS redeemed,
       coalesce(sum(e.points) FILTER (WHERE e.kind = 'accrue'), 0) AS earned
FROM pos_receipt r JOIN pos_receiptposting p ON p.receipt_id = r.id AND p.state = 'posted'
JOIN loyalty_customer c ON c.id = r.customer_id
LEFT JOIN loyalty_bonusentry e ON e.receipt = r.id WHERE r.kind = 'sale' GROUP BY r.id
HAVING r.bonus_redeemed <> coalesce(-sum(e.points) FILTER (WHERE e.kind = 'redeem'), 0)
    OR r.bonus_earned < coalesce(sum(e.points) FILTER (WHERE e.kind = 'accrue'), 0)
ORDER BY r.id
"""
_RETURN_POINTS = """
SELECT r.id, r.bonus_redeemed, coalesce(sum(e.points), 0)
FROM pos_receipt r JOIN pos_receiptposting p ON p.receipt_id = r.id AND p.state = 'posted'
LEFT JOIN loyalty_bonusentry e ON e.receipt = r.id AND e.kind = 'return_redeem'
WHERE r.kind = 'return' AND EXISTS (SELECT 1 FROM loyalty_customer c WHERE c.id = r.customer_id)
GROUP BY r.id HAVING r.bonus_redeemed <> coalesce(sum(e.points), 0) ORDER BY r.id
"""
_TAKEN_BACK = """
SELECT e.origin, sum(e.points) FROM loyalty_bonusentry e
WHERE e.kind IN ('accrue', 'return_accrual') AND NOT EXISTS (
    SELECT 1 FROM pos_receiptline s WHERE s.receipt_id = e.origin AND NOT s.deposit AND s.quantity > (
        SELECT coalesce(sum(b.quantity), 0) FROM pos_receiptline b
        JOIN pos_receiptposting p ON p.receipt_id = b.receipt_id AND p.state = 'posted'
        WHERE b.origin_receipt_id = s.receipt_id AND b.origin_n = s.n))
GROUP BY e.origin HAVING sum(e.points) <> 0 ORDER BY e.origin
"""
_STRAY_POINTS = """
SELECT e.id, e.receipt FROM loyalty_bonusentry e LEFT JOIN pos_receipt r ON r.id = e.receipt
WHERE e.receipt IS NOT NULL AND r.id IS NULL AND e.hold_id IS NULL ORDER BY e.id
"""


@check("bonus_matches_receipts")
def bonus_matches_receipts() -> Iterator[Finding]:
    """Accounts say what receipts say: points paid, given back and earned; goods that all came back earned nothing."""
    for receipt_id, told, promised, booked, earned in _rows(_SALE_POINTS):
        yield Finding(
            f"receipt {receipt_id}",
            f"pays {told} points, {booked} are booked; earns {promised}, booked {earned}",
        )
    for receipt_id, told, booked in _rows(_RETURN_POINTS):
        yield Finding(f"receipt {receipt_id}", f"gives {told} points back, {booked} are booked")
    for receipt_id, points in _rows(_TAKEN_BACK):
        yield Finding(f"receipt {receipt_id}", f"came back whole and still earns {points} points")
    for entry, receipt_id in _rows(_STRAY_POINTS):
        yield Finding(f"bonus entry {entry}", f"names receipt {receipt_id}, which is not here")
