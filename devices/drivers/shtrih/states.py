"""What a Shtrih-M printer says about itself: its mode, its counters, its clock, and what is in the fiscal storage."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from devices.drivers.contract import Evidence, State, Status
from devices.drivers.fiscal import FiscalState, skew
from devices.drivers.shtrih.codec import MODES, Answer, Command, day_of, explain, number
from devices.drivers.shtrih.link import Link
from devices.errors import TransportError

SHORT, LONG, MONEY, COUNT, TABLE, CONTINUE = 0x10, 0x11, 0x1A, 0x1B, 0x1F, 0xB0
STORAGE, VERSION, FIND, QUEUE, SHIFT = 0xFF01, 0xFF04, 0xFF0A, 0xFF39, 0xFF40
# Modes and submodes of the printer.
SHIFT_OVER, SHIFT_CLOSED, LOCKED, DATE, DOCUMENT = 3, 4, 5, 6, 8
TEXT_DOCUMENT = 4
NO_PAPER, PAPER_BACK, AT_WORK = (1, 2), 3, (4, 5)
SELLING = frozenset({0, 2, SHIFT_OVER, SHIFT_CLOSED, DOCUMENT})
LID, DRAWER = 1 << 10, 1 << 11
# Phases of the life of a storage: in use, closed for ever.
IN_USE, ENDED = 2, 4
WARNINGS = {
    1: "the fiscal storage must be replaced within three days",
    2: "the fiscal storage must be replaced within thirty days",
    4: "the fiscal storage is nine tenths full",
    8: "the tax office has not answered for too long",
}
# What keeps it from printing, as the state of any device.
STOPPED: Mapping[str, State] = {"no_paper": "no_paper", "cover_open": "cover_open"}
# Registers: cash in the drawer; sales of the shift by rate, of four kinds of receipt each.
CASH, TURNOVER = 241, 209
COUNTED_ROWS = 4
# Counters: X reports, cash in, cash out, documents cancelled in the shift.
X_REPORTS, CASH_INS, CASH_OUTS, CANCELLED = 158, 155, 156, 157
COUNTERS = {"x": X_REPORTS, "in": CASH_INS, "out": CASH_OUTS}
# Rows of the table of rates: without tax; those of 20 % that printers take for 22 % by themselves since 2026.
WITHOUT_TAX, REPLACED = 4, (1, 5)
RATES_TABLE, SETTINGS_TABLE, REPLACE_FIELD = 6, 17, 71
OLD_RATE, NEW_RATE, NEW_RATE_YEAR = 2000, 2200, 2026
# Kinds of documents in the storage that are receipts, of sale or corrections; the end of a shift.
RECEIPT, RECEIPTS, SHIFT_END = 3, (3, 4, 31, 41), 5
NOTHING_FOUND = 0x08
POLL_SECONDS = 0.05
# A bridge that was away for longer than so many documents does not guess which one was its own.
MOST_DOCUMENTS = 200


@dataclass(frozen=True)
class Short:
    flags: int
    mode: int
    kind: int
    submode: int


@dataclass(frozen=True)
class Counters:
    """Of the fiscal storage: its number and phase, warnings, the last document; of the shift, which may be over."""

    storage: str
    phase: int
    warnings: int
    last: int
    shift_open: bool
    shift: int
    receipts: int


@dataclass(frozen=True)
class Document:
    """One in the fiscal storage. `operation` and `amount` are those of a receipt."""

    place: int
    kind: int
    sign: int
    at: datetime | None
    operation: int = 0
    amount: int = 0


class States:
    """Questions, and the word to go on printing. Each raises TransportError when no answer comes."""

    def __init__(self, link: Link, rows: Iterable[int], printing_seconds: float) -> None:
        self._link = link
        self._rows = sorted(set(rows))
        self._printing_seconds = printing_seconds
        self._for_training: tuple[str, bool] | None = None

    # -------------------------------------------------------------------- the mechanism

    def short(self) -> Short:
        answer = self._asked(Command(SHORT))
        mode = _needed(answer, 3, 1)
        return Short(_needed(answer, 1, 2), mode & 0x0F, mode >> 4, _needed(answer, 4, 1))

    def status(self) -> Status:
        found = self.short()
        drawer: Literal["open", "closed"] = "open" if found.flags & DRAWER else "closed"
        stopped = self._stopped_at(found)
        if stopped is None:
            return Status("ready", drawer=drawer)
        code, says = stopped
        return Status(STOPPED.get(code, "error"), says, drawer)

    def stopped(self) -> tuple[str, str] | None:
        """The code and sentence of what keeps it from printing; it is told to go on where it only waits for that."""
        return self._stopped_at(self.short())

    def wait(self) -> tuple[str, str] | None:
        """The same, when it has finished what it is printing."""
        deadline = time.monotonic() + self._printing_seconds
        while True:
            found = self.short()
            stopped = self._stopped_at(found)
            if stopped is not None or found.submode not in (PAPER_BACK, *AT_WORK):
                return stopped
            if time.monotonic() >= deadline:
                return "busy", "the printer is still printing"
            time.sleep(POLL_SECONDS)

    def in_the_middle(self) -> bool:
        """Never to be waited for: what it registers is in the storage before it begins to print."""
        return False

    def _stopped_at(self, found: Short) -> tuple[str, str] | None:
        if found.submode == PAPER_BACK:
            # Paper was put in: it finishes what it was printing. A refusal is told by the next question.
            self._link.ask(Command(CONTINUE))
        if found.flags & LID:
            return "cover_open", "the lid is open"
        if found.submode in NO_PAPER:
            return "no_paper", "no paper"
        if found.mode in SELLING:
            return None
        code = {LOCKED: "blocked", DATE: "clock"}.get(found.mode, "wrong_mode")
        return code, f"the printer {MODES.get(found.mode, f'is in mode {found.mode}')}"

    # -------------------------------------------------------------------- counters

    def counters(self) -> Counters:
        storage, shift = self._asked(Command(STORAGE)), self._asked(Command(SHIFT))
        return Counters(
            storage=storage.data[10:26].decode("ascii", "replace").strip("\0 "),
            phase=_needed(storage, 0, 1),
            warnings=_needed(storage, 4, 1),
            last=_needed(storage, 26, 4),
            shift_open=_needed(shift, 0, 1) != 0,
            shift=_needed(shift, 1, 2),
            receipts=_needed(shift, 3, 2),
        )

    def for_training(self, storage: str) -> bool:
        """Whether the storage is one that makers give away for trying; it does not change while it is in."""
        if self._for_training is None or self._for_training[0] != storage:
            answer = self._link.ask(Command(VERSION))
            self._for_training = storage, not answer.error and answer.whole(16, 1) == 0
        return self._for_training[1]

    def count(self, counter: int) -> int:
        return _needed(self._asked(Command(COUNT, number(counter, 1))), 1, 2)

    def document(self, place: int) -> Document | None:
        """A document of the storage; None where it has none of that number."""
        answer = self._link.ask(Command(FIND, number(place, 4)))
        if answer.error == NOTHING_FOUND:
            return None
        self._right(answer, "FF0Ah")
        kind = _needed(answer, 0, 1)
        receipt = kind == RECEIPT
        return Document(
            place=_needed(answer, 7, 4),
            kind=kind,
            sign=_needed(answer, 11, 4),
            at=day_of(answer.data[2:7]),
            operation=_needed(answer, 15, 1) if receipt else 0,
            amount=_needed(answer, 16, 5) if receipt else 0,
        )

    def since(self, evidence: Evidence) -> list[Document] | None:
        """What the storage has taken since the evidence; None where that cannot be told from it."""
        now, before = self.counters(), int(evidence["last"])
        if now.storage != evidence["storage"] or not 0 <= now.last - before <= MOST_DOCUMENTS:
            return None
        found = [self.document(place) for place in range(before + 1, now.last + 1)]
        return [one for one in found if one is not None]

    def ours(self, evidence: Evidence, documents: Iterable[Document]) -> list[Document]:
        """Those that may be the receipt of the evidence."""
        wanted = RECEIPT, int(evidence["operation"]), int(evidence["amount"])
        return [one for one in documents if (one.kind, one.operation, one.amount) == wanted]

    def open_document(self) -> Literal["receipt", "text"] | None:
        """In the printer, or in its storage alone, where a power cut may have left one."""
        found = self.short()
        if found.mode == DOCUMENT:
            return "text" if found.kind == TEXT_DOCUMENT else "receipt"
        return "receipt" if _needed(self._asked(Command(STORAGE)), 1, 1) else None

    # -------------------------------------------------------------------- clock, money, rates

    def clock(self) -> datetime | None:
        """Its wall time, which is taken for ours."""
        told = self._asked(Command(LONG)).data[23:29]
        if len(told) != 6:
            return None
        day, month, year, hour, minute, second = told
        try:
            return datetime(2000 + year, month, day, hour, minute, second).astimezone()
        except ValueError:
            return None

    def money(self, register: int) -> int:
        return _needed(self._asked(Command(MONEY, number(register, 1))), 1, 6)

    def cash(self) -> int | None:
        """What it believes is in the drawer."""
        return self.money(CASH)

    def totals(self) -> dict[str, int] | None:
        """Sales of the shift by row of the table of rates; None where a row is used that has no register."""
        if self._rows[-1] > COUNTED_ROWS:
            return None
        found = {str(row): self.money(TURNOVER + 4 * (row - 1)) for row in self._rows}
        return {row: amount for row, amount in found.items() if amount}

    def rates(self) -> dict[str, int | None]:
        """Hundredths of a percent by row of the table of rates, None without tax; only rows that the store uses."""
        found: dict[str, int | None] = {}
        for row in self._rows:
            percent = self._table(RATES_TABLE, row, 1)
            if percent is not None:
                found[str(row)] = None if row == WITHOUT_TAX else percent
        old = [str(row) for row in REPLACED if found.get(str(row)) == OLD_RATE]
        if old and self._replaces():
            found.update(dict.fromkeys(old, NEW_RATE))
        return found

    def _replaces(self) -> bool:
        """Whether it takes 20 % for 22 % by itself: it is set so, and by its own clock the year has come."""
        clock = self.clock()
        return (
            clock is not None
            and clock.year >= NEW_RATE_YEAR
            and self._table(SETTINGS_TABLE, 1, REPLACE_FIELD) == 1
        )

    def _table(self, table: int, row: int, field: int) -> int | None:
        """A number of the printer's tables; None for a table, row or field that this model does not have."""
        answer = self._link.ask(Command(TABLE, number(table, 1) + number(row, 2) + number(field, 1)))
        return None if answer.error or not answer.data else int.from_bytes(answer.data[:8], "little")

    # -------------------------------------------------------------------- answers for a till

    def fiscal_state(self) -> FiscalState:
        status, found = self.status(), self.counters()
        clock, queue = self.clock(), self._asked(Command(QUEUE))
        warnings = [says for bit, says in WARNINGS.items() if found.warnings & bit]
        unsent = _needed(queue, 2, 2)
        since = day_of(queue.data[8:13]) if unsent else None
        return FiscalState(
            state=status.state,
            detail="; ".join(filter(None, [status.detail, *warnings])),
            mode=self._mode(found),
            unique_number=found.storage,
            clock=_told(clock),
            skew_seconds=None if clock is None else skew(clock),
            open=self.open_document(),
            z_needed=self.short().mode == SHIFT_OVER,
            z_number=found.shift - 1 if found.shift_open else found.shift,
            receipt_number=found.receipts,
            receipts=found.receipts if found.shift_open else 0,
            cancelled=self.count(CANCELLED),
            cash=self.cash(),
            drawer=status.drawer,
            totals=self.totals() or {},
            rates=self.rates(),
            unsent=unsent,
            unsent_since=_told(since),
        )

    def result(self, evidence: Evidence) -> Mapping[str, object]:
        """What it says about the document that the evidence is of."""
        what, found, clock = evidence.get("what"), self.counters(), self.clock()
        common: dict[str, object] = {
            "unique_number": found.storage,
            "document": found.last,
            "at": _told(clock),
            "mode": self._mode(found),
        }
        if what in ("sale", "return"):
            return {**common, **self._receipt(evidence)}
        if what == "z":
            rows = dict(part.split("=") for part in str(evidence.get("totals", "")).split())
            totals = {row: int(amount) for row, amount in rows.items()} if "totals" in evidence else None
            return {
                **common,
                "report": "z",
                "z_number": found.shift,
                "totals": totals,
                "receipts": int(evidence["receipts"]),
                "cancelled": int(evidence["cancelled"]),
            }
        if what == "x":
            told = {"report": "x", "z_number": found.shift, "totals": self.totals()}
            return {**common, **told, "receipts": found.receipts, "cancelled": self.count(CANCELLED)}
        return {**common, "cash": self.cash()}

    def _receipt(self, evidence: Evidence) -> Mapping[str, object]:
        documents = self.since(evidence) or []
        found = self.ours(evidence, documents)
        omitted = [int(n) for n in str(evidence["omitted"]).split(",") if n]
        told: dict[str, object] = {"number": None, "z_number": None, "totals": None, "omitted": omitted}
        told["substitute"] = None
        if len(found) != 1:
            return told
        (ours,) = found
        earlier = [one for one in documents if one.place <= ours.place]
        if not any(one.kind == SHIFT_END for one in earlier):
            told["number"] = int(evidence["receipts"]) + sum(one.kind in RECEIPTS for one in earlier)
            told["z_number"] = int(evidence["shift"])
        return {**told, "document": ours.place, "at": _told(ours.at), "sign": str(ours.sign)}

    def _mode(self, found: Counters) -> Literal["fiscal", "training", "read_only"] | None:
        if found.phase & ENDED:
            return "read_only"
        if not found.phase & IN_USE:
            return None
        return "training" if self.for_training(found.storage) else "fiscal"

    # -------------------------------------------------------------------- asking

    def _asked(self, asked: Command) -> Answer:
        """An answer that every model gives; anything else is a printer that does not work."""
        return self._right(self._link.ask(asked), asked.name)

    def _right(self, answer: Answer, name: str) -> Answer:
        if answer.error:
            raise TransportError(explain(answer.error, name), touched=True)
        return answer


def _needed(answer: Answer, at: int, size: int) -> int:
    value = answer.whole(at, size)
    if value is None:
        raise TransportError(f"the printer's answer to {answer.code:02X}h is too short", touched=True)
    return value


def _told(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")
