"""The paper of an emulated printer: strips are added from the top, a cut hands the sheet over as a picture
and text.
"""

from dataclasses import dataclass, field
from functools import lru_cache

import barcode as barcodes  # type: ignore[import-untyped]
import qrcode  # type: ignore[import-untyped]
from PIL import Image, ImageChops

from devices.glyphs import CELL_HEIGHT, CELL_WIDTH, draw_text

MARGIN = 24
# The cutter sits about 15 mm above the print head: what was fed last stays on the roll, behind the cut.
HEAD_TO_CUTTER = 120
# One sheet is bounded, as a roll is: 40,000 dots are five metres of paper.
MAX_HEIGHT = 40_000


@dataclass(frozen=True)
class Cell:
    """One character with the modes it was printed in."""

    character: str
    bold: bool = False
    wide: int = 1
    tall: int = 1
    underline: bool = False
    inverse: bool = False


@dataclass
class Sheet:
    """A length of paper. `texts` are the characters as printed (none for pictures), `complaints` what went
    wrong.
    """

    dots: int
    strips: list[Image.Image] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    codes: list[tuple[str, str]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    cut: str | None = None
    height: int = 0
    # Dots of empty paper since the last ink.
    blank: int = 0

    @property
    def empty(self) -> bool:
        return not self.strips

    def add(self, strip: Image.Image) -> None:
        if self.height + strip.height > MAX_HEIGHT:
            self.complaints.append("the sheet is longer than the roll")
            return
        self.strips.append(strip)
        self.height += strip.height
        self.blank = 0

    def feed(self, dots: int) -> None:
        if dots > 0:
            blank = self.blank
            self.add(Image.new("L", (self.dots, dots), 255))
            self.blank = blank + dots

    def cut_off(self, kind: str) -> None:
        """Cut above the head. Paper that was not fed far enough is cut through its last line, as in real life."""
        self.cut = kind
        missing = HEAD_TO_CUTTER - self.blank
        if missing > 0:
            self.complaints.append(f"the cut goes {missing} dots into the last line")
        left = HEAD_TO_CUTTER
        while left > 0 and self.strips:
            strip = self.strips.pop()
            self.height -= strip.height
            if strip.height > left:
                self.strips.append(strip.crop((0, 0, self.dots, strip.height - left)))
                self.height += strip.height - left
            left -= strip.height

    def line(self, cells: list[Cell], align: str, advance: int) -> None:
        """One text line; `advance` is the distance to the next line in dots."""
        self.texts.append("".join(cell.character for cell in cells))
        tallest = max((cell.tall for cell in cells), default=1) * CELL_HEIGHT
        strip = Image.new("L", (self.dots, max(advance, tallest)), 255)
        x = offset(self.dots, sum(cell.wide for cell in cells) * CELL_WIDTH, align)
        for cell in cells:
            picture = draw_cell(cell)
            # Characters of one line stand on one base line, whatever their height.
            strip.paste(picture, (x, tallest - picture.height))
            x += picture.width
        self.add(strip)

    def picture(self, ink: Image.Image, align: str) -> None:
        """A raster picture, ink 255 on 0."""
        strip = Image.new("L", (self.dots, ink.height), 255)
        strip.paste(ImageChops.invert(ink), (offset(self.dots, ink.width, align), 0))
        self.add(strip)

    def image(self) -> Image.Image:
        """The whole sheet with the printer's unprintable margins, black on white."""
        page = Image.new("L", (self.dots + 2 * MARGIN, self.height + 2 * MARGIN), 255)
        y = MARGIN
        for strip in self.strips:
            page.paste(strip, (MARGIN, y))
            y += strip.height
        return page


def offset(dots: int, width: int, align: str) -> int:
    free = dots - width
    return {"left": 0, "center": free // 2, "right": free}[align]


# A receipt is written with few characters in few modes; drawing each anew is nearly all that printing would cost.
@lru_cache(4096)
def draw_cell(cell: Cell) -> Image.Image:
    """Many sheets share the picture: it is pasted, and never drawn on."""
    ink = draw_text(cell.character, bold=cell.bold, size=max(cell.wide, cell.tall))
    width, height = CELL_WIDTH * cell.wide, CELL_HEIGHT * cell.tall
    if ink.size != (width, height):
        ink = ink.resize((width, height))
    if cell.underline:
        ink.paste(255, (0, height - 2, width, height))
    return ink if cell.inverse else ImageChops.invert(ink)


def draw_bars(modules: str, dots: int, height: int) -> Image.Image:
    """Bars from a text of 1 (bar) and 0 (space), ink 255 on 0."""
    row = Image.new("L", (len(modules), 1), 0)
    row.putdata([255 if module == "1" else 0 for module in modules])
    return row.resize((len(modules) * dots, height), Image.Resampling.NEAREST)


def ean13_modules(data: str) -> str:
    return str(barcodes.get("ean13", data[:12]).build()[0])


def code128_modules(data: str) -> str:
    return str(barcodes.get("code128", data).build()[0])


def draw_qr(data: str, dots: int, level: int) -> Image.Image:
    """A QR code of `dots` per module without its quiet zone, ink 255 on 0; `level` 0 to 3 is L, M, Q, H."""
    correction = (
        qrcode.constants.ERROR_CORRECT_L,
        qrcode.constants.ERROR_CORRECT_M,
        qrcode.constants.ERROR_CORRECT_Q,
        qrcode.constants.ERROR_CORRECT_H,
    )[level]
    code = qrcode.QRCode(error_correction=correction, border=0)
    # One segment of bytes, as printers encode it, not the shortest mixture of modes.
    code.add_data(data.encode(), optimize=0)
    code.make(fit=True)
    matrix = code.get_matrix()
    picture = Image.new("L", (len(matrix), len(matrix)), 0)
    picture.putdata([255 if module else 0 for row in matrix for module in row])
    return picture.resize((len(matrix) * dots, len(matrix) * dots), Image.Resampling.NEAREST)
