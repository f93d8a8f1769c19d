#!/usr/bin/env python3
"""Looks up what uv.lock put into the environment among the known vulnerabilities (pip-audit).

That needs the network: without it the check says so and lets the rest go on. A vulnerability fails it.
"""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

# Findings that were looked at and do not concern us: identifier → why.
ACCEPTED: dict[str, str] = {}


def requirements() -> str:
    """Every package of the environment at its version, in pip's form."""
    installed = {(item.name, item.version) for item in importlib.metadata.distributions()}
    return "".join(f"{name}=={version}\n" for name, version in sorted(installed) if name != "openkasa")


def main() -> int:
    """0 when nothing is known against our packages or nobody can be asked, 1 when something is."""
    with TemporaryDirectory() as folder:
        listed = Path(folder) / "requirements.txt"
        listed.write_text(requirements(), encoding="utf-8")
        command = [sys.executable, "-m", "pip_audit", "--requirement", str(listed), "--disable-pip",
                   "--no-deps", "--format", "json", "--progress-spinner", "off", "--timeout", "30"]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        print(f"audit: vulnerabilities were NOT looked up: {reason[:200]}")
        return 0
    found = [
        f"audit: {package['name']} {package['version']}: {problem['id']}, fixed in {problem['fix_versions']}"
        for package in packages
        for problem in package.get("vulns", [])
        if problem["id"] not in ACCEPTED
    ]
    print("\n".join(found) or f"audit: nothing known against {len(packages)} packages")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
