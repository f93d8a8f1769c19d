"""Drives an ATOL fiscal printer behind the web server of its maker's driver: a document is a task under an id of ours.

`codec.py` says what a document is, `service.py` asks; the order of things is that of all services (`service.py` beside
the folders).
"""

from collections.abc import Mapping
from pathlib import Path

from devices.document import Document
from devices.drivers.atol.codec import PAYMENTS, TAXES, Style, drawer_order, order, text_order
from devices.drivers.atol.service import Tasks, WebServer
from devices.drivers.contract import Manifest
from devices.drivers.fiscal import pairs
from devices.drivers.service import Order, ServicePrinter
from devices.errors import ConfigError
from devices.fiscal import PAYMENT_KINDS, FiscalDocument
from devices.settings import Values
from devices.transports import HttpTransport


class AtolPrinter(ServicePrinter):
    def __init__(self, device: str, manifest: Manifest, values: Values, wire: HttpTransport) -> None:
        self._style = style(device, values)
        web = WebServer(
            wire,
            values.seconds("answer_seconds"),
            values.text("login"),
            values.text("password"),
            values.text("device"),
        )
        super().__init__(device, manifest, values, web, Tasks(web, values.seconds("print_seconds")))

    def features(self) -> Mapping[str, object]:
        return {"columns": self._style.columns, "country": "RU", "currency": "RUB"}

    def _plan(self, document: FiscalDocument) -> Order | None:
        return order(document, self._style)

    def _text(self, document: Document) -> Order:
        return text_order(document, self._style)

    def _drawer(self) -> Order:
        return drawer_order()


def style(device: str, values: Values) -> Style:
    """The part of the settings that shapes tasks. Raises ConfigError for pairs that are none."""
    payments = pairs(
        device, "payments", values.text("payments"), "|".join(PAYMENTS), "cash=cash card=electronically"
    )
    if sorted(payments) != sorted(PAYMENT_KINDS):
        raise ConfigError(f"Device {device}: payments must name {', '.join(PAYMENT_KINDS)}, each once.")
    return Style(
        rates=pairs(device, "rates", values.text("rates"), "|".join(TAXES), "A=vat22 B=vat10"),
        payments=payments,
        taxation=values.text("taxation"),
        units=values.text("formats") == "1.2",
        name_length=values.whole("name_length"),
        columns=values.whole("columns"),
        footer=values.flag("footer"),
    )


def create(
    device: str, manifest: Manifest, values: Values, wire: HttpTransport | None, data: Path
) -> AtolPrinter:
    if wire is None:
        raise ConfigError(f"Device {device} needs a transport.")
    if values.text("login") and not wire.secure:
        raise ConfigError(f"Device {device} needs a transport with https: it sends a password.")
    return AtolPrinter(device, manifest, values, wire)
