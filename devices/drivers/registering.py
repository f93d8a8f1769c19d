"""Carries a plan of commands out at a fiscal printer, once, and has it judged what became of one that was interrupted.

What is the same for every brand: the order of things. A brand says how a command is asked, what its evidence is, and
what its counters mean. The same judgement serves a connection that broke a second ago and a bridge that was started
a day later: it knows nothing but the evidence that was written down before the first command.
"""

import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

from devices.drivers.contract import Evidence, Outcome, Sent
from devices.drivers.conversation import Conversation
from devices.drivers.fiscal import NOT_PRINTED
from devices.errors import TransportError
from devices.transports import Way

log = logging.getLogger("openkasa.bridge")

# A receipt that surely is not registered is begun a second time by itself, and then handed back.
ATTEMPTS = 2
REOPEN_SECONDS = 0.2
LOST = ("number", "unique_number", "z_number", "at", "document")


class Steps(Protocol):
    """Commands in order. `key` is the one whose success is the document; `proof` says what will show that it happened,
    `slow` how patient to be with the key.
    """

    @property
    def commands(self) -> Sequence[object]: ...
    @property
    def key(self) -> int: ...
    @property
    def proof(self) -> str: ...
    @property
    def slow(self) -> Literal["print", "report"]: ...


class Telling(Protocol):
    """What a printer says about itself while a document is carried out."""

    def in_the_middle(self) -> bool:
        """It still works at a command, or waits for somebody: what it counts now is not the end of it."""

    def stopped(self) -> tuple[str, str] | None:
        """The code and sentence of what keeps it from printing."""

    def result(self, evidence: Evidence) -> Mapping[str, object]:
        """What it says about the document that the evidence is of."""


