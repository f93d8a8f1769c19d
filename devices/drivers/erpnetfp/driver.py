"""Drives any fiscal printer that an ErpNet.FP server drives: a document is a task under an id of ours.

`codec.py` says what a document is, `service.py` asks; the order of things is that of all services (`service.py` beside
the folders).
"""

from collections.abc import Mapping
from pathlib import Path

from devices.drivers.contract import Manifest
from devices.drivers.erpnetfp.codec import PAYMENT_TYPES, Style, order
from devices.drivers.erpnetfp.service import Tasks
from devices.drivers.fiscal import pairs
from devices.drivers.service import Order, ServicePrinter
from devices.drivers.web import Web
from devices.errors import ConfigError
from devices.fiscal import PAYMENT_KINDS, FiscalDocument
from devices.settings import Values
from devices.transports import HttpTransport


class ErpNetPrinter(ServicePrinter):
    def __init__(
        self, device: str, manifest: Manifest, values: Values, wire: HttpTransport, data: Path
    ) -> None:
        self._style = style(device, values)
        self._country = values.text("country")
        web = Web(wire, values.seconds("answer_seconds"))
        tasks = Tasks(
            web,
            values.text("printer"),
            values.text("sale_operator"),
            values.seconds("wait_seconds"),
            data,
            values.whole("first_sale"),
        )
        super().__init__(device, manifest, values, web, tasks)

    def features(self) -> Mapping[str, object]:
        return {
            "columns": self._style.name_length,
            "country": self._country,
            "currency": self._style.currency,
        }

    def _plan(self, document: FiscalDocument) -> Order | None:
        return order(document, self._style)


def style(device: str, values: Values) -> Style:
    """The part of the settings that shapes requests. Raises ConfigError for pairs that are none."""
    percents = pairs(device, "percents", values.text("percents"), "[0-9]{1,2}", "1=0 2=20")
    payments = pairs(
        device, "payments", values.text("payments"), "|".join(PAYMENT_TYPES), "cash=cash card=card"
    )
    if sorted(payments) != sorted(PAYMENT_KINDS):
        raise ConfigError(f"Device {device}: payments must name {', '.join(PAYMENT_KINDS)}, each once.")
    return Style(
        groups=pairs(device, "rates", values.text("rates"), "[1-8]", "A=1 B=2"),
        percents={group: 100 * int(percent) for group, percent in percents.items()},
        payments=payments,
        currency=values.text("currency"),
        name_length=values.whole("name_length"),
        footer=values.flag("footer"),
        operator=values.text("operator"),
        password=values.text("operator_password"),
    )


def create(
    device: str, manifest: Manifest, values: Values, wire: HttpTransport | None, data: Path
) -> ErpNetPrinter:
    if wire is None:
        raise ConfigError(f"Device {device} needs a transport.")
    if not values.text("printer").replace("_", "").replace("-", "").isalnum():
        raise ConfigError(f"Device {device}: printer must be the id that the server lists it under.")
    return ErpNetPrinter(device, manifest, values, wire, data)
