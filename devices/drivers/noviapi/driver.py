"""Drives a Novitus fiscal printer over NoviAPI: a document is one request in its queue, confirmed and asked by its id.

`codec.py` says what a document is, `service.py` asks; the order of things is that of all services (`service.py` beside
the folders).
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from devices.document import Document
from devices.drivers.contract import Manifest
from devices.drivers.fiscal import Unfit, pairs
from devices.drivers.noviapi.codec import LETTERS, Style, order, text_order
from devices.drivers.noviapi.service import Novitus, Queue
from devices.drivers.service import Order, ServicePrinter
from devices.errors import BridgeError, ConfigError
from devices.fiscal import FiscalDocument
from devices.settings import Values
from devices.transports import HttpTransport


class NoviApiPrinter(ServicePrinter):
    def __init__(
        self, device: str, manifest: Manifest, values: Values, wire: HttpTransport, data: Path
    ) -> None:
        self._style = style(device, values)
        web = Novitus(wire, values.seconds("answer_seconds"), data / "token")
        super().__init__(device, manifest, values, web, Queue(web, data / "stored"))

    def features(self) -> Mapping[str, object]:
        return {"columns": self._style.columns, "country": "PL", "currency": "PLN"}

    def _plan(self, document: FiscalDocument) -> Order | None:
        return order(document, self._style, datetime.now().astimezone().date())

    def _text(self, document: Document) -> Order:
        try:
            return text_order(document, self._style)
        except Unfit as unfit:
            raise BridgeError("bad_document", unfit.detail) from unfit


def style(device: str, values: Values) -> Style:
    """The part of the settings that shapes requests. Raises ConfigError for rates that are no letters."""
    return Style(
        rates=pairs(device, "rates", values.text("rates"), f"[{LETTERS}]", "A=A B=B"),
        name_length=values.whole("name_length"),
        columns=values.whole("columns"),
        footer=values.flag("footer"),
        deposits_in_total=values.flag("deposits_in_total"),
        open_drawer=values.flag("open_drawer"),
    )


def create(
    device: str, manifest: Manifest, values: Values, wire: HttpTransport | None, data: Path
) -> NoviApiPrinter:
    if wire is None:
        raise ConfigError(f"Device {device} needs a transport.")
    return NoviApiPrinter(device, manifest, values, wire, data)
