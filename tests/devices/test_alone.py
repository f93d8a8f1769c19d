"""The bridge lives alone on a till machine: no Django, nothing else of the store, its own fonts."""

import hashlib
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.devices.rig import ROOT, environment_without_ours

# Imports every module of the bridge while anything that its extra does not bring is refused.
ALONE = """
import importlib, pathlib, pkgutil, sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {refused!r}:
            raise ImportError("the bridge must not import " + name)

sys.meta_path.insert(0, Refuse())
import devices
for module in pkgutil.walk_packages(devices.__path__, "devices."):
    if module.name != "devices.__main__":
        importlib.import_module(module.name)
print(" ".join(sorted({{name.partition(".")[0] for name in sys.modules}})))
"""
OURS = ("config", "core", "inventory", "loyalty", "pos", "exchange", "backoffice")
STORE_ONLY = (
    "django",
    "rest_framework",
    "channels",
    "celery",
    "psycopg",
    "quickjs",
    "cryptography",
    "httpx",
    "babel",
)


def test_no_module_of_the_bridge_imports_the_store() -> None:
    script = ALONE.format(refused={*OURS, *STORE_ONLY})
    result = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=environment_without_ours(),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(result.stdout.split())
    assert {"devices", "websockets", "escpos", "PIL", "serial"} <= loaded
    assert loaded & {*OURS, *STORE_ONLY} == set()


def test_what_the_bridge_imports_is_in_its_extra() -> None:
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"][
        "bridge"
    ]
    named = " ".join(extra).lower()
    assert [name for name in ("websockets", "pyserial", "python-escpos", "pillow") if name not in named] == []


def test_the_fonts_are_the_ones_that_were_checked_in() -> None:
    folder = ROOT / "devices/fonts"
    for line in (folder / "SHA256SUMS").read_text("utf-8").splitlines():
        digest, name = line.split()
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name


def test_the_byte_builder_leaves_nothing_in_the_temporary_folder(tmp_path: Path) -> None:
    script = "import logging, devices.drivers.escpos.codec; print(logging.root.handlers)"
    environment = {**environment_without_ours(), "TMPDIR": str(tmp_path)}
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert list(tmp_path.iterdir()) == []
    assert result.stdout.strip() == "[]"
