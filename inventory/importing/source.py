"""A file of rows, whatever its format: opens it, finds out what it is, and yields rows of text with constant memory."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from django.utils.translation import gettext as _

from inventory.importing.errors import ImportFailed

MAX_FILE_BYTES = 512 * 1024 * 1024
MAX_ROWS = 2_000_000
MAX_COLUMNS = 200
MAX_CELL = 32_767  # What a spreadsheet itself allows in one cell.

Row = tuple[int, list[str]]


class Source(Protocol):
    """An open file of rows."""

    description: str

    def rows(self) -> Iterator[Row]:
        """Every row that is not empty, with its number in the file, from 1. Raises ImportFailed."""
        ...

    def progress(self) -> tuple[int, int]:
        """How much is read, of how much; the unit is the source's own."""
        ...

    def close(self) -> None:
        """Gives the file back."""
        ...


def open_source(path: Path) -> Source:
    """Opens a list of goods by what it holds, never by its name. Raises ImportFailed."""
    from inventory.importing.csv_source import CsvSource
    from inventory.importing.xlsx_source import XlsxSource

    head = _head(path)
    if head.startswith(b"PK\x03\x04"):
        if not zipfile.is_zipfile(path):
            raise ImportFailed(_("This looks like a spreadsheet, but it is torn. Save it again."))
        return XlsxSource(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise ImportFailed(_("This is an old .xls workbook. Save it as .xlsx or as CSV."))
    if head.startswith(b"%PDF"):
        raise ImportFailed(_("This is a PDF, not a table. Ask for the list as CSV or XLSX."))
    return CsvSource(path)


def _head(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise ImportFailed(
                _("The file is larger than %(limit)s MiB. Split it.") % {"limit": MAX_FILE_BYTES // 1024**2}
            )
        if size == 0:
            raise ImportFailed(_("The file is empty."))
        with path.open("rb") as file:
            return file.read(8)
    except OSError as error:
        raise ImportFailed(
            _("The file cannot be opened: %(why)s.") % {"why": error.strerror or error}
        ) from error
