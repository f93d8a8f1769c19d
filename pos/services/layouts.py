"""Writes of layouts. Published ones go down the feed with their assignments, in the same transaction."""

import hashlib
import json
import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core import canonical, feed
from core.errors import KasaError
from core.models import Employee, Store
from pos.layouts import judge
from pos.models import Layout, LayoutAssignment, LayoutVersion, Till, TillGroup, TillGroupMember

MAX_LAYOUTS = 200


class LayoutRefused(KasaError):
    """The layout has faults, or does not pass the checks; `findings` says which and where."""

    code = "layout_refused"

    def __init__(self, message: str, findings: list[judge.Finding]) -> None:
        super().__init__(message, findings=[vars(each) for each in findings])
        self.findings = findings


class LayoutChanged(KasaError):
    """Somebody else saved this layout since it was read."""

    code = "conflict"


class TooManyLayouts(KasaError):
    """More layouts than anybody can tell apart."""

    code = "too_many"


class BadTarget(KasaError):
    """No such cashier, till, group or store."""

    code = "not_found"


def _checked(body: Any) -> str:
    """Canonical JSON of a layout without faults. Raises LayoutRefused, ProtocolError, JudgeStopped."""
    text = canonical.encode(body).decode()
    if len(text.encode()) > judge.MAX_BYTES:
        raise LayoutRefused(_("This layout is larger than 64 KiB."), [])
    found = judge.faults(body)
    if found:
        raise LayoutRefused(_("This is not a layout that a till can draw."), found)
    return text


def layout_create(*, body: Any, name: str, by: Employee | None, now: datetime) -> Layout:
    """A new draft. Raises LayoutRefused, TooManyLayouts."""
    if Layout.objects.filter(archived_at=None).count() >= MAX_LAYOUTS:
        raise TooManyLayouts(_("There are too many layouts. Put some away first."))
    if isinstance(body, dict):
        body = {**body, "name": name}
    layout = Layout(name=name, draft=_checked(body), changed_at=now, changed_by=by)
    layout.full_clean()
    layout.save()
    return layout


def layout_save(layout: Layout, *, body: Any, revision: int, by: Employee | None, now: datetime) -> Layout:
    """Keeps a draft; `revision` is the one it was made from. Raises LayoutRefused, LayoutChanged."""
    text = _checked(body)
    name = body["name"].strip()
    if not name:
        raise LayoutRefused(_("Give the layout a name."), [judge.Finding("no_name", "name", {})])
    changed = Layout.objects.filter(id=layout.id, revision=revision, archived_at=None).update(
        draft=text, name=name, revision=revision + 1, changed_at=now, changed_by=by
    )
    if not changed:
        raise LayoutChanged(_("Somebody else saved this layout meanwhile. Load it again to see their work."))
    layout.refresh_from_db()
    return layout


def layout_publish(layout: Layout, *, note: str = "", by: Employee | None, now: datetime) -> LayoutVersion:
    """Makes the draft what tills use, from their next receipt on. Raises LayoutRefused."""
    with feed.transaction():
        locked = Layout.objects.select_for_update().get(id=layout.id)
        return _publish(locked, locked.draft, note=note, by=by, now=now)


def layout_rollback(
    layout: Layout, *, version: LayoutVersion, by: Employee | None, now: datetime
) -> LayoutVersion:
    """Publishes an earlier version again, as a new one, and makes it the draft. Raises LayoutRefused."""
    assert version.layout_id == layout.id, "a version of this layout"
    with feed.transaction():
        locked = Layout.objects.select_for_update().get(id=layout.id)
        body = json.loads(version.body)
        locked.draft, locked.name = version.body, body["name"]
        locked.revision, locked.changed_at, locked.changed_by = locked.revision + 1, now, by
        locked.save(update_fields=["draft", "name", "revision", "changed_at", "changed_by"])
        note = _("Version %(number)d again") % {"number": version.version}
        return _publish(locked, version.body, note=note, by=by, now=now)


def _publish(layout: Layout, text: str, *, note: str, by: Employee | None, now: datetime) -> LayoutVersion:
    body = json.loads(text)
    found = [*judge.faults(body)] or judge.checks(body)
    if found:
        raise LayoutRefused(_("This layout cannot be published yet."), found)
    last = layout.versions.order_by("-version").values_list("version", flat=True).first() or 0
    made = LayoutVersion.objects.create(
        layout=layout,
        version=last + 1,
        body=text,
        hash=hashlib.sha256(text.encode()).hexdigest(),
        note=note[:200],
        published_at=now,
        published_by=by,
    )
    publish_layout(layout)
    return made


