"""Units of measure as people read them."""

from inventory.models import Unit


def unit_names(language: str) -> dict[str, str]:
    """The short name of every unit by its code: `{"pcs": "szt.", …}`."""
    return {unit.code: unit.name_in(language) for unit in Unit.objects.all()}
