"""Price changes as a list: who decided what, from when, and which tills have it."""

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from core.models import Store
from inventory.models import Price, Product
from inventory.models.prices import RETAIL
from inventory.selectors import prices


def changes(*, when: str, now: datetime) -> QuerySet[Price]:
    """Decisions about retail prices by people and head office; `when` is all, later or now."""
    rows = Price.objects.filter(price_type=RETAIL).select_related("product", "created_by")
    if when == "later":
        rows = rows.filter(valid_from__gt=now)
    if when == "manual":
        rows = rows.filter(source=Price.Source.MANUAL)
    return rows


def now_by_product(store: Store, items: Collection[Product], now: datetime) -> dict[uuid.UUID, int]:
    """The price in force of each product in minor units."""
    found = prices.in_force([item.id for item in items], at=now, store=store)
    return {pk: row.price for pk, row in found.items()}
