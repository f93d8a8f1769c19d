"""ESC/POS: documents to bytes, and status bytes to states. Pure: no printer, no clock.

Bytes follow Epson's ESC/POS command reference. python-escpos builds the common commands; text is encoded
here, because its own encoder hops between code pages that a given printer may not have, and raster and
barcodes are written here, because its functions for them print remarks to standard output.
"""

from dataclasses import dataclass
from typing import Literal, cast

from PIL import Image

from devices.document import Barcode, Document, Feed, Qr
from devices.drivers.contract import State, Status
from devices.drivers.escpos.builder import Dummy
from devices.errors import BridgeError
from devices.glyphs import CELL_HEIGHT, CELL_WIDTH, LINE_HEIGHT, draw_text
from devices.layout import Row, lay_out

# Numbers of ESC t as Epson gives them; makers of compatible printers mostly, not always, keep to them.
EPSON_SLOTS = {
    "cp437": 0,
    "cp850": 2,
    "cp1252": 16,
    "cp866": 17,
    "cp852": 18,
    "cp858": 19,
    "cp855": 34,
    "cp1125": 44,
    "cp1250": 45,
    "cp1251": 46,
    "cp1257": 51,
}

STATUS_QUERIES = tuple(bytes([0x10, 0x04, n]) for n in (1, 2, 3, 4))
# GS r 1 is answered when everything before it has been worked through: the end of a job.
END_QUERY = b"\x1dr\x01"
# GS g 2, counter 178: how often the cutter has ever worked.
CUTS_QUERY = b"\x1dg2\x00\xb2\x00"
BARCODE_HEIGHT = 96
# ESC J 24: a quiet zone above and below a code, which readers need and printers do not add.
QUIET_ZONE = b"\x1bJ\x18"
INK_THRESHOLD = 110


@dataclass(frozen=True)
class Style:
    """What the bytes depend on besides the document."""

    columns: int = 48
    text: Literal["codepage", "raster"] = "codepage"
    encoding: str = "cp852"
    slot: int = 18
    cut: Literal["full", "partial", "none"] = "full"
    drawer_pin: Literal[2, 5] = 2

    @property
    def dots(self) -> int:
        return self.columns * CELL_WIDTH


def print_bytes(document: Document, style: Style) -> bytes:
    """A whole document. Raises BridgeError `bad_document` for a code that is wider than the paper."""
    page = _Page(style)
    if document.drawer:
        page.builder.cashdraw(style.drawer_pin)
    for piece in lay_out(document, style.columns):
        page.add(piece)
    if document.cut:
        page.cut()
    return page.finish()


def drawer_bytes(pin: Literal[2, 5], *, realtime: bool) -> bytes:
    """The drawer pulse, 100 ms. The real-time form also works on a printer that is stopped for lack of paper."""
    if realtime:
        return bytes([0x10, 0x14, 0x01, 0 if pin == 2 else 1, 1])
    builder = Dummy()
    builder.cashdraw(pin)
    return cast(bytes, builder.output)


