"""Carries a plan out at a Shtrih-M printer, once, and asks its fiscal storage what became of one that was interrupted.

The storage numbers every document and tells kind, operation and sum of each: a receipt is there or it is not.
"""

import logging

from devices.drivers.contract import Evidence, Outcome
from devices.drivers.registering import Begin, Carrying, Patience, Refused, ask_person, not_printed, whole_of
from devices.drivers.shtrih.codec import WAITS_TO_CONTINUE, Answer, Command, explain, word
from devices.drivers.shtrih.commands import Plan
from devices.drivers.shtrih.link import Link
from devices.drivers.shtrih.states import CANCELLED, CONTINUE, COUNTERS, DOCUMENT, SHIFT_END, States
from devices.errors import TransportError

log = logging.getLogger("openkasa.bridge")

CANCEL, CANCEL_IN_STORAGE = 0x88, 0xFF08
# Refusals that say only that it cannot print now: no paper, another submode, the word to go on.
CANNOT_PRINT = (0x6B, 0x72, WAITS_TO_CONTINUE)
COUNTER_SIZE = 0x10000


class Registering(Carrying[Plan]):
    def __init__(self, device: str, link: Link, states: States, patience: Patience) -> None:
        super().__init__(device, link, states, patience)
        self._link = link
        self._states = states

    # -------------------------------------------------------------------- doing

    def _before(self, plan: Plan) -> dict[str, int | str]:
        before = self._states.counters()
        evidence: dict[str, int | str] = {
            "what": plan.what,
            "proof": plan.proof,
            "storage": before.storage,
            "last": before.last,
            "shift": before.shift,
            "receipts": before.receipts,
            "amount": plan.amount,
            "operation": plan.operation,
            "omitted": ",".join(map(str, plan.omitted)),
        }
        if plan.proof in COUNTERS:
            evidence["count"] = self._states.count(COUNTERS[plan.proof])
        if plan.proof == "z":
            # The shift's own registers are empty when it is over.
            totals = self._states.totals()
            if totals is not None:
                evidence["totals"] = " ".join(f"{row}={amount}" for row, amount in totals.items())
            evidence["cancelled"] = self._states.count(CANCELLED)
        return evidence

    def _say(self, plan: Plan, place: int, attempt: int, evidence: Evidence, seconds: float | None) -> None:
        asked = plan.commands[place]
        answer = self._told(asked, seconds)
        if answer.error == WAITS_TO_CONTINUE:
            # Paper was put in between two commands. A refusal did nothing, so the command is new.
            self._link.ask(Command(CONTINUE))
            answer = self._told(asked, seconds)
        if not answer.error:
            return
        label = plan.labels.get(place, "")
        code, detail = word(answer.error, asked.code > 0xFF), explain(answer.error, asked.name)
        if answer.error in CANNOT_PRINT:
            code = (self._states.stopped() or (code, ""))[0]
        raise Refused(code, detail + (f" ({label})" if label else ""))

    def _told(self, asked: Command, seconds: float | None) -> Answer:
        try:
            return self._link.ask(asked, seconds)
        except TransportError as error:
            return self._lost(asked, error)

    def _lost(self, asked: Command, error: TransportError) -> Answer:
        """The answer did not come: ask for it once more."""

        def again() -> Answer:
            found = self._link.again(asked)
            if found is None:
                raise Begin
            return found

        return self._until_back(again, error)

    # -------------------------------------------------------------------- judging

    def _judge(self, evidence: Evidence) -> Outcome:
        proof = str(evidence["proof"])
        if proof == "answer":
            self._close_what_is_open()
            return ask_person("it leaves no trace in the printer's counters")
        if proof in COUNTERS:
            moved = (self._states.count(COUNTERS[proof]) - whole_of(evidence, "count")) % COUNTER_SIZE
            return self._judged(evidence, moved)
        documents = self._states.since(evidence)
        if documents is None:
            return ask_person("its fiscal storage is another one, or counts otherwise")
        if proof == "z":
            return self._judged(evidence, sum(one.kind == SHIFT_END for one in documents))
        found = self._states.ours(evidence, documents)
        if not found and self._close_what_is_open():
            # Closed or cancelled: only now it can no longer come.
            found = self._states.ours(evidence, self._states.since(evidence) or [])
        return self._judged(evidence, len(found))

    def _judged(self, evidence: Evidence, times: int) -> Outcome:
        if times == 0:
            return not_printed()
        if times == 1:
            return Outcome("done", result=self._result(evidence))
        return ask_person("it has taken more than one such document since")

    def _close_what_is_open(self) -> bool:
        if self._states.open_document() is None:
            return False
        log.warning("device %s: an open document is cancelled", self._device)
        self.cancel()
        if self._states.open_document() is not None:
            raise TransportError("a document stays open", touched=True)
        return True

    def cancel(self) -> None:
        """Where the printer has no open document, its storage has one that the printer lost with its power."""
        if self._states.short().mode == DOCUMENT:
            self._link.ask(Command(CANCEL), self._patience.printing)
        else:
            self._link.ask(Command(CANCEL_IN_STORAGE))

    def clean_up(self) -> Outcome:
        found = self._states.open_document()
        if found is not None:
            log.warning("device %s: an open %s is cancelled by request", self._device, found)
            self.cancel()
            if self._states.open_document() is not None:
                return Outcome("failed", "wrong_mode", f"the open {found} cannot be cancelled")
        return Outcome("done", result={"cancelled": found})
