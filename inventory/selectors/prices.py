"""Which price is in force, and how it came to be."""

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db.models import F, Q, QuerySet

from core.models import Store
from inventory.models import Price, Product
from inventory.models.prices import RETAIL


def superseded_sql(table: str) -> str:
    """SQL: the price row in `table` is over, or an open-ended one that began later has taken its place.

    Two parameters, both the instant asked about. A row of one store never ends a row of every store here,
    because the same table may serve several stores; which of the two is in force is decided when it is read.
    """
    return f"""({table}.valid_to IS NOT NULL AND {table}.valid_to <= %s OR EXISTS (
        SELECT 1 FROM inventory_price newer
        WHERE newer.product_id = {table}.product_id AND newer.price_type_id = {table}.price_type_id
          AND (newer.store_id IS NULL OR newer.store_id = {table}.store_id)
          AND (newer.valid_from, newer.id) > ({table}.valid_from, {table}.id)
          AND newer.valid_to IS NULL AND newer.valid_from <= %s))"""  # noqa: S608  (the table name is our own)


def in_force(
    products: Collection[uuid.UUID], *, at: datetime, store: Store | None, price_type: str = RETAIL
) -> dict[uuid.UUID, Price]:
    """The price in force of each product at an instant, in one statement; products without one are absent."""
    rows = (
        _candidates(at, store, price_type)
        .filter(product__in=products)
        .order_by("product_id", "-valid_from", "-id")
        .distinct("product_id")
    )
    return {row.product_id: row for row in rows}


def _candidates(at: datetime, store: Store | None, price_type: str) -> QuerySet[Price]:
    mine = Q(store=None) if store is None else Q(store=None) | Q(store=store)
    return Price.objects.filter(
        mine, Q(valid_to=None) | Q(valid_to__gt=at), price_type=price_type, valid_from__lte=at
    )


def not_over(products: Collection[uuid.UUID], *, at: datetime) -> list[Price]:
    """The rows of these products that are in force at an instant or may still come into force after it."""
    query = f"SELECT p.* FROM inventory_price p WHERE p.product_id = ANY(%s) AND NOT {superseded_sql('p')}"  # noqa: S608
    return list(Price.objects.raw(query, [list(products), at, at]))


def price_of(
    product: Product, *, at: datetime, store: Store | None, price_type: str = RETAIL
) -> Price | None:
    """The price in force of one product, None when it has none."""
    return in_force([product.id], at=at, store=store, price_type=price_type).get(product.id)


def lowest(
    product: Product, *, since: datetime, at: datetime, store: Store, price_type: str = RETAIL
) -> int | None:
    """The least a product cost between two instants in a store, minor units; None when it had no price."""
    prices = [
        row.price
        for row in not_over([product.id], at=since)
        if row.price_type_id == price_type and row.valid_from <= at and row.store_id in (None, store.id)
    ]
    return min(prices, default=None)


def history(product: Product, *, price_type: str | None = None) -> QuerySet[Price]:
    """Every decision about a product's price, the latest to take effect first."""
    rows = Price.objects.filter(product=product).select_related("created_by", "store")
    if price_type:
        rows = rows.filter(price_type=price_type)
    return rows.order_by(F("valid_from").desc(), F("id").desc())


def invented() -> QuerySet[Product]:
    """Active products whose newest price nobody decided."""
    newest = Price.objects.order_by("product_id", "-valid_from", "-id").distinct("product_id").values("id")
    return Product.objects.filter(active=True, prices__id__in=newest, prices__source=Price.Source.INVENTED)
