"""DSP-800: commands stand between EOT SOH and ETB; places are counted from the letter 1 on. Pure."""

FIRST, BELOW, LAST = 0x31, 0x31 + 20, 0x31 + 39


def begin() -> bytes:
    """Clears all forty places."""
    return _command(b"C" + bytes([FIRST, LAST]))


def lines(upper: bytes, lower: bytes) -> bytes:
    return _command(b"P" + bytes([FIRST])) + upper + _command(b"P" + bytes([BELOW])) + lower


def _command(command: bytes) -> bytes:
    return b"\x04\x01" + command + b"\x17"
