"""Promotions as the pages show them."""

import uuid
from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet

from inventory.models import Product
from loyalty.models import Promotion
from loyalty.selectors import promotions


def listed(*, state: str, today: date) -> QuerySet[Promotion]:
    """Promotions running or to come, those over or switched off, or all; by id, which is by age."""
    over = Q(active=False) | Q(valid_to__lt=today)
    if state == "all":
        return promotions()
    return promotions().filter(over) if state == "over" else promotions().exclude(over)


def code_lines(ids: Collection[uuid.UUID]) -> list[str]:
    """`code name` of products, by code."""
    rows = Product.objects.filter(id__in=ids).order_by("code").values_list("code", "name")
    return [f"{code} {name}" for code, name in rows]