class _Page:
    """Collects the bytes of one document and sends a mode only when it changes."""

    def __init__(self, style: Style) -> None:
        self.builder = Dummy()
        self._style = style
        self._align = "left"
        self._bold = False
        self._size = 1
        self.builder.hw("INIT")
        self.builder._raw(bytes([0x1B, 0x74, style.slot]))

    def add(self, piece: Row | Feed | Qr | Barcode) -> None:
        match piece:
            case Row():
                self._row(piece)
            case Feed():
                if piece.lines:
                    self.builder.print_and_feed(piece.lines)
            case Qr():
                self._qr(piece)
            case Barcode():
                self._barcode(piece)

    def cut(self) -> None:
        if self._style.cut != "none":
            self.builder.cut(mode="FULL" if self._style.cut == "full" else "PART")
            return
        # Without a cutter the paper must still come out far enough to be torn off behind the last line.
        self.builder.print_and_feed(6)

    def finish(self) -> bytes:
        return cast(bytes, self.builder.output)

    def _row(self, row: Row) -> None:
        encoded = None if self._style.text == "raster" else _encode(row.text, self._style.encoding)
        if encoded is None:
            self._modes("left", False, 1)
            self.builder._raw(raster_bytes(raster_row(row, self._style.columns)))
            return
        self._modes(row.align if row.text else self._align, row.bold, row.size)
        self.builder._raw(encoded + b"\n")

    def _qr(self, qr: Qr) -> None:
        self._modes("center", self._bold, self._size)
        length = len(qr.data.encode())
        # Larger codes have more modules: the module shrinks so that the widest still fits 58 mm paper.
        dots = 6 if length <= 100 else 4 if length <= 250 else 3
        self.builder._raw(QUIET_ZONE)
        self.builder.qr(qr.data, native=True, size=dots, ec=1)
        self.builder._raw(QUIET_ZONE)

    def _barcode(self, barcode: Barcode) -> None:
        modules = 95 if barcode.type == "ean13" else 11 * (len(barcode.data) + 3) + 2
        dots = min(3, self._style.dots // modules)
        if dots < 2:
            raise BridgeError("bad_document", "a barcode is wider than the paper")
        self._modes("center", self._bold, self._size)
        self.builder._raw(QUIET_ZONE + _barcode_bytes(barcode, dots))

    def _modes(self, align: str, bold: bool, size: int) -> None:
        if align != self._align:
            self.builder.set(align=align)
        if bold != self._bold:
            self.builder.set(bold=bold)
        if size != self._size:
            self.builder.set(custom_size=True, width=size, height=size)
        self._align, self._bold, self._size = align, bold, size


def _encode(text: str, encoding: str) -> bytes | None:
    """The text in the printer's code page, or None when it lacks a letter of it."""
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return None


def _barcode_bytes(barcode: Barcode, dots: int) -> bytes:
    look = bytes([0x1D, 0x68, BARCODE_HEIGHT, 0x1D, 0x77, dots, 0x1D, 0x66, 0, 0x1D, 0x48, 2])
    if barcode.type == "ean13":
        kind, data = 0x43, barcode.data.encode()
    else:
        # "{B" chooses code set B; a brace in the data is written twice.
        kind, data = 0x49, b"{B" + barcode.data.replace("{", "{{").encode()
    return look + bytes([0x1D, 0x6B, kind, len(data)]) + data


def raster_row(row: Row, columns: int) -> Image.Image:
    """A line as a picture of ink (1) on paper (0), placed on the line as its alignment asks."""
    text = draw_text(row.text, bold=row.bold, size=row.size)
    free = columns * CELL_WIDTH - text.width
    left = {"left": 0, "center": free // 2, "right": free}[row.align]
    height = max(LINE_HEIGHT, CELL_HEIGHT * row.size)
    line = Image.new("L", (max(1, left + text.width), height), 0)
    line.paste(text, (left, 0))
    return line.point(lambda grey: 255 if grey > INK_THRESHOLD else 0, mode="1")


def raster_bytes(picture: Image.Image) -> bytes:
    """GS v 0 for a picture of ink (1) on paper (0)."""
    width = (picture.width + 7) // 8
    header = b"\x1dv0\x00" + width.to_bytes(2, "little") + picture.height.to_bytes(2, "little")
    return header + _without_realtime(picture.tobytes())


def _without_realtime(data: bytes) -> bytes:
    """A printer obeys DLE EOT, DLE ENQ and DLE DC4 even inside a picture; one lone dot (0x10) is given up
    instead.
    """
    for second in (b"\x04", b"\x05", b"\x14"):
        data = data.replace(b"\x10" + second, b"\x00" + second)
    return data


def is_realtime_answer(value: int) -> bool:
    """Bits 0, 1, 4, 7 of an answer to DLE EOT are fixed to 0, 1, 1, 0."""
    return value & 0b1001_0011 == 0b0001_0010


def is_end_answer(value: int) -> bool:
    """Bits 4 and 7 of an answer to GS r are fixed to 0, which tells it from DLE EOT's."""
    return value & 0b1001_0000 == 0


def decode_counter(data: bytes) -> int | None:
    """The number in an answer to GS g 2 (`5F digits 00`), or None while it is not complete."""
    start = data.find(b"\x5f")
    end = data.find(b"\x00", start + 1) if start >= 0 else -1
    digits = data[start + 1 : end] if end > start else b""
    return int(digits) if digits.isdigit() and len(digits) <= 10 else None


def decode_status(answers: bytes, drawer_open_level: str = "none") -> Status:
    """The four bytes that answer DLE EOT 1 to 4. What a cashier must do first is said first."""
    printer, offline, error, paper = answers
    level = "high" if printer & 0x04 else "low"
    drawer: Literal["open", "closed"] | None = None
    if drawer_open_level != "none":
        drawer = "open" if level == drawer_open_level else "closed"
    state, detail = _state(printer, offline, error, paper)
    return Status(state, detail, drawer)


def _state(printer: int, offline: int, error: int, paper: int) -> tuple[State, str]:
    found: tuple[tuple[int, State, str], ...] = (
        (offline & 0x04, "cover_open", "the cover is open"),
        (paper & 0x60 or offline & 0x20, "no_paper", "the paper has run out"),
        (error & 0x08, "error", "the cutter is stuck"),
        (error & 0x20, "error", "the printer reports an unrecoverable error"),
        (error & 0x40, "error", "the print head is too hot"),
        (offline & 0x40, "error", "the printer reports an error"),
        (printer & 0x08, "offline", "the printer is switched offline"),
        (paper & 0x0C, "paper_low", "the paper is nearly at its end"),
    )
    return next(((state, detail) for bit, state, detail in found if bit), ("ready", ""))
