"""Writing a batch: one COPY per table that has rows, and the places of the chains. A fixed number of statements."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from pos.services.ingest.held import Device
from pos.services.ingest.rows import COLUMNS, Row

_COPY = {table: f"COPY {table} ({', '.join(columns)}) FROM STDIN" for table, columns in COLUMNS.items()}


def next_ids(count: int) -> list[int]:
    """Row numbers for so many journal items, ascending."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('pos_journalitem', 'id')) FROM generate_series(1, %s)",
            [count],
        )
        return sorted(row[0] for row in cursor.fetchall())


def copy_rows(tables: dict[str, list[Row]]) -> None:
    """Writes every table's rows, in the order of COLUMNS."""
    with connection.cursor() as cursor:
        for table, rows in tables.items():
            if rows:
                _copy(cursor, _COPY[table], rows)


def _copy(cursor: Any, statement: str, rows: Sequence[Row]) -> None:
    with cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def save_gaps(devices: Sequence[Device], now: datetime) -> None:
    """Writes how far each chain has arrived: at most three statements."""
    changed = [device for device in devices if device.gaps.changed]
    if not changed:
        return
    removed = [(device.id, first) for device in changed for first in device.gaps.removed()]
    added = [(device.id, *span) for device in changed for span in device.gaps.added()]
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE pos_incarnation i SET through = new.through, top = new.top
               FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS new (id, through, top) WHERE i.id = new.id""",
            _columns([(device.id, device.gaps.through, device.gaps.top) for device in changed], 3),
        )
        if removed:
            cursor.execute(
                """DELETE FROM pos_missingrange m USING unnest(%s::bigint[], %s::bigint[]) AS old (incarnation, first)
                   WHERE m.incarnation_id = old.incarnation AND m.first = old.first""",
                _columns(removed, 2),
            )
        if added:
            cursor.execute(
                """INSERT INTO pos_missingrange (incarnation_id, first, last, found_at)
                   SELECT incarnation, first, last, %s
                   FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS new (incarnation, first, last)""",
                [now, *_columns(added, 3)],
            )


def _columns(rows: Sequence[Row], width: int) -> list[list[Any]]:
    return [[row[at] for row in rows] for at in range(width)]
