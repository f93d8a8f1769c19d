"""What a barcode reader says, whichever wire it came by: the code, its symbology, and one trigger pull told once."""

from dataclasses import dataclass

from devices.drivers.contract import Emit

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


def parse_code(text: str) -> Scan:
    """Split off the AIM identifier: "]E05901234123457" is an EAN-13."""
    mark = text[:3]
    if len(text) > 3 and mark[0] == "]" and mark[1].isalpha() and mark[2].isalnum() and mark.isascii():
        return Scan(text[3:], SYMBOLOGIES.get(mark, mark))
    return Scan(text, None)


class Scans:
    """Tells a device's scans to the tills."""

    def __init__(self, device: str, repeat_seconds: float) -> None:
        self._device = device
        self._repeat_seconds = repeat_seconds
        self._last: tuple[Scan, float] | None = None

    def tell(self, scan: Scan, now: float, emit: Emit) -> None:
        last, self._last = self._last, (scan, now)
        # One trigger pull can send a code twice; a cashier cannot pass two goods this fast.
        if last is not None and last[0] == scan and now - last[1] < self._repeat_seconds:
            return
        emit("scan", {"device": self._device, "data": scan.data, "symbology": scan.symbology})
