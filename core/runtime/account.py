"""The unprivileged user that the embedded database runs as when everything else runs as root.

PostgreSQL refuses to run as root. A plain user runs it under his own name; root uses a system user of
its own, and the folders above the data must let that user pass. We never open a folder ourselves.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.runtime.env import PlainError, is_root

ACCOUNT_NAME = "openkasa"


class AccountError(PlainError):
    """The database's user cannot be made or cannot reach its folder. One plain sentence."""


@dataclass(frozen=True)
class Account:
    """Who runs the database: name, numeric user and group, and whether we must change to it."""

    name: str
    uid: int
    gid: int
    switch: bool

    def run(
        self,
        command: Sequence[str | Path],
        *,
        input: str | None = None,
        timeout: float = 600,
        pass_fds: Sequence[int] = (),
    ) -> subprocess.CompletedProcess[str]:
        """Run a command as this account with a clean environment, in /, and return it with its output.

        The environment is built from nothing: a PGDATA, PGHOST or locale of the caller would change
        what the database's programs do. Raises subprocess.TimeoutExpired.
        """
        return subprocess.run(
            [str(part) for part in command],
            input=input,
            timeout=timeout,
            pass_fds=pass_fds,
            capture_output=True,
            text=True,
            errors="replace",
            env=_clean_environment(),
            cwd="/",
            umask=0o077,
            user=self.uid if self.switch else None,
            group=self.gid if self.switch else None,
            extra_groups=[] if self.switch else None,
            check=False,
        )

    def give(self, path: Path) -> None:
        """Hand one file or folder over to the account (nothing to do when it is ours already)."""
        if self.switch:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def _clean_environment() -> dict[str, str]:
    return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": "/"}


def database_account() -> Account:
    """The account for the embedded database: ourselves, or `openkasa` (made when missing) for root.

    Raises AccountError when root needs the user and the system has no way to make it.
    """
    if not is_root():
        return Account(_own_name(), os.geteuid(), os.getegid(), switch=False)
    try:
        entry = pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        _create_account()
        entry = pwd.getpwnam(ACCOUNT_NAME)
    if entry.pw_uid == 0:
        raise AccountError(f"The user {ACCOUNT_NAME} is root under another name; the database refuses it.")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switch=True)


def _own_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def _create_account() -> None:
    """Make the system user. Another set-up may do the same at this moment: only the result counts."""
    tool = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    advice = f"Make a system user {ACCOUNT_NAME}, or run OpenKasa as a plain user."
    if tool is None:
        raise AccountError(f"The embedded database cannot run as root and there is no useradd here. {advice}")
    command = [
        tool,
        "--system",
        "--user-group",
        "--no-create-home",
        "--home-dir",
        "/nonexistent",
        "--shell",
        "/usr/sbin/nologin",
        ACCOUNT_NAME,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        reason = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        message = f"useradd could not make the user {ACCOUNT_NAME} ({reason[0]}). {advice}"
        raise AccountError(message) from None


def require_enterable(account: Account, folder: Path) -> None:
    """Raise AccountError, naming the folder in the way, unless the account can enter `folder`.

    The kernel is asked (by a shell running as the account), not the mode bits: access lists and
    security modules count too.
    """
    if not account.switch or _can_enter(account, folder):
        return
    for parent in [*reversed(folder.parents), folder]:
        if not _can_enter(account, parent):
            raise AccountError(
                f"The folder {parent} is private: the database's user {account.name} cannot enter it. "
                f"Choose another place with KASA_DATA, or run OpenKasa as a plain user."
            )


def _can_enter(account: Account, folder: Path) -> bool:
    return account.run(["/bin/sh", "-c", 'cd "$0"', folder], timeout=30).returncode == 0
