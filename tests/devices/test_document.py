"""Documents from a till are checked block by block before a byte is made."""

from typing import Any

import pytest

from devices.document import Barcode, Column, Columns, Document, Feed, Qr, Rule, Text, clean, parse_document
from devices.errors import BridgeError

BLOCKS: list[dict[str, Any]] = [
    {"text": "Sklep", "align": "center", "bold": True, "size": 2},
    {"columns": [{"text": "Chleb"}, {"text": "4,99", "width": 10, "align": "right"}], "bold": True},
    {"rule": True},
    {"feed": 2},
    {"qr": "https://example.org/1"},
    {"barcode": "5901234123457", "type": "ean13"},
    {"barcode": "1-1.1-318", "type": "code128"},
]


def test_every_kind_of_block_is_understood() -> None:
    document = parse_document({"language": "uk", "blocks": BLOCKS, "cut": False, "drawer": True})
    assert document == Document(
        "uk",
        (
            Text("Sklep", "center", True, 2),
            Columns((Column("Chleb"), Column("4,99", 10, "right")), True),
            Rule(),
            Feed(2),
            Qr("https://example.org/1"),
            Barcode("5901234123457", "ean13"),
            Barcode("1-1.1-318", "code128"),
        ),
        cut=False,
        drawer=True,
    )


def test_a_document_is_cut_and_leaves_the_drawer_shut_unless_it_says_otherwise() -> None:
    document = parse_document({"blocks": []})
    assert (document.language, document.cut, document.drawer) == ("en", True, False)


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        {"blocks": None},
        {"blocks": {}},
        {"blocks": [], "copies": 2},
        {"blocks": [], "language": "de"},
        {"blocks": [], "cut": 1},
        {"blocks": [], "drawer": "yes"},
        {"blocks": [{}]},
        {"blocks": ["text"]},
        {"blocks": [{"image": "…"}]},
        {"blocks": [{"text": 5}]},
        {"blocks": [{"text": None}]},
        {"blocks": [{"text": "x" * 2001}]},
        {"blocks": [{"text": "x", "align": "middle"}]},
        {"blocks": [{"text": "x", "align": ["left"]}]},
        {"blocks": [{"text": "x", "size": 3}]},
        {"blocks": [{"text": "x", "size": True}]},
        {"blocks": [{"text": "x", "bold": "true"}]},
        {"blocks": [{"text": "x", "colour": "red"}]},
        {"blocks": [{"columns": []}]},
        {"blocks": [{"columns": [{"text": "x"}] * 9}]},
        {"blocks": [{"columns": [{"text": "x", "width": 0}]}]},
        {"blocks": [{"columns": [{"text": "x", "width": 201}]}]},
        {"blocks": [{"columns": [{"text": "x", "width": True}]}]},
        {"blocks": [{"columns": ["x"]}]},
        {"blocks": [{"rule": False}]},
        {"blocks": [{"feed": -1}]},
        {"blocks": [{"feed": 21}]},
        {"blocks": [{"feed": True}]},
        {"blocks": [{"qr": ""}]},
        {"blocks": [{"qr": "a\x1bb"}]},
        {"blocks": [{"qr": "a\nb"}]},
        {"blocks": [{"qr": "ż" * 351}]},
        {"blocks": [{"barcode": "5901234123458", "type": "ean13"}]},
        {"blocks": [{"barcode": "590123412345", "type": "ean13"}]},
        {"blocks": [{"barcode": "٥٩٠١٢٣٤١٢٣٤٥٧", "type": "ean13"}]},
        {"blocks": [{"barcode": "", "type": "code128"}]},
        {"blocks": [{"barcode": "ż", "type": "code128"}]},
        {"blocks": [{"barcode": "a\x00", "type": "code128"}]},
        {"blocks": [{"barcode": "5901234123457", "type": "upc"}]},
        {"blocks": [{"feed": 0}] * 2001},
        {"blocks": [{"text": "x" * 2000}] * 101},
    ],
)
def test_anything_else_is_refused_as_a_bad_document(wrong: object) -> None:
    with pytest.raises(BridgeError) as refusal:
        parse_document(wrong)
    assert refusal.value.code == "bad_document"


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("Mleko\x1b@\x1dV\x00", "Mleko @ V "),
        ("a\tb\u00a0c\u2028d", "a b c d"),
        ("e\u0301 x\u0301", "é x"),
        ("left\u202eright\u200b\ufeff", "leftright"),
        ("dwie\nlinie", "dwie\nlinie"),
        ("ż\u0307", "ż"),
        ("\U0001f600", "\U0001f600"),
    ],
)
def test_a_name_cannot_carry_a_command_or_shift_columns(name: str, printed: str) -> None:
    assert clean(name) == printed
