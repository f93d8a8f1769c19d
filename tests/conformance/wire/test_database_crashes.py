"""The database killed (an immediate stop) and started again in the middle of uploads: the same promises hold.

This test has a PostgreSQL of its own, the embedded one, with fsync on.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from core import clock
from core.runtime.cluster import DATABASE, PORT, ROLE, Cluster
from pos.headless.chain import Chain, new_id
from pos.headless.client import TillSocket, Upload, enrol
from pos.headless.receipts import Goods, Heading, receipt
from tests.live import ROOT, LiveServer

pytestmark = pytest.mark.slow

PREPARE = """
import django; django.setup()
import json
from django.core.management import call_command
from core import clock
from pos.services import tills
from tests.pos.shop import make_shop
call_command("migrate", verbosity=0)
shop = make_shop()
made = [tills.till_create(store=shop.store, number=number) for number in (1, 2)]
codes = [tills.till_code_make(till=till, by=None, now=clock.now()) for till in made]
print(json.dumps({"codes": codes, "product": str(shop.milk.id), "cashier": str(shop.cast.cashier.id)}))
"""


class OwnServer(LiveServer):
    """A server on the test's own cluster."""

    def __init__(self, url: str) -> None:
        super().__init__(env={"DATABASE_URL": url})


@pytest.fixture
def cluster() -> Iterator[tuple[Cluster, str]]:
    """A running cluster and its URL."""
    folder = Path(tempfile.mkdtemp(prefix="kasa-crash-"))
    folder.chmod(0o711)
    own = Cluster(folder)
    try:
        own.create()
        own.start()
        yield own, f"postgresql://{ROLE}@/{DATABASE}?host={own.socket_folder}&port={PORT}"
    finally:
        if own.postmaster() is not None:
            own.stop(immediate=True)
        shutil.rmtree(folder, ignore_errors=True)


def manage(url: str, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, timeout=180)


def _heard(upload: Upload, wanted: int) -> bool:
    return len(upload.acks) >= wanted


async def until(condition: Callable[[], bool]) -> None:
    """Waits until it holds, for a minute at most."""
    for _ in range(6000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen within a minute")


def sales(chain: Chain, made: dict[str, Any], count: int) -> list[dict[str, Any]]:
    shift, now = new_id(), clock.now()
    goods = [Goods(made["product"], "Mleko", 499, tax=("C", 500))]
    return [
        chain.item(
            "receipt",
            receipt(Heading(n, now.date().isoformat(), shift, made["cashier"], now, now), goods),
            at=now,
        )
        for n in range(1, count + 1)
    ]


@pytest.mark.long
async def test_an_immediate_stop_of_the_database_loses_nothing_acknowledged(
    cluster: tuple[Cluster, str],
) -> None:
    own, url = cluster
    done = await asyncio.to_thread(manage, url, sys.executable, "-c", PREPARE)
    assert done.returncode == 0, done.stderr[-2000:]
    made = json.loads(done.stdout.strip().splitlines()[-1])
    server = await asyncio.to_thread(OwnServer(url).start)
    try:
        device = await enrol(server.url, made["codes"][0])
        items = sales(device.chain(), made, 40)
        upload = Upload(device, batch_items=2, tries=600, pause=0.1)
        sending = asyncio.create_task(upload.send(items))
        for wanted in (4, 16):
            await until(partial(_heard, upload, wanted))
            await asyncio.to_thread(own.stop, immediate=True)
            heard = len(upload.acks)
            await asyncio.sleep(1.0)
            assert len(upload.acks) <= heard + 2, "no ack without a database"
            await asyncio.to_thread(own.start)
        await asyncio.wait_for(sending, 120)
        other = await enrol(server.url, made["codes"][1])
        async with await TillSocket.open(other) as socket:
            await asyncio.to_thread(own.stop, immediate=True)
            unsent = sales(other.chain(), made, 3)
            answer = await socket.request("push", items=unsent)
            assert [ack["status"] for ack in answer["acks"]] == ["retry"] * 3
            refused = await socket.ask("pull", cursor=None)
            assert refused["error"]["code"] == "unavailable"
            await asyncio.to_thread(own.start)
            answer = await socket.request("push", items=unsent)
            assert [ack["status"] for ack in answer["acks"]] == ["stored"] * 3
    finally:
        server.stop()
    assert {ack["status"] for ack in upload.acks.values()} <= {"stored", "duplicate"}
    with psycopg.connect(url) as link:
        rows = link.execute("SELECT id::text FROM pos_receipt").fetchall()
    assert sorted(row[0] for row in rows) == sorted(item["id"] for item in [*items, *unsent])
    verified = await asyncio.to_thread(manage, url, sys.executable, "manage.py", "verify")
    assert verified.returncode == 0, verified.stdout
