"""A scanner's bytes to scans: prefix, suffix and the AIM symbology identifier (ISO/IEC 15424). Pure."""

import re

from devices.drivers.scans import Scan, parse_code
from devices.drivers.stream import Lines

PREFIXES = {"none": b"", "stx": b"\x02"}
SUFFIXES = {"cr": b"\r", "lf": b"\n", "crlf": b"\r\n", "tab": b"\t", "etx": b"\x03"}
# A QR code holds at most 4,296 letters or 2,953 bytes; more without an end is noise.
MAX_CODE = 4_300


class Splitter:
    """Feed it bytes as they come, in any pieces; it returns the scans that became whole."""

    def __init__(self, prefix: str = "none", suffix: str = "cr", encoding: str = "utf-8") -> None:
        self._prefix = PREFIXES[prefix]
        self._encoding = encoding
        self._lines = Lines(re.compile(re.escape(SUFFIXES[suffix])), MAX_CODE)

    def feed(self, data: bytes) -> list[Scan]:
        scans = [self._scan(code) for code in self._lines.feed(data)]
        return [scan for scan in scans if scan is not None]

    def forget(self) -> None:
        """Drop half a code, as after an unplugged line."""
        self._lines.forget()

    def _scan(self, code: bytes) -> Scan | None:
        start = code.rfind(self._prefix) + len(self._prefix) if self._prefix else 0
        # Stray line ends of a scanner that sends more than its setting says.
        body = code[start:].strip(b"\r\n\x00")
        if not body:
            return None
        return parse_code(_decode(body, self._encoding))


def _decode(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        # Never lose a scan to a wrong setting: latin-1 takes every byte, and the cashier sees what came.
        return body.decode("latin-1")
