"""The set-up: what it downloads is what was pinned, and it can be cut off anywhere."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

CLONE = Path(__file__).resolve().parents[2]


@pytest.fixture
def setup(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """deploy/setup.py as a module; no package index of this machine's configuration counts."""
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    spec = importlib.util.spec_from_file_location("openkasa_setup", CLONE / "deploy" / "setup.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def make_index(folder: Path, setup: ModuleType, name: str, script: str) -> tuple[str, str]:
    """A package index in a folder with one uv wheel that is a shell script. Returns its URL and the wheel's hash."""
    page = folder / "simple" / "uv"
    page.mkdir(parents=True)
    with zipfile.ZipFile(folder / name, "w") as wheel:
        wheel.writestr(f"uv-{setup.UV_VERSION}.data/scripts/uv", script)
    digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    link = f"file://{folder}/{name}#sha256={digest}"
    (page / "index.html").write_text(
        f'<a href="file:///elsewhere/uv-0.1.whl">x</a><a href="{link}">{name}</a>'
    )
    return f"file://{folder}/simple", digest


@pytest.fixture
def index(tmp_path: Path, setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> str:
    """An index whose wheel has the right name for this machine; it answers its version like uv does."""
    machine = next(iter(setup.UV_WHEELS))
    monkeypatch.setattr(setup.platform, "system", lambda: machine[0])
    monkeypatch.setattr(setup.platform, "machine", lambda: machine[1])
    name = setup.UV_WHEELS[machine][0]
    url, digest = make_index(tmp_path / "index", setup, name, f"#!/bin/sh\necho uv {setup.UV_VERSION}\n")
    monkeypatch.setitem(setup.UV_WHEELS, machine, (name, digest))
    monkeypatch.setattr(setup, "wheel_url", lambda index, name: f"file://{tmp_path}/index/{name}")
    monkeypatch.setattr(setup.shutil, "which", lambda name: None)
    return url


def test_uv_is_fetched_checked_and_kept(setup: ModuleType, index: str, tmp_path: Path) -> None:
    folder = tmp_path / ".uv"
    found = setup.find_uv(folder)
    assert found == str(folder / f"uv-{setup.UV_VERSION}" / "uv")
    assert setup.uv_version(found) >= setup.UV_OLDEST
    assert not list(folder.glob("*.part"))
    assert setup.find_uv(folder) == found


def test_another_content_is_refused_and_removed(
    setup: ModuleType, index: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = next(iter(setup.UV_WHEELS))
    monkeypatch.setitem(setup.UV_WHEELS, machine, (setup.UV_WHEELS[machine][0], "0" * 64))
    with pytest.raises(setup.SetupError, match="not the pinned one"):
        setup.find_uv(tmp_path / ".uv")
    assert not [path for path in (tmp_path / ".uv").rglob("*") if path.is_file()]


def test_a_pinned_wheel_is_found_on_an_index_page(
    setup: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, _ = make_index(tmp_path, setup, "uv-9.whl", "x")
    pages = {f"{url}/uv/": tmp_path / "simple" / "uv" / "index.html"}
    monkeypatch.setattr(
        setup, "open_url", lambda address: setup.urllib.request.urlopen(f"file://{pages[address]}")
    )
    assert setup.wheel_url(url, "uv-9.whl") == f"file://{tmp_path}/uv-9.whl"
    with pytest.raises(setup.SetupError, match=r"has no uv-8\.whl"):
        setup.wheel_url(url, "uv-8.whl")


def test_the_index_people_configured_counts(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    assert setup.index_url() == "https://pypi.org/simple"
    monkeypatch.setenv("PIP_INDEX_URL", "https://me:secret@mirror.lan/simple/")
    assert setup.index_url() == "https://me:secret@mirror.lan/simple"
    assert "secret" not in setup.without_password(setup.index_url())


def test_every_kind_of_machine_has_a_pinned_uv(setup: ModuleType) -> None:
    assert len(setup.UV_WHEELS) == 4
    for name, digest in setup.UV_WHEELS.values():
        assert name.startswith(f"uv-{setup.UV_VERSION}-py3-none-")
        assert len(digest) == 64


@pytest.mark.parametrize("version", [(3, 10, 9), (3, 14, 0), (2, 7, 18)])
def test_an_unfit_python_is_named_in_one_line(setup: ModuleType, version: tuple[int, int, int]) -> None:
    with pytest.raises(
        setup.SetupError, match=r"needs Python 3\.11, 3\.12 or 3\.13, and /usr/bin/python is \d\.\d+;"
    ):
        setup.require_python(version, "/usr/bin/python")


def test_it_asks_for_a_mode() -> None:
    done = subprocess.run(
        [sys.executable, str(CLONE / "deploy" / "setup.py")], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (2, "usage: python3 deploy/setup.py run|dev\n")


def make_clone(folder: Path) -> Path:
    folder.mkdir()
    (folder / "pyproject.toml").write_text("a")
    (folder / "uv.lock").write_text("b")
    return folder


def make_environment(clone: Path) -> None:
    (clone / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
    (clone / ".venv" / "bin" / "python").touch()
    (clone / ".venv" / "pyvenv.cfg").touch()


def test_an_interrupted_set_up_is_taken_up_again(
    setup: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = make_clone(tmp_path / "clone")
    (clone / ".venv" / "lib").mkdir(parents=True)
    uv = tmp_path / "uv"
    uv.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\n[ -e {tmp_path}/works ]\n')
    uv.chmod(0o755)
    monkeypatch.setattr(setup, "find_uv", lambda folder: str(uv))
    monkeypatch.setattr(setup, "compile_translations", lambda clone: None)
    with pytest.raises(setup.SetupError, match="run the same command again"):
        setup.setup("run", clone)
    assert not (clone / ".venv" / "lib").exists()
    assert not setup.complete("run", clone)
    (tmp_path / "works").touch()
    make_environment(clone)
    setup.setup("run", clone)
    assert setup.complete("run", clone)
    setup.setup("run", clone)
    calls = (tmp_path / "calls").read_text().splitlines()
    assert len(calls) == 2
    assert calls[1].endswith(
        f"--frozen --no-install-project --python {sys.executable} --no-dev --extra server --extra bridge"
    )


def test_an_environment_is_complete_only_for_what_it_was_made_from(setup: ModuleType, tmp_path: Path) -> None:
    clone = make_clone(tmp_path / "clone")
    make_environment(clone)
    stamp = clone / ".venv" / "openkasa-stamp"
    stamp.write_text(setup.wanted("run", clone))
    assert setup.complete("run", clone)
    assert not setup.complete("dev", clone)
    stamp.write_text(setup.wanted("dev", clone))
    assert setup.complete("run", clone)
    (clone / "uv.lock").write_text("c")
    assert not setup.complete("run", clone)


def test_the_environment_finds_our_packages(setup: ModuleType, tmp_path: Path) -> None:
    packages = tmp_path / ".venv" / "lib" / "python3.11" / "site-packages"
    packages.mkdir(parents=True)
    setup.name_clone(tmp_path)
    assert (packages / "openkasa-clone.pth").read_text() == f"{tmp_path}\n"


def test_a_vanished_python_is_noticed(setup: ModuleType, tmp_path: Path) -> None:
    clone = make_clone(tmp_path / "clone")
    make_environment(clone)
    (clone / ".venv" / "openkasa-stamp").write_text(setup.wanted("run", clone))
    (clone / ".venv" / "bin" / "python").unlink()
    os.symlink("/nowhere/python3.11", clone / ".venv" / "bin" / "python")
    assert not setup.complete("run", clone)
