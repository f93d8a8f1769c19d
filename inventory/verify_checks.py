"""The inventory's invariants: balances fold their moves, tills read what the tables say, the tree is a tree."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

from core import canonical, clock
from core.models import FeedRow, Store
from core.verify import Finding, check
from core.verify_checks import compare_feed
from inventory.models import Barcode, Group, Price, Product, StockBalance, Tax, Unit
from inventory.selectors.prices import superseded_sql
from inventory.selectors.taxes import company_country, store_day
from inventory.services import publishing
from inventory.services.stock import LedgerFold, ledger_folds

M = TypeVar("M", bound=Model)
T = TypeVar("T")

CHUNK = 5_000


_BALANCE = ("product_id", "quantity", "value", "cost_quantity", "cost_value", "last_move_id")


@check("stock_balances")
def stock_balances() -> Iterator[Finding]:
    """Every balance, its cost and its last move are what its moves add up to."""
    for store in Store.objects.all():
        rows = StockBalance.objects.filter(store=store).values_list(*_BALANCE).iterator(chunk_size=CHUNK)
        balances = {product: rest for product, *rest in rows}
        for fold in ledger_folds(store):
            yield from _compare_balance(fold, balances.pop(fold.product, None))
        for product, rest in balances.items():
            if any(rest):
                yield Finding(f"stock of {product}", f"says {rest[0]} but nothing ever moved")


def _compare_balance(fold: LedgerFold, balance: list[Any] | None) -> Iterator[Finding]:
    culprit, held = f"stock of {fold.product}", fold.holding
    if fold.total != held.value:
        yield Finding(culprit, f"its moves add up to {fold.total}, folding them gives {held.value}")
    if balance is None:
        yield Finding(culprit, "has moves but no balance")
    elif balance != [held.quantity, held.value, held.cost_quantity, held.cost_value, fold.last_move]:
        yield Finding(
            culprit,
            f"says {balance[0]} worth {balance[1]}, its moves say {held.quantity} worth {held.value} "
            f"up to move {fold.last_move}",
        )


@check("group_tree")
def group_tree() -> Iterator[Finding]:
    """Every group reaches a root."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH RECURSIVE rooted AS (
                   SELECT id FROM inventory_group WHERE parent_id IS NULL UNION ALL
                   SELECT g.id FROM inventory_group g JOIN rooted ON g.parent_id = rooted.id)
               SELECT id, name FROM inventory_group WHERE id NOT IN (SELECT id FROM rooted) LIMIT 20"""
        )
        for group, name in cursor.fetchall():
            yield Finding(f"group {group} {name}", "is inside itself")


@check("product_taxes")
def product_taxes() -> Iterator[Finding]:
    """Every active product has a tax code of the company's country that is in force today."""
    day = store_day(clock.now())
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT p.code, p.tax FROM inventory_product p WHERE p.active AND NOT EXISTS (
                   SELECT 1 FROM inventory_tax t WHERE t.country = %s AND t.code = p.tax
                     AND (t.valid_from IS NULL OR t.valid_from <= %s) AND (t.valid_to IS NULL OR t.valid_to >= %s))
               ORDER BY p.code LIMIT 20""",
            [company_country(), day, day],
        )
        for code, tax in cursor.fetchall():
            yield Finding(f"product {code}", f"its tax code {tax} has no rate today")


@check("feed_matches_goods")
def feed_matches_goods() -> Iterator[Finding]:
    """What tills read about goods is what the tables say; 200,000 products are compared in slices."""
    yield from compare_feed("unit", {u.code: publishing.unit_value(u) for u in Unit.objects.all()})
    yield from compare_feed("group", {str(g.id): publishing.group_value(g) for g in Group.objects.all()})
    yield from _taxes()
    products = Product.objects.filter(active=True)
    barcodes = Barcode.objects.filter(product__active=True)
    yield from compare_large("product", products, publishing.product_value, lambda p: str(p.id))
    yield from compare_large("barcode", barcodes, publishing.barcode_value, lambda b: str(b.code))
    yield from _prices()


def _taxes() -> Iterator[Finding]:
    """Yesterday's row is right too: the worker that publishes a new day's rates comes once an hour."""
    today = store_day(clock.now())
    periods: dict[str, list[Tax]] = {}
    for tax in Tax.objects.filter(country=company_country()):
        periods.setdefault(tax.code, []).append(tax)
    findings = [
        list(compare_feed("tax", {code: publishing.tax_value(rates, day) for code, rates in periods.items()}))
        for day in (today, today - timedelta(days=1))
    ]
    yield from min(findings, key=len)


def compare_large(
    kind: str, rows: QuerySet[M], value: Callable[[M], dict[str, Any]], key: Callable[[M], str]
) -> Iterator[Finding]:
    """`compare_feed` with constant memory: tables and feed are read side by side in slices."""
    count = 0
    for batch in _slices(rows.order_by("pk").iterator(chunk_size=CHUNK)):
        published = dict(
            FeedRow.objects.filter(kind=kind, key__in=[key(row) for row in batch]).values_list("key", "data")
        )
        count += sum(data is not None for data in published.values())
        for row in batch:
            if published.get(key(row)) != canonical.dumps(value(row)):
                yield Finding(f"feed {kind} {key(row)}", "differs from the table it was published from")
    living = FeedRow.objects.filter(kind=kind).exclude(data=None).count()
    if living != count:
        yield Finding(
            f"feed {kind}", f"holds {living} rows, {living - count} of which the tables do not know"
        )


def _slices(rows: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, CHUNK)):
        yield batch


@check("prices_at_tills")
def prices_at_tills() -> Iterator[Finding]:
    """Every price that is or may come into force is at the tills."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT p.id FROM inventory_price p JOIN inventory_product g ON g.id = p.product_id AND g.active
                LEFT JOIN core_feedrow f ON f.kind = 'price' AND f.key = p.id::text AND f.data IS NOT NULL
                WHERE f.id IS NULL AND NOT {superseded_sql("p")} LIMIT 20""",  # noqa: S608
            [now, now],
        )
        for (price,) in cursor.fetchall():
            yield Finding(f"price {price}", "is in force or will be, but is not at the tills")


def _prices() -> Iterator[Finding]:
    """Every published price is a row of the history, as it was written.

    One that has been superseded since may still be there: tills rank prices themselves, and a worker takes it away.
    """
    rows = FeedRow.objects.filter(kind="price").exclude(data=None).order_by("key").values_list("key", "data")
    for batch in _slices(rows.iterator(chunk_size=CHUNK)):
        ids = [uuid.UUID(key) for key, _data in batch]
        known = {str(p.id): p for p in Price.objects.filter(id__in=ids, product__active=True)}
        for key, data in batch:
            price = known.get(key)
            if price is None:
                yield Finding(f"feed price {key}", "is published but belongs to no active product")
            elif data != canonical.dumps(publishing.price_value(price)):
                yield Finding(f"feed price {key}", "differs from the table it was published from")
