"""What a Datecs printer says about itself: its mechanism, what stands open, its counters, sums, rates and clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from devices.drivers.contract import Evidence, State, Status
from devices.drivers.datecs.codec import Answer, Command, amount, instant, percent, whole
from devices.drivers.datecs.families import FISCALISED, LETTERS, OPEN_FISCAL, OPEN_TEXT, Family
from devices.drivers.datecs.link import Link
from devices.drivers.fiscal import FiscalState, skew
from devices.errors import TransportError

# What keeps it from printing, as the state of any device.
STOPPED: Mapping[str, State] = {"no_paper": "no_paper", "cover_open": "cover_open"}
LOW_PAPER = (2, 1)
A_DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Transaction:
    """The receipt that is open, or the last one: its sum and what was paid of it."""

    open: Literal["receipt", "text"] | None
    amount: int
    tender: int


class States:
    """Questions only; nothing here prints. Each raises TransportError when no answer comes."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._family: Family = link.family
        self._places = link.family.places
        self._memory: str | None = None

    # -------------------------------------------------------------------- the mechanism

    def answer(self) -> Answer:
        """Its status stands in every answer."""
        return self.ask("status")

    def status(self) -> Status:
        answer = self.answer()
        stopped = self._family.stopped(answer)
        if stopped is not None:
            return Status(STOPPED.get(stopped[0], "error"), stopped[1])
        if answer.bit(*LOW_PAPER):
            return Status("paper_low", "the paper is nearly at its end")
        return Status("ready")

    def stopped(self) -> tuple[str, str] | None:
        return self._family.stopped(self.answer())

    def fiscalised(self) -> bool:
        return self.answer().bit(*FISCALISED)

    def in_the_middle(self) -> bool:
        """Never to be waited for: while it works it says so, and its answer comes when it has done."""
        return False

    # -------------------------------------------------------------------- what stands open

    def transaction(self) -> Transaction:
        answer, at = self.asked("transaction"), self._places
        stands: Literal["receipt", "text"] | None = None
        if answer.bit(*OPEN_FISCAL):
            stands = "receipt"
        elif answer.bit(*OPEN_TEXT):
            stands = "text"
        return Transaction(stands, _money(answer, at.amount), _money(answer, at.tender))

    def open_document(self) -> Literal["receipt", "text"] | None:
        answer = self.answer()
        return "receipt" if answer.bit(*OPEN_FISCAL) else "text" if answer.bit(*OPEN_TEXT) else None

    # -------------------------------------------------------------------- counters and sums

    def documents(self) -> int:
        """The number of the last document; what it counts is a family's."""
        return _count(self.asked("document"), self._places.document)

    def closures(self) -> int:
        """The number of the last Z; none yet is 0."""
        answer = self.ask("closure")
        return whole(answer.text(self._places.closure)) or 0

    def turnover(self, what: str) -> dict[str, int] | None:
        """Gross of the day by group, of sales or of returns; None where the family does not tell."""
        name = "returned" if what == "return" else "sold"
        if not self._family.knows(name):
            return None
        return self._sums(self.asked(name), -len(self._family.groups))

    def closed_sums(self) -> dict[str, int] | None:
        """Sales of the last Z by group; None where the family does not tell."""
        at = self._places.closure_sums
        return None if at is None else self._sums(self.asked("closure"), at)

    def _sums(self, answer: Answer, at: int) -> dict[str, int]:
        groups = len(self._family.groups)
        first = len(answer.fields) + at if at < 0 else at
        found = [amount(told) for told in answer.fields[first : first + groups]]
        if first < 0 or len(found) != groups or None in found:
            raise TransportError(f"the printer's answer to {answer.code:02X}h has no sums", touched=True)
        return {letter: one for letter, one in zip(LETTERS, found, strict=False) if one}

    def money(self) -> tuple[int, int, int]:
        """Cash in the drawer, and what was put in and taken out since the last Z."""
        answer, at = self.asked("cash"), self._places.cash
        return _money(answer, at), _money(answer, at + 1), _money(answer, at + 2)

    # -------------------------------------------------------------------- rates, clock, numbers

    def rates(self) -> dict[str, int | None]:
        """Hundredths of a percent by group, without those that are not in use."""
        told = self.asked("rates").fields[self._places.rates :]
        found = {
            letter: percent(one)
            for letter, one in zip(LETTERS, told[: len(self._family.groups)], strict=False)
        }
        return {letter: rate for letter, rate in found.items() if rate is not None}

    def clock(self) -> datetime | None:
        """Its wall time, which is taken for ours."""
        return instant(self.asked("clock").text(0))

    def memory(self) -> str | None:
        """The number of the fiscal memory; it does not change while it is in."""
        if self._memory is None:
            answer = self.ask("diagnostics")
            told = answer.text(self._places.memory) or answer.text(-1)
            # Some printers with tabs tell this one with commas.
            self._memory = told.rpartition(",")[2] or None
        return self._memory

    def z_needed(self) -> bool | None:
        """Sales of the day stand, and its last Z is older than a day; None where one of them is not told."""
        closed, clock = instant(self.ask("closed_at").text(0)), self.clock()
        if closed is None or clock is None:
            return None
        return clock - closed > A_DAY and any((self.turnover("sale") or {}).values())

    # -------------------------------------------------------------------- answers for a till

    def fiscal_state(self) -> FiscalState:
        status, clock = self.status(), self.clock()
        return FiscalState(
            state=status.state,
            detail=status.detail,
            mode=self._mode(),
            unique_number=self.memory(),
            clock=None if clock is None else clock.isoformat(timespec="seconds"),
            skew_seconds=None if clock is None else skew(clock),
            open=self.open_document(),
            z_needed=self.z_needed(),
            z_number=self.closures(),
            receipt_number=self.documents(),
            receipts=self._day("sales", 0),
            cancelled=self._day("annulled", 2),
            cash=self.money()[0],
            totals=self.turnover("sale") or {},
            rates=self.rates(),
        )

    def result(self, evidence: Evidence) -> Mapping[str, object]:
        """What it says about the document that the evidence is of."""
        what, clock, documents = evidence["what"], self.clock(), self.documents()
        common: dict[str, object] = {
            "unique_number": self.memory(),
            "document": documents,
            "at": None if clock is None else clock.isoformat(timespec="seconds"),
            "mode": self._mode(),
        }
        if what in ("sale", "return"):
            # Only the last receipt can be this one; a number of another one would be worse than none.
            ours = self.transaction().amount == int(evidence["amount"])
            return {
                **common,
                "document": documents if ours else None,
                "number": documents if ours else None,
                "z_number": int(evidence["closures"]) + 1 if ours else None,
                "totals": None,
                "omitted": [int(n) for n in str(evidence["omitted"]).split(",") if n],
                "substitute": None,
            }
        if what == "z":
            return {
                **common,
                "report": "z",
                "z_number": self.closures(),
                "totals": sums_of(evidence, "totals"),
                "receipts": evidence.get("receipts"),
                "cancelled": evidence.get("cancelled"),
            }
        if what == "x":
            told = {"report": "x", "z_number": self.closures() + 1, "totals": self.turnover("sale")}
            return {
                **common,
                **told,
                "receipts": self._day("sales", 0),
                "cancelled": self._day("annulled", 2),
            }
        return {**common, "cash": self.money()[0]}

    def day(self) -> dict[str, int]:
        """How many receipts there were and were cancelled since the last Z, where the family tells."""
        found = {"receipts": self._day("sales", 0), "cancelled": self._day("annulled", 2)}
        return {key: value for key, value in found.items() if value is not None}

    def _day(self, name: str, at: int) -> int | None:
        return whole(self.asked(name).text(at)) if self._family.knows(name) else None

    def _mode(self) -> Literal["fiscal", "training", "read_only"]:
        answer = self.answer()
        if not answer.bit(*FISCALISED):
            return "training"
        return "read_only" if (self._family.stopped(answer) or ("",))[0] == "read_only" else "fiscal"

    # -------------------------------------------------------------------- asking

    def ask(self, name: str) -> Answer:
        """An answer, which may be that it knows nothing to tell."""
        return self._link.ask(self._family.command(name))

    def asked(self, name: str) -> Answer:
        """An answer that every model of the family gives; anything else is a printer that does not work."""
        asked = self._family.command(name)
        return self._right(self._link.ask(asked), asked)

    def _right(self, answer: Answer, asked: Command) -> Answer:
        # Without paper it still answers questions, and says in its status what it lacks.
        refused = self._family.refusal(answer, asked.name)
        if refused is not None:
            raise TransportError(refused[1], touched=True)
        return answer


def sums_text(sums: Mapping[str, int]) -> str:
    return " ".join(f"{letter}={value}" for letter, value in sorted(sums.items()) if value)


def sums_of(evidence: Evidence, key: str) -> dict[str, int] | None:
    """Sums per group as `sums_text` wrote them; None where nothing was written."""
    if key not in evidence:
        return None
    return {part[0]: int(part[2:]) for part in str(evidence[key]).split()}


def _money(answer: Answer, at: int) -> int:
    return _needed(amount(answer.text(at)), answer)


def _count(answer: Answer, at: int) -> int:
    return _needed(whole(answer.text(at)), answer)


def _needed(value: int | None, answer: Answer) -> int:
    if value is None:
        raise TransportError(f"the printer's answer to {answer.code:02X}h lacks a number", touched=True)
    return value
