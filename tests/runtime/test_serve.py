"""`manage.py serve` as a person starts it: it opens, answers, survives its parts' deaths, and leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from core.runtime import supervisor
from core.runtime.cluster import Cluster
from core.runtime.network import lan_addresses
from core.runtime.processes import command_line
from core.runtime.supervisor import Refusal
from tests.runtime.conftest import new_folder
from tests.runtime.helpers import CLONE, environment

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at processes through /proc")


class Serve:
    """One run of `manage.py serve` over a data folder."""

    all: ClassVar[list[Serve]] = []

    def __init__(self, data: Path, port: int, *arguments: str, **more: str) -> None:
        self.data, self.port = data, port
        self.all.append(self)
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", *arguments],
            env=environment(data, KASA_PORT=str(port), KASA_BRIDGE_PORT=str(port + 1), **more),
            cwd=CLONE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def until_ready(self) -> list[str]:
        """Its lines up to `OpenKasa ready`."""
        assert self.process.stdout is not None
        lines: list[str] = []
        while not (lines and lines[-1].startswith("OpenKasa ready")):
            line = self.process.stdout.readline()
            assert line, "\n".join(
                [*lines, *(path.read_text()[-2000:] for path in self.data.glob("logs/*.log"))]
            )
            lines.append(line.rstrip())
        return lines

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=120)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return int(answer.status) == 200
        except OSError:
            return False

    def child(self, words: str) -> int:
        """The process id of the child whose command line has these words."""
        (pid,) = [pid for pid in children_of(self.process.pid) if words in command_line(pid)]
        return pid


def children_of(parent: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
        except OSError:
            continue
        if f"\nPPid:\t{parent}\n" in text:
            found.append(int(status.parent.name))
    return found


def processes_of(data: Path) -> list[str]:
    """Every living process whose environment or command line names the data folder."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                text = (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if str(data).encode() in text:
                found.append(command_line(int(folder.name)))
    return found


def until(condition: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture(scope="module")
def opened(made: Path) -> Iterator[Path]:
    """The data folder of a store that was opened once: its tables exist."""
    parent = new_folder()
    # A copy: other files count on a data folder in which nobody has worked.
    subprocess.run(["/bin/cp", "-a", made, parent / "data"], check=True)
    serve = Serve(parent / "data", 18090)
    lines = serve.until_ready()
    assert "Preparing the tables …" in lines
    assert serve.end() == 0
    yield parent / "data"
    shutil.rmtree(parent)


@pytest.fixture
def store(opened: Path, data: Path) -> Iterator[Path]:
    """A copy of that folder; whatever a failed test left running is ended."""
    subprocess.run(["/bin/cp", "-a", opened, data], check=True)
    yield data
    for serve in Serve.all:
        if serve.process.poll() is None:
            serve.end()
    Serve.all.clear()
    until(lambda: not processes_of(data))


@linux
@pytest.mark.slow
@pytest.mark.long
def test_a_second_one_is_refused_and_a_busy_port_is_named(store: Path) -> None:
    serve = Serve(store, 18094)
    serve.until_ready()
    second = Serve(store, 18095)
    output, _ = second.process.communicate(timeout=120)
    assert second.process.returncode == 2
    assert output.splitlines()[-1].startswith(f"serve: A server already runs on {store}")
    assert serve.answers()
    assert serve.end() == 0


@linux
@pytest.mark.slow
def test_it_opens_answers_mends_itself_and_closes_without_a_trace(store: Path) -> None:
    serve = Serve(store, 18096)
    lines = serve.until_ready()
    assert "Preparing the tables …" not in lines
    assert any("http://localhost:18096/pos/" in line for line in lines)
    assert serve.answers()
    web = serve.child("core.runtime.web")
    os.kill(web, signal.SIGKILL)
    until(lambda: not serve.answers())
    until(serve.answers)
    database = Cluster(store).postmaster()
    assert database is not None
    os.kill(database.pid, signal.SIGKILL)
    until(lambda: (now := Cluster(store).postmaster()) is not None and now.pid != database.pid and now.ready)
    until(serve.answers)
    assert serve.end(signal.SIGINT) == 0
    assert [line for line in processes_of(store) if "keeper" not in line] == []


@linux
@pytest.mark.slow
@pytest.mark.long
def test_with_certificates_it_is_ready_on_one_address_of_the_network_too(store: Path) -> None:
    address = next((str(one) for one in lan_addresses() if one.version == 4), None)
    if address is None:
        pytest.skip("this machine has no address but loopback")
    made = subprocess.run(
        [sys.executable, "manage.py", "tls"], env=environment(store), cwd=CLONE, check=False
    )
    assert made.returncode == 0
    serve = Serve(store, 18102, KASA_BIND=address)
    assert any(f"https://{address}:18102/pos/" in line for line in serve.until_ready())
    assert serve.end() == 0


@linux
@pytest.mark.slow
@pytest.mark.long
def test_a_server_that_cannot_come_up_is_given_up_with_its_own_words(store: Path) -> None:
    serve = Serve(store, 18100, KASA_ROLE="shop")
    output, _ = serve.process.communicate(timeout=120)
    assert serve.process.returncode == 2
    assert "KASA_ROLE must be one of store, hq, not 'shop'." in output.splitlines()[-1]


@linux
@pytest.mark.slow
def test_nothing_outlives_a_supervisor_that_was_killed(store: Path) -> None:
    serve = Serve(store, 18098)
    serve.until_ready()
    serve.process.kill()
    serve.process.wait()
    until(lambda: not processes_of(store))
    again = Serve(store, 18098)
    again.until_ready()
    assert again.end() == 0


def test_a_busy_port_is_named_with_its_setting() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(
            Refusal, match=f"Port {port} is in use by another program; set KASA_PORT to a free one"
        ):
            supervisor.require_free_port("127.0.0.1", port, "KASA_PORT")


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(Refusal, match=r"no address 198\.51\.100\.7; correct KASA_BIND"):
        supervisor.require_free_port("198.51.100.7", 18099, "KASA_PORT")


def test_the_service_manager_hears_when_it_is_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        supervisor.notify_service_manager("READY=1")
        assert listener.recv(100) == b"READY=1"


@pytest.mark.parametrize("answer", [b"HTTP/1.1 500 No\r\n\r\n", b"SSH-2.0-x\r\n", b""])
def test_only_a_healthy_answer_counts_as_ready(answer: bytes) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        code = (
            f"import socket; c, _ = socket.socket(fileno={listener.fileno()}).accept()"
            f"; c.recv(999); c.sendall({answer!r}); c.close()"
        )
        with subprocess.Popen([sys.executable, "-c", code], pass_fds=[listener.fileno()]):
            assert supervisor.answers("127.0.0.1", listener.getsockname()[1]) is False
