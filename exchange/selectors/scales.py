"""Label scales for lists and pages: how each is, what it holds, and what keeps goods away from it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from core.models import Setting, Store
from exchange import scales
from exchange.models import LabelScale, ScalePlace
from exchange.scales.contract import Manifest
from exchange.scales.plu import Plu
from exchange.selectors.wanted import Kept, numbered, wanted
from inventory.models import Product


@dataclass(frozen=True)
class Line:
    """One scale with its driver and how much of it is loaded."""

    scale: LabelScale
    manifest: Manifest
    held: int
    waiting: int
    refused: int

    @property
    def by_file(self) -> bool:
        """Whether nobody talks with it from here."""
        return self.manifest.wire == "file"

    @property
    def health(self) -> str:
        """In one word, the worst first: off, file, alarm, failing, held, busy, differs, new, well."""
        scale = self.scale
        states = {
            "off": not scale.active,
            "file": self.by_file,
            "alarm": scale.alarm_since is not None,
            "failing": scale.failing_since is not None,
            "held": scale.hold,
            "busy": scale.error == "busy",
            "new": scale.seen_at is None,
        }
        return next((name for name, is_so in states.items() if is_so), "well")


def lines(store: Store) -> list[Line]:
    """Every scale of the store by name, in one statement."""
    unsure = Q(places__digest="", places__refused="")
    rows = (
        LabelScale.objects.filter(store=store)
        .annotate(
            held=Count("places", filter=~Q(places__digest="") & Q(places__isnull=False)),
            waiting=Count("places", filter=unsure & Q(places__isnull=False)),
            refused=Count("places", filter=~Q(places__refused="") & Q(places__isnull=False)),
        )
        .order_by("name")
    )
    return [Line(row, scales.manifest(row.driver), row.held, row.waiting, row.refused) for row in rows]


def line(scale: LabelScale) -> Line:
    """One scale as the list shows it."""
    return next(one for one in lines(scale.store) if one.scale.id == scale.id)


def alarms(store: Store) -> int:
    """How many scales have been away for too long."""
    return LabelScale.objects.filter(store=store, active=True, alarm_since__isnull=False).count()


def places(scale: LabelScale) -> QuerySet[ScalePlace]:
    """What the scale is believed to hold."""
    return ScalePlace.objects.filter(scale=scale).select_related("product")


def kept_away(scale: LabelScale, now: datetime) -> list[Kept]:
    """Goods of the scale's groups that cannot be on it, with the reason."""
    found = wanted(scale, now)
    rows = {row.product_id: row for row in places(scale)}
    room = numbered(scale, found, rows)
    crowded = [key for key in found.plus if key not in room]
    left_out = Product.objects.filter(id__in=crowded).order_by("code")
    return found.kept + [Kept(product, "no_room") for product in left_out]


def table(scale: LabelScale, now: datetime) -> list[Plu]:
    """Everything the scale should hold, by place."""
    found = wanted(scale, now)
    rows = {row.product_id: row for row in places(scale)}
    return sorted(numbered(scale, found, rows).values(), key=lambda plu: plu.number)


def label_rules() -> list[dict[str, Any]]:
    """The kinds of labels that tills of this store read."""
    value = Setting.objects.filter(name="weighed_labels").values_list("value", flat=True).first()
    return list(value or [])
