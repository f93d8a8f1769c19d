"""The loyalty app's invariants: tills read of promotions what the table says."""

from collections.abc import Iterator

from core.verify import Finding, check
from core.verify_checks import compare_feed
from loyalty.models import Promotion
from loyalty.services import promotion_value


@check("feed_matches_promotions")
def feed_matches_promotions() -> Iterator[Finding]:
    """Every active promotion is published as it is, and no other is."""
    active = Promotion.objects.filter(active=True)
    yield from compare_feed("promotion", {str(row.id): promotion_value(row) for row in active})
