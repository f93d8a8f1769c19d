"""Processes for tests of what runs before and beside Django."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import IO

import pytest

CLONE = Path(__file__).resolve().parents[2]
NOBODY = 65534
as_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="needs root: the database then runs as a user of its own"
)


def environment(data: Path, **more: str) -> dict[str, str]:
    """The environment of a process over that data folder: embedded database, nothing inherited from the test."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return {**kept, "KASA_DATA": str(data), "KASA_FSYNC": "no", "PYTHONPATH": str(CLONE), **more}


def python(code: str, data: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a few lines of Python to their end over that data folder."""
    return subprocess.run(
        [sys.executable, "-c", code],
        env=environment(data, **more), cwd=CLONE, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def start_python(code: str, data: Path, output: IO[str] | None = None, **more: str) -> subprocess.Popen[str]:
    """Start a few lines of Python over that data folder; what they print can be read, or goes to `output`."""
    errors = subprocess.STDOUT if output is not None else None
    return subprocess.Popen(
        [sys.executable, "-u", "-c", code], env=environment(data, **more), cwd=CLONE, text=True,
        stdin=subprocess.PIPE, stdout=output or subprocess.PIPE, stderr=errors,
    )  # fmt: skip


def python_as_nobody(code: str, data: Path) -> subprocess.CompletedProcess[str]:
    """Run a few lines of Python as the user nobody. Skips when that user cannot read the code or any Python."""
    packages = sysconfig.get_paths()["purelib"]
    for folder in (CLONE, Path(packages)):
        reach = subprocess.run(["/bin/ls", folder], user=NOBODY, capture_output=True, check=False, cwd="/")
        if reach.returncode != 0:
            pytest.skip(f"another user cannot read {folder}")
    interpreter = next((path for path in (sys.executable, "/usr/bin/python3") if _runs_as_nobody(path)), None)
    if interpreter is None:
        pytest.skip("another user can run no Python here")
    return subprocess.run(
        [interpreter, "-c", code],
        user=NOBODY, group=NOBODY, extra_groups=[], cwd="/", capture_output=True, text=True, timeout=120, check=False,
        env={"PATH": "/usr/bin:/bin", "KASA_DATA": str(data), "KASA_FSYNC": "no",
             "PYTHONPATH": f"{CLONE}:{packages}", "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip


def _runs_as_nobody(interpreter: str) -> bool:
    try:
        done = subprocess.run(
            [interpreter, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"],
            user=NOBODY, group=NOBODY, extra_groups=[], cwd="/", capture_output=True, check=False,
        )  # fmt: skip
    except OSError:
        return False
    return done.returncode == 0
