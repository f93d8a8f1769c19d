#!/usr/bin/env python3
"""Makes the environment `.venv` that OpenKasa runs in: `python3 deploy/setup.py run` or `… dev`.

It needs nothing but Python: neither pip nor the venv module, which a bare Debian lacks. The work is done
by uv, from PATH when there is one that is new enough, else from its wheel on the package index, which is
checked against the hash below before a byte of it is used. What to install is pinned by uv.lock, with
hashes too. An interrupted set-up is simply run again; one that is complete returns at once.

This file is read by old Pythons as well, to tell them in one line that they are too old.
"""

from __future__ import annotations

import fcntl
import hashlib
import html.parser
import os
import platform
import re
import shutil
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

CLONE = Path(__file__).resolve().parents[1]
OLDEST, NEWEST = (3, 11), (3, 13)
UV_VERSION = "0.13.9"
# uv reads the lock files of its successors, but not the other way round for ever.
UV_OLDEST = (0, 9)
# The wheel for each kind of machine, as the package index names it, and the SHA-256 of its content.
UV_WHEELS = {
    ("Linux", "x86_64"): (
        "uv-0.13.9-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19",
    ),
    ("Linux", "aarch64"): (
        "uv-0.13.9-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64.whl",
        "5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe",
    ),
    ("Darwin", "x86_64"): (
        "uv-0.13.9-py3-none-macosx_10_12_x86_64.whl",
        "c16ed11e013557536b3e60065f1b912f6407bd6518e041b961e23ef9e6b4fbf5",
    ),
    ("Darwin", "arm64"): (
        "uv-0.13.9-py3-none-macosx_11_0_arm64.whl",
        "66c512266d633bef48384a1f53003f41f2a8e7b36fe6e7fbfd3e0fd52d96fa63",
    ),
}
INDEX = "https://pypi.org/simple"
WHEEL_LIMIT = 200 * 1024 * 1024
PAGE_LIMIT = 64 * 1024 * 1024
MODES = {
    "run": ["--no-dev", "--extra", "server", "--extra", "bridge"],
    "dev": ["--extra", "server", "--extra", "bridge"],
}


class SetupError(Exception):
    """The environment cannot be made. One plain sentence."""


def say(text: str) -> None:
    """Show progress at once, also through a pipe."""
    print(text, flush=True)


def require_python(version: tuple[int, ...], executable: str) -> None:
    """Raise SetupError, in one line, unless this Python is one that OpenKasa runs on."""
    if OLDEST <= tuple(version[:2]) <= NEWEST:
        return
    have = ".".join(str(part) for part in version[:2])
    raise SetupError(
        f"OpenKasa needs Python 3.11, 3.12 or 3.13, and {executable} is {have}; "
        "name another one with `make PYTHON=/usr/bin/python3.11 …`."
    )


# ── uv ─────────────────────────────────────────────────────────────────────────────────────────────


def find_uv(folder: Path) -> str:
    """A uv that is new enough: from PATH, from an earlier set-up, else downloaded into `folder`."""
    own = folder / f"uv-{UV_VERSION}" / "uv"
    for candidate in (shutil.which("uv"), str(own) if own.is_file() else None):
        if candidate is not None and uv_version(candidate) >= UV_OLDEST:
            return candidate
    download_uv(own)
    return str(own)


def uv_version(program: str) -> tuple[int, ...]:
    """The version a uv reports, () when it cannot be run."""
    try:
        answer = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    found = re.match(r"uv (\d+)\.(\d+)\.(\d+)", answer.stdout)
    return tuple(int(part) for part in found.groups()) if found else ()


def download_uv(target: Path) -> None:
    """Fetch uv's wheel from the package index, check its hash, and put the program in its place."""
    machine = (platform.system(), platform.machine())
    if machine not in UV_WHEELS:
        raise SetupError(
            f"There is no uv for {' '.join(machine)} in this set-up; install uv {UV_VERSION} and put it on PATH."
        )
    name, digest = UV_WHEELS[machine]
    wheel = target.parent.parent / f"{name}.part"
    target.parent.mkdir(parents=True, exist_ok=True)
    say(f"Fetching uv {UV_VERSION} …")
    fetch(wheel_url(index_url(), name), wheel)
    check_hash(wheel, digest)
    unpack_uv(wheel, target)
    wheel.unlink()


def index_url() -> str:
    """The package index that people told uv or pip to use, else PyPI."""
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"):
        if os.environ.get(name):
            return os.environ[name].rstrip("/")
    return INDEX


class _Links(html.parser.HTMLParser):
    """Collects the links of an index page (PEP 503)."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]


def wheel_url(index: str, name: str) -> str:
    """The address of the wheel `name` on the index's page for uv. Raises SetupError when it has none."""
    page = f"{index}/uv/"
    links = _Links()
    with open_url(page) as answer:
        base: str = answer.geturl()
        links.feed(answer.read(PAGE_LIMIT).decode("utf-8", errors="replace"))
    for link in links.found:
        address: str = urllib.parse.urldefrag(urllib.parse.urljoin(base, link)).url
        if urllib.parse.unquote(address.rsplit("/", 1)[-1]) == name:
            return address
    raise SetupError(f"The package index {without_password(index)} has no {name}.")


def open_url(url: str) -> Any:
    """Open an https (or file) address, with the system's certificates or SSL_CERT_FILE."""
    scheme = urllib.parse.urlsplit(url).scheme
    if scheme not in ("https", "http", "file"):
        raise SetupError(f"The package index has an address that is no https:// one: {without_password(url)}")
    try:
        return urllib.request.urlopen(url, timeout=60)
    except urllib.error.URLError as error:
        raise SetupError(f"{without_password(url)} cannot be reached: {error}") from error


