"""The catalogue's file: whole, built once for many, served in parts, used again while it is good."""

import gzip
import hashlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.test import AsyncClient, Client

from core import feed
from core.services import organisation
from pos.api import ranges
from pos.live.frames import MAX_ANSWER
from pos.models import Till
from pos.services import snapshot, tills
from pos.services.audience import Audience
from tests.pos.shop import Desk, Shop, make_shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return make_shop()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.DATA_DIR = tmp_path
    yield tmp_path / "snapshots"


def lines(data: bytes) -> list[bytes]:
    return gzip.decompress(data).splitlines(keepends=True)


def test_it_holds_every_living_row_and_hashes_itself(shop: Shop) -> None:
    found = snapshot.snapshot()
    all_lines = lines(found.path.read_bytes())
    head, rows, last = json.loads(all_lines[0]), all_lines[1:-1], json.loads(all_lines[-1])
    assert head == {"snapshot": 1, "cursor": str(feed.head()), "counts": feed.counts()}
    assert len(rows) == sum(head["counts"].values())
    assert last == {"end": True, "sha256": hashlib.sha256(b"".join(all_lines[:-1])).hexdigest()}
    assert {"kind", "id", "v", "data"} == set(json.loads(rows[0]))


def test_a_recent_file_is_used_again_and_pull_brings_the_rest(shop: Shop) -> None:
    first = snapshot.snapshot()
    organisation.setting_save("quick_cash", [1])
    assert snapshot.snapshot() == first
    assert [change.key for change in feed.read(first.cursor).changes] == ["quick_cash"]


def test_a_change_too_large_for_a_frame_makes_a_new_file(shop: Shop) -> None:
    first = snapshot.snapshot()
    organisation.setting_save("quick_grid", "x" * MAX_ANSWER)
    assert snapshot.snapshot() != first


def test_a_new_epoch_makes_a_new_file(shop: Shop) -> None:
    first = snapshot.snapshot()
    feed.new_epoch()
    assert snapshot.snapshot() != first


def test_many_at_once_cost_one_build(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    builds, found = [], []
    real = snapshot._build

    def counted(whose: Audience) -> snapshot.Snapshot:
        builds.append(1)
        return real(whose)

    monkeypatch.setattr(snapshot, "_build", counted)

    def ask() -> None:
        found.append(snapshot.snapshot().cursor)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(builds) == 1 and len(set(found)) == 1 and len(found) == 12


def test_old_files_and_dead_drafts_go(shop: Shop, folder: Path) -> None:
    for _ in range(6):
        feed.new_epoch()
        snapshot.snapshot()
    assert len(list(folder.glob("*.ndjson.gz"))) == snapshot.KEEP_FILES
    assert not list(folder.glob(".*.part"))


def test_a_build_that_dies_leaves_no_file(shop: Shop, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def torn(_write: Any, _whose: Audience) -> str:
        raise OSError("disk full")

    monkeypatch.setattr(snapshot, "_write", torn)
    with pytest.raises(OSError, match="disk full"):
        snapshot.snapshot()
    assert [path.name for path in folder.iterdir()] == [".lock"]


def a_till(shop: Shop) -> tuple[Till, str]:
    desk = Desk.enrolled(shop)
    till = Till.objects.get(id=desk.till)
    done = tills.enrol(
        code=tills.till_code_make(till=till, by=None, now=desk.device.enrolled_at),
        public_key=desk.chain.key.jwk,
        now=desk.device.enrolled_at,
    )
    return till, done.secret


async def fetch(secret: str, **headers: str) -> tuple[Any, bytes]:
    client = AsyncClient()
    client.cookies["kasa_till"] = secret
    answer: Any = await client.get("/api/till/snapshot", headers=headers)
    body = b"".join([part async for part in answer]) if answer.streaming else answer.content
    return answer, body


async def test_it_is_served_whole_in_parts_and_not_again(shop: Shop) -> None:
    _till, secret = await sync_to_async(a_till)(shop)
    whole, data = await fetch(secret)
    assert (whole.status_code, whole["Content-Encoding"]) == (200, "gzip")
    assert whole["Content-Type"] == "application/x-ndjson" and int(whole["Content-Length"]) == len(data)
    assert len(lines(data)) > 5
    etag = whole["ETag"]
    again, nothing = await fetch(secret, **{"If-None-Match": etag})
    assert (again.status_code, nothing) == (304, b"")
    part, rest = await fetch(secret, Range="bytes=100-", **{"If-Range": etag})
    assert part.status_code == 206 and rest == data[100:]
    assert part["Content-Range"] == f"bytes 100-{len(data) - 1}/{len(data)}"
    assert (await fetch(secret, Range="bytes=-10"))[1] == data[-10:]
    other, all_of_it = await fetch(secret, Range="bytes=100-", **{"If-Range": '"old"'})
    assert other.status_code == 200 and all_of_it == data
    outside, _none = await fetch(secret, Range=f"bytes={len(data)}-")
    assert outside.status_code == 416 and outside["Content-Range"] == f"bytes */{len(data)}"


def test_only_tills_get_it(shop: Shop) -> None:
    assert Client().get("/api/till/snapshot").status_code == 401
    assert Client().post("/api/till/snapshot").status_code == 405


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (None, None), ("", None), ("bytes=-", None), ("items=0-1", None), ("bytes=0-1,3-4", None),
        ("bytes=5-2", None), ("bytes=0-0", (0, 0)), ("bytes=0-99", (0, 9)), ("bytes=9-", (9, 9)),
        ("bytes=-3", (7, 9)), ("bytes=-99", (0, 9)),
    ],
)  # fmt: skip
def test_ranges(header: str | None, wanted: tuple[int, int] | None) -> None:
    span = ranges.span(header, 10)
    assert (span and (span.first, span.last)) == wanted


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=-0", "bytes=99-100"])
def test_ranges_outside(header: str) -> None:
    with pytest.raises(ranges.Unsatisfiable):
        ranges.span(header, 10)
