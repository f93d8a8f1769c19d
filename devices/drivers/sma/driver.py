"""A scale that speaks the SMA protocol."""

from pathlib import Path

from devices.drivers.contract import Manifest
from devices.drivers.sma.codec import Sma
from devices.drivers.weighing import Weigher
from devices.settings import Values
from devices.transports import Transport


def create(device: str, manifest: Manifest, values: Values, wire: Transport | None, data: Path) -> Weigher:
    return Weigher(device, manifest, values, wire, Sma())
