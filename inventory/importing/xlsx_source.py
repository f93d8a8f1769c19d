"""XLSX: the first sheet that has rows, streamed, after the archive has been checked for bombs."""

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.xml import DEFUSEDXML

from inventory.importing.errors import ImportFailed
from inventory.importing.source import MAX_COLUMNS, MAX_ROWS, Row

MAX_PARTS = 2_000
MAX_UNPACKED_BYTES = 1024**3
# openpyxl holds the table of shared strings in memory; this is about a million distinct names.
MAX_STRINGS_BYTES = 128 * 1024**2
# XML of a price list packs 10 to 30 times; what packs 200 times was made to hurt.
MAX_RATIO = 200
RATIO_MATTERS_FROM = 1024**2


class XlsxSource:
    """The first sheet of a workbook."""

    def __init__(self, path: Path) -> None:
        assert DEFUSEDXML, "openpyxl must read XML through defusedxml"
        _check_archive(path)
        try:
            self._book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
            self._sheet = next(iter(self._book.worksheets), None)
        except (
            Exception
        ) as error:  # openpyxl has no common error: a damaged workbook raises what its parts raise.
            raise ImportFailed(_("This workbook cannot be read: %(why)s.") % {"why": _why(error)}) from error
        if self._sheet is None:
            raise ImportFailed(_("This workbook has no sheet with cells."))
        self._total, self._done = int(self._sheet.max_row or 0), 0
        # A file may claim any size; without the claim, rows end where they end.
        self._sheet.reset_dimensions()
        self.description = _("XLSX workbook, sheet “%(sheet)s”") % {"sheet": self._sheet.title}

    def rows(self) -> Iterator[Row]:
        """Rows with their number in the sheet."""
        assert self._sheet is not None
        cells = self._sheet.iter_rows(values_only=True)
        try:
            for number, values in enumerate(cells, start=1):
                self._done = number
                if number > MAX_ROWS:
                    raise ImportFailed(
                        _("The sheet has more than %(limit)s rows. Split it.") % {"limit": MAX_ROWS}
                    )
                row = _texts(values)
                if len(row) > MAX_COLUMNS:
                    raise ImportFailed(
                        _("Line %(line)s has more than %(limit)s columns. Is this a list of goods?")
                        % {"line": number, "limit": MAX_COLUMNS}
                    )
                if row:
                    yield number, row
        except ImportFailed:
            raise
        except Exception as error:  # As above: whatever a damaged part raises becomes one sentence.
            raise ImportFailed(
                _("The workbook cannot be read past row %(row)s: %(why)s.")
                % {"row": self._done, "why": _why(error)}
            ) from error

    def progress(self) -> tuple[int, int]:
        """Rows of the sheet, as many as it claims to have."""
        return min(self._done, max(self._total, self._done)), max(self._total, self._done)

    def close(self) -> None:
        """Closes the archive."""
        self._book.close()


def _why(error: Exception) -> str:
    if isinstance(error, InvalidFileException | KeyError):
        return _("it is not an .xlsx file inside")
    return f"{type(error).__name__} {error}"[:200]


def _check_archive(path: Path) -> None:
    """Refuses bombs before anything is unpacked. Raises ImportFailed."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise ImportFailed(_("This looks like a spreadsheet, but it is torn. Save it again.")) from error
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise ImportFailed(_("Unpacked, this workbook is far too large for a list of goods."))
    for part in parts:
        if part.flag_bits & 1:
            raise ImportFailed(_("This workbook is locked with a password. Save it without one."))
        if part.filename.endswith("sharedStrings.xml") and part.file_size > MAX_STRINGS_BYTES:
            raise ImportFailed(_("This workbook holds too much text. Save the sheet as CSV."))
        if part.file_size > RATIO_MATTERS_FROM and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            raise ImportFailed(_("This workbook unpacks to far more than it should and was not opened."))


def _texts(values: Sequence[Any]) -> list[str]:
    """The cells of a row without the empty ones at its end."""
    width = len(values)
    while width and values[width - 1] in (None, ""):
        width -= 1
    return [_text(value) for value in values[:width]]


def _text(value: Any) -> str:
    """A cell as the text that a person would have typed; whole numbers without a fraction, no exponents."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        # Fifteen digits are what a spreadsheet itself shows; the rest is noise of the binary fraction.
        text = format(Decimal(f"{value:.15g}"), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value).strip()
