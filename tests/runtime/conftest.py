"""A data folder for tests of what runs before and beside Django."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.runtime.cluster import Cluster
from tests.runtime.helpers import python


def new_folder() -> Path:
    """A folder that everybody may pass (pytest's own are private), in memory where there is room for it."""
    memory = os.statvfs("/dev/shm") if Path("/dev/shm").is_dir() else None
    fits = (
        memory is not None and memory.f_bavail * memory.f_frsize > 2**31 and not memory.f_flag & os.ST_NOEXEC
    )
    folder = Path(tempfile.mkdtemp(prefix="kasa-", dir="/dev/shm" if fits else "/tmp"))
    folder.chmod(0o711)
    return folder


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that does not exist yet; stopped and removed afterwards."""
    parent = new_folder()
    yield parent / "data"
    if (parent / "data" / "pg").is_dir():
        Cluster(parent / "data").stop(immediate=True)
    shutil.rmtree(parent)


@pytest.fixture(scope="session")
def made() -> Iterator[Path]:
    """A data folder with a complete, stopped cluster, made once: making one takes seconds."""
    parent = new_folder()
    done = python("from core.runtime import postgres; postgres.ensure_running()", parent / "data")
    assert done.returncode == 0, done.stderr
    yield parent / "data"
    shutil.rmtree(parent)


@pytest.fixture
def shop(data: Path, made: Path) -> Path:
    """A data folder with a copy of that cluster."""
    subprocess.run(["/bin/cp", "-a", made, data], check=True)
    return data
