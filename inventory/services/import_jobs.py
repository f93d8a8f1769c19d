"""Imports that somebody started in the back office: the uploaded file is kept, a worker reads it with progress.

The job is idempotent, so a worker that died is simply followed by another one.
"""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from core import clock, jobs
from core.ids import uuid7
from core.models import Employee, Job
from inventory.importing.errors import ImportFailed
from inventory.importing.report import Report
from inventory.importing.source import MAX_FILE_BYTES
from inventory.services.import_goods import Options, import_goods

KIND = "import_goods"
_STORED = re.compile(r"^[0-9a-f]{32}\.upload$")


def folder() -> Path:
    """Where uploaded lists and reports of problems are kept."""
    path = Path(settings.DATA_DIR) / "imports"
    path.mkdir(parents=True, exist_ok=True)
    return path


def upload_keep(chunks: Iterable[bytes]) -> str:
    """Keeps an uploaded file under a name of ours and returns that name. Raises ImportFailed when it is too large."""
    stored = f"{uuid7().hex}.upload"
    path, size = folder() / stored, 0
    try:
        with path.open("xb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > MAX_FILE_BYTES:
                    raise ImportFailed(
                        _("The file is larger than %(limit)s MiB. Split it.")
                        % {"limit": MAX_FILE_BYTES >> 20}
                    )
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return stored


def import_start(
    *,
    upload: str,
    name: str,
    by: Employee | None,
    dry_run: bool = False,
    told: Mapping[str, str] | None = None,
    group: str = "",
    tax: str | None = None,
    invent_prices: bool | None = None,
) -> Job:
    """Queues the import of a kept upload; `name` is what the person called the file. Raises ImportFailed."""
    _upload_path(upload)
    params = {
        "upload": upload,
        "name": name[:150],
        "dry_run": dry_run,
        "told": dict(told or {}),
        "group": group,
        "tax": tax,
        "invent_prices": invent_prices,
        "language": translation.get_language() or "en",
    }
    return jobs.start(
        KIND, title=_("Import of goods from %(file)s") % {"file": name[:150]}, params=params, by=by
    )


def _upload_path(upload: str) -> Path:
    """The kept file. A name that is not ours is refused, so that no parameter reaches another file."""
    path = folder() / upload
    if not _STORED.match(upload) or not path.is_file():
        raise ImportFailed(_("The uploaded file is no longer here. Upload it again."))
    return path


def report_path(job: Job) -> Path | None:
    """The report of an import's problems, None when there is none."""
    path = folder() / f"{job.id.hex}.problems.csv"
    return path if path.is_file() else None


@jobs.kind(KIND)
def import_goods_job(run: jobs.Run, **params: Any) -> dict[str, Any]:
    """Imports a kept upload and tells what became of its rows. Raises ImportFailed, jobs.Cancelled."""
    options = Options(
        told=params["told"],
        dry_run=params["dry_run"],
        group=tuple(part.strip() for part in params["group"].split("/") if part.strip()),
        tax=params["tax"],
        invent_prices=params["invent_prices"],
    )
    report = Report(folder() / f"{run.job.id.hex}.problems.csv")
    with translation.override(params["language"]):
        summary = import_goods(
            _upload_path(params["upload"]),
            options,
            report,
            now=clock.now(),
            by=run.job.by,
            progress=lambda done, total, rows: run.step(done, total, _("%(rows)s rows") % {"rows": rows}),
        )
    return {
        "rows": summary.rows,
        "errors": summary.errors,
        "warnings": summary.warnings,
        "seconds": round(summary.seconds),
        "columns": summary.columns,
        "dry_run": options.dry_run,
        "report": report.path.name if report.written else None,
        **asdict(summary.counts),
    }
