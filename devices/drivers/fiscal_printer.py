"""A fiscal printer at the bridge: what every brand does before a document is carried out, and how it is asked.

A brand says what a document is in its protocol (a plan), what its states mean, and how a plan is carried out
(`registering.py`). Everything that can be refused is refused here, before the first command with an effect.
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from devices.document import Document
from devices.drivers.contract import (
    CardJob,
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
    not_able,
)
from devices.drivers.conversation import Conversation
from devices.drivers.fiscal import FiscalState, Unfit, skew
from devices.drivers.registering import Carrying, Patience, Steps, Telling
from devices.errors import TransportError
from devices.fiscal import FiscalDocument
from devices.settings import Values
from devices.transports import Way

log = logging.getLogger("openkasa.bridge")

# Laws let a printer be set by little, and only right after a daily report.
CLOCK_STEP = 2 * 3600
CLOCK_TOLERANCE = 60


class FiscalSteps(Steps, Protocol):
    """`needs` gives the rates per letter in hundredths of a percent; `fiscal` is false for what no memory takes."""

    @property
    def what(self) -> str: ...
    @property
    def needs(self) -> Mapping[str, int] | None: ...
    @property
    def fiscal(self) -> bool: ...


class Asking(Telling, Protocol):
    """Questions only; nothing here prints. Each raises TransportError when no answer comes."""

    def status(self) -> Status: ...
    def fiscal_state(self) -> FiscalState: ...
    def clock(self) -> datetime | None: ...
    def rates(self) -> Mapping[str, int | None]: ...
    def open_document(self) -> str | None: ...


P = TypeVar("P", bound=FiscalSteps)


class FiscalPrinter(ABC, Generic[P]):
    def __init__(
        self,
        device: str,
        manifest: Manifest,
        values: Values,
        link: Conversation[Way],
        asking: Asking,
        carrying: Carrying[P],
    ) -> None:
        self.id = device
        self.manifest = manifest
        self.poll_seconds = values.seconds("poll_seconds")
        self._training = values.flag("training") if "training" in manifest.settings else False
        # What has no clock, or one that is none of ours, has no settings of it.
        self._max_skew = values.whole("max_skew_seconds") if "max_skew_seconds" in manifest.settings else 0
        self._set_clock = values.flag("set_clock") if "set_clock" in manifest.settings else False
        self._printing_seconds = values.seconds("print_seconds")
        self._session = link.session
        self._let_go = link.close
        self._asking = asking
        self._carrying = carrying
        self._health = Health(device)

    # -------------------------------------------------------------------- what a brand says

    @abstractmethod
    def features(self) -> Mapping[str, object]:
        """What a till may want to know: `columns`, `country`, `currency`."""

    @abstractmethod
    def _plan(self, document: FiscalDocument) -> P | None:
        """The plan of a document; None for a clean-up, which depends on what the printer says. Raises Unfit."""

    @abstractmethod
    def _text(self, document: Document) -> P:
        """A document that is not fiscal."""

    @abstractmethod
    def _drawer(self) -> P:
        """The pulse that opens a drawer."""

    @abstractmethod
    def _not_now(self, plan: P) -> Outcome | None:
        """Why this printer cannot do it now: its mechanism, its memory, its mode."""

    @abstractmethod
    def _cancel(self) -> None:
        """Cancel whatever document stands open."""

    @abstractmethod
    def _tell_time(self, now: datetime) -> bool:
        """Set its clock; false when it refuses."""

    def _made_ready(self, plan: P) -> Outcome | None:
        """What must stand before the document, such as an open shift; why it could not be made."""
        return None

    def _dated(self, plan: P, clock: datetime | None) -> P:
        """The plan with what only the printer's clock can tell."""
        return plan

    # -------------------------------------------------------------------- the bridge

    def start(self, emit: Emit) -> None:
        """Nothing comes unasked: states are polled."""

    def stop(self) -> None:
        self._let_go()

    def status(self) -> Status:
        try:
            with self._session():
                return self._health.note(self._asking.status())
        except TransportError as error:
            return self._health.note(Status("offline", error.detail))

    def fiscal_state(self) -> FiscalState:
        try:
            with self._session():
                return self._asking.fiscal_state()
        except TransportError as error:
            self._health.note(Status("offline", error.detail))
            return FiscalState("offline", error.detail)

    def settle(self, evidence: Evidence) -> Outcome | None:
        return self._carrying.judge(evidence)

    def prepare(self, job: Job) -> Perform:
        match job:
            case PrintJob():
                return self._performing(self._text(job.document))
            case DrawerJob():
                return self._performing(self._drawer())
            case FiscalJob():
                return self._prepare_fiscal(job)
            case CardJob():
                raise not_able(self.id, "charge a card")

    def _prepare_fiscal(self, job: FiscalJob) -> Perform:
        try:
            found = self._plan(job.document)
        except Unfit as unfit:
            outcome = Outcome("failed", unfit.code, unfit.detail)
            return lambda sent: outcome
        if found is None:
            return lambda sent: self._guarded(self._carrying.clean_up)
        return self._performing(found)

    def _performing(self, found: P) -> Perform:
        return lambda sent: self._guarded(lambda: self._perform(found, sent))

    def _guarded(self, act: Callable[[], Outcome]) -> Outcome:
        """A line that breaks before the first command has an effect leaves nothing behind."""
        try:
            with self._session():
                return act()
        except TransportError as error:
            self._health.note(Status("offline", error.detail))
            return Outcome("failed", "offline", error.detail)

    def _perform(self, found: P, sent: Sent) -> Outcome:
        refused = self._not_now(found)
        if refused is not None:
            return refused
        clock = self._asking.clock() if found.fiscal else None
        refused = (
            self._odd_clock(found, clock)
            or self._odd_rates(found)
            or self._left_open(found)
            or self._made_ready(found)
        )
        if refused is not None:
            return refused
        outcome = self._carrying.run(self._dated(found, clock), sent)
        if found.proof == "z" and outcome.state == "done":
            self._after_report()
        return outcome

    # -------------------------------------------------------------------- before anything is sent

    def _odd_clock(self, found: P, clock: datetime | None) -> Outcome | None:
        """Sales only: a clock can be set after a daily report alone, so the report must go through."""
        if found.proof != "sale" or clock is None or not self._max_skew or abs(skew(clock)) <= self._max_skew:
            return None
        return Outcome("failed", "clock", f"the printer's clock is off by {skew(clock)} seconds")

    def _odd_rates(self, found: P) -> Outcome | None:
        """A letter that has another rate in the printer than in the store would register a wrong tax."""
        if not found.needs:
            return None
        rates = self._asking.rates()
        odd = [
            letter
            for letter, percent in found.needs.items()
            if letter not in rates or (rates[letter] or 0) != percent
        ]
        if not odd:
            return None
        wanted = ", ".join(f"{letter} {found.needs[letter] / 100:g} %" for letter in odd)
        return Outcome("failed", "tax_unknown", f"the printer has other rates than {wanted}")

    def _left_open(self, plan: P) -> Outcome | None:
        """A document that nobody answers for any more: what was ours has been settled before this one began."""
        left = None if plan.what == "drawer" else self._asking.open_document()
        if left is None:
            return None
        log.warning("device %s: a %s was left open and is cancelled", self.id, left)
        self._cancel()
        if self._asking.open_document() is None:
            return None
        return Outcome("failed", "wrong_mode", f"a {left} stands open and cannot be cancelled from here")

    def _after_report(self) -> None:
        """Only now, with nothing counted, may the clock be set."""
        if not self._set_clock:
            return
        try:
            clock = self._asking.clock()
            if clock is None or not CLOCK_TOLERANCE < abs(skew(clock)) < CLOCK_STEP:
                return
            done = self._tell_time(datetime.now(clock.tzinfo))
        except TransportError as error:
            log.warning("device %s: its clock was not set: %s", self.id, error.detail)
            return
        log.warning(
            "device %s: its clock was off by %d s and %s",
            self.id,
            skew(clock),
            "is set" if done else "does not let itself be set",
        )


def patience(values: Values) -> Patience:
    return Patience(
        values.seconds("print_seconds"), values.seconds("report_seconds"), values.seconds("away_seconds")
    )
