"""The catalogue as one file: built once per cursor and served to every till (protocol.md section 3).

Files lie in `<data>/snapshots`, named after their cursor. A build writes under another name, is fsynced and then
renamed, so a file that can be found is whole. One process builds at a time; the others wait and use its file. A
file that is a little old is used again: the till pulls what changed since.
"""

import fcntl
import gzip
import hashlib
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from core import canonical, feed
from core.runtime.env import ensure_data_dir
from pos.live.frames import MAX_ANSWER
from pos.services.audience import TILL, Audience

# A file is used again while it is at most so many rows and so old behind the feed.
MAX_BEHIND = 20_000
MAX_AGE_SECONDS = 3600
KEEP_FILES = 3
# A draft that nobody has written to for so long was left by a process that died.
DRAFT_SECONDS = 3600
LEVEL = 5
_SUFFIX = ".ndjson.gz"


@dataclass(frozen=True)
class Snapshot:
    """One whole file; `cursor` is the place in the feed it was taken at, `whose` the audience it was made for."""

    path: Path
    cursor: str
    whose: str = ""

    @property
    def etag(self) -> str:
        """The validator of HTTP caching and ranges."""
        return f'"{self.cursor}{self.whose}"'


def folder() -> Path:
    """Where the files are; made when it is missing."""
    ensure_data_dir()
    path = Path(settings.DATA_DIR) / "snapshots"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def snapshot(whose: Audience = TILL) -> Snapshot:
    """A file to serve: one that is there, or a new one. Must not run inside a transaction."""
    found = _usable(whose)
    if found is not None:
        return found
    with _building():
        # Whoever waited for the lock finds the file of the one before.
        return _usable(whose) or _build(whose)


def _ending(whose: Audience) -> str:
    return f".{whose.name}{_SUFFIX}" if whose.name else _SUFFIX


def _usable(whose: Audience) -> Snapshot | None:
    for path in _files(whose):
        cursor = path.name.removesuffix(_ending(whose))
        if _still_good(path, cursor):
            return Snapshot(path, cursor, whose.name)
    return None


def _files(whose: Audience) -> list[Path]:
    """Whole files for an audience, the newest first; one that was pruned meanwhile is left out."""
    dated: list[tuple[float, Path]] = []
    for path in folder().glob(f"*{_ending(whose)}"):
        # A cursor has two dots, and the name of an audience stands after a third.
        if path.name.removesuffix(_ending(whose)).count(".") != 2:
            continue
        try:
            dated.append((path.stat().st_mtime, path))
        except FileNotFoundError:
            continue
    return [path for _time, path in sorted(dated, reverse=True)]


def _still_good(path: Path, text: str) -> bool:
    try:
        cursor = feed.check(text)
        age = time.time() - path.stat().st_mtime
    except (feed.CursorExpired, FileNotFoundError):
        return False
    behind = feed.head().version - cursor.version
    if behind == 0:
        return True
    return behind <= MAX_BEHIND and age <= MAX_AGE_SECONDS and not _has_giant(cursor.version)


def _has_giant(version: int) -> bool:
    """Whether a change after the version does not fit a frame, so that only a new file can bring it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM core_feedrow WHERE version > %s AND octet_length(data) > %s)",
            [version, MAX_ANSWER - 512],
        )
        return bool(cursor.fetchone()[0])


@contextmanager
def _building() -> Iterator[None]:
    """At most one build at a time, among all threads and processes of this server."""
    descriptor = os.open(folder() / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _build(whose: Audience) -> Snapshot:
    draft = folder() / f".{secrets.token_hex(8)}.part"
    try:
        with draft.open("wb") as file:
            cursor = _write(file.write, whose)
            file.flush()
            os.fsync(file.fileno())
        path = folder() / f"{cursor}{_ending(whose)}"
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    _prune(whose)
    return Snapshot(path, cursor, whose.name)


class _Out:
    """Hashes lines and packs them; hands packed bytes on as they come."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._raw = _Sink(write)
        self._gzip = gzip.GzipFile(filename="", mode="wb", compresslevel=LEVEL, fileobj=self._raw, mtime=0)
        self.digest = hashlib.sha256()

    def line(self, text: str) -> None:
        """One line of the file."""
        data = text.encode() + b"\n"
        self.digest.update(data)
        self._gzip.write(data)

    def end(self) -> None:
        """The last line, which hashes every byte before it."""
        self._gzip.write(canonical.encode({"end": True, "sha256": self.digest.hexdigest()}) + b"\n")
        self._gzip.close()


class _Sink:
    """The little that GzipFile needs of a file."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self.write = write

    def flush(self) -> None:
        """Nothing is held back here."""


def _write(write: Callable[[bytes], object], whose: Audience) -> str:
    """Writes the file from one consistent view of the database, a few thousand rows in memory at a time."""
    out = _Out(write)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        head = feed.head()
        out.line(canonical.dumps({"snapshot": 1, "cursor": str(head), "counts": feed.counts(whose.only)}))
        for change in feed.snapshot_rows(only=whose.only):
            out.line(change.to_json())
    out.end()
    return str(head)


def _prune(whose: Audience) -> None:
    """Removes files that newer ones replace, and drafts of dead builds. A download in progress keeps its file."""
    for path in _files(whose)[KEEP_FILES:]:
        path.unlink(missing_ok=True)
    for draft in folder().glob(".*.part"):
        if time.time() - draft.stat().st_mtime > DRAFT_SECONDS:
            draft.unlink(missing_ok=True)
