"""A scale that sends text: its question is a setting."""

from pathlib import Path

from devices.drivers.contract import Manifest
from devices.drivers.scale.codec import Reader
from devices.drivers.weighing import Weigher
from devices.errors import ConfigError
from devices.settings import Values
from devices.transports import Transport


def create(device: str, manifest: Manifest, values: Values, wire: Transport | None, data: Path) -> Weigher:
    try:
        reader = Reader(values.text("ask"), values.text("ask_end"))
    except UnicodeEncodeError as error:
        raise ConfigError(f"Device {device}: ask must be plain letters and digits.") from error
    return Weigher(device, manifest, values, wire, reader)
