"""The list of rows that could not be taken as they were, for the person who can put them right."""

import csv
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from inventory.importing.drafts import Problem

# A spreadsheet would run a cell that begins with one of these.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Report:
    """A CSV that is only made when there is something to write; row numbers are those of the file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.errors = self.warnings = 0
        self._file: IO[str] | None = None

    def add(self, problem: Problem) -> None:
        """Writes one problem."""
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # The mark at the beginning tells a spreadsheet that this is UTF-8.
            self._file = self.path.open("w", encoding="utf-8-sig", newline="")
            self._write([_("row"), _("column"), _("value"), _("weight"), _("reason")])
        weight = _("warning") if problem.warning else _("error")
        self._write([str(problem.row), problem.column, problem.value, weight, problem.reason])
        if problem.warning:
            self.warnings += 1
        else:
            self.errors += 1

    def _write(self, cells: list[str]) -> None:
        assert self._file is not None
        safe = [cell.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0") for cell in cells]
        csv.writer(self._file).writerow([f"'{c}" if c.startswith(_FORMULA) else c for c in safe])

    def close(self) -> None:
        """Closes the file, if there is one."""
        if self._file is not None:
            self._file.close()

    @property
    def written(self) -> bool:
        """Whether there is a file to read."""
        return self._file is not None
