"""Lines of a table for a spreadsheet: separated by semicolons, and safe to open."""

import csv
import io
from collections.abc import Iterable

# The first line of a table begins with it, so that spreadsheets read the rest as UTF-8.
BOM = "\ufeff"
# A spreadsheet would run a cell that begins with one of these.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table_line(cells: Iterable[str]) -> str:
    """One line with its end; a cell that a spreadsheet would run becomes text."""
    safe = [f"'{cell}" if cell.startswith(_FORMULA) and not _is_number(cell) else cell for cell in cells]
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerow(cell.replace("\0", "") for cell in safe)
    return out.getvalue()


def _is_number(cell: str) -> bool:
    return cell.removeprefix("-").replace(".", "", 1).isdigit()
