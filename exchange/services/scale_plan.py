"""What has to be done so that a scale holds what it should: a comparison of rows, without a word to the scale."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from core import feed
from core.models import FeedRow
from exchange.models import LabelScale, ScalePlace
from exchange.scales.plu import Plu
from exchange.selectors.wanted import Wanted, numbered, wanted

# Rows of the feed that can change what a scale should hold.
KINDS = frozenset({"product", "price", "group", "setting"})


@dataclass
class Plan:
    """`puts` are places with what belongs there, `gone` places to be freed; all as of `version` of the feed."""

    version: int
    changes_at: datetime | None
    puts: list[tuple[ScalePlace, Plu]]
    gone: list[ScalePlace]

    @property
    def work(self) -> int:
        """How many places are to be touched."""
        return len(self.puts) + len(self.gone)


def is_news(version: int) -> bool:
    """Whether something was published since that may change what scales should hold."""
    return FeedRow.objects.filter(version__gt=version, kind__in=KINDS).exists()


@transaction.atomic
def plan(scale: LabelScale, now: datetime) -> Plan:
    """Gives new goods a place of their own and says what is to be sent. Idempotent."""
    # Read first: commit order is version order, so whatever is missing below has a greater version.
    version = feed.head().version
    found = wanted(scale, now)
    rows = {row.product_id: row for row in ScalePlace.objects.filter(scale=scale)}
    gone = _gone(scale, found, rows)
    plus = numbered(scale, found, rows)
    fresh = [
        ScalePlace(scale=scale, product_id=key, number=plus[key].number) for key in plus if key not in rows
    ]
    rows |= {row.product_id: row for row in ScalePlace.objects.bulk_create(fresh)}
    puts = [
        (rows[key], plu)
        for key, plu in plus.items()
        if plu.digest() not in (rows[key].digest, rows[key].refused)
    ]
    # A changed price comes before new goods: it is what customers are charged.
    puts.sort(key=lambda put: (put[0].record is None, put[0].number))
    return Plan(version, found.changes_at, puts, gone)


def _gone(scale: LabelScale, found: Wanted, rows: dict[uuid.UUID, ScalePlace]) -> list[ScalePlace]:
    """Places whose goods are not wanted any more; what was never sent is forgotten at once."""
    left = [row for key, row in rows.items() if key not in found.plus]
    never = [row for row in left if row.sent_at is None]
    ScalePlace.objects.filter(id__in=[row.id for row in never]).delete()
    for row in never:
        del rows[row.product_id]
    return sorted((row for row in left if row.sent_at is not None), key=lambda row: row.number)
