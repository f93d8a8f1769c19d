"""Carries a plan out at a Posnet printer, once, and judges from counters what became of one that was interrupted.

The same judgement serves a connection that broke a second ago and a bridge that was started a day later: it knows
nothing but the evidence that was written down before the first command.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from devices.drivers.contract import Evidence, Outcome, Sent
from devices.drivers.posnet.codec import Answer, Command, command, explain, word
from devices.drivers.posnet.commands import Plan
from devices.drivers.posnet.link import Link
from devices.drivers.posnet.states import Counters, States
from devices.errors import TransportError

log = logging.getLogger("openkasa.bridge")

# A receipt that surely is not registered is begun a second time by itself, and then handed back.
ATTEMPTS = 2
NOT_PRINTED = "not_printed"
# Documents of many commands that are nothing before their closing one.
WHOLE = frozenset({"sale", "pack", "paper"})
REOPEN_SECONDS = 0.2


class Refused(Exception):
    """The printer refused a command."""

    def __init__(self, asked: Command, answer: Answer, label: str) -> None:
        assert answer.error is not None
        self.code = word(answer.error)
        self.detail = explain(answer.error, asked.name) + (f" ({label})" if label else "")
        super().__init__(self.detail)


class Begin(Exception):
    """The printer has forgotten what we told it: the plan cannot go on where it stopped."""


@dataclass(frozen=True)
class Patience:
    """Seconds: a document being printed, a daily report, and a printer that has gone away."""

    printing: float
    reporting: float
    away: float


class Registering:
    def __init__(self, device: str, link: Link, states: States, patience: Patience) -> None:
        self._device = device
        self._link = link
        self._states = states
        self._patience = patience

    def run(self, plan: Plan, sent: Sent) -> Outcome:
        """Inside a session, on a printer that was found able. Raises TransportError only before `sent`."""
        cash = self._states.cash() if plan.proof == "cash" else None
        # Asked last: the token of this question tells later whether the printer still remembers anything.
        before = self._states.counters()
        size = len(plan.commands)
        token = self._link.tokens.take(size * ATTEMPTS)
        evidence = _evidence(plan, before, token)
        if cash is not None:
            evidence |= {"cash": cash, "moved": _moved(plan)}
        sent(evidence)
        outcome = Outcome("failed", NOT_PRINTED)
        for attempt in range(ATTEMPTS):
            outcome = self._attempt(plan, evidence, token + attempt * size)
            if outcome.code != NOT_PRINTED:
                break
            log.warning("device %s: %s; attempt %d", self._device, outcome.detail, attempt + 1)
        return outcome

    def judge(self, evidence: Evidence) -> Outcome | None:
        """What became of it; None while the printer cannot be asked. Cleans up a document that stands open."""
        try:
            with self._link.session():
                if self._states.in_the_middle():
                    return None
                return self._judge(evidence)
        except TransportError:
            return None

    # -------------------------------------------------------------------- doing

    def _attempt(self, plan: Plan, evidence: Evidence, token: int) -> Outcome:
        place = 0
        try:
            for place, asked in enumerate(plan.commands):
                self._tell(plan, place, asked, token + place)
        except Refused as refusal:
            failed = Outcome("failed", refusal.code, refusal.detail)
            # Refused as the first: what stands open there, if anything, is not ours to clean up.
            return self._unfinished(failed) if 0 < place < plan.key else self._after(evidence, failed, place)
        except Begin:
            failed = Outcome("failed", NOT_PRINTED, "the printer forgot a document that it had begun")
            return self._unfinished(failed) if place < plan.key else self._after(evidence, failed, place)
        except TransportError as error:
            self._link.close()
            if place < plan.key and plan.proof in WHOLE:
                return self._why("failed", error.detail)
            return self.judge(evidence) or self._why("unknown", error.detail)
        return Outcome("done", result=self._result(evidence))

    def _unfinished(self, failed: Outcome) -> Outcome:
        """The closing command was never sent, so the document cannot exist. What stands open is cancelled now, or, if
        the printer does not let us, before the next one.
        """
        try:
            if not self._states.in_the_middle():
                self._close_what_is_open()
        except TransportError as error:
            log.warning("device %s: an unfinished document stands open: %s", self._device, error.detail)
            self._link.close()
        return failed

    def _tell(self, plan: Plan, place: int, asked: Command, token: int) -> None:
        """One command, executed exactly once. Raises Refused, Begin, or TransportError when nobody answers."""
        seconds = None
        if place >= plan.key or plan.proof != "sale":
            seconds = self._patience.reporting if plan.slow == "report" else self._patience.printing
        try:
            answer = self._link.ask(asked, seconds, token)
        except TransportError as error:
            answer = self._lost(asked, seconds, token, error)
        if answer.error is not None:
            raise Refused(asked, answer, plan.labels.get(place, ""))

    def _lost(self, asked: Command, seconds: float | None, token: int, error: TransportError) -> Answer:
        """The answer did not come: ask for it once more until the printer is back or patience ends."""
        deadline = time.monotonic() + self._patience.away
        while time.monotonic() < deadline:
            try:
                found = self._link.again(token)
                if found is not None:
                    return found
                if self._states.in_the_middle():
                    raise TransportError("the printer is still at it", touched=True)
                # Not in its memory: the command never arrived, unless the memory itself is gone.
                if self._link.known(token - 1):
                    return self._link.ask(asked, seconds, token)
                raise Begin
            except TransportError as again:
                error = again
                self._link.close()
                self._pause(deadline)
        raise error

    def _pause(self, deadline: float) -> None:
        time.sleep(max(0.0, min(REOPEN_SECONDS, deadline - time.monotonic())))

    def _after(self, evidence: Evidence, failed: Outcome, place: int) -> Outcome:
        """The closing command, or one behind it, was refused or forgotten: the counters say whether the document
        exists all the same.
        """
        if not place and failed.code != NOT_PRINTED:
            return failed
        try:
            outcome = None if self._states.in_the_middle() else self._judge(evidence)
        except TransportError:
            self._link.close()
            outcome = self.judge(evidence)
        if outcome is None:
            return self._why("unknown", "it stopped answering while its document was being judged")
        return failed if outcome.state == "failed" else outcome

    def _why(self, state: Literal["failed", "unknown"], detail: str) -> Outcome:
        """It cannot be asked: say why, as far as its mechanism still tells."""
        try:
            with self._link.session():
                stopped = self._states.stopped()
        except TransportError:
            stopped = None
        return Outcome(state, *stopped) if stopped else Outcome(state, "no_answer", detail)

    # -------------------------------------------------------------------- judging

    def _judge(self, evidence: Evidence) -> Outcome:
        cancelled = self._close_what_is_open()
        now = self._states.counters()
        said = self._said(evidence)
        printed = now.papers - _whole(evidence, "papers_before")
        match evidence["proof"]:
            case "sale":
                return self._judge_sale(evidence, now.receipts, now.reports, said)
            case "z":
                happened = now.reports - _whole(evidence, "reports")
            case "cash" if "cash" in evidence and (cash := self._states.cash()) is not None:
                gone = cash - _whole(evidence, "cash")
                happened = 1 if gone == _whole(evidence, "moved") else 0 if gone == 0 else -1
            case "cash" | "note":
                happened = 1 if printed == _whole(evidence, "papers") else 0 if printed == 0 else -1
            case "pack" | "paper" if cancelled or printed == 0:
                happened = 0
            case "pack":
                happened = 1 if printed == 1 and self._states.last_sums() == _sums(evidence) else -1
            case _:
                happened = 0 if said is False else -1
        if said is True or happened == 1:
            return Outcome("done", result=self._result(evidence))
        if happened == 0:
            return Outcome("failed", NOT_PRINTED, "the printer's counters say that it did not happen")
        return _ask_person("its counters moved by more than this document")

    def _judge_sale(self, evidence: Evidence, receipts: int, reports: int, said: bool | None) -> Outcome:
        same_day = reports == _whole(evidence, "reports")
        if same_day and receipts == _whole(evidence, "receipts"):
            return Outcome("failed", NOT_PRINTED, "the printer has counted no receipt since")
        one_more = same_day and receipts == _whole(evidence, "receipts") + 1
        if said is True or (one_more and self._states.last_sums() in (None, _sums(evidence))):
            return Outcome("done", result=self._result(evidence))
        return _ask_person("its receipts were counted, and the last one is not this one")

    def _said(self, evidence: Evidence) -> bool | None:
        """Whether the printer remembers having answered the closing command: yes, with an error, or not at all."""
        found: bool | None = None
        for attempt in range(ATTEMPTS):
            token = _whole(evidence, "key") + attempt * _whole(evidence, "size")
            answer = self._link.ask(command("rpt"), token=token)
            if not answer.frame_error:
                found = bool(found) or answer.error is None
        return found

    def _close_what_is_open(self) -> bool:
        """A receipt that is fiscally closed gets its end; any other open document is cancelled. True when one was."""
        if self._states.open_document() is None:
            return False
        ends = self._states.lacks_only_its_end()
        if not ends:
            log.warning("device %s: an open document is cancelled", self._device)
        self._link.ask(command("trftrend" if ends else "prncancel"), self._patience.printing)
        if self._states.open_document() is not None:
            raise TransportError("a document stays open", touched=True)
        return not ends

    def clean_up(self) -> Outcome:
        """Whatever stands open, whoever opened it. It needs no evidence: cancelling once more does no harm."""
        found = self._states.open_document()
        if found is not None:
            log.warning("device %s: an open %s is cancelled by request", self._device, found)
            for name in (
                ("trftrend",) if self._states.lacks_only_its_end() else ("prncancel", "hardprncancel")
            ):
                self._link.ask(command(name), self._patience.printing)
                if self._states.open_document() is None:
                    break
            else:
                return Outcome("failed", "wrong_mode", f"the open {found} cannot be cancelled")
        return Outcome("done", result={"cancelled": found})

    # -------------------------------------------------------------------- telling

    def _result(self, evidence: Evidence) -> Mapping[str, object]:
        """What the printer says about what it did. A line that breaks now takes nothing back: keys become null."""
        try:
            return self._states.result(evidence)
        except TransportError as error:
            log.warning("device %s did not tell about its document: %s", self._device, error.detail)
        try:
            with self._link.session():
                return self._states.result(evidence)
        except TransportError:
            return dict.fromkeys(("number", "unique_number", "z_number", "at", "document"))


def dated(plan: Plan, clock: datetime | None) -> Plan:
    """A daily report names the day of the printer's own clock, which it compares."""
    if plan.proof != "z" or clock is None:
        return plan
    return replace(plan, commands=(command("dailyrep", da=clock.date().isoformat()),))


def _evidence(plan: Plan, before: Counters, token: int) -> dict[str, int | str]:
    """Everything that the judgement needs, now and after any restart."""
    return {
        "what": plan.what,
        "proof": plan.proof,
        "key": token + plan.key,
        "size": len(plan.commands),
        "receipts": before.receipts,
        "reports": before.reports,
        "papers_before": before.papers,
        "papers": plan.papers,
        "goods": plan.goods,
        "deposits": plan.deposits,
        "omitted": ",".join(map(str, plan.omitted)),
        **({"substitute": plan.substitute} if plan.substitute else {}),
    }


def _moved(plan: Plan) -> int:
    values = dict(plan.commands[plan.key].values)
    return int(values["kw"]) * (1 if values["wp"] == "1" else -1)


def _sums(evidence: Evidence) -> tuple[int, int]:
    return _whole(evidence, "goods"), _whole(evidence, "deposits")


def _whole(evidence: Evidence, key: str) -> int:
    return int(evidence[key])


def _ask_person(detail: str) -> Outcome:
    return Outcome("unknown", "ask_person", detail)
