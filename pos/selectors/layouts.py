"""Layouts, their versions and who uses them."""

import uuid
from dataclasses import dataclass

from django.db.models import Max, Prefetch, QuerySet

from core.errors import KasaError
from core.models import Employee, Store
from pos.models import Layout, LayoutAssignment, LayoutVersion, Till, TillGroup


class LayoutNotFound(KasaError):
    """There is no such layout, or it was put away."""

    code = "not_found"


@dataclass(frozen=True)
class Target:
    """Somebody or something that may be given a layout. `key` names it in a form; `layout` is what it has now."""

    level: str
    key: str
    name: str
    layout: Layout | None


def layout_get(pk: uuid.UUID) -> Layout:
    """Raises LayoutNotFound."""
    layout = Layout.objects.filter(id=pk, archived_at=None).first()
    if layout is None:
        raise LayoutNotFound("There is no such layout.")
    return layout


def layouts() -> QuerySet[Layout]:
    """Every layout that was not put away, by name, with `published` (its latest version's number or None)."""
    given = LayoutAssignment.objects.select_related("cashier", "till", "group", "store").order_by("id")
    rows = Layout.objects.filter(archived_at=None).order_by("name", "id").select_related("changed_by")
    return rows.annotate(published=Max("versions__version")).prefetch_related(
        Prefetch("assignments", queryset=given)
    )


def versions(layout: Layout) -> QuerySet[LayoutVersion]:
    """What was published of a layout, the newest first."""
    return layout.versions.select_related("published_by").order_by("-version")


def latest(layout: Layout) -> LayoutVersion | None:
    """The version that tills are given."""
    return versions(layout).first()


def groups(store: Store) -> QuerySet[TillGroup]:
    """The groups of tills, by name, with their members."""
    return TillGroup.objects.filter(store=store).order_by("name").prefetch_related("members__till")


def targets(store: Store) -> list[Target]:
    """Everything in this store that may be given a layout, the nearest level first."""
    given = LayoutAssignment.objects.select_related("layout")
    held = {(one.level, _key(one)): one.layout for one in given}
    rows: list[tuple[str, str, str]] = [("chain", "", ""), ("store", str(store.id), store.name)]
    rows += [("group", str(one.id), one.name) for one in groups(store)]
    rows += [("till", str(one.id), str(one)) for one in Till.objects.filter(store=store).order_by("number")]
    people = Employee.objects.filter(active=True).order_by("name")
    rows += [("cashier", str(one.id), one.name) for one in people]
    return [Target(level, key, name, held.get((level, key))) for level, key, name in rows]


def _key(given: LayoutAssignment) -> str:
    found = given.cashier_id or given.till_id or given.group_id or given.store_id
    return str(found) if found else ""
