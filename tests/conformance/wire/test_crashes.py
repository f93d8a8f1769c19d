"""kill -9 of the server at any flush of an upload: nothing acknowledged is lost, nothing doubled (Must show 5).

A flush is a `sendto` of the server's process: a statement on its way to the database, or an ack on its way to the
till. The suite kills at a few of them, the long one (`tests/length.py`) at every one.
"""

import asyncio

import pytest
from asgiref.sync import sync_to_async

from pos.headless.client import TillSocket, Upload, enrol
from tests.conformance.wire.crashes import check_kept, day_of_sales, strace_kill, tracer_works
from tests.length import LONG
from tests.live import LiveServer
from tests.pos.shop import Shop

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

# Three batches of seven items send about this often.
FLUSHES = 75
POINTS = range(1, FLUSHES) if LONG else (24,)


async def revive(server: LiveServer, died: asyncio.Event) -> None:
    """Waits for the server's death and starts it again."""
    while server.running:  # noqa: ASYNC110  (the death of a process tells nobody)
        await asyncio.sleep(0.05)
    died.set()
    await asyncio.to_thread(server.start)


@pytest.mark.skipif(not tracer_works(), reason="strace cannot tamper with system calls on this machine")
async def test_killed_at_a_flush_nothing_acknowledged_is_lost(shop: Shop) -> None:
    server = await asyncio.to_thread(LiveServer().start)
    fired = 0
    try:
        for number, point in enumerate(POINTS, 1):
            code = await sync_to_async(server.code)(number)
            device = await enrol(server.url, code)
            items = await sync_to_async(day_of_sales)(shop, device)
            upload = Upload(device, batch_items=7, tries=400, pause=0.1)
            tracer = await asyncio.to_thread(strace_kill, server.pid, "sendto", point)
            died = asyncio.Event()
            reviving = asyncio.create_task(revive(server, died))
            await asyncio.wait_for(upload.send(items), 120)
            if died.is_set():
                fired += 1
                await reviving
            else:
                reviving.cancel()  # The upload needed fewer flushes than this point.
                tracer.terminate()
            tracer.wait(timeout=10)
            await sync_to_async(check_kept)(items, upload)
    finally:
        server.stop()
    assert fired >= len(POINTS) * 0.5, f"only {fired} of {len(POINTS)} kills fired"


async def test_an_ack_that_was_lost_is_asked_for_again(shop: Shop) -> None:
    server = await asyncio.to_thread(LiveServer().start)
    try:
        device = await enrol(server.url, await sync_to_async(server.code)(1))
        items = await sync_to_async(day_of_sales)(shop, device)
        socket = await TillSocket.open(device)
        unheard = asyncio.create_task(socket.ask("push", items=items))
        # The frame is on its way; the line is cut before anything can come back.
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        socket.link.transport.abort()
        with pytest.raises(ConnectionError):
            await unheard
        upload = Upload(device)
        await upload.send(items)
        await sync_to_async(check_kept)(items, upload)
    finally:
        server.stop()
