"""Goods of a scale as a table: UTF-8 with a mark at its beginning, semicolons, prices as decimals. Pure."""

from collections.abc import Iterable, Iterator

from core.csv_lines import BOM, table_line
from core.money import plain
from exchange.scales.plu import Plu

# The names of the columns are for programs, so they are not translated.
COLUMNS = ("number", "code", "name", "price", "unit", "tare_g", "shelf_days", "prefix", "carries", "text")


def table(plus: Iterable[Plu], digits: int) -> Iterator[str]:
    """Line by line; `digits` are the currency's decimals."""
    yield BOM + table_line(COLUMNS)
    for plu in plus:
        yield table_line(
            [
                str(plu.number),
                str(plu.code),
                plu.name,
                plain(plu.price, digits),
                "piece" if plu.by_piece else "kg",
                str(plu.tare),
                str(plu.shelf_days),
                str(plu.prefix),
                plu.carries,
                plu.text,
            ]
        )
