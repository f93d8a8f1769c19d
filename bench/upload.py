"""Uploading receipts of ten lines: real tills, real sockets, one Daphne, batches of fifty.

The baseline is the same rows of the same receipts written by raw COPY into copies of the same tables (indexes and
checks included) by one connection in the same run: what the database alone could do. Clients run in processes of
their own, so that signing does not take time from the server's interpreter; on two cores they still share them.
"""

import asyncio
import json
import multiprocessing
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

import psycopg  # noqa: E402  (Django must be set up before its models are imported)
from django.db import connection  # noqa: E402

from bench.harness import Report, Row, percentile  # noqa: E402
from core import clock  # noqa: E402
from pos.headless.chain import Chain, Item  # noqa: E402
from pos.headless.client import Device, TillSocket, enrol  # noqa: E402
from pos.headless.receipts import Goods  # noqa: E402
from pos.models import Receipt  # noqa: E402
from pos.services.ingest.rows import COLUMNS  # noqa: E402
from tests.live import LiveServer  # noqa: E402
from tests.pos.shop import Desk, Shop, make_shop  # noqa: E402

LINES, BATCH = 10, 50
RECEIPTS = int(os.environ.get("BENCH_RECEIPTS", "4000"))
TILLS = (1, 20, 200)
# Tables that a receipt becomes rows of, parents first.
TABLES = (
    "pos_journalitem",
    "pos_receipt",
    "pos_receiptline",
    "pos_receipttax",
    "pos_receiptpayment",
    "pos_receiptposting",
)


@contextmanager
def bench_database() -> Iterator[Shop]:
    """A database of its own with the tests' shop; dropped afterwards."""
    name = str(connection.settings_dict["NAME"])
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield make_shop()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def goods(shop: Shop) -> list[Goods]:
    """Ten lines with one tax."""
    return [
        Goods(
            str(shop.milk.id),
            f"Mleko {n}",
            100 + n,
            quantity=1000 * n,
            tax=("C", 500),
            barcode="5901234123457",
        )
        for n in range(1, LINES + 1)
    ]


def receipts(shop: Shop, chain: Chain, count: int) -> list[str]:
    """Frames of signed receipts of one till, made before the clock runs: it is the server that is measured."""
    desk = Desk(shop, chain, shop.store.id, 0)
    lines = goods(shop)
    items = [desk.open_shift(), *(desk.sale(*lines) for _ in range(count))]
    batches: list[list[Item]] = [items[at : at + BATCH] for at in range(0, len(items), BATCH)]
    return [json.dumps({"id": f"b{at}", "op": "push", "items": batch}) for at, batch in enumerate(batches)]


async def upload(device: Device, frames: Sequence[str]) -> list[float]:
    """Pushes frame after frame; seconds until each was answered."""
    times = []
    async with await TillSocket.open(device) as socket:
        await socket.request("hello", protocol=1, build="bench", cursor=None, unsent=0, clock=None)
        for frame in frames:
            begun = time.perf_counter()
            await socket.send_raw(frame)
            answer = await socket.stray.get()
            times.append(time.perf_counter() - begun)
            odd = [ack for ack in answer["acks"] if ack["status"] != "stored"]
            assert not odd, odd[:2]
    return times


def _client(work: Sequence[tuple[Device, list[str]]], start: Any, results: Any) -> None:
    """One process with some of the tills."""

    async def all_of_them() -> list[float]:
        lists = await asyncio.gather(*(upload(device, frames) for device, frames in work))
        return [one for times in lists for one in times]

    start.wait()
    results.put(asyncio.run(all_of_them()))


@dataclass(frozen=True)
class Measured:
    """Receipts a second, processor milliseconds of the server for one receipt, seconds until each answer."""

    tills: int
    rate: float
    cpu_ms: float
    times: list[float]


