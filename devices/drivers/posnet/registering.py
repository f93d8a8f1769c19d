"""Carries a plan out at a Posnet printer, once, and judges from counters what became of one that was interrupted."""

import logging
from dataclasses import replace
from datetime import datetime

from devices.drivers.contract import Evidence, Outcome
from devices.drivers.posnet.codec import Answer, Command, command, explain, word
from devices.drivers.posnet.commands import Plan
from devices.drivers.posnet.link import Link
from devices.drivers.posnet.states import Counters, States
from devices.drivers.registering import (
    ATTEMPTS,
    Begin,
    Carrying,
    Patience,
    Refused,
    ask_person,
    not_printed,
    whole_of,
)
from devices.errors import TransportError

log = logging.getLogger("openkasa.bridge")


class Registering(Carrying[Plan]):
    whole = frozenset({"sale", "pack", "paper"})

    def __init__(self, device: str, link: Link, states: States, patience: Patience) -> None:
        super().__init__(device, link, states, patience)
        self._link = link
        self._states = states

    # -------------------------------------------------------------------- doing

    def _before(self, plan: Plan) -> dict[str, int | str]:
        cash = self._states.cash() if plan.proof == "cash" else None
        # Asked last: the token of this question tells later whether the printer still remembers anything.
        before = self._states.counters()
        evidence = _evidence(plan, before, self._link.tokens.take(len(plan.commands) * ATTEMPTS))
        return evidence if cash is None else evidence | {"cash": cash, "moved": _moved(plan)}

    def _say(self, plan: Plan, place: int, attempt: int, evidence: Evidence, seconds: float | None) -> None:
        asked = plan.commands[place]
        first = whole_of(evidence, "key") - plan.key
        token = first + attempt * len(plan.commands) + place
        try:
            answer = self._link.ask(asked, seconds, token)
        except TransportError as error:
            answer = self._lost(asked, seconds, token, error)
        if answer.error is not None:
            label = plan.labels.get(place, "")
            detail = explain(answer.error, asked.name) + (f" ({label})" if label else "")
            raise Refused(word(answer.error), detail)

    def _lost(self, asked: Command, seconds: float | None, token: int, error: TransportError) -> Answer:
        """The answer did not come: ask for it once more."""

        def again() -> Answer:
            found = self._link.again(token)
            if found is not None:
                return found
            if self._states.in_the_middle():
                raise TransportError("the printer is still at it", touched=True)
            # Not in its memory: the command never arrived, unless the memory itself is gone.
            if self._link.known(token - 1):
                return self._link.ask(asked, seconds, token)
            raise Begin

        return self._until_back(again, error)

    # -------------------------------------------------------------------- judging

    def _judge(self, evidence: Evidence) -> Outcome:
        cancelled = self._close_what_is_open()
        now = self._states.counters()
        said = self._said(evidence)
        printed = now.papers - whole_of(evidence, "papers_before")
        match evidence["proof"]:
            case "sale":
                return self._judge_sale(evidence, now.receipts, now.reports, said)
            case "z":
                happened = now.reports - whole_of(evidence, "reports")
            case "cash" if "cash" in evidence and (cash := self._states.cash()) is not None:
                gone = cash - whole_of(evidence, "cash")
                happened = 1 if gone == whole_of(evidence, "moved") else 0 if gone == 0 else -1
            case "cash" | "note":
                happened = 1 if printed == whole_of(evidence, "papers") else 0 if printed == 0 else -1
            case "pack" | "paper" if cancelled or printed == 0:
                happened = 0
            case "pack":
                happened = 1 if printed == 1 and self._states.last_sums() == _sums(evidence) else -1
            case _:
                happened = 0 if said is False else -1
        if said is True or happened == 1:
            return Outcome("done", result=self._result(evidence))
        if happened == 0:
            return not_printed()
        return ask_person("its counters moved by more than this document")

    def _judge_sale(self, evidence: Evidence, receipts: int, reports: int, said: bool | None) -> Outcome:
        same_day = reports == whole_of(evidence, "reports")
        if same_day and receipts == whole_of(evidence, "receipts"):
            return not_printed()
        one_more = same_day and receipts == whole_of(evidence, "receipts") + 1
        if said is True or (one_more and self._states.last_sums() in (None, _sums(evidence))):
            return Outcome("done", result=self._result(evidence))
        return ask_person("its receipts were counted, and the last one is not this one")

    def _said(self, evidence: Evidence) -> bool | None:
        """Whether the printer remembers having answered the closing command: yes, with an error, or not at all."""
        found: bool | None = None
        for attempt in range(ATTEMPTS):
            token = whole_of(evidence, "key") + attempt * whole_of(evidence, "size")
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
    return whole_of(evidence, "goods"), whole_of(evidence, "deposits")
