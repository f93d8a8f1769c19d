"""What the browser runs from other people is exactly what was published, and nothing more."""

import hashlib
from pathlib import Path

import pytest

VENDOR = Path(__file__).resolve().parents[2] / "static" / "vendor"
OURS = ["preact", "htm", "idb", "inter", "lean-qr"]


def recorded(folder: Path) -> dict[str, str]:
    lines = (folder / "SHA256SUMS").read_text("ascii").splitlines()
    return {path: digest for digest, path in (line.split("  ", 1) for line in lines)}


def present(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize("name", OURS)
def test_each_vendored_file_is_recorded_and_unchanged(name: str) -> None:
    assert present(VENDOR / name) == recorded(VENDOR / name)


@pytest.mark.parametrize("name", OURS)
def test_each_vendored_folder_carries_its_licence(name: str) -> None:
    assert (VENDOR / name / "LICENSE").stat().st_size > 500
    assert f"`{name}`" in (VENDOR / "README.md").read_text("utf-8")
