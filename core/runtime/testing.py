"""A pytest plug-in (`-p core.runtime.testing`): tests get a database and a data folder of their own.

It works by being imported, which pytest does before it loads Django's settings. The folder lies beside
the one that the shop uses, so a test can never touch a shop's data. pytest-xdist's workers inherit the
environment: all of them use one embedded cluster, each with its own database, and the last process to
leave stops it.
"""

from __future__ import annotations

import os

from core.runtime.env import data_dir

_SUFFIX = "-test"


def _prepare() -> None:
    folder = data_dir()
    if not folder.name.endswith(_SUFFIX):
        os.environ["KASA_DATA"] = str(folder.with_name(folder.name + _SUFFIX))
    # Test data is thrown away, so nothing waits for the disk.
    os.environ["KASA_FSYNC"] = "no"


_prepare()
