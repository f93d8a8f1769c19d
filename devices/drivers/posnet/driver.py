"""Drives a Posnet fiscal printer: refuses before anything is sent what it can, registers once, and can always be asked.

`commands.py` says what a document is in this protocol, `link.py` holds one conversation, `registering.py` carries out
and judges, `states.py` asks; here they meet the bridge.
"""

import logging
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from devices.drivers.contract import (
    DrawerJob,
    Emit,
    Evidence,
    FiscalJob,
    Health,
    Job,
    Manifest,
    Outcome,
    Perform,
    PrintJob,
    Sent,
    Status,
)
from devices.drivers.fiscal import FiscalState
from devices.drivers.posnet.codec import command
from devices.drivers.posnet.commands import LETTERS, Plan, Style, Unfit, drawer, plan, text_plan
from devices.drivers.posnet.link import Link, Tokens
from devices.drivers.posnet.registering import Patience, Registering, dated
from devices.drivers.posnet.states import States, skew
from devices.errors import ConfigError, TransportError
from devices.settings import Values
from devices.transports import Transport

log = logging.getLogger("openkasa.bridge")

RATE = re.compile(r"([^=\s]{1,8})=([A-G])")
# The law lets a printer be set by at most two hours, and only right after a daily report.
CLOCK_STEP = 2 * 3600
CLOCK_TOLERANCE = 60


class PosnetPrinter:
    def __init__(self, device: str, manifest: Manifest, values: Values, wire: Transport, data: Path) -> None:
        self.id = device
        self.manifest = manifest
        self.poll_seconds = values.seconds("poll_seconds")
        self._style = style(device, values)
        self._training = values.flag("training")
        self._max_skew = values.whole("max_skew_seconds")
        self._set_clock = values.flag("set_clock")
        self._link = Link(wire, Tokens(data / "token"), values.seconds("answer_seconds"))
        self._states = States(self._link)
        patience = Patience(
            values.seconds("print_seconds"), values.seconds("report_seconds"), values.seconds("away_seconds")
        )
        self._registering = Registering(device, self._link, self._states, patience)
        self._health = Health(device)

    def start(self, emit: Emit) -> None:
        """Nothing comes unasked: states are polled."""

    def stop(self) -> None:
        self._link.close()

    def features(self) -> Mapping[str, object]:
        return {"columns": self._style.columns, "country": "PL", "currency": "PLN"}

    def status(self) -> Status:
        try:
            with self._link.session():
                return self._health.note(self._states.status())
        except TransportError as error:
            return self._health.note(Status("offline", error.detail))

    def fiscal_state(self) -> FiscalState:
        try:
            with self._link.session():
                return self._states.fiscal_state()
        except TransportError as error:
            self._health.note(Status("offline", error.detail))
            return FiscalState("offline", error.detail)

    def settle(self, evidence: Evidence) -> Outcome | None:
        return self._registering.judge(evidence)

    def prepare(self, job: Job) -> Perform:
        match job:
            case PrintJob():
                return self._performing(text_plan(job.document, self._style))
            case DrawerJob():
                return self._performing(drawer())
            case FiscalJob():
                return self._prepare_fiscal(job)

    def _prepare_fiscal(self, job: FiscalJob) -> Perform:
        try:
            found = plan(job.document, self._style)
        except Unfit as unfit:
            outcome = Outcome("failed", unfit.code, unfit.detail)
            return lambda sent: outcome
        if found is None:
            return lambda sent: self._guarded(self._registering.clean_up)
        return self._performing(found)

    def _performing(self, found: Plan) -> Perform:
        return lambda sent: self._guarded(lambda: self._perform(found, sent))

    def _guarded(self, act: Callable[[], Outcome]) -> Outcome:
        """A line that breaks before the first command has an effect leaves nothing behind."""
        try:
            with self._link.session():
                return act()
        except TransportError as error:
            self._health.note(Status("offline", error.detail))
            return Outcome("failed", "offline", error.detail)

    def _perform(self, found: Plan, sent: Sent) -> Outcome:
        refused = self._not_now(found)
        if refused is not None:
            return refused
        clock = self._states.clock() if found.fiscal else None
        refused = self._odd_clock(found, clock) or self._odd_rates(found) or self._left_open(found)
        if refused is not None:
            return refused
        outcome = self._registering.run(dated(found, clock), sent)
        if found.proof == "z" and outcome.state == "done":
            self._after_report()
        return outcome

    # -------------------------------------------------------------------- before anything is sent

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

    def _odd_clock(self, found: Plan, clock: datetime | None) -> Outcome | None:
        """Sales only: a clock can be set after a daily report alone, so the report must go through."""
        if found.proof != "sale" or clock is None or not self._max_skew or abs(skew(clock)) <= self._max_skew:
            return None
        return Outcome("failed", "clock", f"the printer's clock is off by {skew(clock)} seconds")

    def _odd_rates(self, found: Plan) -> Outcome | None:
        """A letter that has another rate in the printer than in the store would register a wrong tax."""
        if not found.needs:
            return None
        rates = self._states.rates()
        odd = [
            letter
            for letter, percent in found.needs.items()
            if letter not in rates or (rates[letter] or 0) != percent
        ]
        if not odd:
            return None
        wanted = ", ".join(f"{letter} {found.needs[letter] / 100:g} %" for letter in odd)
        return Outcome("failed", "tax_unknown", f"the printer has other rates than {wanted}")

    def _left_open(self, plan: Plan) -> Outcome | None:
        """A document that nobody answers for any more: what was ours has been settled before this one began."""
        left = None if plan.what == "drawer" else self._states.open_document()
        if left is None:
            return None
        log.warning("device %s: a %s was left open and is cancelled", self.id, left)
        self._link.ask(command("prncancel"))
        if self._states.open_document() is None:
            return None
        return Outcome("failed", "wrong_mode", f"a {left} stands open and cannot be cancelled from here")

    def _after_report(self) -> None:
        """Only now, with nothing counted, may the clock be set."""
        if not self._set_clock:
            return
        try:
            clock = self._states.clock()
            if clock is None or not CLOCK_TOLERANCE < abs(skew(clock)) < CLOCK_STEP:
                return
            now = datetime.now(clock.tzinfo)
            answer = self._link.ask(command("rtcset", da=now.strftime("%Y-%m-%d;%H:%M")))
        except TransportError as error:
            log.warning("device %s: its clock was not set: %s", self.id, error.detail)
            return
        log.warning(
            "device %s: its clock was off by %d s and is set (%s)", self.id, skew(clock), answer.error
        )


def style(device: str, values: Values) -> Style:
    """The part of the settings that shapes commands. Raises ConfigError for rates that are no letters."""
    pairs = values.text("rates").split()
    found = [RATE.fullmatch(pair) for pair in pairs]
    if not pairs or not all(found):
        raise ConfigError(
            f"Device {device}: rates must be pairs of a tax code and a letter A to G, like A=A B=B."
        )
    return Style(
        rates={match[1]: LETTERS.index(match[2]) for match in found if match},
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
