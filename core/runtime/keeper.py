"""`python -m core.runtime.keeper DATA`: stops the embedded server when its last user has died.

A process that ends in order stops the server itself if it is the last. One that is killed cannot, so
each start of the server leaves this small process waiting for the users' lock: the kernel hands it over
when nobody holds it any more. There is at most one keeper to a data folder.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

from core.runtime.cluster import Cluster
from core.runtime.env import CLONE_DIR
from core.runtime.postgres import deciding, nobody_else


def start(data: Path) -> None:
    """Leave a keeper behind. The shell lets go of it at once, so it is nobody's child and no zombie later."""
    command = 'cd "$0" && "$1" -m core.runtime.keeper "$2" </dev/null >/dev/null 2>&1 &'
    subprocess.run(
        ["/bin/sh", "-c", command, CLONE_DIR, sys.executable, data], start_new_session=True, check=True
    )


def keep(data: Path) -> None:
    """Wait until nobody uses the server, stop it, and end. Ends at once when there is a keeper already."""
    own = _open(data / "postgres.keeper")
    try:
        fcntl.flock(own, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    users = _open(data / "postgres.users")
    finished = False
    while not finished:
        fcntl.flock(users, fcntl.LOCK_EX)
        # Whoever comes now holds the deciding lock and waits for this one: give way, then ask again.
        fcntl.flock(users, fcntl.LOCK_UN)
        with deciding(data):
            finished = _stop_unused(data, users)
            if finished:
                # Before anybody else may decide: a start from now on brings its own keeper.
                os.close(own)


def _stop_unused(data: Path, users: int) -> bool:
    """Whether the keeper's work is done: the server is down, or was stopped because nobody uses it."""
    cluster = Cluster(data)
    if cluster.postmaster() is None:
        return True
    if not nobody_else(users):
        return False
    cluster.stop()
    return True


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CLOEXEC)


if __name__ == "__main__":
    try:
        keep(Path(sys.argv[1]))
    except FileNotFoundError:
        pass  # The data folder is gone, and the server ends by itself when it notices.
