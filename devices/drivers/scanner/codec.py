"""A scanner's bytes to scans: prefix, suffix and the AIM symbology identifier (ISO/IEC 15424). Pure."""

from dataclasses import dataclass

PREFIXES = {"none": b"", "stx": b"\x02"}
SUFFIXES = {"cr": b"\r", "lf": b"\n", "crlf": b"\r\n", "tab": b"\t", "etx": b"\x03"}
# A QR code holds at most 4,296 letters or 2,953 bytes; more without an end is noise.
MAX_CODE = 4_300

# "]" code character, modifier. Only those that a shop meets have a name; others are passed on as they are.
SYMBOLOGIES = {
    "]E0": "ean13",
    "]E1": "addon2",
    "]E2": "addon5",
    "]E3": "ean13_addon",
    "]E4": "ean8",
    "]C0": "code128",
    "]C1": "gs1_128",
    "]d1": "datamatrix",
    "]d2": "gs1_datamatrix",
    "]Q0": "qr",
    "]Q1": "qr",
    "]Q3": "gs1_qr",
    "]e0": "gs1_databar",
    "]A0": "code39",
    "]I0": "itf",
    "]I1": "itf",
}


@dataclass(frozen=True)
class Scan:
    """`data` without prefix, suffix and AIM identifier; a GS (1D) inside stays. `symbology` None when not
    told.
    """

    data: str
    symbology: str | None


class Splitter:
    """Feed it bytes as they come, in any pieces; it returns the scans that became whole."""

    def __init__(self, prefix: str = "none", suffix: str = "cr", encoding: str = "utf-8") -> None:
        self._prefix = PREFIXES[prefix]
        self._suffix = SUFFIXES[suffix]
        self._encoding = encoding
        self._waiting = b""
        self._skipping = False

    def feed(self, data: bytes) -> list[Scan]:
        *whole, self._waiting = (self._waiting + data).split(self._suffix)
        scans = [self._scan(code) for n, code in enumerate(whole) if not (n == 0 and self._skipping)]
        self._skipping = self._skipping and not whole
        if len(self._waiting) > MAX_CODE:
            # The rest of this endless code is noise too, up to its suffix.
            self._waiting, self._skipping = b"", True
        return [scan for scan in scans if scan is not None]

    def forget(self) -> None:
        """Drop half a code, as after an unplugged line."""
        self._waiting, self._skipping = b"", False

    def _scan(self, code: bytes) -> Scan | None:
        start = code.rfind(self._prefix) + len(self._prefix) if self._prefix else 0
        # Stray line ends of a scanner that sends more than its setting says.
        body = code[start:].strip(b"\r\n\x00")
        if not body or len(body) > MAX_CODE:
            return None
        return parse_code(_decode(body, self._encoding))


def parse_code(text: str) -> Scan:
    """Split off the AIM identifier: "]E05901234123457" is an EAN-13."""
    mark = text[:3]
    if len(text) > 3 and mark[0] == "]" and mark[1].isalpha() and mark[2].isalnum() and mark.isascii():
        return Scan(text[3:], SYMBOLOGIES.get(mark, mark))
    return Scan(text, None)


def _decode(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        # Never lose a scan to a wrong setting: latin-1 takes every byte, and the cashier sees what came.
        return body.decode("latin-1")