def without_password(url: str) -> str:
    """A URL as it may be shown: an index may be named with a password in it."""
    return re.sub(r"//[^/@]*@", "//…@", url)


def fetch(url: str, target: Path) -> None:
    """Download to a file, at most 200 MiB, trying three times."""
    for attempt in range(3):
        try:
            with open_url(url) as answer, target.open("wb") as file:
                while piece := answer.read(1024 * 1024):
                    file.write(piece)
                    if file.tell() > WHEEL_LIMIT:
                        raise SetupError(f"{without_password(url)} is far too big to be uv.")
            return
        except (OSError, SetupError) as error:
            if attempt == 2 or "too big" in str(error):
                raise SetupError(f"uv cannot be downloaded: {error}") from error
            time.sleep(2)


def check_hash(path: Path, expected: str) -> None:
    """Refuse (and remove) a download that is not what this release was tested with."""
    actual = hashlib.sha256(path.read_bytes()).hexdigest()
    if actual != expected:
        path.unlink()
        raise SetupError(
            f"The download of uv is not the pinned one (SHA-256 {actual}, expected {expected}); nothing was run."
        )


def unpack_uv(wheel: Path, target: Path) -> None:
    """Take the one program out of the wheel; it appears under its name only when it is whole."""
    draft = target.with_suffix(".part")
    with zipfile.ZipFile(wheel) as archive:
        member = next(name for name in archive.namelist() if name.endswith(".data/scripts/uv"))
        with archive.open(member) as source, draft.open("wb") as file:
            shutil.copyfileobj(source, file)
    draft.chmod(draft.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    draft.replace(target)


# ── the environment ────────────────────────────────────────────────────────────────────────────────


def wanted(mode: str, clone: Path) -> str:
    """What a complete environment's stamp says: everything that would make it another one."""
    digest = hashlib.sha256()
    for path in [
        clone / "pyproject.toml",
        clone / "uv.lock",
        *sorted(clone.glob("locale/*/LC_MESSAGES/*.po")),
    ]:
        digest.update(path.read_bytes())
    return f"{mode} {digest.hexdigest()}"


def complete(mode: str, clone: Path) -> bool:
    """Whether the environment is what `mode` needs; one with the tools of development serves both."""
    stamp = clone / ".venv" / "openkasa-stamp"
    if not stamp.is_file() or not (clone / ".venv" / "bin" / "python").exists():
        return False
    have = stamp.read_text(encoding="utf-8").strip()
    return have in (wanted(mode, clone), wanted("dev", clone))


def sync(uv: str, mode: str, clone: Path) -> None:
    """Bring `.venv` to exactly what uv.lock says, with the Python that runs this and no other."""
    environment = clone / ".venv"
    if environment.is_dir() and not (environment / "pyvenv.cfg").is_file():
        # Left by a set-up that was cut off in its first moment; uv would not touch it.
        shutil.rmtree(environment)
    (environment / "openkasa-stamp").unlink(missing_ok=True)
    command = [uv, "sync", "--frozen", "--no-install-project", "--python", sys.executable, *MODES[mode]]
    variables = {
        **{name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"},
        "UV_PROJECT_ENVIRONMENT": str(environment),
        "UV_PYTHON_DOWNLOADS": "never",
        # The system's list of authorities counts: many shops and offices have one of their own.
        "UV_SYSTEM_CERTS": "true",
    }
    if subprocess.run(command, cwd=clone, env=variables, check=False).returncode != 0:
        raise SetupError("uv could not install everything (its reason is above); run the same command again.")


def name_clone(clone: Path) -> None:
    """Let the environment's Python find our packages in the clone, from whatever folder it is started.

    That is what an editable install would leave behind, without fetching a build backend for it.
    """
    for packages in (clone / ".venv" / "lib").glob("python3.*/site-packages"):
        (packages / "openkasa-clone.pth").write_text(f"{clone}\n", encoding="utf-8")


def compile_translations(clone: Path) -> None:
    """Write the .mo files that Django reads; no GNU gettext is needed."""
    program = "from core.translations import compile_all; compile_all()"
    done = subprocess.run([str(clone / ".venv/bin/python"), "-c", program], cwd=clone, check=False)
    if done.returncode != 0:
        raise SetupError("The translations could not be compiled (the reason is above).")


def setup(mode: str, clone: Path = CLONE) -> None:
    """Make the environment unless it is complete. One set-up at a time; the second waits for the first."""
    if complete(mode, clone):
        return
    began = time.monotonic()
    folder = clone / ".uv"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if complete(mode, clone):
            return
        uv = find_uv(folder)
        say("Installing what uv.lock names into .venv …")
        sync(uv, mode, clone)
        name_clone(clone)
        compile_translations(clone)
        stamp = clone / ".venv" / "openkasa-stamp"
        stamp.write_text(wanted(mode, clone) + "\n", encoding="utf-8")
    say(f"The environment is ready ({time.monotonic() - began:.0f} s).")


def main(arguments: list[str]) -> int:
    """`run`: what a store needs. `dev`: that and the tools of development. Returns the exit status."""
    if len(arguments) != 1 or arguments[0] not in MODES:
        print("usage: python3 deploy/setup.py run|dev", file=sys.stderr)
        return 2
    try:
        require_python(tuple(sys.version_info[:3]), sys.executable)
        setup(arguments[0])
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("setup: interrupted; the same command takes it up again.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
