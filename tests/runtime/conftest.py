"""A data folder for tests of what runs before and beside Django."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.runtime.cluster import Cluster
from tests.runtime.helpers import python


@pytest.fixture
def data() -> Iterator[Path]:
    """A fresh data folder whose parents everybody may enter (pytest's own are private); emptied after."""
    parent = Path(tempfile.mkdtemp(prefix="kasa-", dir="/tmp"))
    parent.chmod(0o711)
    yield parent / "data"
    if (parent / "data" / "pg").is_dir():
        Cluster(parent / "data").stop(immediate=True)
    shutil.rmtree(parent)


@pytest.fixture(scope="session")
def made() -> Iterator[Path]:
    """A data folder with a complete, stopped cluster, made once: making one takes seconds."""
    parent = Path(tempfile.mkdtemp(prefix="kasa-", dir="/tmp"))
    parent.chmod(0o711)
    done = python("from core.runtime import postgres; postgres.ensure_running()", parent / "data")
    assert done.returncode == 0, done.stderr
    yield parent / "data"
    shutil.rmtree(parent)


@pytest.fixture
def shop(data: Path, made: Path) -> Path:
    """A data folder with a copy of that cluster."""
    subprocess.run(["/bin/cp", "-a", made, data], check=True)
    return data
