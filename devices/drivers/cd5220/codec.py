"""CD5220: a whole line is written at once, `ESC Q A` … CR above and `ESC Q B` … CR below. Pure."""

from devices.drivers.showing import page

INITIALISE = b"\x1b@"


def begin(encoding: str, slot: int) -> bytes:
    # Makers number code pages their own way, and many have switches instead: without a number nothing is sent.
    return INITIALISE + page(encoding, slot, {})


def lines(upper: bytes, lower: bytes) -> bytes:
    return b"\x1bQA" + upper + b"\r" + b"\x1bQB" + lower + b"\r"
