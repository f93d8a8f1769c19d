"""`manage.py import_goods FILE`: takes a list of goods in, from CSV, TSV (gzipped or not) or XLSX."""

import argparse
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import clock
from core.errors import KasaError
from core.services.organisation import current_store
from inventory.importing.columns import FIELDS
from inventory.importing.report import Report
from inventory.services.import_goods import Options, Summary, import_goods

# The help names the fields, so that nobody has to read the source to use --map.
_MAP_HELP = (
    f"which column is a field: its heading or number; FIELD= leaves it out. Fields: {', '.join(FIELDS)}"
)


class Command(BaseCommand):
    """Shows what it understood, how far it is, and what became of every row."""

    help = "Imports goods from CSV, TSV (.gz too) or XLSX. Doing it twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="try everything, change nothing")
        parser.add_argument("--map", action="append", default=[], metavar="FIELD=COLUMN", help=_MAP_HELP)
        parser.add_argument("--report", type=Path, help="where rows with problems are listed (CSV)")
        parser.add_argument(
            "--price-from", metavar="DAY", help="prices begin on this day or instant, not at once"
        )
        parser.add_argument("--group", default="", help="group of goods for rows without one: Drinks/Juices")
        parser.add_argument("--tax", help="tax code of new goods for which the list has none")
        parser.add_argument(
            "--invent-prices",
            action=argparse.BooleanOptionalAction,
            default=None,
            help="make up prices, marked as invented, for goods without any (default: when the list has no prices)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        report = Report(options["report"] or settings.DATA_DIR / "imports" / f"{path.name}.problems.csv")
        self._shown = 0.0
        try:
            summary = import_goods(
                path,
                self._options(options),
                report,
                now=clock.now(),
                progress=self._progress,
                begun=self._begun,
            )
        except KasaError as error:
            raise CommandError(error.message) from error
        except KeyboardInterrupt:
            self.stdout.write("\nStopped. What is in stays; run the same command again to finish.")
            sys.exit(130)
        self._tell(summary, report, dry_run=options["dry_run"])

    def _options(self, options: dict[str, Any]) -> Options:
        told = {}
        for pair in options["map"]:
            field, sign, column = pair.partition("=")
            if not sign:
                raise CommandError(f"--map wants FIELD=COLUMN, not “{pair}”.")
            told[field.strip()] = column.strip()
        return Options(
            told=told,
            dry_run=options["dry_run"],
            group=tuple(part.strip() for part in options["group"].split("/") if part.strip()),
            tax=options["tax"],
            price_from=_instant(options["price_from"]),
            invent_prices=options["invent_prices"],
        )

    def _begun(self, summary: Summary) -> None:
        self.stdout.write(f"Reading {summary.description}")
        for line in summary.columns:
            self.stdout.write(f"  {line}")
        self.stdout.write(f"  New goods without a tax get {summary.tax}.")
        if summary.invents:
            self.stdout.write(
                "  Goods without a price get an INVENTED one, marked as such in the price history."
            )

    def _progress(self, done: int, total: int, rows: int) -> None:
        if time.monotonic() - self._shown < 1 and done != total:
            return
        self._shown = time.monotonic()
        percent = done * 100 // total if total else 0
        self.stdout.write(f"  {percent:3d} %  {rows:,} rows", ending="\r" if self.stdout.isatty() else "\n")
        self.stdout.flush()

    def _tell(self, summary: Summary, report: Report, *, dry_run: bool) -> None:
        counts = summary.counts
        rate = summary.rows / summary.seconds if summary.seconds else 0
        self.stdout.write(
            f"{summary.rows:,} rows in {summary.seconds:.1f} s ({rate:,.0f} rows/s): {counts.new:,} new, "
            f"{counts.changed:,} changed, {counts.unchanged:,} unchanged, {summary.errors:,} with errors"
        )
        self.stdout.write(
            f"{counts.barcodes:,} barcodes, {counts.prices:,} prices, {counts.invented:,} invented prices, "
            f"{counts.groups:,} groups added"
        )
        if report.written:
            self.stdout.write(f"{summary.errors:,} errors and {summary.warnings:,} warnings: {report.path}")
        if dry_run:
            self.stdout.write("This was a dry run: nothing was changed.")


def _instant(text: str | None) -> datetime | None:
    """A day begins at midnight on the store's own clock; an instant is as on the wire. Raises CommandError."""
    if not text:
        return None
    instant = clock.from_wire(text)
    if instant is not None:
        return instant
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}” is neither a day like 2026-12-01 nor an instant.") from error
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(current_store().time_zone)).astimezone(UTC)
