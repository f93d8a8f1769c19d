"""Who is given which rows of the feed: a till all of them, a price checker what it may show to everybody.

A tablet on a wall is in strangers' hands. It gets goods, prices and promotions, and neither the verifiers of PINs and
badges, nor customers, nor the token of a device bridge.
"""

from dataclasses import dataclass

from core.feed import Only
from pos.models import Till


@dataclass(frozen=True)
class Audience:
    """`name` tells files apart, `only` says which rows."""

    name: str
    only: Only | None


_GOODS = frozenset({"product", "barcode", "price", "tax", "group", "unit", "promotion", "rulebook"})
_SETTINGS = frozenset(
    {"store", "weighed_labels", "price_type", "data_age_warn_hours", "second_screen"},
)

TILL = Audience("", None)
CHECKER = Audience("checker", Only(_GOODS, {"setting": _SETTINGS}))


def of(till: Till) -> Audience:
    """The audience that a till belongs to."""
    return CHECKER if till.kind == Till.Kind.CHECKER else TILL