class Refused(Exception):
    """The printer refused a command: a word of the family, and a sentence."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        self.detail = detail
        super().__init__(detail)


class Begin(Exception):
    """The printer has forgotten what we told it: the plan cannot go on where it stopped."""


@dataclass(frozen=True)
class Patience:
    """Seconds: a document being printed, a daily report, and a printer that has gone away."""

    printing: float
    reporting: float
    away: float


P = TypeVar("P", bound=Steps)
R = TypeVar("R")


class Carrying(ABC, Generic[P]):
    # Proofs of documents of many commands that are nothing before their closing one.
    whole: frozenset[str] = frozenset({"sale"})

    def __init__(self, device: str, link: Conversation[Way], telling: Telling, patience: Patience) -> None:
        self._device = device
        self._session = link.session
        self._close = link.close
        self._telling = telling
        self._patience = patience

    # -------------------------------------------------------------------- what a brand says

    @abstractmethod
    def _before(self, plan: P) -> dict[str, int | str]:
        """Everything that the judgement needs, now and after any restart; asked before the first command."""

    @abstractmethod
    def _say(self, plan: P, place: int, attempt: int, evidence: Evidence, seconds: float | None) -> None:
        """One command, executed exactly once. Raises Refused, Begin, or TransportError when nobody answers."""

    @abstractmethod
    def _judge(self, evidence: Evidence) -> Outcome:
        """What the counters say. Raises TransportError where the printer cannot be asked now."""

    @abstractmethod
    def _close_what_is_open(self) -> bool:
        """End or cancel a document that stands open; True when one was cancelled. Raises TransportError if it stays."""

    @abstractmethod
    def clean_up(self) -> Outcome:
        """Whatever stands open, whoever opened it. It needs no evidence: cancelling once more does no harm."""

    # -------------------------------------------------------------------- what is the same for all

    def run(self, plan: P, sent: Sent) -> Outcome:
        """Inside a session, on a printer that was found able. Raises TransportError only before `sent`."""
        evidence = self._before(plan)
        sent(evidence)
        outcome = Outcome("failed", NOT_PRINTED)
        for attempt in range(ATTEMPTS):
            outcome = self._attempt(plan, evidence, attempt)
            if outcome.code != NOT_PRINTED:
                break
            log.warning("device %s: %s; attempt %d", self._device, outcome.detail, attempt + 1)
        return outcome

    def judge(self, evidence: Evidence) -> Outcome | None:
        """What became of it; None while the printer cannot be asked. Cleans up a document that stands open."""
        try:
            with self._session():
                if self._telling.in_the_middle():
                    return None
                return self._judge(evidence)
        except TransportError:
            return None

    def _attempt(self, plan: P, evidence: Evidence, attempt: int) -> Outcome:
        place = 0
        try:
            for place in range(len(plan.commands)):
                self._say(plan, place, attempt, evidence, self._seconds(plan, place))
        except Refused as refusal:
            failed = Outcome("failed", refusal.code, refusal.detail)
            # Refused as the first: what stands open there, if anything, is not ours to clean up.
            unfinished = 0 < place < plan.key and plan.proof in self.whole
            return self._unfinished(failed) if unfinished else self._after(evidence, failed, place)
        except Begin:
            failed = Outcome("failed", NOT_PRINTED, "the printer forgot a document that it had begun")
            unfinished = place < plan.key and plan.proof in self.whole
            return self._unfinished(failed) if unfinished else self._after(evidence, failed, place)
        except TransportError as error:
            self._close()
            if place < plan.key and plan.proof in self.whole:
                return self._why("failed", error.detail)
            return self.judge(evidence) or self._why("unknown", error.detail)
        return Outcome("done", result=self._result(evidence))

    def _seconds(self, plan: P, place: int) -> float | None:
        if place < plan.key and plan.proof == "sale":
            return None
        return self._patience.reporting if plan.slow == "report" else self._patience.printing

    def _unfinished(self, failed: Outcome) -> Outcome:
        """The closing command was never sent, so the document cannot exist. What stands open is cancelled now, or, if
        the printer does not let us, before the next one.
        """
        try:
            if not self._telling.in_the_middle():
                self._close_what_is_open()
        except TransportError as error:
            log.warning("device %s: an unfinished document stands open: %s", self._device, error.detail)
            self._close()
        return failed

    def _after(self, evidence: Evidence, failed: Outcome, place: int) -> Outcome:
        """The closing command, or one behind it, was refused or forgotten: the counters say whether the document
        exists all the same.
        """
        if not place and failed.code != NOT_PRINTED:
            return failed
        try:
            outcome = None if self._telling.in_the_middle() else self._judge(evidence)
        except TransportError:
            self._close()
            outcome = self.judge(evidence)
        if outcome is None:
            return self._why("unknown", "it stopped answering while its document was being judged")
        return failed if outcome.state == "failed" else outcome

    def _why(self, state: Literal["failed", "unknown"], detail: str) -> Outcome:
        """It cannot be asked: say why, as far as its mechanism still tells."""
        try:
            with self._session():
                stopped = self._telling.stopped()
        except TransportError:
            stopped = None
        return Outcome(state, *stopped) if stopped else Outcome(state, "no_answer", detail)

    def _until_back(self, ask: Callable[[], R], error: TransportError) -> R:
        """An answer did not come: ask again, until the printer is back or patience ends; then raises the last error."""
        deadline = time.monotonic() + self._patience.away
        while time.monotonic() < deadline:
            try:
                return ask()
            except TransportError as again:
                error = again
                self._close()
                self._pause(deadline)
        raise error

    def _pause(self, deadline: float) -> None:
        time.sleep(max(0.0, min(REOPEN_SECONDS, deadline - time.monotonic())))

    def _result(self, evidence: Evidence) -> Mapping[str, object]:
        """What the printer says about what it did. A line that breaks now takes nothing back: keys become null."""
        try:
            return self._telling.result(evidence)
        except TransportError as error:
            log.warning("device %s did not tell about its document: %s", self._device, error.detail)
        try:
            with self._session():
                return self._telling.result(evidence)
        except TransportError:
            return dict.fromkeys(LOST)


def not_printed() -> Outcome:
    return Outcome("failed", NOT_PRINTED, "the printer's counters say that it did not happen")


def ask_person(detail: str) -> Outcome:
    return Outcome("unknown", "ask_person", detail)


def whole_of(evidence: Evidence, key: str) -> int:
    return int(evidence[key])
