"""The Chromium of this machine, and how all tests start it."""

import shutil

from tests.missing import lacking

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str:
    """The program's path; without one the test is skipped or fails."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or lacking("No Chromium on this machine: install Debian's `chromium` or put one on PATH.")