def measure(server: LiveServer, shop: Shop, tills: int) -> Measured:
    """So many tills hand over as fast as they are answered."""
    devices = [asyncio.run(enrol(server.url, server.code(number))) for number in range(1, tills + 1)]
    each = max(BATCH, RECEIPTS // tills)
    asyncio.run(upload(devices[0], []))  # The first hello of a server puts the till's files together.
    work = [(device, receipts(shop, device.chain(), each)) for device in devices]
    before = Receipt.objects.count()
    context = multiprocessing.get_context("fork")
    start, results = context.Event(), context.Queue()
    connection.close()
    clients = [
        context.Process(target=_client, args=(work[at::2], start, results)) for at in range(min(2, tills))
    ]
    for client in clients:
        client.start()
    time.sleep(0.5)
    begun, cpu = time.perf_counter(), _cpu_seconds(server.pid)
    start.set()
    times = [one for _client_process in clients for one in results.get(timeout=900)]
    seconds = time.perf_counter() - begun
    for client in clients:
        client.join()
    cpu = _cpu_seconds(server.pid) - cpu
    stored = Receipt.objects.count() - before
    assert stored == each * tills, f"{stored} of {each * tills} receipts arrived"
    return Measured(tills, stored / seconds, cpu * 1000 / stored, times)


def _cpu_seconds(pid: int) -> float:
    """Processor time of a process so far; unlike the clock it does not count what other programs took."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def raw_copy(receipts_wanted: int) -> float:
    """Receipts a second when their rows are only copied, fifty receipts a transaction, nothing checked by us."""
    with connection.cursor() as cursor:
        rows: dict[str, list[tuple[Any, ...]]] = {}
        ids = list(Receipt.objects.order_by("-item_id").values_list("id", "item_id")[:receipts_wanted])
        for table in TABLES:
            key = {"pos_journalitem": "id", "pos_receipt": "id"}.get(table, "receipt_id")
            wanted = [item if table == "pos_journalitem" else receipt for receipt, item in ids]
            columns = ", ".join(COLUMNS[table])
            cursor.execute(f"SELECT {columns} FROM {table} WHERE {key} = ANY(%s) ORDER BY {key}", [wanted])
            rows[table] = cursor.fetchall()
            cursor.execute(f"CREATE TABLE bench_{table} (LIKE {table} INCLUDING ALL EXCLUDING IDENTITY)")
            if "id" not in COLUMNS[table] and table != "pos_receiptposting":
                cursor.execute(f"ALTER TABLE bench_{table} ALTER id ADD GENERATED BY DEFAULT AS IDENTITY")
    batches = max(1, len(ids) // BATCH)
    with psycopg.connect(**_parameters()) as link:
        begun = time.perf_counter()
        for at in range(batches):
            with link.cursor() as cursor, link.transaction():
                for table, all_rows in rows.items():
                    size = -(-len(all_rows) // batches)
                    with cursor.copy(f"COPY bench_{table} ({', '.join(COLUMNS[table])}) FROM STDIN") as copy:
                        for row in all_rows[at * size : (at + 1) * size]:
                            copy.write_row(row)
        seconds = time.perf_counter() - begun
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DROP TABLE bench_{table}")
    return len(ids) / seconds


def _parameters() -> dict[str, Any]:
    django_names = connection.settings_dict
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return {theirs: django_names[ours] for ours, theirs in names.items() if django_names.get(ours)}


def statements(shop: Shop) -> dict[int, int]:
    """SQL statements of one push by the number of its receipts."""
    desk = Desk.enrolled(shop, 999)
    lines = goods(shop)
    desk.push(desk.open_shift())
    counts: dict[int, int] = {}
    for size in (1, 10, 50, 200):
        batch = [desk.sale(*lines) for _ in range(size)]
        with _Counting() as counter:
            desk.push(*batch)
        counts[size] = counter.count
    return counts


class _Counting:
    """Counts what psycopg sends, COPY included."""

    def __enter__(self) -> "_Counting":
        self.count = 0
        self._saved = (psycopg.Cursor.execute, psycopg.Cursor.copy)
        execute, copy = self._saved

        def counted_execute(cursor: Any, *args: Any, **kwargs: Any) -> Any:
            self.count += 1
            return execute(cursor, *args, **kwargs)

        def counted_copy(cursor: Any, *args: Any, **kwargs: Any) -> Any:
            self.count += 1
            return copy(cursor, *args, **kwargs)

        psycopg.Cursor.execute = counted_execute  # type: ignore[method-assign,assignment]
        psycopg.Cursor.copy = counted_copy  # type: ignore[method-assign,assignment]
        return self

    def __exit__(self, *_error: object) -> None:
        psycopg.Cursor.execute, psycopg.Cursor.copy = self._saved  # type: ignore[method-assign]


def run() -> Report:
    """The figures of Must show 8."""
    report = Report(f"Upload: receipts of {LINES} lines in batches of {BATCH}, {clock.now():%Y-%m-%d}")
    with bench_database() as shop, LiveServer() as server:
        measured = [measure(server, shop, tills) for tills in TILLS]
        baseline = report.add("raw COPY of the same rows", raw_copy(min(RECEIPTS, 2000)), "receipts/s")
        for one in measured:
            _add(report, baseline, one)
        counts = statements(shop)
        for size, count in counts.items():
            report.add(f"SQL statements of a push of {size} receipts", count, "statements", aim="constant")
    return report


def _add(report: Report, baseline: Row, one: Measured) -> None:
    report.add(f"{one.tills} tills", one.rate, "receipts/s", baseline=baseline, aim="1,000")
    report.add(f"{one.tills} tills, server's processor time", one.cpu_ms, "ms/receipt")
    report.add(f"{one.tills} tills, answer p50", percentile(one.times, 50) * 1000, "ms")
    report.add(f"{one.tills} tills, answer p99", percentile(one.times, 99) * 1000, "ms")
