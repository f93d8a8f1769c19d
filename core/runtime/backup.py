"""A backup in one file, and the way back from it.

The file is a tar archive: `database.dump` (pg_dump's custom format) and what the data folder keeps
besides the database and cannot be made again (the secret that signs sessions, the store's authority).
It holds everything the shop knows, so it is readable by its owner only.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

from core.runtime.account import database_account
from core.runtime.env import PlainError, data_dir, ensure_data_dir
from core.runtime.pgbinaries import binaries
from core.runtime.postgres import database_url, dsn, ensure_running

_DUMP = "database.dump"
_KEPT = ("secret_key", "tls/ca.crt", "tls/ca.key", "tls/names.json")
_KEPT_LIMIT = 1024 * 1024


class BackupError(PlainError):
    """A backup cannot be made or used. One plain sentence."""


def backup(target: Path) -> int:
    """Write the backup to `target` (mode 0600), whole or not at all. Returns its size in bytes.

    The store may go on selling meanwhile: pg_dump sees the database as it was at one instant.
    """
    if target.exists():
        raise BackupError(f"{target} exists already; a backup never replaces a file.")
    ensure_running()
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
            dump = Path(folder) / _DUMP
            _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}", dsn())
            _pack(draft, dump)
        draft.replace(target)
    except OSError as error:
        raise BackupError(f"{target} cannot be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)
    return target.stat().st_size


def _pack(target: Path, dump: Path) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w") as archive:
        archive.add(dump, arcname=_DUMP)
        for name in _KEPT:
            if (data_dir() / name).is_file():
                archive.add(data_dir() / name, arcname=name)
        file.flush()
        os.fsync(descriptor)


def restore(source: Path) -> None:
    """Replace the database and the kept files by those of a backup, in one transaction of the database.

    The caller makes sure that no server runs, and begins a new epoch of the feed afterwards: tills have
    seen versions that the restored database never had.
    """
    ensure_running()
    with TemporaryDirectory(prefix="kasa-restore-") as folder:
        kept = _unpack(source, Path(folder))
        _run(
            "pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction",
            "--exit-on-error", f"--dbname={dsn()}", Path(folder) / _DUMP,
        )  # fmt: skip
        for name in kept:
            place = ensure_data_dir() / name
            place.parent.mkdir(mode=0o700, exist_ok=True)
            shutil.move(Path(folder) / name, place)
            place.chmod(0o600)


def _unpack(source: Path, folder: Path) -> list[str]:
    """Take the known members out of the archive; returns the kept files in it. Nothing else is looked at."""
    try:
        with tarfile.open(source, mode="r:") as archive:
            members = {member.name: member for member in archive if member.isreg()}
            if _DUMP not in members:
                raise BackupError(f"{source} is no backup of OpenKasa: it has no {_DUMP}.")
            kept = [name for name in _KEPT if name in members and members[name].size <= _KEPT_LIMIT]
            for name in (_DUMP, *kept):
                archive.extract(members[name], folder, filter="data")
    except (OSError, tarfile.TarError) as error:
        raise BackupError(f"{source} cannot be read as a backup: {error}.") from error
    return kept


def _run(program: str, *arguments: str | Path) -> None:
    done = subprocess.run(
        [_program(program), *map(str, arguments)],
        capture_output=True, text=True, errors="replace", check=False, cwd="/",
    )  # fmt: skip
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise BackupError(f"{program} failed: {reason}")


def _program(name: str) -> str:
    """The embedded server's own program; for another server the one on PATH, which comes with it."""
    if database_url() is not None and (found := shutil.which(name)) is not None:
        return found
    return str(binaries(database_account(), data_dir() / "pgsql") / name)
