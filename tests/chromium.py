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
    # A till is a hundred small files: without a process between, each costs a fifth less.
    "--enable-features=NetworkServiceInProcess2",
]


def chromium_path() -> str:
    """The browser for most tests: Chromium's headless shell (Debian's package of that name), the same engine without
    the frame of a window, which costs a third of the processor for each new page. Else the whole browser."""
    return shutil.which("chromium-headless-shell") or whole_chromium_path()


def whole_chromium_path() -> str:
    """The browser that a till runs, for what is about profiles, policies and being killed. Without one the test is
    skipped or fails."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or lacking("No Chromium on this machine: install Debian's `chromium` or put one on PATH.")
