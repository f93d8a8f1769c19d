"""A scale of the CAS family."""

from pathlib import Path

from devices.drivers.cas.codec import Cas
from devices.drivers.contract import Manifest
from devices.drivers.weighing import Weigher
from devices.settings import Values
from devices.transports import Transport


def create(device: str, manifest: Manifest, values: Values, wire: Transport | None, data: Path) -> Weigher:
    return Weigher(device, manifest, values, wire, Cas())
