"""What promotions and messages have in common when they are written: the goods they name and their hours."""

import uuid
from collections.abc import Collection, Sequence

from inventory.models import Group, Product


def targets_exist(products: Collection[uuid.UUID], groups: Collection[uuid.UUID]) -> bool:
    """Whether each product and each group of goods is known."""
    known = Product.objects.filter(id__in=products).count() + Group.objects.filter(id__in=groups).count()
    return known == len(set(products)) + len(set(groups))


def hours_fit(hours: Sequence[tuple[int, int]]) -> bool:
    """Whether each pair runs from an earlier to a later minute of one day."""
    return all(type(first) is type(last) is int and 0 <= first < last <= 1440 for first, last in hours)
