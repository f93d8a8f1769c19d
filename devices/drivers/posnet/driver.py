"""Drives a Posnet fiscal printer: refuses before anything is sent what it can, registers once, and can always be asked.

`commands.py` says what a document is in this protocol, `link.py` holds one conversation, `registering.py` carries out
and judges, `states.py` asks; here they meet the bridge.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from devices.document import Document
from devices.drivers.contract import Manifest, Outcome
from devices.drivers.fiscal import pairs
from devices.drivers.fiscal_printer import FiscalPrinter, patience
from devices.drivers.posnet.codec import command
from devices.drivers.posnet.commands import LETTERS, Plan, Style, drawer, plan, text_plan
from devices.drivers.posnet.link import Link, Tokens
from devices.drivers.posnet.registering import Registering, dated
from devices.drivers.posnet.states import States
from devices.errors import ConfigError
from devices.fiscal import FiscalDocument
from devices.settings import Values
from devices.transports import Transport


class PosnetPrinter(FiscalPrinter[Plan]):
    def __init__(self, device: str, manifest: Manifest, values: Values, wire: Transport, data: Path) -> None:
        self._style = style(device, values)
        self._link = Link(wire, Tokens(data / "token"), values.seconds("answer_seconds"))
        self._states = States(self._link)
        registering = Registering(device, self._link, self._states, patience(values))
        super().__init__(device, manifest, values, self._link, self._states, registering)

    def features(self) -> Mapping[str, object]:
        return {"columns": self._style.columns, "country": "PL", "currency": "PLN"}

    def _plan(self, document: FiscalDocument) -> Plan | None:
        return plan(document, self._style)

    def _text(self, document: Document) -> Plan:
        return text_plan(document, self._style)

    def _drawer(self) -> Plan:
        return drawer()

    def _dated(self, plan: Plan, clock: datetime | None) -> Plan:
        return dated(plan, clock)

    def _cancel(self) -> None:
        self._link.ask(command("prncancel"))

    def _tell_time(self, now: datetime) -> bool:
        answer = self._link.ask(command("rtcset", da=now.strftime("%Y-%m-%d;%H:%M")))
        return answer.error is None

    def _not_now(self, found: Plan) -> Outcome | None:
        stopped = self._states.stopped()
        if stopped is not None and found.what != "drawer":
            self._health.note(self._states.status())
            return Outcome("failed", *stopped)
        general = self._states.general()
        if general.truth("td") is True and found.what not in ("drawer", "copy"):
            return Outcome("failed", "read_only", "the fiscal memory is closed")
        if found.fiscal and general.truth("hr") is False:
            return Outcome("failed", "not_fiscal", "the printer has no header")
        if found.fiscal and general.truth("fs") is False and not self._training:
            return Outcome(
                "failed", "not_fiscal", "the printer is not fiscalised, and the setting training is off"
            )
        return None


def style(device: str, values: Values) -> Style:
    """The part of the settings that shapes commands. Raises ConfigError for rates that are no letters."""
    letters = pairs(device, "rates", values.text("rates"), f"[{LETTERS}]", "A=A B=B")
    return Style(
        rates={code: LETTERS.index(letter) for code, letter in letters.items()},
        name_length=values.whole("name_length"),
        columns=values.whole("columns"),
        footer=values.flag("footer"),
        shift=values.text("shift_name"),
    )


def create(
    device: str, manifest: Manifest, values: Values, wire: Transport | None, data: Path
) -> PosnetPrinter:
    if wire is None:
        raise ConfigError(f"Device {device} needs a transport.")
    return PosnetPrinter(device, manifest, values, wire, data)
