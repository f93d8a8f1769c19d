"""Reading a CORE-POS `dtransactions` export: rows, live transactions, the source's own totals.

What the columns mean is public in CORE-POS's documentation of `dtransactions`: `trans_type` I is an item, D an open
department ring, T a tender, A the tax row; `trans_status` X is a cancelled transaction, Z a suspended one, D a
display line, V a void, R a refund, M a member discount, C a coupon. Employee 9999 and register 99 are training.
"""

import csv
import gzip
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import IO

from core.errors import KasaError

NOT_LIVE = frozenset("XZD")
TRAINING_EMPLOYEE, TRAINING_REGISTER = "9999", "99"
# One row of the wild has an unescaped quote in its description, which swallows the next column's separator.
_BAD_QUOTE = re.compile(r'^(?P<name>.*)\\",(?P<kind>\w)"$')
MAX_ROWS = 5_000_000

# Day, register, employee, number.
Key = tuple[str, str, str, str]


class NotAJournal(KasaError):
    """The file is not a CORE-POS journal."""

    code = "not_a_journal"


@dataclass(frozen=True)
class Row:
    """One row; money in minor units, quantity in thousandths."""

    at: datetime
    kind: str
    subtype: str
    status: str
    upc: str
    name: str
    quantity: int
    price: int
    total: int
    department: str
    weighed: bool

    @property
    def is_change(self) -> bool:
        """Whether this tender row is the money handed back."""
        return self.kind == "T" and self.name == "Change"


@dataclass
class Transaction:
    """The live rows of one transaction, in the order they were rung."""

    day: str
    register: str
    employee: str
    number: str
    part: int
    rows: list[Row]

    @property
    def key(self) -> str:
        """What names it in the source, and in every identifier derived from it."""
        return f"{self.day}/{self.register}/{self.employee}/{self.number}/{self.part}"

    def of(self, *kinds: str) -> list[Row]:
        """Its rows of these kinds."""
        return [row for row in self.rows if row.kind in kinds]


def _open(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", newline="")
    return path.open(encoding="utf-8", newline="")


def file_digest(path: Path) -> str:
    """SHA-256 of the file, so that the same journal gives the same identifiers wherever it lies."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _records(file: IO[str]) -> Iterator[dict[str, str]]:
    """The file's rows by column name. Raises NotAJournal."""
    reader = csv.reader(file)
    header = next(reader, [])
    missing = {"datetime", "register_no", "emp_no", "trans_no", "trans_type", "description", "total"} - set(
        header
    )
    if missing:
        raise NotAJournal(f"The file lacks the columns {', '.join(sorted(missing))}.")
    at = header.index("description")
    for count, fields in enumerate(reader, 1):
        if count > MAX_ROWS:
            raise NotAJournal(f"The file has more than {MAX_ROWS} rows.")
        swallowed = _BAD_QUOTE.match(fields[at]) if len(fields) == len(header) - 1 else None
        if swallowed:
            fields[at : at + 1] = [f'{swallowed["name"]}"', swallowed["kind"]]
        if len(fields) != len(header):
            raise NotAJournal(f"Row {count} has {len(fields)} columns instead of {len(header)}.")
        yield dict(zip(header, fields, strict=True))


def _scaled(text: str, factor: int, what: str) -> int:
    value = Decimal(text.strip() or "0") * factor
    rounded = value.to_integral_value()
    if value != rounded:
        raise NotAJournal(f"{what} “{text}” has too many digits.")
    return int(rounded)


def _rounded(text: str, factor: int) -> int:
    return int((Decimal(text.strip() or "0") * factor).to_integral_value(ROUND_HALF_UP))


def _row(raw: dict[str, str]) -> Row:
    return Row(
        # The source names no time zone; UTC stands for its wall clock.
        at=datetime.fromisoformat(raw["datetime"]).replace(tzinfo=UTC),
        kind=raw["trans_type"].strip(),
        subtype=raw["trans_subtype"].strip(),
        status=raw["trans_status"].strip(),
        upc=raw["upc"].strip(),
        name=raw["description"].strip(),
        # Old scales wrote four digits; the price of such a line is fitted to its total by the mapping.
        quantity=_rounded(raw["quantity"], 1000),
        price=_rounded(raw["unitPrice"], 100),
        total=_scaled(raw["total"], 100, "The total"),
        department=raw["department"].strip(),
        weighed=raw["scale"].strip() == "1",
    )


def transactions(path: Path) -> list[Transaction]:
    """Every live transaction of the file, in time order. Raises NotAJournal."""
    try:
        return _transactions(path)
    except (ArithmeticError, ValueError, EOFError, gzip.BadGzipFile, csv.Error) as error:
        raise NotAJournal(f"{path.name} is not a CORE-POS journal: {error}.") from error


def _transactions(path: Path) -> list[Transaction]:
    groups: dict[Key, list[Row]] = {}
    with _open(path) as file:
        for raw in _records(file):
            if raw["emp_no"] == TRAINING_EMPLOYEE or raw["register_no"] == TRAINING_REGISTER:
                continue
            row = _row(raw)
            if row.status not in NOT_LIVE:
                key = (raw["datetime"][:10], raw["register_no"], raw["emp_no"], raw["trans_no"])
                groups.setdefault(key, []).append(row)
    found = [part for key, rows in groups.items() for part in _parts(key, rows)]
    return sorted(found, key=lambda one: (one.rows[0].at, one.key))


def _parts(key: Key, rows: list[Row]) -> Iterator[Transaction]:
    """Cuts rows that share a number into transactions: each ends with its tax row and balances to zero."""
    ordered = sorted(rows, key=lambda row: (row.at, row.kind == "A"))
    for number, part in enumerate(_cut(ordered), 1):
        yield Transaction(*key, number, part)


def _cut(rows: list[Row]) -> list[list[Row]]:
    ends = [row.at for row in rows if row.kind == "A"]
    for end in ends[:-1]:
        first, rest = [row for row in rows if row.at <= end], [row for row in rows if row.at > end]
        if first and rest and _balance(first) == 0:
            return [first, *_cut(rest)]
    if ends and _balance(rows) == 0:
        # What was rung after the last tax row is a transaction without money (a donated cup, say).
        first, rest = [row for row in rows if row.at <= ends[-1]], [row for row in rows if row.at > ends[-1]]
        if rest and _balance(first) == 0:
            return [first, rest]
    return [rows]


def _balance(rows: list[Row]) -> int:
    return sum(row.total for row in rows if row.kind in "IDAT")
