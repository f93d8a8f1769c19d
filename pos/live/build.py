"""The id of the till's files, for `hello`: looked up at most every few seconds, by one thread for all.

When a server comes back, every till says hello at once; the set is put together once and not by each thread.
"""

import threading
import time

from pos.pwa_files import till_files

SECONDS = 5.0


class _Build:
    """The last answer and when it was found."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._text, self._until = "", 0.0

    def __call__(self) -> str:
        if time.monotonic() < self._until:
            return self._text
        with self._lock:
            if time.monotonic() >= self._until:
                self._text = till_files().build
                self._until = time.monotonic() + SECONDS
            return self._text


build = _Build()
