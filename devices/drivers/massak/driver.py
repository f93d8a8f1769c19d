"""A scale that speaks Massa-K Protocol 100."""

from pathlib import Path

from devices.drivers.contract import Manifest
from devices.drivers.massak.codec import Massak
from devices.drivers.weighing import Weigher
from devices.settings import Values
from devices.transports import Transport


def create(device: str, manifest: Manifest, values: Values, wire: Transport | None, data: Path) -> Weigher:
    return Weigher(device, manifest, values, wire, Massak())
