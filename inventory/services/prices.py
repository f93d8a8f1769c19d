"""Price changes: a new row in the history and at the tills in one transaction; what it ends leaves the tills."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from core import feed
from core.errors import KasaError
from core.models import Employee, Store
from inventory import bulk
from inventory.models import Price, Product
from inventory.models.prices import RETAIL
from inventory.selectors.prices import superseded_sql
from inventory.services.publishing import publish_prices
from inventory.services.refusals import explained

RETIRE_AT_ONCE = 5_000


class PriceInThePast(KasaError):
    """A price was to begin before now; history is never rewritten."""

    code = "price_in_the_past"


class UnknownProduct(KasaError):
    """A change names a product that does not exist."""

    code = "unknown_product"


@dataclass(frozen=True)
class PriceChange:
    """One wished price. `valid_from` None is now, `valid_to` None is until the next change."""

    product: uuid.UUID
    price: int
    price_type: str = RETAIL
    store: Store | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None


def price_change(
    *,
    product: Product,
    price: int,
    now: datetime,
    price_type: str = RETAIL,
    store: Store | None = None,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
    source: str = Price.Source.MANUAL,
    by: Employee | None = None,
) -> Price | None:
    """Gives a product a price. Returns the new row, None when that price is already the one decided last.

    Raises PriceInThePast, Refused.
    """
    change = PriceChange(product.id, price, price_type, store, valid_from, valid_to)
    rows = prices_change_many([change], now=now, source=source, by=by)
    return rows[0] if rows else None


def prices_change_many(
    changes: Sequence[PriceChange],
    *,
    now: datetime,
    source: str = Price.Source.MANUAL,
    by: Employee | None = None,
) -> list[Price]:
    """Many price changes in one transaction and a constant number of statements. Returns the rows that are new.

    A change that repeats the decision made last for its product, type and store is skipped, so that sending a
    list twice changes nothing. Raises PriceInThePast, UnknownProduct, Refused.
    """
    for change in changes:
        if change.valid_from is not None and change.valid_from < now:
            raise PriceInThePast(_("A price cannot begin in the past."))
    with feed.transaction(), explained():
        active = _lock({change.product for change in changes})
        decided = _decided(list(active), now)
        fresh = [change for change in changes if _fact(change, now) not in decided]
        rows = [_row(change, now, source, by) for change in fresh]
        bulk.insert(rows)
        publish_prices(row for row in rows if active[row.product_id])
        _drop_superseded({row.product_id for row in rows}, now)
        return rows


def _lock(products: set[uuid.UUID]) -> dict[uuid.UUID, bool]:
    """Locks the products in one order; whether each is active. Raises UnknownProduct."""
    rows = (
        Product.objects.filter(id__in=products)
        .order_by("id")
        .select_for_update(no_key=True)
        .values_list("id", "active")
    )
    found = dict(rows)
    if len(found) != len(products):
        missing = sorted(str(p) for p in products - found.keys())
        raise UnknownProduct(_("There is no product %(id)s.") % {"id": missing[0]}, products=missing[:20])
    return found


# Product, type, store, price, beginning (None: it holds already) and end.
_Fact = tuple[uuid.UUID, str, uuid.UUID | None, int, datetime | None, datetime | None]


def _fact(change: PriceChange, now: datetime) -> _Fact:
    begins = change.valid_from if change.valid_from and change.valid_from > now else None
    store = change.store.id if change.store else None
    return change.product, change.price_type, store, change.price, begins, change.valid_to


def _decided(products: list[uuid.UUID], now: datetime) -> set[_Fact]:
    """What is decided already: the row in force of each product, type and store, and all that begin later."""
    rows = Price.objects.filter(Q(valid_to=None) | Q(valid_to__gt=now), product__in=products)
    present = (
        rows.filter(valid_from__lte=now)
        .order_by("product_id", "price_type_id", "store_id", "-valid_from", "-id")
        .distinct("product_id", "price_type_id", "store_id")
    )
    facts: set[_Fact] = {
        (p.product_id, p.price_type_id, p.store_id, p.price, None, p.valid_to) for p in present
    }
    later = rows.filter(valid_from__gt=now)
    return facts | {
        (p.product_id, p.price_type_id, p.store_id, p.price, p.valid_from, p.valid_to) for p in later
    }


def _row(change: PriceChange, now: datetime, source: str, by: Employee | None) -> Price:
    return Price(
        product_id=change.product,
        price_type_id=change.price_type,
        store=change.store,
        price=change.price,
        valid_from=change.valid_from or now,
        valid_to=change.valid_to,
        source=source,
        created_by=by,
        created_at=now,
    )


def _drop_superseded(products: set[uuid.UUID], now: datetime) -> int:
    """Takes the rows of these products that can no longer be in force from the tills. Returns how many."""
    return _drop_published("p.product_id = ANY(%s) AND", [list(products)], now, len(products) * 100)


def _drop_published(condition: str, params: list[Any], now: datetime, limit: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT p.id FROM inventory_price p
                JOIN core_feedrow f ON f.kind = 'price' AND f.key = p.id::text AND f.data IS NOT NULL
                WHERE {condition} {superseded_sql("p")} ORDER BY p.id LIMIT %s""",  # noqa: S608
            [*params, now, now, limit],
        )
        gone = [row[0] for row in cursor.fetchall()]
    for price_id in gone:
        feed.drop("price", price_id)
    return len(gone)


def prices_retire(*, now: datetime) -> int:
    """Takes every price that can no longer be in force from the tills: a price decided in advance ends another
    one without anybody writing anything. A worker calls it every hour. Returns how many.
    """
    total = 0
    while True:
        with feed.transaction():
            count = _drop_published("", [], now, RETIRE_AT_ONCE)
        total += count
        if count < RETIRE_AT_ONCE:
            return total
