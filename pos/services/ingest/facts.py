"""What the rules need to know about a batch: goods, people, shifts, numbers, origins. A fixed number of reads."""

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection

from pos.rules import approvals
from pos.rules.bodies import CashBody, EventBody, ShiftBody
from pos.rules.receipt import ReceiptBody
from pos.rules.tenders import TenderRule
from pos.services.ingest.envelope import Element

Key = tuple[uuid.UUID, int]


class Sold(NamedTuple):
    """A line that may come back."""

    kind: str
    product: uuid.UUID
    quantity: int
    total: int
    tax: int


class Back(NamedTuple):
    """What came back of a line."""

    quantity: int = 0
    total: int = 0
    tax: int = 0


class Neighbours(NamedTuple):
    """The receipts of one kind stored next to a place, and how many set-aside items lie between."""

    low_seq: int
    low_number: int
    low_aside: int
    high_seq: int | None
    high_number: int | None
    high_aside: int


@dataclass
class Facts:
    """Everything the judge looks at besides the item itself."""

    currency: str
    prices_include_tax: bool
    country: str = ""
    tenders: dict[str, TenderRule] = field(default_factory=dict)
    products: set[uuid.UUID] = field(default_factory=set)
    people: dict[uuid.UUID, approvals.Person] = field(default_factory=dict)
    shifts: dict[uuid.UUID, uuid.UUID] = field(default_factory=dict)
    closed: dict[uuid.UUID, int] = field(default_factory=dict)
    promotions: dict[uuid.UUID, dict[str, Any] | None] = field(default_factory=dict)
    numbers: dict[tuple[int, str, int], Neighbours] = field(default_factory=dict)
    origins: frozenset[uuid.UUID] = frozenset()
    known_origins: set[uuid.UUID] = field(default_factory=set)
    sold: dict[Key, Sold] = field(default_factory=dict)
    returned: dict[Key, Back] = field(default_factory=dict)
    paid: dict[uuid.UUID, int] = field(default_factory=dict)
    given_back: dict[uuid.UUID, int] = field(default_factory=dict)
    marks: set[str] = field(default_factory=set)


_NUMBERS = """
SELECT n.inc, n.kind, n.seq, coalesce(lo.seq, 0), coalesce(lo.number, 0),
       (SELECT count(*) FROM pos_journalitem j WHERE j.till_id = %(till)s AND j.inc = n.inc AND j.state <> 'stored'
          AND j.seq > coalesce(lo.seq, 0) AND j.seq < n.seq),
       hi.seq, hi.number,
       (SELECT count(*) FROM pos_journalitem j WHERE j.till_id = %(till)s AND j.inc = n.inc AND j.state <> 'stored'
          AND j.seq > n.seq AND j.seq < hi.seq)
FROM unnest(%(incs)s::bigint[], %(kinds)s::text[], %(seqs)s::bigint[]) AS n (inc, kind, seq)
LEFT JOIN LATERAL (
    SELECT r.seq, r.number FROM pos_receipt r
    WHERE r.till_id = %(till)s AND r.inc = n.inc AND r.kind = n.kind AND r.seq < n.seq ORDER BY r.seq DESC LIMIT 1
) lo ON true
LEFT JOIN LATERAL (
    SELECT r.seq, r.number FROM pos_receipt r
    WHERE r.till_id = %(till)s AND r.inc = n.inc AND r.kind = n.kind AND r.seq > n.seq ORDER BY r.seq LIMIT 1
) hi ON true
"""
_TENDERS = "SELECT code, kind, needs_customer, needs_reference, over_tender, refundable FROM pos_tender"
_SHIFTS = """
SELECT s.id, s.till_id, NULL::bigint FROM pos_shift s WHERE s.id = ANY(%(ids)s)
UNION ALL SELECT c.id, c.till_id, c.seq FROM pos_shiftclosing c WHERE c.id = ANY(%(ids)s)
"""
_PEOPLE = """
SELECT e.id, coalesce(e.same_as_id, e.id), e.active, e.is_superuser, r.permissions
FROM core_employee e JOIN core_role r ON r.id = e.role_id WHERE e.id = ANY(%s)
"""
_SOLD = """
SELECT r.kind, l.receipt_id, l.n, l.product_id, l.quantity, l.total, l.tax_amount
FROM pos_receiptline l JOIN pos_receipt r ON r.id = l.receipt_id WHERE r.id = ANY(%s)
"""
_RETURNED = """
SELECT origin_receipt_id, origin_n, sum(quantity)::bigint, sum(total)::bigint, sum(tax_amount)::bigint
FROM pos_receiptline WHERE origin_receipt_id = ANY(%s) GROUP BY origin_receipt_id, origin_n
"""
# What was handed out for a sale, by the returns that are about nothing else.
_GIVEN_BACK = """
SELECT b.origin, sum(r.due)::bigint FROM (
    SELECT DISTINCT receipt_id, origin_receipt_id AS origin FROM pos_receiptline WHERE origin_receipt_id = ANY(%s)
) b JOIN pos_receipt r ON r.id = b.receipt_id
WHERE NOT EXISTS (
    SELECT 1 FROM pos_receiptline x WHERE x.receipt_id = b.receipt_id AND x.origin_receipt_id IS DISTINCT FROM b.origin
) GROUP BY b.origin
"""

