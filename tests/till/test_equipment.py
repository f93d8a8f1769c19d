"""The test page and the scanner's check, in the code that the browser runs."""

from pathlib import Path

import pytest

from devices.document import Qr, Text, parse_document
from tests.quick import Door

STATIC = Path(__file__).resolve().parents[2] / "static"
MODELS = STATIC / "till/models"
DOOR = """
const doors = {
  judge, samples: () => [LETTERS_AND_SIGNS, SEPARATED],
  page: (store, columns) =>
    testPage({ store, till: 7, t: (text) => text }, "printer1", "22.11.2026 13:00", columns),
};
globalThis.__ask = (name, given) => JSON.stringify(doors[name](...JSON.parse(given)));
"""
ask = Door([MODELS / name for name in ("clock.js", "document.js", "testpage.js", "scancheck.js")], DOOR).ask
STORE = {
    "language": "pl",
    "name": "Sklep",
    "address": "Łódź",
    "tax_id": "5260001246",
    "time_zone": "Europe/Warsaw",
}
LETTERS, SEPARATED = ask("samples")
MILK = "5901234123457"


@pytest.mark.parametrize(
    ("code", "before", "found"),
    [
        (MILK, None, {"read": None}),
        (MILK, MILK, {"read": None, "twice": None}),
        (LETTERS, MILK, {"read": None, "letters": None}),
        (LETTERS.swapcase(), None, {"read": None, "letters": "case"}),
        (LETTERS.upper(), None, {"read": None, "letters": "case"}),
        ("Kqsq)çmwAù=)Zx", None, {"read": None, "letters": "keyboard"}),
        (LETTERS + LETTERS, None, {"twice": "glued"}),
        (SEPARATED, None, {"read": None, "separator": None}),
        (SEPARATED.replace("\x1d", ""), None, {"read": None, "separator": "separator"}),
        (SEPARATED.replace("\x1d", "|"), None, {"read": None, "separator": "separator"}),
        ("90" * 13, None, {"read": None}),
    ],
)
def test_what_a_scanner_makes_of_known_codes_tells_how_it_is_set(
    code: str, before: str | None, found: dict[str, str | None]
) -> None:
    assert {one["check"]: one["fault"] for one in ask("judge", code, before)} == found


def test_the_samples_are_what_keyboards_and_layouts_change() -> None:
    assert any(char.isupper() for char in LETTERS) and any(char.islower() for char in LETTERS)
    assert set(LETTERS) & set("zyZY") and set(LETTERS) & set(";[]/-")
    assert SEPARATED.count("\x1d") == 1 and SEPARATED.isascii()


@pytest.mark.parametrize("columns", [0, 32, 48, 64])
def test_the_test_page_passes_the_bridge_and_fills_a_line(columns: int) -> None:
    document = parse_document(ask("page", STORE, columns))
    texts = [block.text for block in document.blocks if isinstance(block, Text)]
    assert not document.drawer and document.cut
    assert [len(text) for text in texts if text.isdigit() and text != STORE["tax_id"]] == (
        [columns] if columns else []
    )
    for letters in ("ąćęłńóśźż", "єґії", "ёъыэ", "₴₽€"):
        assert set(letters) <= set("".join(texts).lower()), letters
    assert any(isinstance(block, Qr) for block in document.blocks)
