"""A scale that speaks Toledo 8217."""

from pathlib import Path

from devices.drivers.contract import Manifest
from devices.drivers.toledo8217.codec import Toledo8217
from devices.drivers.weighing import Weigher
from devices.settings import Values
from devices.transports import Transport


def create(device: str, manifest: Manifest, values: Values, wire: Transport | None, data: Path) -> Weigher:
    return Weigher(device, manifest, values, wire, Toledo8217())
