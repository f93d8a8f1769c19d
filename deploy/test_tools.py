"""What the tests need besides Python packages: a browser, Redis, network namespaces, a certificate store.

Root on Debian gets them from apt; anybody else is told in one line what is missing and which tests then skip.
Standard library only, because it runs before anything is installed.
"""

import os
import shutil
import subprocess
import sys

# Program names (any of them will do), Debian's package, and what cannot be tested without it.
TOOLS = (
    (("chromium", "chromium-browser", "google-chrome"), "chromium", "the browser tests"),
    (("chromium-headless-shell",), "chromium-headless-shell", "none, but all take longer"),
    (("redis-server", "valkey-server"), "redis-server", "the Redis path with Debian's own server"),
    (("ip",), "iproute2", "a till on another machine"),
    (("certutil",), "libnss3-tools", "a till that trusts the store's authority"),
)


def missing() -> list[tuple[str, str]]:
    """Packages whose program is not on PATH, with what needs them."""
    return [(package, tests) for names, package, tests in TOOLS if not any(map(shutil.which, names))]


def apt(packages: list[str]) -> None:
    """Installs with apt, one by one: what a distribution does not have must not keep the others away."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print(f"Installing {', '.join(packages)} with apt …", flush=True)
    install = ["install", "-y", "-qq", "--no-install-recommends"]
    for command in (["update", "-qq"], *([*install, package] for package in packages)):
        subprocess.run(["apt-get", *command], check=False, stdout=subprocess.DEVNULL, env=environment)


def main() -> int:
    """Installs or tells. Never fails: a test that lacks its tool says so itself."""
    wanted = missing()
    if wanted and os.geteuid() == 0 and shutil.which("apt-get"):
        apt([package for package, _tests in wanted])
        wanted = missing()
    for package, tests in wanted:
        print(
            f"Missing: {package} (Debian's name for it). Without it these are skipped: {tests}.", flush=True
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
