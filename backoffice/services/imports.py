"""Uploaded lists of goods: kept in the data folder under a name of our own, looked at, then imported by a job."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from core import clock, ids, jobs
from core.errors import KasaError
from core.models import Employee, Job
from inventory.importing import columns
from inventory.importing.errors import ImportFailed
from inventory.importing.report import Report
from inventory.importing.source import open_source
from inventory.services.import_goods import Options, import_goods

KIND = "goods_upload"
MAX_BYTES = 64 * 1024 * 1024
KEEP = timedelta(days=7)
SAMPLE_ROWS = 6
# The ending tells the reader what the file is; anything else is refused before it is opened.
ENDINGS = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz", ".xlsx")


class UploadRefused(KasaError):
    """The file is too large, empty, or of a kind that is not read."""

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


def folder() -> Path:
    """Where uploads and their reports lie."""
    path = Path(settings.DATA_DIR) / "imports"
    path.mkdir(parents=True, exist_ok=True)
    return path


def upload_store(upload: UploadedFile) -> uuid.UUID:
    """Keeps an uploaded file. Raises UploadRefused."""
    name = (upload.name or "").lower()
    ending = next((ending for ending in sorted(ENDINGS, key=len, reverse=True) if name.endswith(ending)), None)
    if ending is None:
        raise UploadRefused(_("Only tables can be read: CSV, TSV (also .gz) and XLSX."))
    if not upload.size:
        raise UploadRefused(_("The file is empty."))
    if upload.size > MAX_BYTES:
        raise UploadRefused(_("The file is larger than %(limit)d MiB. Split it.") % {"limit": MAX_BYTES // 1024**2})
    uploads_prune()
    pk = ids.uuid7()
    with (folder() / f"{pk}{ending}").open("xb") as out:
        for chunk in upload.chunks():
            out.write(chunk)
    return pk


def uploads_prune() -> int:
    """Removes uploads and reports older than a week. Returns how many."""
    limit = (clock.now() - KEEP).timestamp()
    old = [path for path in folder().iterdir() if path.is_file() and path.stat().st_mtime < limit]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def upload_path(pk: uuid.UUID) -> Path:
    """Where an upload lies. Raises NoUpload."""
    found = next((folder() / f"{pk}{ending}" for ending in ENDINGS if (folder() / f"{pk}{ending}").is_file()), None)
    if found is None:
        raise NoUpload(_("This file was uploaded more than a week ago and is not kept. Upload it again."))
    return found


def upload_look(pk: uuid.UUID) -> Look:
    """What the file seems to hold. Raises NoUpload, ImportFailed."""
    source = open_source(upload_path(pk))
    try:
        rows = list(islice(source.rows(), columns.HEADER_SEARCH_ROWS + SAMPLE_ROWS))
        description = source.description
    finally:
        source.close()
    if not rows:
        raise ImportFailed(_("The file has no rows."))
    try:
        chosen = columns.choose(rows, {})
        header, index = chosen.header_row, chosen.index
    except ImportFailed:
        # The headings say too little; the person tells the columns apart, and the first row stands for them.
        header, index = rows[0][0], {}
    headings = next(cells for number, cells in rows if number == header)
    below = [cells for number, cells in rows if number > header][:SAMPLE_ROWS]
    field_at = {at: field for field, at in index.items()}
    return Look(
        description,
        [cell.strip() for cell in headings],
        [field_at.get(at, "") for at in range(len(headings))],
        [[cells[at].strip()[:40] if at < len(cells) else "" for cells in below] for at in range(len(headings))],
    )


def import_start(pk: uuid.UUID, *, told: Mapping[str, str], dry_run: bool, title: str, by: Employee) -> Job:
    """Queues the import, or the trial of it. Raises NoUpload."""
    upload_path(pk)
    params = {"upload": str(pk), "told": dict(told), "dry_run": dry_run, "by": str(by.id)}
    return jobs.start(KIND, title=title, params=params, by=by)


def report_path(job: uuid.UUID) -> Path:
    """Where the list of rows with problems of one job lies, if there were any."""
    return folder() / f"{job}.problems.csv"


@jobs.kind(KIND)
def run(run: jobs.Run, *, upload: str, told: dict[str, str], dry_run: bool, by: str) -> dict[str, Any]:
    """The job: tries or imports, writes the report, tells the summary."""
    report = Report(report_path(run.job.id))

    def progress(done: int, total: int, rows: int) -> None:
        run.step(done, total, _("%(rows)d rows") % {"rows": rows})

    person = Employee.objects.filter(id=by).first()
    options = Options(told=told, dry_run=dry_run)
    summary = import_goods(
        upload_path(uuid.UUID(upload)), options, report, now=clock.now(), by=person, progress=progress
    )
    return {
        "upload": upload,
        "told": told,
        "dry_run": dry_run,
        "rows": summary.rows,
        "errors": summary.errors,
        "warnings": summary.warnings,
        "invents": summary.invents,
        "report": report.written,
        **asdict(summary.counts),
    }
