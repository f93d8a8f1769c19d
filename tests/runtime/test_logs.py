"""Children's logs: whole lines with their time, small files, and the last words of the dead."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from core.runtime import logs
from core.runtime.logs import ChildLog


def test_lines_are_filed_whole_however_they_come(tmp_path: Path) -> None:
    log = ChildLog(tmp_path / "logs", "web")
    assert log.feed(b"one\ntw") == ["one"]
    assert log.feed("o \xc5".encode("latin-1")) == []
    assert log.feed(b"\x81\nthree") == ["two Ł"]
    log.close()
    text = log.path.read_text(encoding="utf-8")
    assert re.fullmatch(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} (one|two Ł|three)\n){3}", text)
    assert stat.S_IMODE(log.path.stat().st_mode) == 0o600


def test_bytes_that_are_no_text_do_not_stop_it(tmp_path: Path) -> None:
    log = ChildLog(tmp_path / "logs", "web")
    assert log.feed(b"\xff\xfe\n") == ["\ufffd\ufffd"]
    log.close()


def test_an_endless_line_is_cut(tmp_path: Path) -> None:
    log = ChildLog(tmp_path / "logs", "web")
    lines = [line for _ in range(40) for line in log.feed(b"x" * 10_000)]
    assert lines and max(map(len, lines)) <= 65536
    log.close()


def test_files_are_rotated_and_the_oldest_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_LIMIT", 1000)
    log = ChildLog(tmp_path / "logs", "web")
    for number in range(300):
        log.feed(f"line {number:04}\n".encode())
    log.close()
    names = sorted(path.name for path in (tmp_path / "logs").iterdir())
    assert names == ["web.log", *(f"web.log.{number}" for number in range(1, 6))]
    kept = "".join((tmp_path / "logs" / name).read_text() for name in [*names[:0:-1], "web.log"])
    numbers = [int(found) for found in re.findall(r"line (\d+)", kept)]
    assert numbers == list(range(numbers[0], 300))


def test_the_last_lines_are_at_hand(tmp_path: Path) -> None:
    log = ChildLog(tmp_path / "logs", "web")
    log.feed(b"".join(b"%d\n" % number for number in range(100)))
    assert list(log.tail) == [str(number) for number in range(80, 100)]
    log.close()
