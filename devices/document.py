"""A print document: what the till asks to see on paper, free of any printer's language.

The shape comes from the till as JSON (docs/devices.md, "print"). Everything here is checked before a byte is
made, because a goods name is foreign input: a control character in it must never reach a printer as a
command.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from devices.shape import bad, flag, only, table, whole

Align = Literal["left", "center", "right"]

MAX_BLOCKS = 2_000
MAX_TEXT = 2_000
MAX_TOTAL_TEXT = 200_000
MAX_COLUMNS = 8
MAX_FEED = 20
MAX_QR_BYTES = 700
MAX_CODE128 = 40
MAX_WIDTH = 200
LANGUAGES = ("en", "pl", "uk", "ru")


@dataclass(frozen=True)
class Text:
    text: str
    align: Align = "left"
    bold: bool = False
    size: int = 1


@dataclass(frozen=True)
class Column:
    text: str
    width: int | None = None
    align: Align = "left"


@dataclass(frozen=True)
class Columns:
    columns: tuple[Column, ...]
    bold: bool = False


@dataclass(frozen=True)
class Rule:
    pass


@dataclass(frozen=True)
class Feed:
    lines: int


@dataclass(frozen=True)
class Qr:
    data: str


@dataclass(frozen=True)
class Barcode:
    data: str
    type: Literal["ean13", "code128"]


Block = Text | Columns | Rule | Feed | Qr | Barcode


@dataclass(frozen=True)
class Document:
    """What one `print` asks for. `drawer` opens the cash drawer with the same bytes, before the paper moves."""

    language: str
    blocks: tuple[Block, ...]
    cut: bool = True
    drawer: bool = False


def parse_document(value: object) -> Document:
    """Check a document from the wire. Raises BridgeError `bad_document` naming the block that is wrong."""
    raw = table(value, "document")
    only(raw, {"language", "blocks", "cut", "drawer"}, "document")
    language = raw.get("language", "en")
    if language not in LANGUAGES:
        raise bad(f"language must be one of {', '.join(LANGUAGES)}")
    blocks = raw.get("blocks")
    if not isinstance(blocks, list) or len(blocks) > MAX_BLOCKS:
        raise bad(f"blocks must be a list of at most {MAX_BLOCKS}")
    parsed = tuple(_block(block, f"block {n}") for n, block in enumerate(blocks, start=1))
    if sum(map(_text_length, parsed)) > MAX_TOTAL_TEXT:
        raise bad(f"the document holds more than {MAX_TOTAL_TEXT} characters")
    return Document(
        language=language,
        blocks=parsed,
        cut=flag(raw, "cut", True, "document"),
        drawer=flag(raw, "drawer", False, "document"),
    )


def clean(text: str) -> str:
    """Text that is safe to print: NFC, control and invisible formatting characters gone, tabs and such as a
    space.
    """
    kept = (_printable(character) for character in unicodedata.normalize("NFC", text))
    return "".join(kept)


def _printable(character: str) -> str:
    category = unicodedata.category(character)
    if character == "\n":
        return character
    if category in {"Cc", "Zl", "Zp", "Zs"}:
        return " "
    # Format characters (bidi overrides, zero width) and leftover combining marks would shift the columns.
    return "" if category in {"Cf", "Cs", "Co", "Cn", "Mn", "Me"} else character


def ean13_check_digit(twelve: str) -> int:
    """The 13th digit of an EAN-13 (GS1 General Specifications 7.9: weights 1 and 3 from the left)."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve))
    return -total % 10


def _block(value: object, where: str) -> Block:
    raw = table(value, where)
    for key, read in _READERS.items():
        if key in raw:
            return read(raw, where)
    raise bad(f"{where} is of no known kind")


