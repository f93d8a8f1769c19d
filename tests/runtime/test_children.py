"""The store's processes: restarted when they die, ended together, and never left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.runtime.children import Children
from core.runtime.processes import command_line
from tests.runtime.helpers import start_python

linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux tells children of their parent's death"
)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def children(tmp_path: Path, said: list[str]) -> Iterator[Children]:
    children = Children(tmp_path, said.append)
    yield children
    children.stop()


def until(condition: Callable[[], bool], children: Children | None = None, seconds: float = 120) -> None:
    """Wait for something, keeping the watch turning."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        children.turn(0.05) if children is not None else time.sleep(0.05)


def alive(pid: int) -> bool:
    return command_line(pid) != ""


def script(folder: Path, text: str) -> str:
    path = folder / "script.py"
    path.write_text(text)
    return str(path)


def test_a_child_that_dies_is_started_again_with_growing_patience(
    children: Children, tmp_path: Path, said: list[str]
) -> None:
    child = children.add("web", script(tmp_path, "print('last words'); raise SystemExit(3)"))
    until(lambda: len(said) >= 3, children)
    assert [line.split(" (see")[0] for line in said[:3]] == [
        "web ended with status 3 and starts again in 0.2 s",
        "web ended with status 3 and starts again in 1 s",
        "web ended with status 3 and starts again in 3 s",
    ]
    assert child.log.path.read_text().count("last words") >= 3


def test_a_killed_child_comes_back(children: Children, tmp_path: Path) -> None:
    child = children.add("web", script(tmp_path, "import time; time.sleep(60)"))
    assert child.process is not None
    first = child.process.pid
    os.kill(first, signal.SIGKILL)
    until(lambda: child.process is not None and child.process.pid != first and child.running(), children)


def test_all_end_politely_and_their_last_words_are_filed(tmp_path: Path, said: list[str]) -> None:
    children = Children(tmp_path, said.append)
    text = (
        "import signal, sys, time\n"
        "def leave(*_):\n    print('closing'); time.sleep(0.5); print('closed'); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, leave)\nprint('up')\nwhile True: time.sleep(1)\n"
    )
    both = [children.add(name, script(tmp_path, text)) for name in ("web", "worker")]
    until(lambda: all("up" in child.log.tail for child in both), children)
    children.stop()
    assert all(list(child.log.tail)[-2:] == ["closing", "closed"] for child in both)
    assert not (tmp_path / "children.json").exists()


def test_one_that_will_not_end_is_killed_with_all_it_started(
    tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.runtime.children._PATIENCE_SECONDS", 0.5)
    children = Children(tmp_path, said.append)
    text = (
        "import os, signal, subprocess, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print(subprocess.Popen(['/bin/sleep', '60']).pid)\nwhile True: time.sleep(1)\n"
    )
    child = children.add("web", script(tmp_path, text))
    until(lambda: bool(child.log.tail) and child.log.tail[-1].isdigit(), children)
    grandchild = int(child.log.tail[-1])
    children.stop()
    until(lambda: not alive(grandchild))


def test_a_step_gives_its_status_and_its_lines(children: Children, tmp_path: Path) -> None:
    assert children.run("step", script(tmp_path, "print('a'); print('b', end=''); raise SystemExit(4)")) == (
        4,
        ["a", "b"],
    )


def test_a_stop_ends_a_running_step(children: Children, tmp_path: Path) -> None:
    before = signal.signal(signal.SIGUSR1, lambda *_: setattr(children, "stopping", True))
    asks = "import os, signal, time; os.kill(os.getppid(), signal.SIGUSR1); time.sleep(60)"
    try:
        status, _ = children.run("step", script(tmp_path, asks))
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert status == -signal.SIGTERM


PARENT = """
import sys, time
from pathlib import Path
from core.runtime.children import Children
children = Children(Path(sys.stdin.readline().strip()), print)
child = children.add("web", "-c", "import time; time.sleep(60)", "mark")
print(child.process.pid, flush=True)
while True: children.turn()
"""


@linux
def test_children_do_not_outlive_a_parent_that_was_killed(data: Path, tmp_path: Path) -> None:
    with start_python(PARENT, data) as parent:
        assert parent.stdin is not None and parent.stdout is not None
        parent.stdin.write(f"{tmp_path}\n")
        parent.stdin.flush()
        child = int(parent.stdout.readline())
        assert alive(child)
        parent.kill()
        until(lambda: not alive(child))


def test_what_a_killed_parent_left_is_ended_at_the_next_start(children: Children, tmp_path: Path) -> None:
    left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", "mark"])
    bystander = subprocess.Popen(["/bin/sleep", "60"])
    noted = {left.pid: "time.sleep(60) mark", bystander.pid: "-m core.runtime.web"}
    (tmp_path / "children.json").write_text(json.dumps(noted))
    until(lambda: "mark" in command_line(left.pid) and "sleep 60" in command_line(bystander.pid))
    # A real parent that was killed leaves its children to init, which takes the dead away; here somebody must.
    reaper = threading.Thread(target=left.wait)
    reaper.start()
    try:
        assert children.end_leftovers() == 1
        reaper.join(10)
        assert left.returncode == -signal.SIGTERM
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()
    assert children.end_leftovers() == 0


@pytest.mark.parametrize("text", ["", "[]", "{", '{"x": 1}', "null"])
def test_a_damaged_note_is_no_note(children: Children, tmp_path: Path, text: str) -> None:
    (tmp_path / "children.json").write_text(text)
    assert children.end_leftovers() == 0
