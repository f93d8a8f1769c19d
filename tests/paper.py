"""A print document as paper: by the driver's bytes and the emulated printer to a picture, and its codes read back."""

import io
from typing import Any

import zxingcpp
from PIL import Image

from devices.document import parse_document
from devices.drivers.escpos.codec import Style, print_bytes
from devices.drivers.virtual.codec import png_bytes
from devices.emulators.interpreter import Interpreter


def picture_of(document: dict[str, Any], columns: int) -> Image.Image:
    """What a printer of so many columns (48: 80 mm, 32: 58 mm) leaves behind, as its page shows it."""
    printer = Interpreter(columns)
    printer.run(print_bytes(parse_document(document), Style(columns=columns)))
    (sheet,) = printer.sheets
    assert sheet.complaints == []
    return Image.open(io.BytesIO(png_bytes(sheet)))


def codes_on(document: dict[str, Any], columns: int) -> list[str]:
    """The codes on the paper from top to bottom, as a decoder that is not ours reads them."""
    found = zxingcpp.read_barcodes(picture_of(document, columns).convert("L"))
    return [code.text for code in sorted(found, key=lambda code: code.position.top_left.y)]
