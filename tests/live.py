"""A real server for tests: Daphne in a process of its own on the test's database, with real sockets.

    with LiveServer() as server:
        device = await enrol(server.url, server.code(number=1))

Tests that use it need committed rows, so they are `django_db(transaction=True)`.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import httpx
from django.db import connection

from core import clock
from core.models import Store
from core.runtime.postgres import dsn
from core.services.organisation import current_store
from pos.models import Till
from pos.selectors.tills import till_by_number
from pos.services import tills

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 40.0


def free_port() -> int:
    """A TCP port of the loopback interface that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class LiveServer:
    """Daphne with `config.asgi`; it can be killed and started again on the same port."""

    def __init__(
        self, *, port: int | None = None, prefix: Sequence[str] = (), env: dict[str, str] | None = None
    ) -> None:
        self.port = port or free_port()
        self.prefix = list(prefix)
        self._env = env or {}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The started process: Daphne, or what the prefix names."""
        assert self._process is not None, "the server is not started"
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> "LiveServer":
        """Starts the server and waits until it answers."""
        command = [*self.prefix, sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(self.port)]
        env = {**os.environ, "DATABASE_URL": dsn(str(connection.settings_dict["NAME"])), **self._env}
        self._process = subprocess.Popen(
            [*command, "config.asgi:application"],
            cwd=ROOT,
            env=env,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.wait()
        return self

    def wait(self) -> None:
        """Waits until the server answers. Raises AssertionError when it ends instead."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            assert self.running, "the server ended before it answered"
            try:
                if httpx.get(f"{self.url}/healthz", timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise AssertionError("the server did not answer in time")

    def kill(self) -> None:
        """kill -9, the whole process group."""
        if self.running:
            os.killpg(self.pid, signal.SIGKILL)
        self.ended()

    def ended(self) -> None:
        """Waits until the process is gone."""
        if self._process is not None:
            self._process.wait(timeout=20)

    def stop(self) -> None:
        """Asks the server to end, and kills it when it does not."""
        if self.running:
            os.killpg(self.pid, signal.SIGTERM)
            try:
                self.ended()
            except subprocess.TimeoutExpired:
                self.kill()

    def __enter__(self) -> "LiveServer":
        return self.start()

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()

    @staticmethod
    def till(number: int = 1, store: Store | None = None) -> Till:
        """The till with this number; created when it is new."""
        store = store or current_store()
        return till_by_number(store, number) or tills.till_create(store=store, number=number)

    def code(self, number: int = 1) -> str:
        """A one-time code for the till with this number."""
        return tills.till_code_make(till=self.till(number), by=None, now=clock.now())
