"""A scale that speaks Checkout Dialog 06."""

from pathlib import Path

from devices.drivers.contract import Manifest
from devices.drivers.dialog06.codec import Dialog06
from devices.drivers.weighing import Weigher
from devices.settings import Values
from devices.transports import Transport


def create(device: str, manifest: Manifest, values: Values, wire: Transport | None, data: Path) -> Weigher:
    return Weigher(device, manifest, values, wire, Dialog06(values.whole("price")))
