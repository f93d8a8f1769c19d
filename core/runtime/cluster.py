"""One embedded PostgreSQL cluster: made, started, looked at and stopped.

A cluster lives under the data folder: `pg/` (its files), `run/` (its socket), `pgsql/` (for root: the
programs). It listens on a Unix socket only, inside a folder that nobody but its user (and root) can
enter, and that is why no password is asked there. Nothing here decides *who* may start or stop it and
nothing locks: that is postgres.py.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
import stat
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from core.runtime.account import Account, database_account, require_enterable
from core.runtime.env import PlainError
from core.runtime.pgbinaries import MAJOR, binaries, prune
from core.runtime.processes import command_line

DATABASE = "kasa"
ROLE = "kasa"
SUPERUSER = "postgres"
PORT = 5432  # Only a part of the socket's file name: the server never listens on the network.
# A socket's path is limited to 103 bytes on macOS and 107 on Linux, and PostgreSQL adds its file name.
_SOCKET_FOLDER_LIMIT = 90
_START_SECONDS = 300  # After a crash the server first replays its log; a big one takes a while.
_STOP_SECONDS = 60
_LEFTOVER_SECONDS = 15
_NO_PROCESS = 2**31 - 2  # Above every system's highest process id.


class ClusterError(PlainError):
    """The embedded database cannot do what was asked. One plain sentence, with where to look."""


@dataclass(frozen=True)
class Postmaster:
    """What `postmaster.pid` says of a running server: its process id, and whether it takes connections."""

    pid: int
    ready: bool


class Cluster:
    """The embedded cluster under one data folder.

    `durable=False` makes it forget to wait for the disk: for throw-away test data only.
    """

    def __init__(self, data: Path, *, durable: bool = True) -> None:
        self.data = data
        self.durable = durable
        self.folder = data / "pg"
        self.socket_folder = socket_folder(data)

    # ── looking ────────────────────────────────────────────────────────────────────────────────

    def exists(self) -> bool:
        """Whether a complete cluster is there (a half-made one never has this name)."""
        return _exists(self.folder / "PG_VERSION", self.folder)

    def postmaster(self) -> Postmaster | None:
        """The running server, or None. A file left by a crash, or its process id reused, counts as none."""
        try:
            lines = (self.folder / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return None
        except PermissionError as error:
            raise _foreign(self.folder) from error
        if not lines or not lines[0].strip().isdigit():
            return None
        pid = int(lines[0])
        if not _is_our_server(pid, self.folder):
            return None
        return Postmaster(pid, ready=len(lines) > 7 and lines[7].strip() == "ready")

    # ── making ─────────────────────────────────────────────────────────────────────────────────

    def create(self) -> None:
        """Make the cluster with its role and database, under a draft name until it is complete.

        An interrupted attempt leaves a draft folder, which the next attempt removes.
        """
        account = self._account()
        for leftover in self.data.glob("pg.new-*"):
            shutil.rmtree(leftover)
        draft = self.data / f"pg.new-{secrets.token_hex(6)}"
        draft.mkdir(mode=0o700)
        account.give(draft)
        programs = self._programs(account)
        self._initdb(account, programs, draft)
        self._configure(account, draft)
        _write(account, draft / "openkasa.conf", self._settings(socket_folder="/nonexistent"))
        self._bootstrap(account, programs, draft)
        draft.rename(self.folder)
        _sync_folder(self.data)

    def _initdb(self, account: Account, programs: Path, draft: Path) -> None:
        # The builtin C.UTF-8 locale folds case by Unicode alike on every machine and sorts by code
        # point; this build has no ICU, and the C library's locales differ between systems.
        done = account.run(
            [
                programs / "initdb",
                "-D",
                draft,
                "-U",
                SUPERUSER,
                "-A",
                "trust",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--text-search-config=simple",
                *([] if self.durable else ["--no-sync"]),
            ]
        )
        if done.returncode != 0:
            raise ClusterError(f"The embedded database could not be made: {_last_line(done)}")

    @staticmethod
    def _configure(account: Account, draft: Path) -> None:
        _write(
            account,
            draft / "postgresql.conf",
            "# Written once. openkasa.conf is rewritten at each start; put your settings into local.conf.\n"
            "include 'openkasa.conf'\ninclude_if_exists 'local.conf'\n",
        )
        _write(
            account,
            draft / "pg_hba.conf",
            "# Only the Unix socket exists, and only this user and root can reach it.\n"
            "local all all trust\nlocal replication all trust\n",
        )

    @staticmethod
    def _bootstrap(account: Account, programs: Path, draft: Path) -> None:
        """Make the application's role (no superuser) and database in single-user mode, before any start."""
        done = account.run(
            [
                programs / "postgres",
                "--single",
                "-D",
                draft,
                "-c",
                "log_min_messages=warning",
                "-c",
                "logging_collector=off",
                "-c",
                "exit_on_error=on",
                "postgres",
            ],
            input=f"CREATE ROLE {ROLE} LOGIN CREATEDB\nCREATE DATABASE {DATABASE} OWNER {ROLE}\n",
        )
        if done.returncode != 0 or "ERROR" in done.stderr or "FATAL" in done.stderr:
            raise ClusterError(f"The embedded database could not be prepared: {_last_line(done)}")

    # ── running ────────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Start the server and wait until it takes connections. Raises ClusterError with the reason."""
        account = self._account()
        self._require_version()
        programs = self._programs(account)
        alone = self._sole_right()
        try:
            prune(self.data / "pgsql", keep=programs)
            self._make_socket_folder(account)
            _write(account, self.folder / "openkasa.conf", self._settings(str(self.socket_folder)))
            self._disown_marks(account)
            problem = self._pg_start(account, programs, alone)
        finally:
            os.close(alone)
        if problem is not None:
            raise ClusterError(f"The embedded database does not start: {problem}")

    def _sole_right(self) -> int:
        """A lock that the server's processes inherit and so hold as long as any of them lives.

        It can be had only when none does: not one in another container over the same folder, whose
        process ids mean nothing here, and not one that outlived a server that was killed (such a one
        needs a moment to notice). Raises ClusterError when it cannot be had.
        """
        descriptor = os.open(self.data / "postgres.server", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + _LEFTOVER_SECONDS
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return descriptor
            except BlockingIOError:
                if time.monotonic() > deadline:
                    os.close(descriptor)
                    raise ClusterError(
                        f"Processes of another database server, perhaps of another container, still use {self.folder}."
                    ) from None
                time.sleep(0.1)

    def _pg_start(self, account: Account, programs: Path, lock: int) -> str | None:
        """One attempt: None, or the last telling line of the server's own complaint."""
        log = self.folder / "start.log"
        log.unlink(missing_ok=True)
        began = time.time()
        try:
            done = account.run(
                [
                    programs / "pg_ctl",
                    "start",
                    "-s",
                    "-w",
                    "-t",
                    str(_START_SECONDS),
                    "-D",
                    self.folder,
                    "-l",
                    log,
                ],
                timeout=_START_SECONDS + 30,
                pass_fds=[lock],
            )
        except subprocess.TimeoutExpired:
            return f"it did not answer within {_START_SECONDS} s; see {log}"
        if done.returncode == 0:
            return None
        return (
            _complaint((_read_small(log) or done.stderr) + self._recent_log(began))
            + f" (see {self.folder / 'log'})"
        )

    def _recent_log(self, began: float) -> str:
        """What the server wrote into its own log since `began`: most reasons for not starting are there."""
        try:
            logs = [path for path in (self.folder / "log").iterdir() if path.lstat().st_mtime >= began - 1]
        except OSError:
            return ""
        return "\n" + "\n".join(_read_small(path)[-4000:] for path in logs)

    def wait_ready(self) -> None:
        """Wait for a server that somebody else has started; it may be replaying its log after a crash."""
        deadline = time.monotonic() + _START_SECONDS
        while (running := self.postmaster()) is not None and not running.ready:
            if time.monotonic() > deadline:
                raise ClusterError(f"The embedded database was not ready within {_START_SECONDS} s.")
            time.sleep(0.05)

    def stop(self, *, immediate: bool = False) -> None:
        """Stop the server and wait for its end; open transactions are rolled back. Nothing if not running."""
        if self.postmaster() is None:
            return
        account = self._account()
        program = self._programs(account) / "pg_ctl"
        command: list[str | Path] = [program, "stop", "-s", "-w", "-t", str(_STOP_SECONDS), "-D", self.folder]
        for mode in ["immediate"] if immediate else ["fast", "immediate"]:
            done = account.run([*command, "-m", mode], timeout=_STOP_SECONDS + 30)
            if done.returncode == 0 or self.postmaster() is None:
                return
        raise ClusterError(f"The embedded database does not stop: {_last_line(done)}")

    # ── parts ──────────────────────────────────────────────────────────────────────────────────

    def _account(self) -> Account:
        """Who runs the server; checks that the data is his and that he can reach it."""
        account = database_account()
        require_enterable(account, self.data)
        if _exists(self.folder, self.data) and self.folder.stat().st_uid != account.uid:
            raise _foreign(self.folder)
        return account

    def _programs(self, account: Account) -> Path:
        return binaries(account, self.data / "pgsql", durable=self.durable)

    def _require_version(self) -> None:
        version = (self.folder / "PG_VERSION").read_text(encoding="ascii").strip()
        if version != str(MAJOR):
            raise ClusterError(
                f"The data in {self.folder} was written by PostgreSQL {version} and this release carries "
                f"{MAJOR}: restore it from a dump (docs/administrator.md, Upgrades)."
            )

    def _make_socket_folder(self, account: Account) -> None:
        """Make the socket's folder, private to the account. One that others prepared is refused."""
        path = self.socket_folder
        path.mkdir(mode=0o700, exist_ok=True)
        found = path.lstat()
        if account.switch and found.st_uid == 0 and stat.S_ISDIR(found.st_mode):
            account.give(path)
            found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid:
            raise ClusterError(f"{path} belongs to somebody else; remove it or set a shorter KASA_DATA.")
        path.chmod(0o700)

    def _disown_marks(self, account: Account) -> None:
        """Correct the marks of a crashed server whose process id now belongs to something else.

        PostgreSQL takes any living process of that number for its old self and refuses to start; a
        zombie counts too, and where nobody collects zombies it stays one for ever. The marks are not
        removed: they also name the shared memory by which PostgreSQL knows that processes of the crashed
        server still run. They get a process id that no process can have.
        """
        for mark in (self.folder / "postmaster.pid", self.socket_folder / f".s.PGSQL.{PORT}.lock"):
            first, separator, rest = _read_small(mark).partition("\n")
            if first.strip().isdigit() and not _is_our_server(int(first), self.folder):
                _write(account, mark, f"{_NO_PROCESS}{separator}{rest}")

    def _settings(self, socket_folder: str) -> str:
        lines = [
            *_SETTINGS.splitlines(),
            f"unix_socket_directories = {_quoted(socket_folder)}",
            f"shared_buffers = {_shared_buffers_mb()}MB",
        ]
        if not self.durable:
            lines += ["fsync = off", "synchronous_commit = off", "full_page_writes = off"]
        return "\n".join(["# Rewritten at each start; your own settings go into local.conf.", *lines, ""])


_SETTINGS = """\
listen_addresses = ''
port = 5432
unix_socket_permissions = 0700
max_connections = 120
work_mem = 8MB
maintenance_work_mem = 64MB
wal_level = replica
max_wal_size = 1GB
checkpoint_timeout = 10min
random_page_cost = 1.1
fsync = on
synchronous_commit = on
timezone = 'UTC'
log_timezone = 'UTC'
datestyle = 'iso, ymd'
lc_messages = 'C'
idle_in_transaction_session_timeout = 10min
logging_collector = on
log_directory = 'log'
log_filename = 'postgres-%a.log'
log_file_mode = 0600
log_truncate_on_rotation = on
log_rotation_age = 1d
log_rotation_size = 0
log_line_prefix = '%m [%p] %q%a '
log_checkpoints = off
log_lock_waits = on"""


def socket_folder(data: Path) -> Path:
    """The folder of the server's socket: `<data>/run`, or a short private one under /tmp."""
    near = data / "run"
    if len(os.fsencode(near)) <= _SOCKET_FOLDER_LIMIT:
        return near
    # Anybody may write to /tmp; `_make_socket_folder` refuses a folder that is not the account's own.
    return Path("/tmp") / f"kasa-{hashlib.sha256(os.fsencode(data)).hexdigest()[:16]}"  # noqa: S108


def _shared_buffers_mb() -> int:
    """An eighth of the machine's memory, between 64 MiB and 1 GiB: the other processes live here too."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(64, min(1024, total // 8 // 1024**2))


def _is_our_server(pid: int, folder: Path) -> bool:
    """Whether the process is a PostgreSQL server of this very folder."""
    command = command_line(pid)
    return "postgres" in command and str(folder) in command


def _exists(path: Path, folder: Path) -> bool:
    try:
        path.stat()
    except FileNotFoundError:
        return False
    except PermissionError as error:
        raise _foreign(folder) from error
    return True


def _foreign(folder: Path) -> ClusterError:
    return ClusterError(
        f"The database in {folder} belongs to another user; run this as that user, or set KASA_DATA."
    )


def _write(account: Account, path: Path, text: str) -> None:
    """Replace a small file of the cluster, whole or not at all.

    The folder belongs to the account and root writes into it, so no link put there may be followed.
    """
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        if account.switch:
            os.fchown(descriptor, account.uid, account.gid)
        file.write(text)
    draft.replace(path)


def _read_small(path: Path) -> str:
    """The text of a file in the account's folder, "" when there is none; a link is not followed."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return ""
    with os.fdopen(descriptor, encoding="utf-8", errors="replace") as file:
        return file.read(1_000_000)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _last_line(done: subprocess.CompletedProcess[str]) -> str:
    return _complaint(done.stderr or done.stdout)


def _complaint(text: str) -> str:
    """The line of a program's output that says what is wrong, else its last line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "error:" in line or "ERROR" in line]
    return (telling or lines or ["no reason given"])[-1]
