"""Drives a Shtrih-M fiscal printer with a fiscal storage: refuses what it can before anything is sent, registers once,
and asks the storage after every doubt.

`commands.py` says what a document is in this protocol, `link.py` holds one conversation in either framing,
`registering.py` carries out and judges, `states.py` asks; here they meet the bridge.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from devices.document import Document
from devices.drivers.contract import Manifest, Outcome
from devices.drivers.fiscal import pairs
from devices.drivers.fiscal_printer import FiscalPrinter, patience
from devices.drivers.shtrih.codec import By, Command, explain, word
from devices.drivers.shtrih.commands import Plan, Style, drawer, plan, text_plan
from devices.drivers.shtrih.link import LINKS
from devices.drivers.shtrih.registering import Registering
from devices.drivers.shtrih.states import ENDED, IN_USE, SHIFT_CLOSED, SHIFT_OVER, States
from devices.errors import ConfigError
from devices.fiscal import PAYMENT_KINDS, FiscalDocument
from devices.settings import Values
from devices.transports import Transport

OPEN_SHIFT, SET_TIME = 0xE0, 0x21
TAX_SYSTEMS = {"general": 1, "income": 2, "income_less_costs": 4, "farm": 16, "patent": 32}


class ShtrihPrinter(FiscalPrinter[Plan]):
    def __init__(self, device: str, manifest: Manifest, values: Values, wire: Transport) -> None:
        self._style = style(device, values)
        passwords: dict[By, int] = {
            "administrator": values.whole("password"),
            "operator": values.whole("operator_password"),
        }
        self._link = LINKS[values.text("protocol")](wire, passwords, values.seconds("answer_seconds"))
        waits = patience(values)
        self._states = States(self._link, self._style.rates.values(), waits.printing)
        self._registering = Registering(device, self._link, self._states, waits)
        super().__init__(device, manifest, values, self._link, self._states, self._registering)

    def features(self) -> Mapping[str, object]:
        return {"columns": self._style.columns, "country": "RU", "currency": "RUB"}

    def _plan(self, document: FiscalDocument) -> Plan | None:
        return plan(document, self._style)

    def _text(self, document: Document) -> Plan:
        return text_plan(document, self._style)

    def _drawer(self) -> Plan:
        return drawer()

    def _not_now(self, plan: Plan) -> Outcome | None:
        if plan.what == "drawer":
            return None
        stopped = self._states.wait()
        if stopped is not None:
            self._health.note(self._states.status())
            return Outcome("failed", *stopped)
        if plan.what in ("copy", "text"):
            return None
        return self._storage_refuses(plan) or self._shift_refuses(plan)

    def _storage_refuses(self, plan: Plan) -> Outcome | None:
        found = self._states.counters()
        if found.phase & ENDED:
            return Outcome("failed", "read_only", "the fiscal storage is closed")
        if plan.fiscal and not found.phase & IN_USE:
            return Outcome("failed", "not_fiscal", "the printer is not registered with the tax office")
        if plan.fiscal and not self._training and self._states.for_training(found.storage):
            return Outcome(
                "failed",
                "not_fiscal",
                "its fiscal storage is one for trying, and the setting training is off",
            )
        return None

    def _shift_refuses(self, plan: Plan) -> Outcome | None:
        mode = self._states.short().mode
        if mode == SHIFT_OVER and plan.proof == "sale":
            return Outcome(
                "failed",
                "z_needed",
                "the shift is older than 24 hours: the daily report (Z) must be printed first",
            )
        if mode == SHIFT_CLOSED and plan.proof == "z":
            return Outcome("failed", "zero", "no shift is open: nothing since the last Z")
        return None

    def _made_ready(self, plan: Plan) -> Outcome | None:
        """A receipt needs an open shift, whose report is a document of its own. Asked before the evidence is taken, so
        that it counts nothing of ours.
        """
        if plan.proof != "sale" or self._states.short().mode != SHIFT_CLOSED:
            return None
        answer = self._link.ask(Command(OPEN_SHIFT), self._printing_seconds)
        if answer.error:
            return Outcome(
                "failed", word(answer.error, storage=True), explain(answer.error, "opening the shift")
            )
        stopped = self._states.wait()
        return None if stopped is None else Outcome("failed", *stopped)

    def _cancel(self) -> None:
        self._registering.cancel()

    def _tell_time(self, now: datetime) -> bool:
        """Its time of day; a wrong day is set by hand, because the storage does not take one back."""
        clock = self._states.clock()
        if clock is None or clock.date() != now.date():
            return False
        return not self._link.ask(Command(SET_TIME, bytes((now.hour, now.minute, now.second)))).error


def style(device: str, values: Values) -> Style:
    """The part of the settings that shapes commands. Raises ConfigError for pairs that are none."""
    row, byte, kind = "[1-9]|1[0-2]", "[0-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5]", "[1-9]|1[0-6]"
    rates = pairs(device, "rates", values.text("rates"), row, "A=1 B=2")
    numbers = pairs(device, "rate_bytes", values.text("rate_bytes"), byte, "1=1 2=2 3=4")
    payments = pairs(device, "payments", values.text("payments"), kind, "cash=1 card=2")
    if sorted(payments) != sorted(PAYMENT_KINDS):
        raise ConfigError(f"Device {device}: payments must name {', '.join(PAYMENT_KINDS)}, each once.")
    if not all(place.isdigit() for place in numbers):
        raise ConfigError(
            f"Device {device}: rate_bytes must be pairs of a row and its byte, like 1=1 2=2 3=4."
        )
    return Style(
        rates={code: int(place) for code, place in rates.items()},
        rate_bytes={int(place): int(value) for place, value in numbers.items()},
        payments={name: int(place) for name, place in payments.items()},
        tax_system=TAX_SYSTEMS[values.text("tax_system")],
        department=values.whole("department"),
        name_length=values.whole("name_length"),
        columns=values.whole("columns"),
        footer=values.flag("footer"),
        units=values.text("formats") == "1.2",
    )


def create(
    device: str, manifest: Manifest, values: Values, wire: Transport | None, data: Path
) -> ShtrihPrinter:
    if wire is None:
        raise ConfigError(f"Device {device} needs a transport.")
    return ShtrihPrinter(device, manifest, values, wire)
