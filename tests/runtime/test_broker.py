"""Celery's messages in a folder: whole, each taken once, and nothing that lies there stops a worker."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection

from core.runtime import broker

COUNT = 300


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.setenv("KASA_DATA", str(tmp_path / "data"))
    return broker.broker_folder()


@pytest.fixture
def connection(folder: Path) -> Iterator[Any]:
    with connect() as connection:
        yield connection


def connect() -> Any:
    settings = broker.celery_broker_settings()
    return Connection(settings["broker_url"], transport_options=settings["broker_transport_options"])


def put(first: int) -> None:
    with connect() as connection:
        channel = connection.channel()
        for number in range(first, first + COUNT):
            channel._put("celery", {"n": number})


def take(results: Any) -> None:
    """Take messages until none has come for a while."""
    with connect() as connection:
        channel = connection.channel()
        idle = 0
        while idle < 200:
            try:
                results.put(channel._get("celery")["n"])
                idle = 0
            except Empty:
                idle += 1


def test_each_message_is_taken_once_while_others_write(folder: Path) -> None:
    context = multiprocessing.get_context("fork")
    results: Any = context.Queue()
    processes = [context.Process(target=put, args=(first,)) for first in (0, COUNT)]
    processes += [context.Process(target=take, args=(results,)) for _ in range(2)]
    for process in processes:
        process.start()
    numbers = sorted(results.get(timeout=60) for _ in range(2 * COUNT))
    for process in processes:
        process.join(timeout=60)
        assert process.exitcode == 0
    assert numbers == list(range(2 * COUNT))
    assert not list((folder / "in").iterdir())
    assert not list((folder / "processed").iterdir())


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"\x00" * 10])
def test_what_is_no_message_is_thrown_away(folder: Path, connection: Any, content: bytes) -> None:
    (folder / "in" / "0.celery.msg").write_bytes(content)
    channel = connection.channel()
    channel._put("celery", {"n": 1})
    assert channel._get("celery") == {"n": 1}
    assert not list((folder / "in").iterdir())


def test_half_written_messages_and_strangers_are_not_seen(folder: Path, connection: Any) -> None:
    (folder / "in" / ".0.celery.msg.part").write_bytes(b"{")
    (folder / "in" / "0.other.msg").write_bytes(b"{}")
    with pytest.raises(Empty):
        connection.channel()._get("celery")


def test_the_bindings_are_what_celery_would_write(folder: Path, connection: Any) -> None:
    before = (folder / "control" / "celery.exchange").read_bytes()
    with connection.SimpleQueue("celery") as queue:
        queue.put({"n": 1})
        assert queue.get(timeout=5).payload == {"n": 1}
    assert (folder / "control" / "celery.exchange").read_bytes() == before
