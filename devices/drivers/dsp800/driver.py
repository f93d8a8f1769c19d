"""Customer displays that speak DSP-800."""

from pathlib import Path

from devices.drivers.contract import Manifest
from devices.drivers.dsp800.codec import begin, lines
from devices.drivers.showing import Face, Shower
from devices.settings import Values
from devices.transports import Transport


def create(device: str, manifest: Manifest, values: Values, wire: Transport | None, data: Path) -> Shower:
    face = Face(begin(), lines)
    return Shower(device, manifest, values, wire, face)
