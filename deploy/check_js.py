#!/usr/bin/env python3
"""Checks the types that the JavaScript's JSDoc comments state, and that every file can be parsed.

The compiler is TypeScript's own build for this machine: one program, no Node. It is fetched once into
`.uv/` and checked against the hash below. Without a network this check says so and lets the rest go on;
a download with another content is an error. Node, for parsing, is the one in Playwright's wheel.
"""

from __future__ import annotations

import base64
import hashlib
import platform
import shutil
import subprocess
import sys
import tarfile
import urllib.error
import urllib.request
from importlib.util import find_spec
from pathlib import Path

CLONE = Path(__file__).resolve().parents[1]
VERSION = "7.0.2"
REGISTRY = "https://registry.npmjs.org"
# SHA-512 of the package for each kind of machine, as the registry states it.
PACKAGES = {
    ("Linux", "x86_64"): (
        "typescript-linux-x64",
        "EYdf2cNg7rgCWJnxCdJ+F3V39O8ihb37eHAu1LK8oAFizgTQbPOK7zHHXbPt8rX24COqODXeI3sIf0fCXG7H/A==",
    ),
    ("Linux", "aarch64"): (
        "typescript-linux-arm64",
        "Qh4eU4/y3yDjnfjjyPYihMj5/ODIlmt+Bzu17OI+fiSRDW57QmU5SiN63exPRNJPKUzcc1INa1NXdrJ+MqHjUQ==",
    ),
    ("Darwin", "x86_64"): (
        "typescript-darwin-x64",
        "SZ9xZInqApNlNGc9s0W1VSsktYSOe9cFqNOIqmN1Gs8SmkjKZYFt017G4VwPxASInODuAdbTW7sXiFUf893RgA==",
    ),
    ("Darwin", "arm64"): (
        "typescript-darwin-arm64",
        "gowzar9MwS/aRWp6f3a4KUqzRjAZjOsmGNCM6LcTgXum+dBfgsBVMN+AgvOCCbguXyick6LJhpBszxMebJ8syA==",
    ),
}
LIMIT = 100 * 1024 * 1024
# Parses each file as a module, without linking or running it.
PARSE = """
import fs from 'node:fs';
import vm from 'node:vm';
for (const path of process.argv.slice(1)) {
    try {
        new vm.SourceTextModule(fs.readFileSync(path, 'utf8'), {identifier: path});
    } catch (error) {
        console.error(`js: ${path}: ${error.message}`);
        process.exitCode = 1;
    }
}
"""


class Unavailable(Exception):
    """The compiler cannot be had here. One plain sentence."""


def compiler(folder: Path) -> Path:
    """TypeScript's compiler, fetched when it is not there yet. Raises Unavailable."""
    target = folder / f"typescript-{VERSION}"
    program = target / "lib" / "tsc"
    if program.is_file():
        return program
    machine = (platform.system(), platform.machine())
    if machine not in PACKAGES:
        raise Unavailable(f"there is no TypeScript {VERSION} for {' '.join(machine)}")
    name, digest = PACKAGES[machine]
    archive = folder / f"{name}.tgz"
    folder.mkdir(exist_ok=True)
    archive.write_bytes(_download(f"{REGISTRY}/@typescript/{name}/-/{name}-{VERSION}.tgz", digest))
    _unpack(archive, target)
    return program


def _download(url: str, digest: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            content: bytes = answer.read(LIMIT)
    except (urllib.error.URLError, OSError) as error:
        raise Unavailable(f"TypeScript cannot be downloaded ({error})") from error
    actual = base64.b64encode(hashlib.sha512(content).digest()).decode()
    if actual != digest:
        raise SystemExit(f"js: {url} is not the pinned TypeScript (SHA-512 {actual}); nothing was run.")
    return content


def _unpack(archive: Path, target: Path) -> None:
    draft = target.with_name(target.name + ".part")
    shutil.rmtree(draft, ignore_errors=True)
    with tarfile.open(archive) as content:
        content.extractall(draft, filter="data")
    (draft / "package").rename(target)
    shutil.rmtree(draft)
    archive.unlink()


def projects() -> list[Path]:
    """The tsconfig.json files of our own scripts."""
    return sorted(path for path in CLONE.glob("static/**/tsconfig.json") if "vendor" not in path.parts)


def scripts() -> list[Path]:
    """Our own scripts."""
    return sorted(path for path in CLONE.glob("static/**/*.js") if "vendor" not in path.parts)


def node() -> str | None:
    """Node from Playwright's wheel, else from PATH, else None."""
    found = find_spec("playwright")
    if found is not None and found.origin is not None:
        own = Path(found.origin).parent / "driver" / "node"
        if own.is_file():
            return str(own)
    return shutil.which("node")


def check_types() -> bool:
    """Run the compiler over each project; True when all are clean, or when there is no compiler here."""
    try:
        program = compiler(CLONE / ".uv")
    except Unavailable as reason:
        print(f"js: types were NOT checked: {reason}.")
        return True
    clean = True
    for project in projects():
        name = project.parent.relative_to(CLONE)
        good = subprocess.run([program, "--project", project], cwd=CLONE, check=False).returncode == 0
        print(f"js: {name}: types {'good' if good else 'have errors'}")
        clean = clean and good
    return clean


def check_syntax() -> bool:
    """Parse every script as a module; True when all can be, or when there is no Node here."""
    program = node()
    if program is None:
        print("js: scripts were NOT parsed: there is no Node, neither in Playwright's wheel nor on PATH.")
        return True
    files = [str(path) for path in scripts()]
    done = subprocess.run(
        [program, "--experimental-vm-modules", "--no-warnings", "--input-type=module", "-e", PARSE, *files],
        check=False,
    )
    print(f"js: {len(files)} scripts parsed{'' if done.returncode == 0 else ', with errors'}")
    return done.returncode == 0


if __name__ == "__main__":
    results = [check_syntax(), check_types()]
    sys.exit(0 if all(results) else 1)
