"""ESC/POS customer displays (Epson DM-D): the cursor is put where a line begins, twenty letters follow. Pure."""

from devices.drivers.escpos.codec import EPSON_SLOTS
from devices.drivers.showing import page

INITIALISE = b"\x1b@"
CURSOR_OFF = b"\x1fC\x00"


def begin(encoding: str, slot: int) -> bytes:
    return INITIALISE + page(encoding, slot, EPSON_SLOTS) + CURSOR_OFF


def lines(upper: bytes, lower: bytes) -> bytes:
    return b"\x1f$\x01\x01" + upper + b"\x1f$\x01\x02" + lower
