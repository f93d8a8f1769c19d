"""Drives a Datecs fiscal printer of any family: refuses what it can before anything is sent, registers once, and asks
the printer after every doubt.

`families.py` is what differs, `commands.py` says what a document is, `link.py` holds one conversation, `shelf.py` gives
goods their numbers where a family wants them, `registering.py` carries out and judges, `states.py` asks.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from devices.document import Document
from devices.drivers.contract import Manifest, Outcome, Sent
from devices.drivers.datecs.codec import told_time
from devices.drivers.datecs.commands import Plan, Style, drawer, plan, text_plan
from devices.drivers.datecs.families import FAMILIES, LETTERS, Family
from devices.drivers.datecs.link import Link
from devices.drivers.datecs.registering import Registering
from devices.drivers.datecs.shelf import Shelf
from devices.drivers.datecs.states import States
from devices.drivers.fiscal import pairs
from devices.drivers.fiscal_printer import FiscalPrinter, patience
from devices.errors import ConfigError
from devices.fiscal import PAYMENT_KINDS, FiscalDocument
from devices.settings import Values
from devices.transports import Transport


class DatecsPrinter(FiscalPrinter[Plan]):
    def __init__(self, device: str, manifest: Manifest, values: Values, wire: Transport) -> None:
        self._style = style(device, values)
        family = self._style.family
        self._link = Link(wire, family, values.seconds("answer_seconds"))
        self._states = States(self._link)
        self._shelf = Shelf(self._link, self._style, values.whole("articles"))
        waits, cash = patience(values), self._style.payments["cash"]
        self._registering = Registering(device, self._link, self._states, waits, cash)
        super().__init__(device, manifest, values, self._link, self._states, self._registering)

    def features(self) -> Mapping[str, object]:
        style = self._style
        return {"columns": style.columns, "country": style.family.country, "currency": style.currency}

    def _plan(self, document: FiscalDocument) -> Plan | None:
        return plan(document, self._style)

    def _text(self, document: Document) -> Plan:
        return text_plan(document, self._style)

    def _drawer(self) -> Plan:
        return drawer(self._style)

    def _dated(self, plan: Plan, clock: datetime | None) -> Plan:
        return plan.numbered(self._shelf.numbers)

    def _perform(self, found: Plan, sent: Sent) -> Outcome:
        outcome = super()._perform(found, sent)
        if outcome.state != "done":
            # Perhaps its list of goods is another one now.
            self._shelf.forget()
        return outcome

    def _not_now(self, plan: Plan) -> Outcome | None:
        if plan.what == "drawer":
            return None
        stopped = self._states.stopped()
        if stopped is not None:
            self._health.note(self._states.status())
            return Outcome("failed", *stopped)
        if plan.fiscal and not self._training and not self._states.fiscalised():
            return Outcome(
                "failed", "not_fiscal", "the printer is not fiscalised, and the setting training is off"
            )
        return None

    def _made_ready(self, plan: Plan) -> Outcome | None:
        return self._shelf.stock(plan)

    def _cancel(self) -> None:
        self._registering.cancel()

    def _tell_time(self, now: datetime) -> bool:
        asked = self._style.family.command("set_clock", at=told_time(now))
        return self._style.family.refusal(self._link.ask(asked), asked.name) is None


def style(device: str, values: Values) -> Style:
    """The part of the settings that shapes commands. Raises ConfigError for what this family does not have."""
    family = FAMILIES[values.text("family")]
    groups = LETTERS[: len(family.groups)]
    return Style(
        family=family,
        rates=pairs(device, "rates", values.text("rates"), f"[{groups}]", "A=A B=B"),
        payments={**family.payments, **_payments(device, family, values.text("payments"))},
        currency=values.text("currency"),
        operator=values.whole("operator"),
        password=_digits(device, "operator_password", values),
        till=values.whole("till"),
        report_password=_digits(device, "report_password", values),
        goods_password=_digits(device, "goods_password", values),
        name_length=values.whole("name_length"),
        columns=values.whole("columns"),
        footer=values.flag("footer"),
    )


def _payments(device: str, family: Family, told: str) -> Mapping[str, str]:
    found = pairs(device, "payments", told, f"[{family.kinds}]", "card=D voucher=C") if told else {}
    if not set(found) <= set(PAYMENT_KINDS):
        raise ConfigError(f"Device {device}: payments may name {', '.join(PAYMENT_KINDS)}.")
    return found


def _digits(device: str, setting: str, values: Values) -> str:
    """A password stands inside a command, so nothing else than digits may be in it."""
    found = values.text(setting)
    if not (found.isascii() and found.isdigit() and len(found) <= 8):
        raise ConfigError(f"Device {device}: {setting} must be up to eight digits.")
    return found


def create(
    device: str, manifest: Manifest, values: Values, wire: Transport | None, data: Path
) -> DatecsPrinter:
    if wire is None:
        raise ConfigError(f"Device {device} needs a transport.")
    return DatecsPrinter(device, manifest, values, wire)
