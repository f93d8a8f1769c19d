"""Reading a snapshot: the same rows however the network cuts it, and a refusal by name for what cannot be used."""

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser
Run = Callable[..., Any]
READ = """async ({ bytes, cut, endless }) => {
  const { readSnapshot } = await import('/static/till/net/snapshot.js');
  const { readRow } = await import('/static/till/db/page.js');
  const given = Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0));
  const all = endless ? new Uint8Array(endless).fill(120) : given;
  const stream = new ReadableStream({ start(to) {
    for (let at = 0; at < all.length; at += cut) to.enqueue(all.slice(at, at + cut));
    to.close();
  } });
  const kept = [];
  const put = async (more) => void kept.push(...more);
  try {
    const head = await readSnapshot(stream, put, 7, () => {});
    const rows = kept.flatMap((page) => page.ids.split('\\n').map((id, i) => [page.kind, id, readRow(page, i)]));
    return { head, rows };
  } catch (error) { return { refused: error.code ?? String(error) }; }
}"""
ROWS = [
    ("product", "p1", {"name": "Żółty ser – 300 g 🧀", "code": "1"}),
    ("rulebook", "r1", {"text": "zażółć " * 15_000}),
    ("product", "p2", {"name": 'a "quoted", "data": inside', "code": "2"}),
]


def snapshot(rows: list[tuple[str, str, Any]] = ROWS, **wrong: Any) -> bytes:
    """As the server writes it, unpacked; `wrong` overwrites what the last line says."""
    counts: dict[str, int] = {}
    for kind, _id, _data in rows:
        counts[kind] = counts.get(kind, 0) + 1
    lines: list[dict[str, Any]] = [{"snapshot": 1, "cursor": "e.1.c", "counts": counts}]
    lines += [{"kind": kind, "id": pk, "v": 1, "data": data} for kind, pk, data in rows]
    body = b"".join(
        json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for line in lines
    )
    last = {"end": True, "sha256": hashlib.sha256(body).hexdigest(), **wrong}
    return body + json.dumps(last).encode() + b"\n"


def read(run: Run, content: bytes, cut: int = 65_536, endless: int = 0) -> Any:
    """What the till makes of these bytes, or of so many letters without an end of a line."""
    return run(READ, {"bytes": base64.b64encode(content).decode(), "cut": cut, "endless": endless})


@pytest.mark.parametrize("cut", [97, 1_000, 32_768, 32_769, 1_000_000])
def test_the_rows_are_the_same_however_the_file_is_cut(run: Run, cut: int) -> None:
    found = read(run, snapshot(), cut)
    assert found["head"]["cursor"] == "e.1.c"
    assert sorted(map(tuple, found["rows"]), key=lambda row: row[1]) == sorted(ROWS, key=lambda row: row[1])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (snapshot()[:-40], "torn"),
        (snapshot().rsplit(b"\n", 2)[0] + b"\n", "torn"),
        (b"", "torn"),
        (snapshot(sha256="0" * 64), "bad_checksum"),
        (snapshot().replace(b'"product":2', b'"product":3'), "bad_checksum"),
        (snapshot().replace("ż".encode(), b"\xff\xfe", 1), "bad_line"),
        (b"\xef\xbb\xbf" + snapshot(), "bad_line"),
        (b"[1]\n" + snapshot(), "bad_line"),
        (snapshot() + b"{}\n", "bad_line"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(run: Run, content: bytes, code: str) -> None:
    assert read(run, content) == {"refused": code}


def test_a_line_that_does_not_end_is_refused(run: Run) -> None:
    assert read(run, b"", endless=8 * 1024 * 1024 + 1) == {"refused": "bad_line"}
