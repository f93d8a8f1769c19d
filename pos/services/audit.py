"""Prices received receipts again with the same engine over the same rulebook, and says where they differ.

Protocol.md section 4: the result must give the same lines, else `repriced`, a warning that does not quarantine.
Returns give back what was paid and are not priced; nor are receipts with discounts that the engine does not
decide yet (cards, bonus, coupons). A discount by hand is taken as the till gave it.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from core import clock
from core.errors import KasaError
from core.models import Store
from inventory.models import Group, Product
from pos.models import Receipt, ReceiptDiscount, ReceiptLine, Rulebook
from pos.pricing import engine
from pos.pricing.rulebook import RulebookUnknown, rulebook_get

log = logging.getLogger(__name__)

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


def reprice(store: Store, receipts: Sequence[Receipt]) -> list[Finding]:
    """The remarks about receipts that the engine prices otherwise."""
    sales = [
        given for given in _load(receipts) if given.receipt.kind == Receipt.Kind.SALE and _decided(given)
    ]
    by_book: dict[str, list[_Given]] = defaultdict(list)
    findings: list[Finding] = []
    for given in sales:
        digest = given.receipt.rulebook or _rulebook_then(given.receipt)
        if digest is not None:
            by_book[digest].append(given)
    for digest, group in by_book.items():
        findings += _reprice(store, digest, group)
    return findings


def _load(receipts: Sequence[Receipt]) -> list[_Given]:
    lines: dict[Any, list[ReceiptLine]] = defaultdict(list)
    for line in ReceiptLine.objects.filter(receipt__in=receipts).select_related("product").order_by("n"):
        lines[line.receipt_id].append(line)
    discounts: dict[Any, dict[int, list[ReceiptDiscount]]] = defaultdict(lambda: defaultdict(list))
    for entry in ReceiptDiscount.objects.filter(receipt__in=receipts).order_by("n", "position"):
        discounts[entry.receipt_id][entry.n].append(entry)
    return [_Given(receipt, lines[receipt.id], discounts[receipt.id]) for receipt in receipts]


def _decided(given: _Given) -> bool:
    return all(entry.source in DECIDED for entries in given.discounts.values() for entry in entries)


def _rulebook_then(receipt: Receipt) -> str | None:
    """The rulebook in force when a receipt was closed that does not name one."""
    rows = Rulebook.objects.filter(created_at__lte=receipt.closed_at).order_by("-created_at")
    return rows.values_list("hash", flat=True).first()


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
        "discountable": line.product.discountable,
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
