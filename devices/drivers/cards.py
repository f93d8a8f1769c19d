"""What card terminals of all makers share: one charge for one action, the judgement after a doubt, one family of words.

Before the first command that can charge a card the journal holds the number of the last entry in the terminal's own
log. Whatever happens then, a running bridge, a restarted one and a till that asks a day later compare that log with it:
no new entry means no charge, a new one of this kind and sum is this charge. Nothing is ever sent a second time.
"""

import contextlib
import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol, runtime_checkable

from devices.card import CardDocument, Kept, Kind, Settlement, amount_of, kind_of, safe_text
from devices.drivers.contract import (
    CardJob,
    Device,
    Emit,
    Evidence,
    Health,
    Job,
    Manifest,
    Outcome,
    Perform,
    Sent,
    Status,
    not_able,
)
from devices.errors import ConfigError, TransportError
from devices.settings import Values
from devices.transports import Transport

log = logging.getLogger("openkasa.bridge")

# word: what it means. With `failed` no money has moved.
FAMILY: dict[str, str] = {
    "declined": "the bank or the card refused",
    "cancelled": "somebody cancelled: the customer, or the cashier",
    "card": "the card cannot be read, is blocked or has expired",
    "no_host": "the terminal does not reach the bank",
    "batch_full": "its log is full: the day must be settled first",
    "no_paper": "its paper has run out",
    "keys": "its keys are missing or wrong: call the bank",
    "reader": "its card reader does not work",
    "busy": "it is busy with something else",
    "not_found": "it does not know the purchase that is to be taken back",
    "unsupported": "this terminal cannot do that",
    "currency": "the terminal works in another currency",
    "terminal_error": "it reports another fault; detail has its own code",
    "not_charged": "its answer was lost, and its log says that nothing happened",
    "offline": "the terminal could not be reached; nothing was sent",
    "no_answer": "it did not answer, and has to be asked again",
    "unsettled": "an earlier payment is unknown and the terminal cannot be asked: nothing was sent",
    "ask_person": "the terminal was asked and cannot tell: a person looks at its slip",
}
# What a terminal is doing, as tills are told.
STEPS = (
    "insert_card",
    "card_read",
    "choose",
    "pin",
    "authorising",
    "cashier",
    "printing",
    "remove_card",
    "working",
)

# The log could not be asked before: no new entry proves anything.
UNASKED = "?"
EMPTY = ""
# A batch in which nobody can have typed so many payments by hand between a question and its answer.
LOOK_BACK = 10
RETRY_SECONDS = 0.25


@dataclass(frozen=True)
class Trace:
    """One entry of the terminal's own log. `at` is what its clock says, `kind` is None where it does not say."""

    number: str
    kind: Kind | None
    amount: int
    approved: bool
    at: datetime | None
    kept: Kept
    # Less was approved than was asked for, and the terminal says so.
    partial: bool = False
    code: str = "declined"
    detail: str = ""

    @property
    def outcome(self) -> Outcome:
        return done(self.kept) if self.approved else Outcome("failed", self.code, self.detail)


class Unknowable(Exception):
    """The terminal has no log that can be asked, or did not say whether it is empty."""


class StillBusy(Exception):
    """The terminal answers, and has not finished yet."""


@runtime_checkable
class CardDevice(Device, Protocol):
    """A device that charges cards."""

    def last(self) -> Mapping[str, object] | None:
        """The last entry of its own log; None for none. Raises BridgeError `offline` or `not_able`."""

    def abort(self, action: str) -> None:
        """Ask it to give up what it is doing for this action. From any thread, at any time; never raises."""


def clock(text: str, form: str) -> datetime | None:
    """A time of the terminal's own clock, which is set to this place; None for what is none."""
    try:
        return datetime.strptime(text, form).astimezone()
    except (ValueError, OverflowError):
        return None


def done(kept: Kept) -> Outcome:
    return Outcome("done", result=kept.describe())


def failed(code: str, detail: str = "") -> Outcome:
    return Outcome("failed", code, safe_text(detail)[:200])


