"""Uploaded lists of goods before they are imported: the limits of an upload, and a look at its columns.

`inventory.services.import_jobs` keeps the file and does the work.
"""

import unicodedata
import uuid
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from core import clock
from core.errors import KasaError
from core.models import Job
from inventory.importing import columns
from inventory.importing.errors import ImportFailed
from inventory.importing.source import open_source
from inventory.services import import_jobs

MAX_BYTES = 64 * 1024 * 1024
KEEP = timedelta(days=7)
SAMPLE_ROWS = 6


class UploadRefused(KasaError):
    """The file is empty or too large."""

    code = "upload_refused"


class NoUpload(KasaError):
    """The uploaded file is not here any more."""

    code = "not_found"


@dataclass(frozen=True)
class Look:
    """The first rows of an upload: the headings, which field each column was taken for, samples of each column."""

    description: str
    headings: list[str]
    fields: list[str]
    samples: list[list[str]]


def stored_name(pk: uuid.UUID) -> str:
    """What `import_jobs` calls the upload."""
    return f"{pk.hex}.upload"


def upload_id(job: Job) -> uuid.UUID | None:
    """The upload that an import read; None for any other job."""
    name = job.params.get("upload", "") if job.kind == import_jobs.KIND else ""
    return uuid.UUID(hex=name.removesuffix(".upload")) if name else None


def upload_store(upload: "UploadedFile[Any]") -> uuid.UUID:
    """Keeps an uploaded file. Raises UploadRefused, ImportFailed."""
    if not upload.size:
        raise UploadRefused(_("The file is empty."))
    if upload.size > MAX_BYTES:
        raise UploadRefused(
            _("The file is larger than %(limit)d MiB. Split it.") % {"limit": MAX_BYTES // 1024**2}
        )
    uploads_prune()
    return uuid.UUID(hex=import_jobs.upload_keep(upload.chunks()).removesuffix(".upload"))


def uploads_prune() -> int:
    """Removes uploads and reports older than a week. Returns how many."""
    limit = (clock.now() - KEEP).timestamp()
    kept = import_jobs.folder().glob("*.upload"), import_jobs.folder().glob("*.problems.csv")
    old = [path for paths in kept for path in paths if path.stat().st_mtime < limit]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def upload_look(pk: uuid.UUID) -> Look:
    """What the file seems to hold. Raises NoUpload, ImportFailed."""
    path = import_jobs.folder() / stored_name(pk)
    if not path.is_file():
        raise NoUpload(_("This file was uploaded more than a week ago and is not kept. Upload it again."))
    source = open_source(path)
    try:
        rows = list(islice(source.rows(), columns.HEADER_SEARCH_ROWS + SAMPLE_ROWS))
        description = source.description
    finally:
        source.close()
    if not rows:
        raise ImportFailed(_("The file has no rows."))
    if any(_is_no_text(cell) for _number, cells in rows for cell in cells):
        raise ImportFailed(_("The file is no table of text."))
    header, index = _header(rows)
    headings = next(cells for number, cells in rows if number == header)
    below = [cells for number, cells in rows if number > header][:SAMPLE_ROWS]
    field_at = {at: field for field, at in index.items()}
    return Look(
        description,
        [cell.strip() for cell in headings],
        [field_at.get(at, "") for at in range(len(headings))],
        [
            [cells[at].strip()[:40] if at < len(cells) else "" for cells in below]
            for at in range(len(headings))
        ],
    )


def _is_no_text(cell: str) -> bool:
    """Whether somebody's picture or program was read as letters: control and unassigned characters tell."""
    return any(
        unicodedata.category(letter) in ("Cc", "Cn", "Co") and letter not in "\t\r\n" for letter in cell
    )


def _header(rows: list[Any]) -> tuple[int, dict[str, int]]:
    """The heading's row and what its columns were taken for.

    Where the headings say too little, the first row stands for them and the person tells the columns apart.
    """
    try:
        chosen = columns.choose(rows, {})
    except ImportFailed:
        return rows[0][0], {}
    return chosen.header_row, chosen.index
