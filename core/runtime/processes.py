"""Child processes that do not outlive their parent, and looking at processes by number."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from core.runtime.env import PlainError

_PR_SET_PDEATHSIG = 1


def command_line(pid: int) -> str:
    """The process's command line, its words joined by blanks; "" when there is no such process.

    Raises PlainError where processes cannot be looked at (a change-root without /proc).
    """
    if sys.platform.startswith("linux"):
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            if not Path("/proc/self/cmdline").exists():
                raise PlainError("/proc is not mounted, so nobody can tell which processes run.") from None
            return ""
    listed = subprocess.run(
        ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return listed.stdout.strip()


def start_child(
    command: Sequence[str], *, environment: dict[str, str], folder: Path
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own (a Ctrl-C in the terminal reaches only the parent).

    Its output comes back through one pipe, which does not block when it is read. On Linux the kernel
    sends it SIGTERM when the parent dies in whatever way; elsewhere `end_leftovers` finds it later.
    """
    process = subprocess.Popen(
        command,
        bufsize=0,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        cwd=folder,
        start_new_session=True,
        preexec_fn=_die_with_parent(os.getpid()),
    )
    assert process.stdout is not None
    os.set_blocking(process.stdout.fileno(), False)
    return process


def _die_with_parent(parent: int) -> Callable[[], None] | None:
    """What the forked child calls before it becomes the program; None where the kernel cannot do it."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None, use_errno=True)

    def ask() -> None:
        library.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)  # The parent died between fork and now, so no signal will come.

    return ask


def end_group(pid: int, number: int) -> None:
    """Send a signal to a child and everything it started (its session's process group)."""
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        pass  # It has gone already; macOS says PermissionError for a group of zombies.


def end_leftovers(children: dict[int, str], *, patience: float = 15) -> list[int]:
    """End children of a supervisor that was killed: `children` is process id → words of its command line.

    A process whose command line has other words is somebody else's and is left alone. Returns whom it
    found. Waits until they are gone, at most `patience` seconds before it kills them outright.
    """
    found = [pid for pid, words in children.items() if words in command_line(pid)]
    deadline = time.monotonic() + patience
    for pid in found:
        os.kill(pid, signal.SIGTERM)
    remaining = found
    while remaining := [pid for pid in remaining if children[pid] in command_line(pid)]:
        if time.monotonic() > deadline:
            for pid in remaining:
                end_group(pid, signal.SIGKILL)
        time.sleep(0.05)
    return found