def judge(
    evidence: Evidence,
    last: Callable[[], Trace | None],
    look: Callable[[int], Trace | None],
    clock_seconds: int,
) -> Outcome:
    """What became of an action, from what was known before it and the terminal's log now."""
    try:
        found = last()
    except Unknowable as reason:
        return _ask(f"its log cannot be asked: {reason}")
    before = str(evidence["before"])
    if evidence["what"] == "settlement":
        return _judge_settlement(before, found)
    if before != UNASKED and (EMPTY if found is None else found.number) == before:
        return failed("not_charged", "the terminal's log has no new entry")
    if found is None:
        return _ask("its log was emptied meanwhile")
    entries, whole = _since(before, found, look)
    ours = [one for one in entries if _is_ours(one, evidence)]
    approved = [one for one in ours if one.approved] or ours[-1:]
    if not ours and whole:
        return failed("not_charged", "what is new in the terminal's log is something else")
    if len(approved) == 1 and _is_now(approved[0], evidence, clock_seconds):
        return approved[0].outcome
    return _ask("its log has new entries, and not one of them is this payment beyond doubt")


def _judge_settlement(before: str, found: Trace | None) -> Outcome:
    if before in (EMPTY, UNASKED):
        return _ask("whether it was settled its log cannot tell")
    return done(Kept()) if found is None else failed("not_charged", "the batch is still in its log")


def _since(before: str, last: Trace, look: Callable[[int], Trace | None]) -> tuple[list[Trace], bool]:
    """The new entries as far as the terminal tells them, and whether these are all."""
    if not (before.isdigit() and last.number.isdigit()):
        return [last], False
    first, end = int(before) + 1, int(last.number)
    if not first <= end < first + LOOK_BACK:
        return [last], False
    between = [look(number) for number in range(first, end)]
    return [*(one for one in between if one is not None), last], None not in between


def _is_ours(one: Trace, evidence: Evidence) -> bool:
    asked = int(evidence["amount"])
    if "uid" in evidence:
        return one.number == evidence["uid"]
    return one.kind in (None, evidence["what"]) and (
        not one.approved or one.amount == asked or (one.partial and one.amount < asked)
    )


def _is_now(one: Trace, evidence: Evidence, clock_seconds: int) -> bool:
    if one.at is None or clock_seconds == 0:
        return True
    return one.at >= datetime.fromtimestamp(int(evidence["at"]), UTC) - timedelta(seconds=clock_seconds)


def _ask(detail: str) -> Outcome:
    return Outcome("unknown", "ask_person", detail)


