"""Lays a document out on a printer of a given width: pure text in, rows of exact cells out.

One character is one cell. Letters of double width (CJK) are not laid out; no language of the tills needs
them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from devices.document import Align, Barcode, Block, Column, Columns, Document, Feed, Qr, Rule, Text


@dataclass(frozen=True)
class Row:
    """One printed line. `text` has no padding for its alignment; it never exceeds the printer's columns /
    size.
    """

    text: str
    align: Align = "left"
    bold: bool = False
    size: int = 1


Piece = Row | Feed | Qr | Barcode


def lay_out(document: Document, columns: int) -> list[Piece]:
    """Everything that is printed, in order, for a printer of `columns` characters in its normal size."""
    return [piece for block in document.blocks for piece in _pieces(block, columns)]


def plain_text(document: Document, columns: int) -> str:
    """The document as plain text of the same width: the alternative for people who do not see the picture."""
    return "\n".join(line.rstrip() for piece in lay_out(document, columns) for line in _plain(piece, columns))


def wrap(text: str, width: int) -> list[str]:
    """Break at spaces where possible, inside a word where not. An empty text is one empty line."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_wrap_paragraph(paragraph, width))
    return lines


def column_widths(columns: Sequence[Column], total: int) -> list[int]:
    """The cells of each column, together at most `total`.

    Fixed widths hold when they leave every flexible column (width null) a cell; else all are shrunk in
    proportion, so that a receipt made for 80 mm paper is still whole on 58 mm.
    """
    fixed = sum(column.width or 0 for column in columns)
    flexible = sum(column.width is None for column in columns)
    if fixed + flexible > total:
        return _shrunk([column.width or 1 for column in columns], total)
    spare = total - fixed
    widths = []
    for column in columns:
        if column.width is not None:
            widths.append(column.width)
            continue
        share = spare // flexible
        widths.append(share)
        spare, flexible = spare - share, flexible - 1
    return widths


def _shrunk(wanted: list[int], total: int) -> list[int]:
    whole = sum(wanted)
    widths = [max(1, width * total // whole) for width in wanted]
    # At most as many cells as there are columns are left over or owed; the widest column settles them.
    widths[widths.index(max(widths))] += total - sum(widths)
    return widths


def _pieces(block: Block, columns: int) -> Iterator[Piece]:
    match block:
        case Text():
            for line in wrap(block.text, columns // block.size):
                yield Row(line, block.align, block.bold, block.size)
        case Columns():
            yield from (Row(line, bold=block.bold) for line in _columns(block.columns, columns))
        case Rule():
            yield Row("-" * columns)
        case _:
            yield block


def _columns(columns: Sequence[Column], total: int) -> Iterator[str]:
    widths = column_widths(columns, total)
    # Every column but the last keeps one cell free, so that a long name never touches its price.
    inner = [
        width if last else max(1, width - 1) for width, last in zip(widths, _is_last(widths), strict=True)
    ]
    cells = [wrap(column.text, width) for column, width in zip(columns, inner, strict=True)]
    for row in zip_longest(*cells, fillvalue=""):
        padded = (
            _pad(t, w, c.align).ljust(full) for t, w, c, full in zip(row, inner, columns, widths, strict=True)
        )
        yield "".join(padded).rstrip()


def _is_last(values: Sequence[int]) -> list[bool]:
    return [False] * (len(values) - 1) + [True]


def _pad(text: str, width: int, align: Align) -> str:
    if align == "right":
        return text.rjust(width)
    return text.center(width) if align == "center" else text.ljust(width)


def _wrap_paragraph(paragraph: str, width: int) -> Iterator[str]:
    rest = paragraph.rstrip()
    while len(rest) > width:
        space = rest.rfind(" ", 1, width + 1)
        cut = space if space > 0 and rest[:space].strip() else width
        yield rest[:cut].rstrip()
        rest = rest[cut:].lstrip()
    yield rest


def _plain(piece: Piece, columns: int) -> Iterator[str]:
    match piece:
        case Row():
            yield _pad(piece.text, columns // piece.size, piece.align)
        case Feed():
            yield from [""] * piece.lines
        case Qr():
            yield f"[QR {piece.data}]"
        case Barcode():
            yield f"[{piece.type.upper()} {piece.data}]"
