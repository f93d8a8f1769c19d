"""Finds the store's running server, or starts one for as long as a command needs it."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from django.conf import settings

from core.errors import KasaError
from core.runtime import web

START_SECONDS = 60


class NoServer(KasaError):
    """No server answers."""

    code = "no_server"


def answers(url: str) -> bool:
    """Whether an OpenKasa server answers there."""
    try:
        return httpx.get(f"{url}/healthz", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


@contextmanager
def running(url: str | None) -> Iterator[str]:
    """The address of a server of this store: the one asked for, the one that runs, or one of our own."""
    usual = f"http://127.0.0.1:{web.port()}"
    if url is not None:
        if not answers(url):
            raise NoServer(f"No OpenKasa server answers at {url}.")
        yield url
    elif answers(usual):
        yield usual
    else:
        with _own() as own:
            yield own


@contextmanager
def _own() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "config.asgi:application"]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR)
    try:
        _wait(process, f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(process: "subprocess.Popen[bytes]", url: str) -> None:
    until = time.monotonic() + START_SECONDS
    while not answers(url):
        if process.poll() is not None or time.monotonic() > until:
            raise NoServer("The server could not be started; its messages are above.")
        time.sleep(0.1)
