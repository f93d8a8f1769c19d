"""Lines of exact cells: wrapping, columns and plain text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.document import Column, Columns, Document, Feed, Rule, Text
from devices.layout import Row, column_widths, lay_out, plain_text, wrap


def laid(block: Columns | Text, columns: int) -> list[str]:
    return [piece.text for piece in lay_out(Document("en", (block,)), columns) if isinstance(piece, Row)]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("Chleb żytni", 11, ["Chleb żytni"]),
        ("Chleb żytni", 10, ["Chleb", "żytni"]),
        ("Chleb żytni", 5, ["Chleb", "żytni"]),
        ("Konstantynopol", 6, ["Konsta", "ntynop", "ol"]),
        ("a Konstantynopol", 6, ["a", "Konsta", "ntynop", "ol"]),
        ("raz\n\ndwa", 6, ["raz", "", "dwa"]),
        ("    wcięcie", 20, ["    wcięcie"]),
    ],
)
def test_text_breaks_at_spaces_and_inside_long_words(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


@pytest.mark.parametrize(
    ("widths", "total", "cells"),
    [
        ((None, 12, 10), 48, [26, 12, 10]),
        ((None, None), 48, [24, 24]),
        ((None, None, None), 32, [10, 11, 11]),
        ((20, 20), 48, [20, 20]),
        ((40, 10), 32, [26, 6]),
        ((48, None), 48, [47, 1]),
    ],
)
def test_columns_share_the_line(widths: tuple[int | None, ...], total: int, cells: list[int]) -> None:
    assert column_widths([Column("", width) for width in widths], total) == cells


def test_a_long_name_wraps_in_its_column_and_never_touches_the_price() -> None:
    block = Columns((Column("Chleb żytni na zakwasie krojony 500 g"), Column("12,99", 10, "right")))
    assert laid(block, 32) == ["Chleb żytni na             12,99", "zakwasie krojony 500", "g"]


def test_a_neighbour_is_kept_one_cell_apart() -> None:
    assert laid(Columns((Column("abcdefgh"), Column("12345678"))), 16) == ["abcdefg 12345678", "h"]


def test_double_size_has_half_the_cells() -> None:
    assert laid(Text("DO ZAPŁATY 41,48", size=2), 24) == ["DO ZAPŁATY", "41,48"]


def test_plain_text_has_the_same_width_and_no_trailing_space() -> None:
    blocks = (Text("Sklep", "center"), Rule(), Feed(1), Text("41,48", "right"))
    assert plain_text(Document("pl", blocks), 11) == "   Sklep\n-----------\n\n      41,48"


@given(
    texts=st.lists(st.text(st.characters(exclude_characters="\n"), max_size=60), min_size=1, max_size=8),
    widths=st.lists(st.none() | st.integers(1, 200), min_size=8, max_size=8),
    total=st.integers(24, 64),
)
def test_no_line_is_ever_wider_than_the_paper(texts: list[str], widths: list[int | None], total: int) -> None:
    columns = tuple(Column(text, width) for text, width in zip(texts, widths, strict=False))
    assert all(len(line) <= total for line in laid(Columns(columns), total))
