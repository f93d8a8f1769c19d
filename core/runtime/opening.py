"""What must be true before the store opens: the tables are those of this release, the demo shop is there.

Asking Django costs two seconds, so the answer of the last time is kept in `<data>/opened.json` and
believed as long as neither the code's migrations nor the database's list of applied ones have changed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg

from core.runtime.env import CLONE_DIR, PlainError, data_dir
from core.runtime.postgres import dsn


class DatabaseUnreachable(PlainError):
    """The server named by DATABASE_URL does not answer. One plain sentence."""


@dataclass(frozen=True)
class Opened:
    """What was true when the store was last prepared. `demo` is the demo's country, "" without a demo."""

    code: str
    rows: str
    demo: str


def stamp_path() -> Path:
    """Where the last answer is kept."""
    return data_dir() / "opened.json"


def last() -> Opened | None:
    """The last answer, or None when there is none that can be read."""
    try:
        return Opened(**json.loads(stamp_path().read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def remember(demo: str) -> None:
    """Keep today's answer. Called after the tables and the demo were made."""
    draft = stamp_path().with_suffix(".new")
    draft.write_text(json.dumps(asdict(Opened(code_digest(), rows_digest(), demo))), encoding="utf-8")
    draft.replace(stamp_path())


def code_is_known() -> bool:
    """Whether the last opening was one of this very release; asks no database."""
    known = last()
    return known is not None and known.code == code_digest()


def tables_current() -> bool:
    """Whether the database has this release's tables, as far as that can be known without Django."""
    known = last()
    return known is not None and known.code == code_digest() and known.rows == rows_digest()


def code_digest() -> str:
    """Hash of this release's migrations: ours by content, the libraries' by the lock file."""
    digest = hashlib.sha256()
    for path in sorted(CLONE_DIR.glob("*/migrations/*.py")):
        digest.update(path.relative_to(CLONE_DIR).as_posix().encode() + b"\0" + path.read_bytes())
    lock = CLONE_DIR / "uv.lock"
    digest.update(lock.read_bytes() if lock.is_file() else b"")
    return digest.hexdigest()


def rows_digest() -> str:
    """Hash of the migrations that the database says were applied; "" when it has no such table yet."""
    try:
        with psycopg.connect(dsn(), connect_timeout=10) as connection:
            rows = connection.execute(
                "SELECT app, name, applied FROM django_migrations ORDER BY id"
            ).fetchall()
    except psycopg.errors.UndefinedTable:
        return ""
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[-1]
        raise DatabaseUnreachable(f"The database does not answer: {reason}") from error
    return hashlib.sha256(repr(rows).encode()).hexdigest()
