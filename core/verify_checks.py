"""The ground's own invariants."""

from collections.abc import Iterator

from core import append_only, canonical
from core.models import Employee, FeedHead, FeedMark, FeedRow, OutboxRow, Role, Setting, Store
from core.services import organisation
from core.verify import Finding, check


@check("feed_head")
def feed_head() -> Iterator[Finding]:
    """The head is not behind any row, and its hash is that of the newest mark."""
    head = FeedHead.objects.get(id=1)
    for row in FeedRow.objects.filter(version__gt=head.version)[:20]:
        yield Finding(
            f"feed row {row.kind} {row.key}", f"version {row.version} is ahead of the head {head.version}"
        )
    mark = FeedMark.objects.order_by("-version").first()
    if mark and (mark.chain != head.chain or mark.version != head.version):
        yield Finding("feed head", f"its hash is not that of mark {mark.version}")


@check("feed_matches_organisation")
def feed_matches_organisation() -> Iterator[Finding]:
    """What tills read about people, roles and settings is what the tables say."""
    yield from compare_feed(
        "employee", {str(p.id): organisation.employee_value(p) for p in Employee.objects.all()}
    )
    yield from compare_feed("role", {str(r.id): organisation.role_value(r) for r in Role.objects.all()})
    settings = {s.name: {"value": s.value} for s in Setting.objects.all()}
    for store in Store.objects.select_related("company")[:1]:
        settings["store"] = {"value": organisation.store_value(store)}
    yield from compare_feed("setting", settings)


def compare_feed(kind: str, expected: dict[str, dict[str, object]]) -> Iterator[Finding]:
    """Findings where the feed's living rows of a kind differ from what the tables give."""
    published = dict(FeedRow.objects.filter(kind=kind).exclude(data=None).values_list("key", "data"))
    for key, value in expected.items():
        if published.pop(key, None) != canonical.dumps(value):
            yield Finding(f"feed {kind} {key}", "differs from the table it was published from")
    for key in published:
        yield Finding(f"feed {kind} {key}", "is published but no longer exists")


@check("append_only")
def append_only_guards() -> Iterator[Finding]:
    """Every table of facts still has its triggers, and they are switched on."""
    for table in sorted(set(append_only.tables()) - append_only.guarded_tables()):
        yield Finding(f"table {table}", "holds facts, but its append-only triggers are gone or switched off")


@check("outbox")
def outbox() -> Iterator[Finding]:
    """No piece of work has failed ten times in silence."""
    for row in OutboxRow.objects.filter(done_at=None, attempts__gte=10)[:20]:
        yield Finding(f"outbox {row.stream} {row.id}", f"failed {row.attempts} times: {row.last_error[:200]}")
