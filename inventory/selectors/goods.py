"""Finding goods: by code, by barcode, by words, by group."""

import uuid
from collections.abc import Collection

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet

from inventory import text
from inventory.models import Barcode, Group, Product

MAX_WORDS = 6


def products() -> QuerySet[Product]:
    """Products with their group, and their barcodes in one further statement."""
    barcodes = Prefetch("barcodes", Barcode.objects.order_by("quantity", "code"))
    return Product.objects.select_related("group").prefetch_related(barcodes)


def matching(rows: QuerySet[Product], words: str) -> QuerySet[Product]:
    """The products whose name holds every word, or whose code or barcode is exactly what was typed."""
    typed = words.strip()[:200]
    if not typed:
        return rows
    named = Q()
    for word in text.fold(typed).split()[:MAX_WORDS]:
        named &= Q(search_name__contains=word)
    return rows.filter(
        named | Q(code=typed) | Q(id__in=Barcode.objects.filter(code=typed).values("product_id"))
    )


def by_barcode(code: str) -> Barcode | None:
    """The barcode with its product, or None."""
    return Barcode.objects.select_related("product", "product__group").filter(code=code).first()


def inside(group: Group) -> set[uuid.UUID]:
    """The group and everything below it, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH RECURSIVE down AS (
                   SELECT %s::uuid AS id UNION
                   SELECT g.id FROM inventory_group g JOIN down ON g.parent_id = down.id)
               SELECT id FROM down""",
            [group.id],
        )
        return {row[0] for row in cursor.fetchall()}


def paths(groups: Collection[uuid.UUID] | None = None) -> dict[uuid.UUID, list[Group]]:
    """Each group's way from the root down to itself, for all groups or for some; one statement.

    A cycle (which the database refuses) ends the way instead of the program.
    """
    known = {group.id: group for group in Group.objects.all()}
    wanted = known.keys() if groups is None else groups
    return {key: _path(key, known) for key in wanted if key in known}


def _path(key: uuid.UUID, known: dict[uuid.UUID, Group]) -> list[Group]:
    path: list[Group] = []
    at: uuid.UUID | None = key
    while at is not None and at in known and len(path) <= len(known):
        path.insert(0, known[at])
        at = known[at].parent_id
    return path


def tree() -> list[tuple[int, Group]]:
    """Every group with its depth, parents before children, siblings by position and name."""
    children: dict[uuid.UUID | None, list[Group]] = {}
    for group in sorted(Group.objects.all(), key=lambda g: (g.position, text.fold(g.name))):
        children.setdefault(group.parent_id, []).append(group)
    result: list[tuple[int, Group]] = []
    waiting = [(0, group) for group in reversed(children.get(None, []))]
    while waiting:
        depth, group = waiting.pop()
        result.append((depth, group))
        waiting += [(depth + 1, child) for child in reversed(children.get(group.id, []))]
    return result