def layout_archive(layout: Layout, *, now: datetime) -> None:
    """Puts a layout away: whoever used it falls back to the next nearest one."""
    with feed.transaction():
        LayoutAssignment.objects.filter(layout=layout).delete()
        layout.archived_at = now
        layout.save(update_fields=["archived_at"])
        publish_layout(layout)


def layout_assign(*, level: str, key: str, layout: Layout | None, store: Store) -> None:
    """Gives a cashier, till, group, store or the chain this layout, None takes theirs away. Raises BadTarget."""
    target = _target(level, key, store)
    with feed.transaction():
        held = LayoutAssignment.objects.select_for_update().filter(level=level, **target).first()
        touched = {one for one in (held.layout if held else None, layout) if one is not None}
        if held is not None:
            held.delete()
        if layout is not None:
            LayoutAssignment.objects.create(level=level, layout=layout, **target)
        for one in touched:
            publish_layout(one)


def _target(level: str, key: str, store: Store) -> dict[str, Any]:
    """The columns that name the target. Raises BadTarget."""
    if level == "chain":
        return {}
    found: Any = None
    pk = _uuid(key)
    if level == "store":
        found = store if pk == store.id else None
    elif level == "till":
        found = Till.objects.filter(store=store, id=pk).first()
    elif level == "group":
        found = TillGroup.objects.filter(store=store, id=pk).first()
    elif level == "cashier":
        found = Employee.objects.filter(id=pk).first()
    if found is None:
        raise BadTarget(_("There is nobody and nothing by that name here."))
    return {level: found}


def _uuid(text: str) -> uuid.UUID:
    """What the text names; for a text that names nothing, an id that nobody has."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)


def till_group_save(
    *, store: Store, name: str, tills: Collection[Till], group: TillGroup | None = None
) -> TillGroup:
    """Creates or changes a group of tills; a till leaves the group it was in."""
    with feed.transaction():
        group = group or TillGroup(store=store)
        group.name = name.strip()
        group.full_clean()
        group.save()
        left = TillGroupMember.objects.filter(till__in=tills).exclude(group=group)
        touched = {group.id, *left.values_list("group_id", flat=True)}
        TillGroupMember.objects.filter(group=group).delete()
        left.delete()
        TillGroupMember.objects.bulk_create([TillGroupMember(till=one, group=group) for one in tills])
        _publish_of_groups(touched)
        return group


def till_group_delete(group: TillGroup) -> None:
    """Dissolves a group; its tills fall back to the store's layout."""
    with feed.transaction():
        layouts = list(Layout.objects.filter(assignments__group=group).distinct())
        group.delete()
        for layout in layouts:
            publish_layout(layout)


def _publish_of_groups(groups: Collection[uuid.UUID]) -> None:
    for layout in Layout.objects.filter(assignments__group__in=groups).distinct():
        publish_layout(layout)


def publish_layout(layout: Layout) -> None:
    """Tells the tills about a layout that somebody uses, or that nobody uses any more."""
    value = layout_value(layout)
    if value is None:
        feed.drop("layout", layout.id)
    else:
        feed.put("layout", layout.id, value)


def layout_value(layout: Layout) -> dict[str, Any] | None:
    """A layout as tills read it; None when it was never published, is put away or nobody uses it."""
    version = layout.versions.order_by("-version").first()
    given = list(layout.assignments.select_related("group"))
    if version is None or not given or layout.archived_at is not None:
        return None
    by_level: dict[str, list[LayoutAssignment]] = {}
    for one in given:
        by_level.setdefault(one.level, []).append(one)
    body = json.loads(version.body)
    return {
        "name": body["name"],
        "version": version.version,
        "layout": body,
        "assigned": {
            "cashiers": sorted(str(one.cashier_id) for one in by_level.get("cashier", [])),
            "tills": sorted(str(one.till_id) for one in by_level.get("till", [])),
            "groups": [_tills_of(one.group) for one in by_level.get("group", []) if one.group],
            "store": "store" in by_level,
            "chain": "chain" in by_level,
        },
    }


def _tills_of(group: TillGroup) -> list[str]:
    return sorted(str(pk) for pk in group.members.values_list("till_id", flat=True))
