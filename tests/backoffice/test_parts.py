"""The small parts: places in lists, layouts, charts, times, vendored files."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from backoffice import charts, layouts
from backoffice.selectors import exceptions, shifts
from backoffice.templatetags.backoffice import ago
from core import clock

VENDOR = Path(__file__).resolve().parents[2] / "static" / "vendor"
OURS = ["tabler", "htmx", "tabler-icons"]


@pytest.mark.parametrize(
    ("typed", "meant"), [("vjkjrj", "молоко"), ("ьфыдщ", "maslo"), ("cnjy,", "стонб"), ("['z", "хєя")]
)
def test_the_other_layout_is_guessed(typed: str, meant: str) -> None:
    assert meant in layouts.other_layouts(typed)


def test_letters_of_no_layout_are_left_alone() -> None:
    assert layouts.other_layouts("1234") == []


def test_bars_fill_the_height_and_never_fall_below_the_line() -> None:
    chart = charts.bars([charts.Column("a", 100, 50, "a"), charts.Column("b", -30, 0, "b")], top_label="100")
    assert chart.now[0].height == charts.BASE - charts.TOP and chart.then[0].height * 2 == chart.now[0].height
    assert chart.now[1].height == 0
    assert charts.bars([], top_label="0").now == []


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (61, "1 minute ago"),
        (3599, "59 minutes ago"),
        (7200, "2 hours ago"),
        (86400 * 3, "3 days ago"),
    ],
)
def test_how_long_ago_is_told_in_whole_words(seconds: int, words: str) -> None:
    with time_machine.travel(clock.now(), tick=False):
        assert ago(clock.now() - timedelta(seconds=seconds)) == words
    assert ago(None) == "never"


def test_a_body_is_flattened_to_its_leaves() -> None:
    body = {"lines": [{"n": 1, "discounts": []}], "card": None, "ok": True}
    assert exceptions.flat(body) == {"lines[0].n": "1", "lines[0].discounts": "[]", "card": "", "ok": "true"}


def test_a_till_s_own_sums_are_read_in_both_shapes() -> None:
    assert shifts.told_tenders({"tenders": {"cash": 5, "card1": {"count": 2, "amount": 7}}}) == {
        "cash": 5,
        "card1": 7,
    }
    assert shifts.told_tenders({"tenders": {"cash": "5", "x": {"amount": True}}}) == {}
    assert shifts.told_tenders(None) is None and shifts.told_tenders({"tenders": []}) is None


def recorded(folder: Path) -> dict[str, str]:
    lines = (folder / "SHA256SUMS").read_text("ascii").splitlines()
    return {path: digest for digest, path in (line.split("  ", 1) for line in lines)}


@pytest.mark.parametrize("name", OURS)
def test_each_vendored_file_is_recorded_and_unchanged(name: str) -> None:
    files = [
        path
        for path in (VENDOR / name).rglob("*")
        if path.is_file() and path.name not in ("SHA256SUMS", "README.md")
    ]
    present = {
        str(path.relative_to(VENDOR / name)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }
    assert present == recorded(VENDOR / name)


@pytest.mark.parametrize("name", OURS)
def test_each_vendored_folder_carries_its_licence_and_says_what_it_is(name: str) -> None:
    assert (VENDOR / name / "LICENSE").stat().st_size > 500
    readme = (VENDOR / name / "README.md").read_text("utf-8")
    assert "sha512-" in readme and "npm" in readme
