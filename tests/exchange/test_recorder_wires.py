"""Recorders over real sockets, well and ill: the emulated ones of `devices.emulators.recorder`."""

import asyncio
import hashlib
import hmac
import json
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from devices.emulators.recorder import TextRecorder, WebRecorder
from devices.emulators.wires import TcpPrinter
from exchange.models import RecorderState
from exchange.video import sender, wires
from exchange.video.reading import Piece
from exchange.video.sender import Sink
from exchange.video.wires import TcpClient, TcpServer, Udp, Webhook, Wire
from tests.live import free_port

State = RecorderState.State


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time limits that a test has time for."""
    monkeypatch.setattr(sender, "PAUSES", (0.02,))
    monkeypatch.setattr(sender, "POLL_SECONDS", 0.02)
    monkeypatch.setattr(wires, "CONNECT_SECONDS", 0.3)
    monkeypatch.setattr(wires, "WRITE_SECONDS", 0.2)
    monkeypatch.setattr(wires, "ANSWER_SECONDS", 0.3)


@dataclass
class Queue:
    """A feed in memory: what waits, what was said to be done, and the states that were saved."""

    waiting: list[Piece] = field(default_factory=list)
    told: list[int] = field(default_factory=list)
    states: list[dict[str, Any]] = field(default_factory=list)
    asked: bytes | None = None
    refused: int = 0

    def add(self, *messages: bytes) -> None:
        for message in messages:
            self.waiting.append(Piece(len(self.told) + len(self.waiting) + 1, "till", (message,)))

    def page(self) -> list[Piece]:
        return self.waiting[:50]

    def done(self, piece: Piece) -> None:
        assert self.waiting.pop(0) is piece, "in order, and each once"
        self.told.append(piece.id)

    def finish(self) -> None: ...

    def trial(self) -> bytes | None:
        return self.asked

    def tried(self) -> None:
        self.asked = None

    def trim(self) -> int:
        return len(self.waiting)

    def save(self, **state: Any) -> None:
        self.states.append(state)

    @property
    def error(self) -> str:
        return next((state["error"] for state in reversed(self.states) if "error" in state), "")


@asynccontextmanager
async def attended(wire: Wire) -> AsyncIterator[Queue]:
    """A sink at work."""
    queue = Queue()

    def run(work: Callable[..., Any], *args: Any, **kwargs: Any) -> "asyncio.Future[Any]":
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        done.set_result(work(*args, **kwargs))
        return done

    task = asyncio.create_task(Sink("test", queue, wire, run).attend())
    try:
        yield queue
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(wanted: Callable[[], object]) -> None:
    """Turns the loop until it is so, for at most ten seconds."""
    for _turn in range(1000):
        if wanted():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never was so")


async def reads(recorder: TextRecorder, text: bytes) -> bytes:
    return await asyncio.to_thread(recorder.wait, lambda read: text in read)


def ended(line: socket.socket) -> bool:
    """Whether the other end ended the connection, in either way."""
    line.settimeout(5)
    try:
        return line.recv(10) == b""
    except ConnectionResetError:
        return True


LINES = [f"line {n}\r\n".encode() for n in range(60)]


@contextmanager
def way(kind: str) -> Iterator[tuple[TextRecorder, Wire]]:
    if kind == "server":
        port = free_port()
        with TextRecorder(call=("127.0.0.1", port)) as recorder:
            yield recorder, TcpServer("127.0.0.1", port)
        return
    with TextRecorder(udp=kind == "udp") as recorder:
        yield recorder, (Udp if kind == "udp" else TcpClient)("127.0.0.1", recorder.port)


@pytest.mark.parametrize("kind", ["client", "server", "udp"])
async def test_what_waits_and_what_comes_is_read_in_order(kind: str) -> None:
    with way(kind) as (recorder, wire):
        async with attended(wire) as queue:
            queue.add(*LINES[:55])
            queue.asked = b"trial\r\n"
            await reads(recorder, LINES[54])
            queue.add(*LINES[55:])
            read = await reads(recorder, LINES[59])
            assert read.replace(b"trial\r\n", b"") == b"".join(LINES) and b"trial" in read
            assert queue.asked is None and queue.told == list(range(1, 61))


@pytest.mark.parametrize("kind", ["client", "server"])
async def test_a_connection_that_breaks_is_made_again_and_nothing_is_missing(kind: str) -> None:
    with way(kind) as (recorder, wire):
        async with attended(wire) as queue:
            queue.add(LINES[0])
            await reads(recorder, LINES[0])
            recorder.cut = True
            await until(lambda: recorder.calls >= 2)
            queue.add(*LINES[1:])
            read = await reads(recorder, LINES[59])
            assert [line for line in LINES if line not in read] == []
            assert queue.error == "closed"


@pytest.mark.parametrize("kind", ["client", "server"])
async def test_a_recorder_that_never_reads_is_let_go_and_told_when_it_reads_again(kind: str) -> None:
    with way(kind) as (recorder, wire):
        recorder.deaf = True
        async with attended(wire) as queue:
            queue.add(*[b"x" * 20_000 + b"\r\n"] * 40, b"the end\r\n")
            await until(lambda: queue.error == "deaf")
            assert 1 <= len(queue.waiting) <= 41, "what it did not take waits"
            # It notices that it was let go; cutting a call that it reads again would lose what is on the way.
            recorder.cut = True
            recorder.deaf = False
            await reads(recorder, b"the end\r\n")


async def test_a_recorder_that_is_off_is_called_until_it_is_there() -> None:
    port = free_port()
    async with attended(TcpClient("127.0.0.1", port)) as queue:
        queue.add(*LINES)
        await until(lambda: queue.error == "refused")
        assert State.WAITING in [state.get("state") for state in queue.states] and queue.told == []
        with TextRecorder(port=port) as recorder:
            await reads(recorder, LINES[59])
    assert State.CONNECTED in [state.get("state") for state in queue.states]


async def test_datagrams_to_nobody_are_noticed() -> None:
    async with attended(Udp("127.0.0.1", free_port())) as queue:
        queue.add(*LINES)
        await until(lambda: queue.error == "refused")
        assert queue.waiting


async def test_only_the_recorder_may_call_us_and_its_new_call_takes_the_place_of_the_old_one() -> None:
    port = free_port()
    async with attended(TcpServer("127.0.0.2", port)) as queue:
        await until(lambda: State.LISTENING in [state.get("state") for state in queue.states])
        assert queue.error == "", "a recorder that has not called yet is no fault"

        def call(source: str) -> socket.socket:
            return socket.create_connection(("127.0.0.2", port), 2, source_address=(source, 0))

        stranger = await asyncio.to_thread(call, "127.0.0.3")
        with stranger:
            assert await asyncio.to_thread(ended, stranger)
        await until(lambda: queue.error == "stranger 127.0.0.3")
        old = await asyncio.to_thread(call, "127.0.0.2")
        queue.add(LINES[0])
        assert await asyncio.to_thread(old.recv, 100) == LINES[0]
        new = await asyncio.to_thread(call, "127.0.0.2")
        assert await asyncio.to_thread(ended, old)
        queue.add(LINES[1])
        assert await asyncio.to_thread(new.recv, 100) == LINES[1]
        old.close()
        new.close()


SECRET = "s3cret-of-the-webhook"


async def test_a_webhook_is_told_in_signed_posts_and_again_after_a_fault() -> None:
    web = WebRecorder()
    with TcpPrinter(web) as server:
        web.faults.status = {"POST": 503}
        async with attended(Webhook(f"http://127.0.0.1:{server.port}/acts?shop=1", SECRET)) as queue:
            queue.add(b'{"id":1}')
            await until(lambda: queue.error == "answered 503")
            web.faults.cut_before = "POST"
            queue.add(b'{"id":2}', b'{"id":3}')
            await until(lambda: len(queue.told) == 3)
            web.faults.status = {"POST": 400}
            queue.add(b'{"id":4}', b'{"id":5}')
            await until(lambda: len(queue.told) == 5)
            assert queue.refused == 1 and queue.error == "unfit 400"
    ids = [int(str(act["id"])) for act in web.acts]
    assert sorted(set(ids)) == [1, 2, 3, 5] and ids == sorted(ids)
    request = web.requests[0]
    assert (request.path, request.query) == (("acts",), {"shop": "1"})
    stamp, _, given = request.headers["x-kasa-signature"].partition(",v1=")
    signed = stamp.removeprefix("t=").encode() + b"." + request.body
    assert given == hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert json.loads(request.body) == {"events": [{"id": 1}]}
    assert SECRET not in queue.error and SECRET.encode() not in request.body


async def test_a_webhook_that_is_silent_does_not_hold_up_for_ever() -> None:
    web = WebRecorder()
    web.faults.silent = True
    with TcpPrinter(web) as server:
        async with attended(Webhook(f"http://127.0.0.1:{server.port}/", SECRET)) as queue:
            queue.add(b"{}")
            await until(lambda: queue.error.startswith("unreachable"))
            assert queue.waiting
