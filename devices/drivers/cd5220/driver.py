"""Customer displays that speak CD5220."""

from pathlib import Path

from devices.drivers.cd5220.codec import begin, lines
from devices.drivers.contract import Manifest
from devices.drivers.showing import Face, Shower
from devices.settings import Values
from devices.transports import Transport


def create(device: str, manifest: Manifest, values: Values, wire: Transport | None, data: Path) -> Shower:
    face = Face(begin(values.text("encoding"), values.whole("slot")), lines)
    return Shower(device, manifest, values, wire, face)
