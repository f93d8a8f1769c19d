"""An upload with recorders that are dead, beside the same upload without any, in one run.

A recorder that is connected and never reads, one that nobody answers for, and one at a closed port stand against no
recorder at all; the process that tells them runs meanwhile. An upload knows nothing of them, so the ratio is the price
of sharing a machine with that process. Rounds take turns, so that a restless machine is restless for both.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from bench.harness import Report, percentile
from bench.upload import bench_database, receipts, upload
from core import clock
from core.runtime.postgres import dsn
from devices.emulators.recorder import TextRecorder
from exchange.models import Recorder, RecorderState
from exchange.services.recorders import recorder_save
from exchange.video.kinds import usual
from pos.headless.client import enrol
from tests.live import ROOT, LiveServer, free_port
from tests.pos.shop import Shop

ROUNDS = 6
RECEIPTS = int(os.environ.get("BENCH_VIDEO_RECEIPTS", "1000"))
# A network for documentation: nobody answers there.
NOBODY = "192.0.2.1"


@contextmanager
def sender() -> Iterator[None]:
    """The process that tells recorders, on the benchmark's database."""
    environment = {**os.environ, "DATABASE_URL": dsn(str(connection.settings_dict["NAME"]))}
    process = subprocess.Popen(
        [sys.executable, "-m", "exchange.video"], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


def dead_recorders(shop: Shop, deaf: int) -> None:
    """Three recorders that are never told anything, each in its own way."""
    for host, port in (("127.0.0.1", deaf), (NOBODY, 9), ("127.0.0.1", free_port())):
        recorder_save(
            None,
            store=shop.store,
            name=f"{host}:{port}",
            kind="text_tcp",
            host=host,
            port=port,
            kinds=usual(),
            tills={},
        )


def switch(on: bool) -> None:
    """Switches all recorders on or off, and waits until the sender has seen it."""
    for row in Recorder.objects.all():
        recorder_save(row, store=row.store, tills={}, active=on)
    begun = clock.now()
    deadline = time.monotonic() + 60
    while on and time.monotonic() < deadline:
        if RecorderState.objects.filter(beat_at__gt=begun).count() == 3:
            return
        time.sleep(0.1)
    assert not on, "the sender never tried"
    time.sleep(2)


def run() -> Report:
    """The figure of Must show 8: the sale's latency with the recorder dead."""
    report = Report(f"Uploads with dead video recorders, {clock.now():%Y-%m-%d}")
    times: dict[bool, list[float]] = {False: [], True: []}
    with bench_database() as shop, LiveServer() as server, TextRecorder() as deaf, sender():
        deaf.deaf = True
        dead_recorders(shop, deaf.port)
        asyncio.run(upload(asyncio.run(enrol(server.url, server.code(90))), []))
        for number in range(1, ROUNDS + 1):
            on = number % 2 == 0
            switch(on)
            device = asyncio.run(enrol(server.url, server.code(number)))
            times[on] += asyncio.run(upload(device, receipts(shop, device.chain(), RECEIPTS)))
        behind = sum(RecorderState.objects.values_list("behind", flat=True))
        dropped = sum(RecorderState.objects.values_list("dropped", flat=True))
    for name, percent in (("p50", 50.0), ("p99", 99.0)):
        baseline = report.add(f"no recorder, answer {name}", percentile(times[False], percent) * 1000, "ms")
        dead = percentile(times[True], percent) * 1000
        report.add(
            f"three dead recorders, answer {name}", dead, "ms", baseline=baseline, aim="1 × and a little"
        )
    report.add("items that wait for the dead", behind, "items")
    report.add("items dropped for them and counted", dropped, "items")
    return report