def _read_text(raw: Mapping[str, object], where: str) -> Block:
    only(raw, {"text", "align", "bold", "size"}, where)
    size = raw.get("size", 1)
    if isinstance(size, bool) or size not in (1, 2):
        raise bad(f"{where}: size must be 1 or 2")
    return Text(_text(raw, where), _align(raw, where), flag(raw, "bold", False, where), size)


def _read_columns(raw: Mapping[str, object], where: str) -> Block:
    only(raw, {"columns", "bold"}, where)
    columns = raw["columns"]
    if not isinstance(columns, list) or not 1 <= len(columns) <= MAX_COLUMNS:
        raise bad(f"{where}: columns must be a list of 1 to {MAX_COLUMNS}")
    return Columns(tuple(_column(column, where) for column in columns), flag(raw, "bold", False, where))


def _column(value: object, where: str) -> Column:
    raw = table(value, where)
    only(raw, {"text", "width", "align"}, where)
    width = raw.get("width")
    if width is not None:
        width = whole(width, 1, MAX_WIDTH, f"{where}: width")
    return Column(_text(raw, where), width, _align(raw, where))


def _read_rule(raw: Mapping[str, object], where: str) -> Block:
    only(raw, {"rule"}, where)
    if raw["rule"] is not True:
        raise bad(f"{where}: rule must be true")
    return Rule()


def _read_feed(raw: Mapping[str, object], where: str) -> Block:
    only(raw, {"feed"}, where)
    return Feed(whole(raw["feed"], 0, MAX_FEED, f"{where}: feed"))


def _read_qr(raw: Mapping[str, object], where: str) -> Block:
    only(raw, {"qr"}, where)
    data = raw["qr"]
    if not isinstance(data, str) or not data or data != clean(data).replace("\n", ""):
        raise bad(f"{where}: qr must be text without control characters")
    if len(data.encode()) > MAX_QR_BYTES:
        raise bad(f"{where}: qr is longer than {MAX_QR_BYTES} bytes")
    return Qr(data)


def _read_barcode(raw: Mapping[str, object], where: str) -> Block:
    only(raw, {"barcode", "type"}, where)
    data, kind = raw["barcode"], raw.get("type", "ean13")
    if not isinstance(data, str):
        raise bad(f"{where}: barcode must be text")
    if kind == "ean13":
        return Barcode(_ean13(data, where), "ean13")
    if kind == "code128":
        return Barcode(_code128(data, where), "code128")
    raise bad(f"{where}: type must be ean13 or code128")


_READERS: dict[str, Callable[[Mapping[str, object], str], Block]] = {
    "text": _read_text,
    "columns": _read_columns,
    "rule": _read_rule,
    "feed": _read_feed,
    "qr": _read_qr,
    "barcode": _read_barcode,
}


def _ean13(data: str, where: str) -> str:
    if not (data.isascii() and data.isdigit() and len(data) == 13):
        raise bad(f"{where}: an EAN-13 has 13 digits")
    if int(data[12]) != ean13_check_digit(data[:12]):
        raise bad(f"{where}: the check digit of the EAN-13 is wrong")
    return data


def _code128(data: str, where: str) -> str:
    if not (1 <= len(data) <= MAX_CODE128 and all(" " <= character <= "~" for character in data)):
        raise bad(f"{where}: a CODE128 here has 1 to {MAX_CODE128} printable ASCII characters")
    return data


def _text(raw: Mapping[str, object], where: str) -> str:
    text = raw.get("text")
    if not isinstance(text, str) or len(text) > MAX_TEXT:
        raise bad(f"{where}: text must be text of at most {MAX_TEXT} characters")
    return clean(text)


def _align(raw: Mapping[str, object], where: str) -> Align:
    align = raw.get("align", "left")
    if align not in ("left", "center", "right"):
        raise bad(f"{where}: align must be left, center or right")
    return align


def _text_length(block: Block) -> int:
    if isinstance(block, Text):
        return len(block.text)
    if isinstance(block, Columns):
        return sum(len(column.text) for column in block.columns)
    return 0
