"""The exchange's invariants: what a scale is believed to hold is what was sent to that very place."""

from collections.abc import Iterator

from core.verify import Finding, check
from exchange.models import ScalePlace
from exchange.scales.plu import of_values


@check("scale_places")
def scale_places() -> Iterator[Finding]:
    """Every believed place has a record of its own number that hashes to its digest."""
    rows = ScalePlace.objects.exclude(digest="").values_list("scale__name", "number", "record", "digest")
    for name, number, record, digest in rows.iterator(chunk_size=2000):
        try:
            plu = of_values(record or {})
        except TypeError as error:
            yield Finding(f"scale {name} place {number}", f"holds a record of another shape: {error}")
            continue
        if plu.digest() != digest:
            yield Finding(f"scale {name} place {number}", "its record does not hash to its digest")
        if plu.number != number:
            yield Finding(f"scale {name} place {number}", f"its record belongs to place {plu.number}")
