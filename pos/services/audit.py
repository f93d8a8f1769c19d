"""Prices received receipts again with the same engine over the same rulebook, and says where they differ.

Protocol.md section 4: the result must give the same lines, else `repriced`, a warning that does not quarantine.
Returns give back what was paid and are not priced; nor are receipts with discounts that the engine does not
decide yet (cards, bonus, coupons). A discount by hand is taken as the till gave it.
"""

import uuid
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core import clock
from core.errors import KasaError
from core.models import Store
from inventory.models import Group, Product
from pos.models import Receipt, ReceiptDiscount, ReceiptLine, Rulebook
from pos.pricing import engine
from pos.pricing.rulebook import RulebookUnknown, rulebook_get

DECIDED = frozenset({"promotion", "manual"})


@dataclass(frozen=True)
class Finding:
    """A remark about a receipt; `item` is its journal row."""

    item: int
    code: str
    detail: str


@dataclass(frozen=True)
class _Given:
    receipt: Receipt
    lines: list[ReceiptLine]
    discounts: dict[int, list[ReceiptDiscount]]


Lines = Mapping[uuid.UUID, list[ReceiptLine]]


def reprice(store: Store, receipts: Sequence[Receipt], lines: Lines) -> list[Finding]:
    """The remarks about receipts that the engine prices otherwise; `lines` have their products loaded."""
    sales = [given for given in _load(receipts, lines) if _decided(given)]
    by_book: dict[str, list[_Given]] = defaultdict(list)
    findings: list[Finding] = []
    history = _Rulebooks() if any(not given.receipt.rulebook for given in sales) else None
    for given in sales:
        digest = given.receipt.rulebook or (history and history.at(given.receipt.closed_at))
        if digest:
            by_book[digest].append(given)
    for digest, group in by_book.items():
        findings += _reprice(store, digest, group)
    return findings


class _Rulebooks:
    """Which rulebook was in force when."""

    def __init__(self) -> None:
        rows = list(Rulebook.objects.order_by("created_at").values_list("created_at", "hash"))
        self._times, self._hashes = [row[0] for row in rows], [row[1] for row in rows]

    def at(self, moment: datetime) -> str | None:
        """The newest one published by then."""
        place = bisect_right(self._times, moment)
        return self._hashes[place - 1] if place else None


def _load(receipts: Sequence[Receipt], lines: Lines) -> list[_Given]:
    sales = [receipt for receipt in receipts if receipt.kind == Receipt.Kind.SALE]
    discounts: dict[uuid.UUID, dict[int, list[ReceiptDiscount]]] = defaultdict(lambda: defaultdict(list))
    for entry in ReceiptDiscount.objects.filter(receipt__in=sales).order_by("n", "position"):
        discounts[entry.receipt_id][entry.n].append(entry)
    return [_Given(receipt, lines[receipt.id], discounts[receipt.id]) for receipt in sales]


def _decided(given: _Given) -> bool:
    return all(entry.source in DECIDED for entries in given.discounts.values() for entry in entries)


def _reprice(store: Store, digest: str, group: Sequence[_Given]) -> Iterator[Finding]:
    try:
        book = rulebook_get(digest)
    except RulebookUnknown:
        for given in group:
            yield Finding(
                given.receipt.item_id, "unknown_rulebook", f"no rulebook {digest} was published here"
            )
        return
    parents = dict(Group.objects.values_list("id", "parent_id"))
    carts = [_cart(store, given, parents) for given in group]
    for given, priced in zip(group, engine.price_many(book, carts, rulebook_hash=digest), strict=True):
        if isinstance(priced, KasaError):
            yield Finding(given.receipt.item_id, "repriced", f"the engine refuses it: {priced.code}")
            continue
        difference = _difference(given, priced)
        if difference:
            yield Finding(given.receipt.item_id, "repriced", difference)


def _cart(store: Store, given: _Given, parents: dict[Any, Any]) -> dict[str, Any]:
    """The cart the till had: calendar of the opening in the store's own time (devices price by the first line)."""
    opened = clock.local(given.receipt.opened_at, store.time_zone)
    return {
        "day": opened.date().isoformat(),
        "weekday": opened.isoweekday(),
        "minute": opened.hour * 60 + opened.minute,
        "cash": False,
        "manual": None,
        "manual_limit": None,
        "lines": [_cart_line(line, given.discounts.get(line.n, []), parents) for line in given.lines],
    }


def _cart_line(
    line: ReceiptLine, discounts: Sequence[ReceiptDiscount], parents: dict[Any, Any]
) -> dict[str, Any]:
    groups: list[str] = []
    group: Any = line.product.group_id
    while group is not None and str(group) not in groups:
        groups.append(str(group))
        group = parents.get(group)
    by_hand = sum(entry.amount for entry in discounts if entry.source == "manual")
    return {
        "n": line.n,
        "product": str(line.product_id),
        "groups": groups,
        "kind": str(line.product.kind),
        "quantity": line.quantity,
        "price": line.price,
        "tax": line.tax_code,
        # A reduced-price sticker is the whole reduction: no offer comes on top (docs/decisions/0088).
        "discountable": line.product.discountable and line.price_from != "sticker",
        "deposit": line.product.kind == Product.Kind.DEPOSIT,
        "manual": {"amount": by_hand, "approved_by": None, "reason": None} if by_hand else None,
    }


def _difference(given: _Given, priced: dict[str, Any]) -> str:
    """The first line that the engine prices otherwise, in words; empty when there is none."""
    theirs = {line["n"]: line for line in priced["lines"]}
    for line in given.lines:
        ours = theirs.get(line.n)
        if ours is None or ours["total"] != line.total:
            return f"line {line.n}: {ours['total'] if ours else 'nothing'} instead of {line.total}"
        if ours["tax"]["percent"] != line.tax_percent:
            return f"line {line.n}: tax {ours['tax']['percent']} instead of {line.tax_percent}"
    return ""
