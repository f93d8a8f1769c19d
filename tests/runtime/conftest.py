"""A data folder for tests of what runs before and beside Django."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.runtime.cluster import Cluster


@pytest.fixture
def data() -> Iterator[Path]:
    """A fresh data folder whose parents everybody may enter (pytest's own are private); emptied after."""
    parent = Path(tempfile.mkdtemp(prefix="kasa-", dir="/tmp"))
    parent.chmod(0o711)
    yield parent / "data"
    if (parent / "data" / "pg").is_dir():
        Cluster(parent / "data").stop(immediate=True)
    shutil.rmtree(parent)