class Terminal(ABC):
    """A driver says how one command is carried out and how the log is asked; everything else is here."""

    # Whether the log is empty once the day is settled, which proves that it is.
    settling_empties_log = False

    def __init__(self, device: str, manifest: Manifest, values: Values, wire: Transport | None) -> None:
        if wire is None:
            raise ConfigError(f"Device {device} needs a transport.")
        self.id = device
        self.manifest = manifest
        self.poll_seconds = values.seconds("poll_seconds")
        self._wire = wire
        self._answer_seconds = values.seconds("answer_seconds")
        self._card_seconds = values.seconds("card_seconds")
        self._away_seconds = values.seconds("away_seconds")
        self._clock_seconds = values.whole("clock_seconds")
        self._health = Health(device)
        self._stopping = threading.Event()
        self._aborted: set[str] = set()
        self._emit: Emit = lambda kind, fields: None
        self._action = ""
        self._step = ""

    # -------------------------------------------------------------------- what a driver says

    @abstractmethod
    def _open(self) -> None:
        """Connected and greeted, or nothing when it is. Raises TransportError, StillBusy."""

    @abstractmethod
    def _ask_state(self) -> Status:
        """How it is doing, asked now. Raises TransportError."""

    @abstractmethod
    def _refusal(self, document: CardDocument) -> Outcome | None:
        """Why it cannot be asked for this; None when it can."""

    @abstractmethod
    def _carry_out(self, document: CardDocument) -> Outcome | None:
        """Send it and wait for its end; None when only the log can tell. Raises TransportError."""

    @abstractmethod
    def _rest(self) -> None:
        """Wait a moment for the terminal to be at rest. Raises StillBusy, TransportError."""

    @abstractmethod
    def _last(self) -> Trace | None:
        """The last entry of its log. Raises Unknowable, TransportError."""

    def _look(self, number: int) -> Trace | None:
        """One entry by its number, where the terminal can find it; None where it cannot, or has none."""
        return None

    # -------------------------------------------------------------------- what the bridge asks

    def start(self, emit: Emit) -> None:
        self._emit = emit

    def stop(self) -> None:
        self._stopping.set()
        self._close()

    def features(self) -> Mapping[str, object]:
        return {}

    def status(self) -> Status:
        try:
            self._connect()
            return self._health.note(self._ask_state())
        except StillBusy as busy:
            return self._health.note(Status("ready", str(busy)))
        except TransportError as error:
            self._close()
            return self._health.note(Status("offline", error.detail))

    def last(self) -> Mapping[str, object] | None:
        try:
            self._connect()
            found = self._last()
        except TransportError as error:
            self._close()
            raise not_able(self.id, f"be asked: {error.detail}") from error
        except (Unknowable, StillBusy) as reason:
            raise not_able(self.id, f"say what it did last: {reason}") from reason
        if found is None:
            return None
        return {"kind": found.kind, "approved": found.approved, **found.kept.describe()}

    def abort(self, action: str) -> None:
        self._aborted.add(action)

    def prepare(self, job: Job) -> Perform:
        if not isinstance(job, CardJob):
            raise not_able(self.id, "do that: it charges cards")
        if kind_of(job.document) not in self.manifest.abilities:
            raise not_able(self.id, f"do a {kind_of(job.document)}")
        return lambda sent: self._perform(job, sent)

    def settle(self, evidence: Evidence) -> Outcome | None:
        try:
            return self._asked(evidence)
        except (TransportError, StillBusy) as error:
            log.info("device %s cannot be asked yet: %s", self.id, error)
            return None

    def _connect(self) -> None:
        """Raises TransportError, StillBusy. A bridge that stops must not take the line again."""
        if not self._stopping.is_set():
            self._open()
        if self._stopping.is_set():
            self._close()
            raise TransportError("the bridge stops")

    # -------------------------------------------------------------------- one action

    def _perform(self, job: CardJob, sent: Sent) -> Outcome:
        self._action, self._step = job.action, ""
        try:
            evidence = self._prepared(job.document)
            if isinstance(evidence, Outcome):
                return evidence
            sent(evidence)
            return self._charged(job.document) or self._recovered(evidence)
        finally:
            self._aborted.discard(job.action)
            self._action = ""

    def _prepared(self, document: CardDocument) -> Evidence | Outcome:
        """What is known before anything is sent, or why nothing is."""
        if self._gives_up:
            return failed("cancelled", "before anything was sent")
        try:
            self._connect()
            refused = self._refusal(document)
            return refused or self._evidence(document)
        except StillBusy as busy:
            return failed("busy", str(busy))
        except TransportError as error:
            self._close()
            self._health.note(Status("offline", error.detail))
            return failed("offline", error.detail)

    def _evidence(self, document: CardDocument) -> Evidence:
        try:
            found = self._last()
            before = EMPTY if found is None else found.number
        except Unknowable:
            before = UNASKED
        if isinstance(document, Settlement) and not self.settling_empties_log:
            before = UNASKED
        what = {"what": kind_of(document), "amount": amount_of(document), "before": before}
        return {**what, "at": int(time.time())}

    def _charged(self, document: CardDocument) -> Outcome | None:
        try:
            return self._carry_out(document)
        except (TransportError, Unknowable) as error:
            log.warning("device %s: the answer was lost: %s", self.id, error)
            self._close()
            return None

    def _recovered(self, evidence: Evidence) -> Outcome:
        """Asks until it answers, for as long as a cashier may be kept waiting."""
        self._tell("working")
        deadline = time.monotonic() + self._away_seconds
        busy_until = time.monotonic() + self._card_seconds
        while True:
            try:
                return self._asked(evidence)
            except StillBusy as busy:
                late, detail = time.monotonic() >= busy_until, str(busy)
            except TransportError as error:
                late, detail = time.monotonic() >= deadline, error.detail
            if late or self._stopping.wait(RETRY_SECONDS):
                return Outcome("unknown", "no_answer", detail)

    def _asked(self, evidence: Evidence) -> Outcome:
        """One question. Raises TransportError, StillBusy."""
        try:
            self._connect()
            self._rest()
            return judge(evidence, self._last, self._look, self._clock_seconds)
        except TransportError:
            self._close()
            raise

    # -------------------------------------------------------------------- for drivers

    @property
    def _gives_up(self) -> bool:
        """The cashier wants to stop what is going on."""
        return self._action in self._aborted

    def _tell(self, step: str) -> None:
        """What it is doing, once each."""
        if step in ("", self._step) or not self._action:
            return
        self._step = step
        self._emit("card", {"device": self.id, "action": self._action, "step": step})

    def _confirmed(self, document: CardDocument, kept: Kept) -> Outcome:
        """An approval that came without its numbers: the log has them."""
        if kept.invoice is None and not isinstance(document, Settlement):
            with contextlib.suppress(TransportError, Unknowable, StillBusy):
                found = self._last()
                ours = found is not None and found.kind in (None, kind_of(document))
                if found is not None and ours and found.amount == kept.amount:
                    return done(replace(found.kept, slip=kept.slip or found.kept.slip))
        return done(kept)

    def _close(self) -> None:
        self._wire.close()
