"""Magellan single-cable scanner-scales: `S14` asks for the weight, `S08…` is a barcode nobody asked for. Pure."""

import re

from devices.drivers.readings import BELOW_ZERO, FAULT, MOVING, OVERLOADED, Reading, Said, shown
from devices.drivers.scans import SYMBOLOGIES, Scan, parse_code
from devices.drivers.stream import Lines

QUESTION = b"S14\r"
# A GS1 DataBar or Code 128 is shorter than this; more without an end is noise.
MAX_LINE = 256
STATES = {"0": FAULT, "1": MOVING, "2": OVERLOADED, "3": Reading(0, True), "5": BELOW_ZERO}
# Five digits are grams. Four would be hundredths of a pound, which this shop does not sell by.
WEIGHT = re.compile(r"S1(?:44|1)([0-9]{5})")
STATE = re.compile(r"S14([01235])")
BARCODE = re.compile(
    r"S08(?P<mark>A|E|FF|F|R4(?=(?:[0-9]{14}|[0-9]{16})$)|R|B1|B2|B3)(?P<code>.+)", re.DOTALL
)
# What these readers put before a code, as the AIM identifier that a scanner sends for the same symbology.
MARKS = {
    "A": "]E0",
    "E": "]E0",
    "F": "]E0",
    "FF": "]E4",
    "R": "]e0",
    "R4": "]e0",
    "B1": "]A0",
    "B2": "]I0",
    "B3": "]C0",
}


class Magellan:
    """See devices.drivers.readings.Codec."""

    def __init__(self) -> None:
        self.strange = ""
        self._lines = Lines(re.compile(rb"\r"), MAX_LINE)

    def question(self) -> bytes:
        # Half a barcode may be on its way: nothing is dropped.
        return QUESTION

    def feed(self, data: bytes) -> list[Said]:
        said = [self._parse(line) for line in self._lines.feed(data)]
        return [one for one in said if one is not None]

    def forget(self) -> None:
        self._lines.forget()
        self.strange = ""

    def _parse(self, line: bytes) -> Said | None:
        found = parse_line(line.decode("latin-1").strip("\n\x00"))
        if found is None and line:
            self.strange = shown(line)
        return found


def parse_line(text: str) -> Reading | Scan | None:
    """One line without its end: a reading, a scan, or None."""
    if weight := WEIGHT.fullmatch(text):
        return Reading(int(weight[1]), True)
    if state := STATE.fullmatch(text):
        return STATES[state[1]]
    if text.startswith("S08") and len(text) > 3:
        return _scan(text)
    return None


def _scan(text: str) -> Scan:
    found = BARCODE.fullmatch(text)
    if found is None or found["code"].startswith("]"):
        # An unknown mark stays in the code, where a cashier sees it; a reader that sends AIM identifiers needs none.
        return parse_code(text[3:] if found is None else found["code"])
    mark, code = found["mark"], found["code"]
    if mark == "E":
        code = expanded(code)
    # UPC-A is an EAN-13 that begins with zero, and is told as one.
    if mark in "AE" and len(code) == 12:
        code = "0" + code
    return Scan(code, SYMBOLOGIES[MARKS[mark]])


def expanded(code: str) -> str:
    """A UPC-E of eight digits as the UPC-A it stands for (GS1 General Specifications, 5.2.2.4.2); else as it came."""
    if len(code) != 8 or not code.isascii() or not code.isdigit():
        return code
    system, body, check = code[0], code[1:7], code[7]
    last = int(body[5])
    if last <= 2:
        maker, item = body[:2] + body[5] + "00", "00" + body[2:5]
    elif last == 3:
        maker, item = body[:3] + "00", "000" + body[3:5]
    elif last == 4:
        maker, item = body[:4] + "0", "0000" + body[4]
    else:
        maker, item = body[:5], "0000" + body[5]
    return system + maker + item + check
