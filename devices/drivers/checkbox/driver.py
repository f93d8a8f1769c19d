"""Drives a Checkbox register: a document is one request under an id of ours, in a shift that is opened for it.

`codec.py` says what a document is, `service.py` asks; the order of things is that of all services (`service.py` beside
the folders).
"""

from collections.abc import Mapping
from pathlib import Path

from devices.drivers.checkbox.codec import Style, order
from devices.drivers.checkbox.service import Cloud, Register
from devices.drivers.contract import Manifest
from devices.drivers.fiscal import pairs
from devices.drivers.service import Order, ServicePrinter
from devices.errors import ConfigError
from devices.fiscal import FiscalDocument
from devices.settings import Values
from devices.transports import HttpTransport


class CheckboxRegister(ServicePrinter):
    def __init__(self, device: str, manifest: Manifest, values: Values, wire: HttpTransport) -> None:
        self._style = Style(
            rates=pairs(device, "rates", values.text("rates"), "[0-9]{1,3}", "A=1 B=2"),
            name_length=values.whole("name_length"),
            footer=values.flag("footer"),
        )
        web = Register(
            wire,
            values.seconds("answer_seconds"),
            values.text("license_key"),
            values.text("pin"),
            values.text("client"),
        )
        super().__init__(
            device,
            manifest,
            values,
            web,
            Cloud(web, values.seconds("ask_seconds"), values.seconds("print_seconds")),
        )

    def features(self) -> Mapping[str, object]:
        return {"columns": self._style.name_length, "country": "UA", "currency": "UAH"}

    def _plan(self, document: FiscalDocument) -> Order | None:
        return order(document, self._style)


def create(
    device: str, manifest: Manifest, values: Values, wire: HttpTransport | None, data: Path
) -> CheckboxRegister:
    if wire is None or not wire.secure:
        raise ConfigError(f"Device {device} needs a transport with https: it sends the cashier's PIN.")
    if not values.text("license_key") or not values.text("pin"):
        raise ConfigError(f"Device {device} needs a license_key and a pin.")
    return CheckboxRegister(device, manifest, values, wire)
