"""Opens the bridge's SQLite files: durable before an answer, and owned by one bridge at a time."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devices.errors import ConfigError


class Store:
    """One SQLite file with one connection. `transaction` serialises threads and commits with an fsync."""

    def __init__(self, path: Path, schema: str) -> None:
        self._lock = threading.Lock()
        try:
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=2)
            self._connection.row_factory = sqlite3.Row
            # Exclusive: a second bridge on the same folder would print what the first has printed.
            self._connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=FULL")
            self._connection.executescript("BEGIN IMMEDIATE;" + schema + "COMMIT;")
        except sqlite3.OperationalError as error:
            raise ConfigError(f"{path} cannot be used; is another bridge running on it? ({error})") from error
        except sqlite3.DatabaseError as error:
            raise ConfigError(
                f"{path} is damaged ({error}); keep a copy and move it away to go on with an empty one."
            ) from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def close(self) -> None:
        with self._lock:
            self._connection.close()
