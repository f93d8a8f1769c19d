"""Customer displays that speak Epson's ESC/POS."""

from pathlib import Path

from devices.drivers.contract import Manifest
from devices.drivers.escpos_display.codec import begin, lines
from devices.drivers.showing import Face, Shower
from devices.settings import Values
from devices.transports import Transport


def create(device: str, manifest: Manifest, values: Values, wire: Transport | None, data: Path) -> Shower:
    face = Face(begin(values.text("encoding"), values.whole("slot")), lines)
    return Shower(device, manifest, values, wire, face)
