"""The journal as a table for a spreadsheet: at once when it is small, as long work when it is not.

The file is made anew if a worker died on the way, so the job is idempotent; files are kept for a week.
"""

import uuid
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from backoffice import journal_words
from backoffice.selectors import journal, replay
from core import clock, jobs
from core.csv_lines import BOM, table_line
from core.models import Employee, Job, Store
from core.money import currency_digits, plain
from core.services import organisation

KIND = "export_journal"
AT_ONCE = 5_000
KEEP = timedelta(days=7)
CHUNK = 500


def folder() -> Path:
    """Where finished exports lie."""
    path = Path(settings.DATA_DIR) / "exports"
    path.mkdir(parents=True, exist_ok=True)
    return path


def file_of(job: Job) -> Path | None:
    """The finished export of a job, None when it is none or was removed."""
    path = folder() / f"{job.id.hex}.csv"
    return path if job.kind == KIND and path.is_file() else None


def prune() -> int:
    """Removes exports older than a week. Returns how many."""
    limit = (clock.now() - KEEP).timestamp()
    old = [path for path in folder().glob("*.csv") if path.stat().st_mtime < limit]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def lines(store: Store, rows: Iterable[journal.Row]) -> Iterator[str]:
    """The table, line by line, in the language of the moment; the first one tells spreadsheets that it is UTF-8."""
    yield BOM + table_line(
        [
            *(_("When"), _("Till"), _("Place in the chain"), _("Cashier"), _("Act"), _("Name")),
            *(_("Receipt"), _("Line"), _("Amount"), _("Currency"), _("Details")),
        ]
    )
    digits = currency_digits(store.currency)
    waiting = iter(rows)
    while chunk := list(islice(waiting, CHUNK)):
        people, teller = names(store, chunk)
        for row in chunk:
            told = "; ".join(f"{label}: {text}" for label, text in teller.told(row.name, row.data))
            yield table_line(
                [
                    f"{timezone.localtime(row.at):%Y-%m-%d %H:%M:%S}",
                    str(row.till),
                    f"{row.inc}/{row.seq}",
                    people.get(str(row.cashier), str(row.cashier or "")),
                    journal_words.name(row.name),
                    row.name,
                    str(row.receipt or ""),
                    "" if row.line is None else str(row.line),
                    "" if row.amount is None else plain(row.amount, digits),
                    "" if row.amount is None else store.currency,
                    told,
                ]
            )


def names(store: Store, rows: Iterable[journal.Row]) -> tuple[dict[str, str], journal_words.Teller]:
    """Names of the people and goods that the rows speak of, in two statements."""
    rows = list(rows)
    goods = {str(row.data["product"]) for row in rows if isinstance(row.data.get("product"), str)}
    people = {str(pk): name for pk, name in Employee.objects.values_list("id", "name")}
    return people, journal_words.Teller(currency=store.currency, goods=replay.names_of(goods), people=people)


def start(wanted: journal.Wanted, *, by: Employee) -> Job:
    """Queues the export of everything that is wanted."""
    prune()
    params = {"wanted": _plain(wanted), "language": translation.get_language() or "en"}
    return jobs.start(KIND, title=_("Export of the journal"), params=params, by=by)


def _plain(wanted: journal.Wanted) -> dict[str, Any]:
    def value(one: Any) -> Any:
        if isinstance(one, list | tuple):
            return [str(pk) for pk in one]
        return one.isoformat() if isinstance(one, date) else str(one) if isinstance(one, uuid.UUID) else one

    return {name: value(one) for name, one in vars(wanted).items()}


def _wanted(params: dict[str, Any]) -> journal.Wanted:
    def pk(name: str) -> uuid.UUID | None:
        return uuid.UUID(params[name]) if params[name] else None

    def moment(name: str) -> datetime | None:
        return datetime.fromisoformat(params[name]) if params[name] else None

    receipts = params["receipts"]
    return journal.Wanted(
        till=pk("till"),
        cashier=pk("cashier"),
        shift=pk("shift"),
        since=moment("since"),
        until=moment("until"),
        name=params["name"],
        sign=params["sign"],
        text=params["text"],
        receipts=None if receipts is None else [uuid.UUID(text) for text in receipts],
        goods=[uuid.UUID(text) for text in params["goods"]],
    )


@jobs.kind(KIND)
def export_journal(run: jobs.Run, *, wanted: dict[str, Any], language: str) -> dict[str, Any]:
    """Writes the table to a file and tells how many rows it has. Raises jobs.Cancelled."""
    store, asked, written = organisation.current_store(), _wanted(wanted), 0
    path = folder() / f"{run.job.id.hex}.csv"
    unfinished = path.with_suffix(".part")
    with translation.override(language), timezone.override(store.time_zone):
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            for written, line in enumerate(lines(store, journal.everything(store, asked))):
                file.write(line)
                if written % CHUNK == 0:
                    run.step(written, 0, _("%(rows)s rows") % {"rows": written})
        unfinished.replace(path)
    return {"rows": written, "file": path.name}
