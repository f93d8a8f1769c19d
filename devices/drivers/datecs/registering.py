"""Carries a plan out at a Datecs printer, once, and judges from its counters what became of one that was interrupted.

A receipt can be cancelled until its first payment, and can only be finished after it: what was paid so far the printer
tells. What it registered it tells by its turnover and by the number of its last document.
"""

import logging

from devices.drivers.contract import Evidence, Outcome
from devices.drivers.datecs.codec import Answer, Command, amount, money
from devices.drivers.datecs.commands import Plan
from devices.drivers.datecs.link import Link
from devices.drivers.datecs.states import States, Transaction, sums_of, sums_text
from devices.drivers.registering import Begin, Carrying, Patience, Refused, ask_person, not_printed, whole_of
from devices.errors import TransportError

log = logging.getLogger("openkasa.bridge")

# Answers to a payment: the rest that is due, the change; anything else is a refusal.
REST, CHANGE = "D", "R"


class Registering(Carrying[Plan]):
    whole = frozenset({"sale", "paper", "answer"})

    def __init__(self, device: str, link: Link, states: States, patience: Patience, cash: str) -> None:
        super().__init__(device, link, states, patience)
        self._link = link
        self._family = link.family
        self._states = states
        self._cash = cash
        # Whether a command of this attempt was said again on a new connection: then it may have been done twice, if
        # the printer lost its power in between.
        self._doubted = False

    # -------------------------------------------------------------------- doing

    def _before(self, plan: Plan) -> dict[str, int | str]:
        evidence: dict[str, int | str] = {
            "what": plan.what,
            "proof": plan.proof,
            "documents": self._states.documents(),
            "closures": self._states.closures(),
            "amount": plan.amount,
            "omitted": ",".join(map(str, plan.omitted)),
        }
        if plan.proof == "sale":
            evidence["sums"] = sums_text(plan.sums)
            evidence["payments"] = " ".join(f"{kind}{paid}" for kind, paid in plan.payments)
        if plan.proof == "cash":
            _cash, came, went = self._states.money()
            evidence |= {"in": came, "out": went, "moved": plan.moved}
        if plan.proof == "z":
            # The day's own sums are empty when it is over.
            evidence |= self._states.day()
        turnover = self._states.turnover(plan.what) if plan.proof in ("sale", "z") else None
        if turnover is not None:
            evidence["totals"] = sums_text(turnover)
        return evidence

    def _say(self, plan: Plan, place: int, attempt: int, evidence: Evidence, seconds: float | None) -> None:
        asked = plan.commands[place]
        self._doubted = self._doubted and place > 0
        try:
            # Never into silence a second time: its power may have gone, and its memory of numbers with it.
            answer = self._link.ask(asked, seconds, once=True)
        except TransportError as error:
            if place >= plan.key and plan.proof != "answer":
                # What moves money is asked after as soon as the printer is back, and judged by what it says.
                self._until_back(self._link.back, error)
                raise
            answer = self._until_back(lambda: self._link.again(asked), error)
            # It repeated its answer, or heard the command for the first time, unless its power was away.
            self._doubted = True
        refused = self._refusal(plan, place, asked, answer)
        if refused is None:
            return
        if self._doubted:
            raise Begin
        label = plan.labels.get(place, "")
        raise Refused(refused[0], refused[1] + (f" ({label})" if label else ""))

    def _refusal(self, plan: Plan, place: int, asked: Command, answer: Answer) -> tuple[str, str] | None:
        refused = self._family.refusal(answer, asked.name)
        if refused is None and place == plan.check:
            told = amount(answer.text(self._family.places.subtotal))
            if told != plan.amount:
                return "totals_differ", f"the printer's subtotal is {told}, ours is {plan.amount}"
        if refused is None and plan.payments and plan.key <= place < len(plan.commands) - 1:
            return _unpaid(asked, answer)
        return self._late(refused) if refused is not None and plan.proof == "sale" and not place else refused

    def _late(self, refused: tuple[str, str]) -> tuple[str, str]:
        """Why a receipt may not be opened, as far as the printer's own clock tells."""
        if refused[0] == "wrong_mode" and self._states.z_needed():
            return "z_needed", "the last daily report (Z) is older than 24 hours: it must be printed first"
        return refused

    # -------------------------------------------------------------------- judging

    def _judge(self, evidence: Evidence) -> Outcome:
        proof, before = evidence["proof"], whole_of(evidence, "documents")
        # Where a cancelled receipt has a number too, it is read before anything is cancelled.
        nothing = self._states.documents() == before
        cancelled = self._end(evidence)
        if proof == "answer":
            return ask_person("it leaves no trace in the printer's counters")
        if proof == "z":
            return self._judged(evidence, self._states.closures() - whole_of(evidence, "closures"))
        if proof == "cash":
            return self._judged(evidence, self._moved(evidence))
        if proof == "paper":
            return self._judged(evidence, self._states.documents() - before)
        if nothing and (cancelled or self._states.documents() == before):
            return not_printed()
        return self._judged(evidence, self._registered(evidence, before))

    def _judged(self, evidence: Evidence, times: int | None) -> Outcome:
        if times == 0:
            return not_printed()
        if times == 1:
            return Outcome("done", result=self._result(evidence))
        return ask_person("its counters moved by something else than this document")

    def _registered(self, evidence: Evidence, before: int) -> int | None:
        """How often the turnover holds this receipt; where it is not told the last receipt is looked at."""
        then, now = sums_of(evidence, "totals"), self._turnover(evidence)
        alone = self._states.documents() == before + 1
        last = self._states.transaction().amount == whole_of(evidence, "amount")
        if then is None or now is None:
            return 1 if last and alone else None
        gone = {key: now.get(key, 0) - then.get(key, 0) for key in (*now, *then)}
        gone = {key: value for key, value in gone.items() if value}
        if gone == sums_of(evidence, "sums"):
            return 1
        # One document came, and both say that it is another's.
        return 0 if not gone or (alone and not last) else None

    def _turnover(self, evidence: Evidence) -> dict[str, int] | None:
        """Of the day of the evidence: also when the printer has closed it by itself at midnight."""
        now = self._states.turnover(str(evidence["what"]))
        closed = self._states.closures() - whole_of(evidence, "closures")
        if closed == 0 or now is None:
            return now
        report = self._states.closed_sums() if closed == 1 and evidence["what"] == "sale" else None
        if report is None:
            return None
        return {key: now.get(key, 0) + report.get(key, 0) for key in {**now, **report}}

    def _moved(self, evidence: Evidence) -> int | None:
        _cash, came, went = self._states.money()
        gone = came - whole_of(evidence, "in") - (went - whole_of(evidence, "out"))
        same_day = self._states.closures() == whole_of(evidence, "closures")
        return None if not same_day else 1 if gone == whole_of(evidence, "moved") else 0 if not gone else None

    # -------------------------------------------------------------------- what stands open

    def _end(self, evidence: Evidence) -> bool:
        """Finish our receipt when its payment has begun; cancel whatever else stands open. Whether it was cancelled."""
        found = self._states.transaction()
        if found.open is None:
            return False
        paid = found.open == "receipt" and found.tender > 0
        if paid:
            ours = found.amount == whole_of(evidence, "amount") and evidence["proof"] == "sale"
            self._finish(found, str(evidence["payments"]) if ours else "")
        else:
            log.warning("device %s: an open %s is cancelled", self._device, found.open)
            self._cancel(found)
        if self._states.open_document() is not None:
            raise TransportError("a document stays open", touched=True)
        return not paid

    def _finish(self, found: Transaction, payments: str) -> None:
        """A payment has begun, so it can only be finished: as it was meant, and what cannot be paid so in cash."""
        log.warning("device %s: a receipt whose payment had begun is finished", self._device)
        rest, paid = found.amount - found.tender, 0
        for one in payments.split():
            kind, wanted = one[0], int(one[1:])
            if rest <= 0 or paid < found.tender:
                paid += wanted
                continue
            # Only cash may bring a change.
            wanted = wanted if kind == self._cash else min(wanted, rest)
            rest -= wanted if self._pays(kind, wanted) else 0
        if rest > 0:
            log.warning("device %s: %d of it is paid in cash", self._device, rest)
            self._pays(self._cash, rest)
        self._link.ask(self._family.command("close"), self._patience.printing, once=True)

    def _pays(self, kind: str, paid: int) -> bool:
        asked = self._family.command("payment", kind=kind, amount=money(paid))
        answer = self._link.ask(asked, self._patience.printing, once=True)
        return not (self._family.refusal(answer, asked.name) or _unpaid(asked, answer))

    def _cancel(self, found: Transaction) -> None:
        name = "cancel" if found.open == "receipt" else "text_close"
        self._link.ask(self._family.command(name), self._patience.printing, once=True)

    def _close_what_is_open(self) -> bool:
        found = self._states.transaction()
        if found.open is None:
            return False
        log.warning("device %s: an open %s is cancelled", self._device, found.open)
        self._cancel(found)
        if self._states.open_document() is not None:
            raise TransportError("a document stays open", touched=True)
        return True

    def cancel(self) -> None:
        """Whatever stands open; a receipt whose payment has begun stays."""
        self._cancel(self._states.transaction())

    def clean_up(self) -> Outcome:
        """Whatever stands open is cancelled; a receipt whose payment has begun is paid in cash and closed."""
        found = self._states.transaction()
        if found.open is None:
            return Outcome("done", result={"cancelled": None})
        paid = found.open == "receipt" and found.tender > 0
        log.warning("device %s: an open %s is cleared by request", self._device, found.open)
        if paid:
            self._finish(found, "")
        else:
            self._cancel(found)
        if self._states.open_document() is not None:
            return Outcome("failed", "wrong_mode", f"the open {found.open} cannot be cleared")
        return Outcome(
            "done", result={"cancelled": None, "closed": found.open} if paid else {"cancelled": found.open}
        )


def _unpaid(asked: Command, answer: Answer) -> tuple[str, str] | None:
    """Why a payment was not taken. One field or two, it begins with a letter."""
    told = "".join(answer.fields[:2])
    if told[:1] in (REST, CHANGE):
        return None
    return "payment", f"the printer refused a payment at {asked.name}: {told[:20]!r}"
