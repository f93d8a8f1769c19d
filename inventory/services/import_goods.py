"""One import from the first byte to the summary: slices of rows become slices of products, each in its transaction.

What is committed stays when the work is stopped or dies; importing the same file again finishes it, because rows
that are in already change nothing.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _

from core.models import Employee, Store
from core.services.organisation import current_store
from inventory.basics import STANDARD_TAX
from inventory.importing import columns as columns_module
from inventory.importing.columns import Columns
from inventory.importing.drafts import Draft, Reader, Setting
from inventory.importing.errors import ImportFailed
from inventory.importing.report import Report
from inventory.importing.source import Row, Source, open_source
from inventory.importing.values import decimals_of
from inventory.selectors.taxes import store_day, taxes_on
from inventory.selectors.units import unit_names
from inventory.services import import_writer
from inventory.services.basics import basics_ensure

SLICE = 1_000
SAMPLE_ROWS = 200
_LOCK = "inventory_import_goods"

Progress = Callable[[int, int, int], None]
"""Called with how much is read, of how much, and how many rows that is."""


@dataclass(frozen=True)
class Options:
    """What a person asked for. `invent_prices` None invents where the file has no prices at all."""

    told: Mapping[str, str] = field(default_factory=dict)
    dry_run: bool = False
    group: tuple[str, ...] = ()
    tax: str | None = None
    price_from: datetime | None = None
    invent_prices: bool | None = None


@dataclass
class Summary:
    """What an import did."""

    description: str = ""
    columns: list[str] = field(default_factory=list)
    rows: int = 0
    errors: int = 0
    warnings: int = 0
    seconds: float = 0.0
    tax: str = ""
    invents: bool = False
    counts: import_writer.Counts = field(default_factory=import_writer.Counts)


def import_goods(
    path: Path,
    options: Options,
    report: Report,
    *,
    now: datetime,
    by: Employee | None = None,
    progress: Progress = lambda _done, _total, _rows: None,
    begun: Callable[[Summary], None] = lambda _summary: None,
) -> Summary:
    """Imports a list of goods into the current store. `begun` hears what was understood before the first row is read.

    Raises ImportFailed for a file that cannot be read, and whatever `progress` raises to stop.
    """
    started = time.monotonic()
    store = current_store()
    basics_ensure(country=store.company.country)
    source = open_source(path)
    try:
        with _one_at_a_time():
            summary = _import(source, options, report, store, now, by, progress, begun)
    finally:
        source.close()
        report.close()
    summary.errors, summary.warnings = report.errors, report.warnings
    summary.seconds = time.monotonic() - started
    return summary


def _import(
    source: Source,
    options: Options,
    report: Report,
    store: Store,
    now: datetime,
    by: Employee | None,
    progress: Progress,
    begun: Callable[[Summary], None],
) -> Summary:
    rows = source.rows()
    sample = list(islice(rows, SAMPLE_ROWS))
    columns = columns_module.choose(sample, options.told)
    reader = Reader(_setting(columns, sample, options, store, now))
    plan = _plan(columns, options, reader.setting, store, now, by)
    summary = Summary(source.description, columns.lines(), tax=plan.default_tax, invents=plan.invent_prices)
    begun(summary)
    with import_writer.Writer(plan) as writer:
        for batch in _slices(_after_header(chain(sample, rows), columns)):
            summary.rows += len(batch)
            for problem in writer.write(_drafts(reader, batch, report)):
                report.add(problem)
            progress(*source.progress(), summary.rows)
        summary.counts = writer.counts
    return summary


def _drafts(reader: Reader, batch: list[Row], report: Report) -> list[Draft]:
    drafts = []
    for row, cells in batch:
        draft, problems = reader.read(row, cells)
        for problem in problems:
            report.add(problem)
        if draft is not None:
            drafts.append(draft)
    return drafts


def _after_header(rows: Iterator[Row], columns: Columns) -> Iterator[Row]:
    return (row for row in rows if row[0] > columns.header_row)


def _slices(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, SLICE)):
        yield batch


def _setting(columns: Columns, sample: list[Row], options: Options, store: Store, now: datetime) -> Setting:
    taxes = list(taxes_on(store_day(now), store.company.country))
    below = [cells for row, cells in sample if row > columns.header_row]
    return Setting(
        columns=columns,
        decimals={f: decimals_of(columns.cell(cells, f) for cells in below) for f in ("price", "quantity")},
        currency=store.company.currency,
        language=store.language,
        unit_names=unit_names(store.language),
        tax_rates={tax.code: tax.percent for tax in taxes},
        tax_exempt=frozenset(tax.code for tax in taxes if tax.exempt),
        group=options.group,
    )


def _plan(
    columns: Columns, options: Options, setting: Setting, store: Store, now: datetime, by: Employee | None
) -> import_writer.Plan:
    tax = options.tax or STANDARD_TAX[store.company.country]
    if tax not in setting.tax_rates:
        raise ImportFailed(
            _("There is no tax code “%(code)s” here. Known are: %(codes)s.")
            % {"code": tax, "codes": ", ".join(setting.tax_rates)}
        )
    if options.price_from and options.price_from < now:
        raise ImportFailed(_("Prices cannot begin in the past."))
    invents = not columns.has("price") if options.invent_prices is None else options.invent_prices
    given = {name for name in columns_module.FIELDS if columns.has(name)}
    return import_writer.Plan(
        store=store,
        now=now,
        by=by,
        given=frozenset(given | ({"group"} if options.group else set())),
        default_tax=tax,
        invent_prices=invents,
        price_from=options.price_from,
        dry_run=options.dry_run,
    )


class _one_at_a_time:  # noqa: N801  (read as a statement)
    """Two imports at once would each count the other's goods as their own; the second is told to wait."""

    def __enter__(self) -> None:
        if not self._ask("SELECT pg_try_advisory_lock(hashtext(%s))"):
            raise ImportFailed(_("Another import is running. Wait until it is done."), code="import_running")

    def __exit__(self, *_exc: object) -> None:
        self._ask("SELECT pg_advisory_unlock(hashtext(%s))")

    @staticmethod
    def _ask(query: str) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(query, [_LOCK])
            return bool(cursor.fetchone()[0])
