"""The store's processes under one parent: started, listened to, restarted when they die, ended together."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.runtime.env import CLONE_DIR
from core.runtime.logs import ChildLog
from core.runtime.processes import end_group, end_leftovers, start_child

_BACKOFF_SECONDS = (0.2, 1.0, 3.0, 10.0, 30.0)
_STEADY_SECONDS = 60
_PATIENCE_SECONDS = 30  # A bridge finishes the receipt in print first, which takes up to 25.
_PIECE = 65536


@dataclass
class Child:
    """One process that is to run as long as the store is open."""

    name: str
    command: Sequence[str]
    log: ChildLog
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    next_start: float = 0.0

    def running(self) -> bool:
        """Whether the process lives (and, once it has ended, collects its status)."""
        return self.process is not None and self.process.poll() is None

    def ask_to_end(self) -> None:
        """Ask the process itself, and not what it started: a worker ends its own pool in good order."""
        if self.running() and self.process is not None:
            self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the process and everything it started, at once."""
        if self.process is not None:
            end_group(self.process.pid, signal.SIGKILL)


@dataclass
class Children:
    """All processes of one data folder. `say` shows a sentence to the person at the terminal."""

    data: Path
    say: Callable[[str], None]
    verbose: bool = False
    stopping: bool = False
    _all: list[Child] = field(default_factory=list)
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)

    def add(self, name: str, *arguments: str) -> Child:
        """Start a child that runs `python arguments…` and keep it running from now on."""
        child = self._child(name, arguments)
        self._all.append(child)
        self._start(child)
        return child

    def run(self, name: str, *arguments: str) -> tuple[int, list[str]]:
        """Run `python arguments…` to its end; returns its status and its lines. A stop ends it early."""
        child = self._child(name, arguments)
        lines: list[str] = []
        self._spawn(child)
        while child.running():
            if self.stopping:
                child.ask_to_end()
            lines += self._pump(0.1).get(name, [])
        lines += self._drain(child)
        lines += child.log.close()
        return child.process.returncode if child.process else 1, lines

    def turn(self, seconds: float = 0.2) -> None:
        """One round of the watch: file output, notice deaths, restart whatever is due."""
        self._pump(seconds)
        for child in self._all:
            if child.process is not None and not child.running():
                self._mourn(child)
            if child.process is None and not self.stopping and time.monotonic() >= child.next_start:
                self._start(child)

    def stop(self) -> None:
        """End all children together, politely first, and file their last words."""
        self.stopping = True
        deadline = time.monotonic() + _PATIENCE_SECONDS
        for child in self._all:
            child.ask_to_end()
        while alive := [child for child in self._all if child.running()]:
            self._pump(0.05)
            if time.monotonic() > deadline:
                for child in alive:
                    child.log.note("did not stop in time and is killed")
                    child.kill()
        for child in self._all:
            self._bury(child)
            child.log.close()
        self._pid_file.unlink(missing_ok=True)

    def end_leftovers(self) -> int:
        """End what a supervisor that was killed has left behind; returns how many there were."""
        try:
            noted = json.loads(self._pid_file.read_text(encoding="utf-8"))
            left = {int(pid): str(words) for pid, words in noted.items()}
        except (FileNotFoundError, ValueError, AttributeError):
            return 0
        found = end_leftovers(left)
        self._pid_file.unlink(missing_ok=True)
        return len(found)

    @property
    def _pid_file(self) -> Path:
        return self.data / "children.json"

    def _child(self, name: str, arguments: Sequence[str]) -> Child:
        return Child(name, [sys.executable, *arguments], ChildLog(self.data / "logs", name))

    def _start(self, child: Child) -> None:
        self._spawn(child)
        child.started = time.monotonic()
        running = {one.process.pid: " ".join(one.command[1:3]) for one in self._all if one.process}
        draft = self._pid_file.with_suffix(".new")
        draft.write_text(json.dumps(running), encoding="utf-8")
        draft.replace(self._pid_file)

    def _spawn(self, child: Child) -> None:
        child.log.note(f"starting {' '.join(child.command[1:])}")
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}
        child.process = start_child(child.command, environment=environment, folder=CLONE_DIR)
        assert child.process.stdout is not None
        self._selector.register(child.process.stdout, selectors.EVENT_READ, child)

    def _mourn(self, child: Child) -> None:
        """A child ended though nobody asked it to: say so and set the time of its next start."""
        assert child.process is not None
        status = child.process.returncode
        self._bury(child)
        if time.monotonic() - child.started > _STEADY_SECONDS:
            child.failures = 0
        delay = _BACKOFF_SECONDS[min(child.failures, len(_BACKOFF_SECONDS) - 1)]
        child.failures += 1
        child.next_start = time.monotonic() + delay
        text = f"ended with status {status} and starts again in {delay:g} s"
        child.log.note(text)
        if not self.stopping:
            self.say(f"{child.name} {text} (see {child.log.path})")

    def _bury(self, child: Child) -> None:
        """File the last words of a child that has ended, and end whatever it had started itself."""
        if child.process is not None:
            self._drain(child)
            child.kill()
            child.process = None

    def _pump(self, seconds: float) -> dict[str, list[str]]:
        """Read what children wrote, waiting at most so long for something to come. Lines by child's name."""
        lines: dict[str, list[str]] = {}
        if not self._selector.get_map():
            time.sleep(seconds)
        for key, _ in self._selector.select(seconds):
            child: Child = key.data
            piece = key.fileobj.read(_PIECE)  # type: ignore[union-attr]  # A raw pipe, registered in _spawn.
            if piece == b"":
                self._close(child)
            elif piece:
                lines.setdefault(child.name, []).extend(self._file(child, piece))
        return lines

    def _drain(self, child: Child) -> list[str]:
        """Read what is left in the pipe of a child that has ended (a grandchild may keep it open)."""
        lines: list[str] = []
        stream = child.process.stdout if child.process else None
        if stream is None or stream.closed:
            return lines
        while piece := stream.read(_PIECE):
            lines += self._file(child, piece)
        self._close(child)
        return lines

    def _close(self, child: Child) -> None:
        stream = child.process.stdout if child.process else None
        if stream is not None and not stream.closed:
            self._selector.unregister(stream)
            stream.close()

    def _file(self, child: Child, piece: bytes) -> list[str]:
        lines = child.log.feed(piece)
        if self.verbose:
            for line in lines:
                self.say(f"{child.name:>6} │ {line}")
        return lines
