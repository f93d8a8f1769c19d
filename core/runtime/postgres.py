"""Which database this installation uses, and the life of the embedded one.

`DATABASE_URL` names a PostgreSQL server; unset, the embedded cluster under the data folder is used. It
starts before the first connection and stops with the last process that used it. Use is a shared file
lock held for a process's life, so the kernel forgets a process that was killed, whatever way it died:

* `postgres.lock` (exclusive) is held while somebody decides about starting or stopping;
* `postgres.users` (shared) is held by every process that uses the server. Who leaves tries to get it
  exclusively: if that works nobody else is there, and the server is stopped.

Users that are killed cannot stop anything; a keeper (keeper.py) waits for that and stops the server.
"""

from __future__ import annotations

import atexit
import fcntl
import importlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from core.runtime.cluster import DATABASE, PORT, ROLE, Cluster
from core.runtime.env import SettingError, data_dir, ensure_data_dir, env_bool, env_url

ENGINE = "core.runtime.embedded"
_URL_SCHEMES = ("postgresql", "postgres")
# What a DATABASE_URL may add to the connection, and how (libpq's own names).
_URL_OPTIONS = frozenset(
    {
        "sslmode",
        "sslrootcert",
        "sslcert",
        "sslkey",
        "connect_timeout",
        "application_name",
        "target_session_attrs",
        "keepalives",
        "keepalives_idle",
        "options",
    }
)


def database_url() -> str | None:
    """DATABASE_URL, or None for the embedded database. Raises SettingError."""
    return env_url(
        "DATABASE_URL",
        None,
        "PostgreSQL server to use, e.g. postgresql://kasa:password@host/kasa or "
        "postgresql://kasa@/kasa?host=/var/run/postgresql. Unset: the embedded database.",
        schemes=_URL_SCHEMES,
        secret=True,
    )


def database_settings() -> dict[str, Any]:
    """Django's `DATABASES["default"]`: ENGINE, NAME, USER, PASSWORD, HOST, PORT, OPTIONS. Starts nothing."""
    url = database_url()
    if url is not None:
        return parse_database_url(url)
    return {
        "ENGINE": ENGINE,
        "NAME": DATABASE,
        "USER": ROLE,
        "PASSWORD": "",
        "HOST": str(cluster().socket_folder),
        "PORT": str(PORT),
        "OPTIONS": {},
    }


def parse_database_url(url: str) -> dict[str, Any]:
    """Django's settings for `postgresql://user:password@host:port/name?host=/folder&sslmode=require`.

    Raises SettingError, without repeating the URL: it may hold a password.
    """
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    name = unquote(parts.path.lstrip("/"))
    if not name or "/" in name or parts.fragment:
        raise SettingError("DATABASE_URL must end in the name of one database.")
    host = query.pop("host", None) or unquote(parts.hostname or "")
    port = query.pop("port", None) or str(parts.port or "")
    user = query.pop("user", None) or unquote(parts.username or "")
    password = query.pop("password", None) or unquote(parts.password or "")
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise SettingError("DATABASE_URL has a port that is not a number from 1 to 65535.")
    if unknown := sorted(set(query) - _URL_OPTIONS):
        raise SettingError(f"DATABASE_URL has an option that is not known: {', '.join(unknown)}.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": user,
        "PASSWORD": password,
        "HOST": host,
        "PORT": port,
        "OPTIONS": query,
    }


def dsn(name: str | None = None) -> str:
    """The database as a `postgresql://` URL (with its password), `name` in place of the default one."""
    settings = database_settings()
    login = quote(settings["USER"], safe="")
    if settings["PASSWORD"]:
        login += ":" + quote(settings["PASSWORD"], safe="")
    query = {"host": settings["HOST"], "port": settings["PORT"], **settings["OPTIONS"]}
    text = urlencode({key: value for key, value in query.items() if value}, safe="/")
    return f"postgresql://{login}@/{quote(name or settings['NAME'], safe='')}" + (f"?{text}" if text else "")


def cluster() -> Cluster:
    """The embedded cluster of this installation's data folder (which may not exist yet)."""
    durable = env_bool(
        "KASA_FSYNC",
        True,
        "Whether the embedded database waits for the disk before it says done. "
        "No is for throw-away test data only: a power cut would destroy the database.",
    )
    return Cluster(data_dir(), durable=durable)


def ensure_running() -> str:
    """Make sure the database can be connected to, and return its DSN.

    With DATABASE_URL there is nothing to do. Embedded: this process becomes one of the server's users
    until it ends, the cluster is made when it does not exist, and the server is started when it does not
    run. Cheap when all is well (one small file is read). Raises ClusterError, AccountError,
    BinariesError or SettingError, each with one plain sentence.
    """
    if database_url() is None:
        _use.ensure(cluster())
    return dsn()


def release() -> None:
    """Stop using the embedded server; the last user stops it. Also runs by itself when a process ends."""
    _use.release()


class _Use:
    """This process's use of the embedded server: at most one lock, whatever the number of threads."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._pid: int | None = None
        self._users: int | None = None
        self._cluster: Cluster | None = None

    def ensure(self, wanted: Cluster) -> None:
        with self._guard:
            if self._held():
                running = wanted.postmaster()
                if running is not None and running.ready:
                    return
            _make_locks(ensure_data_dir())
            with deciding(wanted.data):
                self._hold(wanted)
                _start(wanted)

    def _held(self) -> bool:
        return self._users is not None and self._pid == os.getpid()

    def _hold(self, wanted: Cluster) -> None:
        """Take the shared lock. A forked child has its parent's descriptor but must hold its own."""
        if self._held():
            return
        if self._pid is None:
            atexit.register(self.release)
        descriptor = os.open(wanted.data / "postgres.users", os.O_RDWR | os.O_CLOEXEC)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        self._users, self._pid, self._cluster = descriptor, os.getpid(), wanted

    def release(self) -> None:
        with self._guard:
            if not self._held() or self._users is None or self._cluster is None:
                return
            descriptor, self._users = self._users, None
            try:
                with deciding(self._cluster.data):
                    if nobody_else(descriptor):
                        self._cluster.stop()
            except FileNotFoundError:
                pass  # The data folder was removed while we ran; the server ends by itself then.
            finally:
                os.close(descriptor)


_use = _Use()


def _make_locks(data: Path) -> None:
    """The files that are locked. Who only ends something never makes them: the folder may be on its way out."""
    for name in ("postgres.lock", "postgres.users", "postgres.keeper"):
        os.close(os.open(data / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


@contextmanager
def deciding(data: Path) -> Iterator[None]:
    """Hold the exclusive lock under which starting and stopping are decided."""
    descriptor = os.open(data / "postgres.lock", os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _start(wanted: Cluster) -> None:
    """Make and start the cluster as needed. Called with both locks held."""
    if not wanted.exists():
        wanted.create()
    wanted.wait_ready()
    if wanted.postmaster() is None:
        wanted.start()
        importlib.import_module("core.runtime.keeper").start(wanted.data)


def nobody_else(descriptor: int) -> bool:
    """Whether nobody else uses the server. Turning the shared lock into an exclusive one asks the kernel."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
