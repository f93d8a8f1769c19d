"""Draws lines of text in printer cells with the fonts that ship with the bridge.

A receipt printer's normal cell is 12 x 24 dots; DejaVu Sans Mono of 20 pixels fills it, and knows Polish,
Ukrainian and Russian letters and the currency signs, so nothing depends on the fonts of the till machine.
"""

from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

CELL_WIDTH = 12
CELL_HEIGHT = 24
LINE_HEIGHT = 30
FONT_PIXELS = 20
BASELINE = 18
FONTS = Path(__file__).parent / "fonts"
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# A Unicode noncharacter: no font draws it, so its picture is the font's "missing" box.
MISSING = "\uffff"


def draw_text(text: str, *, bold: bool = False, size: int = 1) -> Image.Image:
    """One line as a grey picture, ink 255 on 0, exactly `len(text) * 12 * size` dots wide."""
    width = max(1, len(text) * CELL_WIDTH * size)
    picture = Image.new("L", (width, CELL_HEIGHT * size), 0)
    draw = ImageDraw.Draw(picture)
    for place, character in enumerate(text):
        position = (place * CELL_WIDTH * size, BASELINE * size)
        draw.text(position, drawable(character), fill=255, font=font(bold, size), anchor="ls")
    return picture


def drawable(character: str) -> str:
    """The character, or the replacement mark when the font has no picture for it."""
    return character if character == " " or _known(character) else REPLACEMENT


@cache
def font(bold: bool, size: int) -> ImageFont.FreeTypeFont:
    name = "DejaVuSansMono-Bold.ttf" if bold else "DejaVuSansMono.ttf"
    return ImageFont.truetype(str(FONTS / name), FONT_PIXELS * size)


@cache
def _known(character: str) -> bool:
    return bytes(font(False, 1).getmask(character)) != bytes(font(False, 1).getmask(MISSING))
