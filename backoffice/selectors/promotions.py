"""Promotions as the pages show them."""

import uuid
from collections.abc import Collection
from datetime import date, time
from typing import Any

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


def initial(promotion: Promotion) -> dict[str, Any]:
    """The form's values of a promotion that exists."""
    names = ("name", "kind", "everything", "valid_from", "valid_to", "priority", "active")
    return {
        **{name: getattr(promotion, name) for name in names},
        **promotion.params,
        "groups": [str(pk) for pk in promotion.groups],
        "codes": code_lines(promotion.products),
        "weekdays": promotion.weekdays or [],
        **_hours(promotion.hours),
    }


def _hours(hours: Any) -> dict[str, time]:
    """One span of the clock: a night, kept as two pairs, is joined again."""
    if not hours:
        return {}
    pairs = sorted(tuple(pair) for pair in hours)
    first, last = pairs[0][0], pairs[0][1]
    if len(pairs) == 2 and first == 0 and pairs[1][1] == 1440:
        first = pairs[1][0]
    return {"hour_from": _time(first), "hour_to": _time(last)}


def _time(minute: int) -> time:
    return time(minute % 1440 // 60, minute % 60)
