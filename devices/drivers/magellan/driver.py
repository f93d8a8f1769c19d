"""A scanner-scale: one wire, two streams, told as a scanner and as a scale."""

from pathlib import Path

from devices.drivers.contract import Manifest
from devices.drivers.magellan.codec import Magellan
from devices.drivers.scans import Scans
from devices.drivers.weighing import Weigher
from devices.settings import Values
from devices.transports import Transport


def create(device: str, manifest: Manifest, values: Values, wire: Transport | None, data: Path) -> Weigher:
    scans = Scans(device, values.seconds("repeat_seconds"))
    return Weigher(device, manifest, values, wire, Magellan(), scans)