# Numbers of single units that are sold and have not come back.
_MARKS = """
SELECT l.mark FROM pos_receiptline l JOIN pos_receipt r ON r.id = l.receipt_id WHERE l.mark = ANY(%s)
GROUP BY l.mark HAVING sum(CASE r.kind WHEN 'sale' THEN 1 ELSE -1 END) > 0
"""


def load(facts: Facts, till: uuid.UUID, elements: Sequence[Element]) -> Facts:
    """Fills the facts for items whose bodies were read; takes locks on the receipts that goods come back from."""
    receipts = [one for one in elements if isinstance(one.typed, ReceiptBody)]
    bodies: list[ReceiptBody] = [one.typed for one in receipts]
    lines = [line for body in bodies for line in body.lines]
    facts.origins = frozenset(line.origin[0] for line in lines if line.origin)
    with connection.cursor() as cursor:
        if lines:
            cursor.execute(
                "SELECT id FROM inventory_product WHERE id = ANY(%s)", [_unique(x.product for x in lines)]
            )
            facts.products = {row[0] for row in cursor.fetchall()}
        _load_people(cursor, facts, elements)
        _load_shifts(cursor, facts, elements)
        refs = _unique(d.ref for x in lines for d in x.discounts if d.source == "promotion" and d.ref)
        if refs:
            _load_promotions(cursor, facts, refs)
        if receipts:
            _load_numbers(cursor, facts, till, receipts)
            cursor.execute(_TENDERS)
            facts.tenders = {code: TenderRule(*rule) for code, *rule in cursor.fetchall()}
        if facts.origins:
            _load_origins(cursor, facts, sorted(facts.origins))
        if marks := {line.mark for line in lines if line.mark is not None}:
            cursor.execute(_MARKS, [list(marks)])
            facts.marks = {row[0] for row in cursor.fetchall()}
    return facts


def _unique(values: Iterable[uuid.UUID | None]) -> list[uuid.UUID]:
    return list({value for value in values if value is not None})


def _load_people(cursor: Any, facts: Facts, elements: Sequence[Element]) -> None:
    named = [approval.by for one in elements for approval in approvals.named(one.typed)]
    people = _unique([*(getattr(one.typed, "cashier", None) for one in elements), *named])
    if people:
        cursor.execute(_PEOPLE, [people])
        facts.people = {
            pk: approvals.Person(person, active, everything, frozenset(rights))
            for pk, person, active, everything, rights in cursor.fetchall()
        }


def _load_shifts(cursor: Any, facts: Facts, elements: Sequence[Element]) -> None:
    with_shift = (ReceiptBody, CashBody, EventBody, ShiftBody)
    wanted = _unique(one.typed.shift for one in elements if isinstance(one.typed, with_shift))
    if not wanted:
        return
    cursor.execute(_SHIFTS, {"ids": wanted})
    for shift, till, closed_seq in cursor.fetchall():
        if closed_seq is None:
            facts.shifts[shift] = till
        else:
            facts.closed[shift] = closed_seq


def _load_promotions(cursor: Any, facts: Facts, refs: list[uuid.UUID]) -> None:
    cursor.execute(
        "SELECT key, data FROM core_feedrow WHERE kind = 'promotion' AND key = ANY(%s)",
        [[str(ref) for ref in refs]],
    )
    for key, data in cursor.fetchall():
        facts.promotions[uuid.UUID(key)] = json.loads(data) if data else None


def _load_numbers(cursor: Any, facts: Facts, till: uuid.UUID, receipts: Sequence[Element]) -> None:
    places = [(one.inc, one.typed.kind, one.seq) for one in receipts]
    incs, kinds, seqs = ([place[at] for place in places] for at in range(3))
    cursor.execute(_NUMBERS, {"till": till, "incs": incs, "kinds": kinds, "seqs": seqs})
    for inc, kind, seq, *around in cursor.fetchall():
        facts.numbers[inc, kind, seq] = Neighbours(*around)


def _load_origins(cursor: Any, facts: Facts, origins: list[uuid.UUID]) -> None:
    # Two tills taking back the same line wait for each other here; the second one sees what the first took.
    cursor.execute("SELECT id, due FROM pos_receipt WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [origins])
    facts.paid = dict(cursor.fetchall())
    facts.known_origins = set(facts.paid)
    cursor.execute(_SOLD, [origins])
    for kind, receipt, n, *sold in cursor.fetchall():
        facts.sold[receipt, n] = Sold(kind, *sold)
    cursor.execute(_RETURNED, [origins])
    for receipt, n, *back in cursor.fetchall():
        facts.returned[receipt, n] = Back(*back)
    cursor.execute(_GIVEN_BACK, [origins])
    facts.given_back = dict(cursor.fetchall())
