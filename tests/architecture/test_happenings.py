"""One registry of the tills' events: what the till writes, what the server knows and what the page of the wire says."""

import re
from pathlib import Path

from backoffice import journal_words, words
from backoffice.selectors import journal
from pos.rules import happenings

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted((ROOT / "static/till").rglob("*.js"))
# Every way in which the till's scripts name an event: trace("…"), #note("…"), #event("…"), saw("…"), #gather.add("…").
NAMED = re.compile(r'(?:\btrace|#note|#event|\bsaw|#gather\.add)\(\s*"([^"]+)"')


def table() -> dict[str, dict[str, str]]:
    """The events of docs/protocol.md: name, and kind by member."""
    page = (ROOT / "docs/protocol.md").read_text("utf-8")
    part = page[page.index("### Events\n") : page.index("### The receipt body")]
    rows = re.findall(r"^\| `(\w+)` \| .* \| ([^|]+) \|$", part, re.MULTILINE)
    return {name: dict(re.findall(r"`(\w+)` ([a-z]+\??)", data)) for name, data in rows}


def test_every_event_that_the_till_writes_is_in_the_registry() -> None:
    written = {name for path in SCRIPTS for name in NAMED.findall(path.read_text("utf-8"))}
    assert {"line_void", "start", "focus_lost", "scan_refused", "price_check"} <= written
    assert sorted(written - set(happenings.registry())) == []


def test_the_page_of_the_wire_has_exactly_the_registry() -> None:
    assert table() == happenings.registry()


def test_members_are_of_the_kinds_that_are_named() -> None:
    kinds = {kind.removesuffix("?") for shape in happenings.registry().values() for kind in shape.values()}
    assert kinds <= happenings.KINDS
    assert happenings.kind("line_void", "amount") == "money"
    assert happenings.kind("discount", "product") == "product"
    assert happenings.kind("line_void", "nonsense") == happenings.kind("nonsense", "amount") == ""


def test_every_event_of_the_registry_has_its_words_and_its_place_in_the_filter() -> None:
    known = {**words.EVENTS, **journal_words.NAMES}
    grouped = {name for _label, group in journal_words.GROUPS for name in group}
    assert [name for name in happenings.registry() if name not in known] == []
    assert set(journal.OTHER_NAMES) <= grouped and not set(journal.OTHER_NAMES) & set(happenings.registry())
    assert [name for name in grouped if name not in known] == []
