"""What a Posnet printer says about itself: mechanism, counters, sums, clock, and what stands open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from devices.drivers.contract import Evidence, State, Status
from devices.drivers.fiscal import FiscalState, skew
from devices.drivers.posnet.codec import MECHANISM, Answer, command
from devices.drivers.posnet.commands import LETTERS
from devices.drivers.posnet.link import Link
from devices.errors import TransportError

Open = Literal["receipt", "invoice", "packaging", "text"]
# `ts` of `scomm`: 16 receipt line by line, 17 receipt in block mode, 33 invoice, 48 packaging.
OPEN: dict[int, Open] = {16: "receipt", 17: "receipt", 33: "invoice", 48: "packaging"}
# `ds` of `sdev`: 1 in a menu, 2 waits for a key, 3 waits for somebody after an error.
IN_MENU, WAITS_FOR_KEY, WAITS_AFTER_ERROR = 1, 2, 3
EXEMPT, INACTIVE = 10_000, 10_100


@dataclass(frozen=True)
class Counters:
    """`receipts` completed, `cancelled`, `last` receipt's number, daily `reports`, `papers` with a running number."""

    receipts: int
    cancelled: int
    last: int | None
    reports: int
    papers: int


class States:
    """Questions only; nothing here prints. Each raises TransportError when no answer comes."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._unique_number: str | None = None

    def status(self) -> Status:
        device, mechanism = self._ask("!sdev"), self._ask("!sprn")
        drawer = self._drawer()
        found = MECHANISM.get(mechanism.number("pr") or 0)
        if found:
            return Status(cast(State, found[0]), found[2], drawer)
        waits = device.number("ds") or 0
        if waits:
            says = {IN_MENU: "is in its menu", WAITS_FOR_KEY: "waits for a key"}.get(
                waits, "waits for somebody"
            )
            return Status("error", f"the printer {says}", drawer)
        low = device.truth("pe") is True
        return Status(
            "paper_low" if low else "ready", "the paper is nearly at its end" if low else "", drawer
        )

    def stopped(self) -> tuple[str, str] | None:
        """The code and sentence of what keeps it from printing."""
        found = MECHANISM.get(self._ask("!sprn").number("pr") or 0)
        if found:
            return found[1], found[2]
        waits = self._ask("!sdev").number("ds") or 0
        return ("wrong_mode", "the printer is in its menu or waits for a key") if waits else None

    def in_the_middle(self) -> bool:
        """It still works at a command, or waits for somebody to help: what it counts now is not the end of it."""
        answer = self._ask("!sdev")
        return answer.number("ds") == WAITS_AFTER_ERROR or answer.truth("qe") is False

    def counters(self) -> Counters:
        answer = self._asked("scnt")
        return Counters(
            receipts=_needed(answer, "bn"),
            cancelled=answer.number("bc") or 0,
            last=answer.number("bt"),
            reports=_needed(answer, "rd"),
            papers=_needed(answer, "hn"),
        )

    def cash(self) -> int | None:
        """What it believes is in the drawer; None on a printer that does not tell."""
        return self._ask("scashstate").number("cs")

    def general(self) -> Answer:
        return self._asked("scomm")

    def open_document(self) -> Open | None:
        kind = self.general().number("ts") or 0
        if kind:
            return OPEN.get(kind, "receipt")
        return "text" if self._ask("formisstarted").truth("is") else None

    def lacks_only_its_end(self) -> bool:
        """The fiscal part is closed, the lines behind it are not."""
        return self._ask("strns").truth("fe") is True

    def last_sums(self) -> tuple[int, int] | None:
        """Goods and packaging of the last document; None when the printer does not know any more."""
        answer = self._ask("strns")
        if answer.error is not None or not answer.number("ts"):
            return None
        return sum(_letters(answer, "v").values()), answer.number("pp") or 0

    def clock(self) -> datetime | None:
        """Its clock with its offset; an older printer tells only wall time, which is taken for ours."""
        answer = self._ask("rtcget")
        for text in (
            answer.values.get("tm", ""),
            answer.values.get("da", "").replace(";", " ").replace(",", " "),
        ):
            try:
                return datetime.fromisoformat(text).astimezone()
            except ValueError:
                continue
        return None

    def rates(self) -> dict[str, int | None]:
        """Hundredths of a percent per letter in use, None when exempt."""
        answer = self._ask("sfsk")
        found: dict[str, int | None] = {}
        for letter in LETTERS:
            percent = _percent(answer.values.get("v" + letter.lower(), ""))
            if percent is not None and percent != INACTIVE:
                found[letter] = None if percent == EXEMPT else percent
        return found

    def unique_number(self) -> str | None:
        """The number of the fiscal memory; it does not change while the bridge runs."""
        if self._unique_number is None:
            self._unique_number = self._ask("getrealid").values.get("nu") or None
        return self._unique_number

    # -------------------------------------------------------------------- answers for a till

    def fiscal_state(self) -> FiscalState:
        status = self.status()
        if self.in_the_middle():
            return FiscalState(status.state, status.detail, drawer=status.drawer)
        general, counters, totals, clock = self.general(), self.counters(), self._ask("stot"), self.clock()
        return FiscalState(
            state=status.state,
            detail=status.detail,
            mode=_mode(general),
            unique_number=self.unique_number(),
            clock=None if clock is None else clock.isoformat(timespec="seconds"),
            skew_seconds=None if clock is None else skew(clock),
            open=self.open_document(),
            z_needed=_z_needed(general, totals, clock),
            z_number=counters.reports,
            receipt_number=counters.last or counters.receipts,
            receipts=totals.number("pn"),
            cancelled=totals.number("cn"),
            cash=self.cash(),
            drawer=status.drawer,
            totals=_used(totals, "pf"),
            rates=self.rates(),
        )

    def result(self, evidence: Evidence) -> Mapping[str, object]:
        """What it says about the document that the evidence is of."""
        what, counters, clock = evidence.get("what"), self.counters(), self.clock()
        common: dict[str, object] = {
            "unique_number": self.unique_number(),
            "document": counters.papers,
            "at": None if clock is None else clock.isoformat(timespec="seconds"),
            "mode": _mode(self.general()),
        }
        if what == "z":
            return {**common, **self._last_report(counters)}
        if what == "x":
            totals = self._ask("stot")
            return {
                **common,
                "report": "x",
                "z_number": totals.number("no"),
                "totals": _used(totals, "pf"),
                "receipts": totals.number("pn"),
                "cancelled": totals.number("cn"),
            }
        if what in ("sale", "return"):
            return {**common, **self._receipt(evidence, counters)}
        return {**common, "cash": self.cash()}

    def _receipt(self, evidence: Evidence, counters: Counters) -> Mapping[str, object]:
        registered = evidence.get("proof") == "sale"
        # Only the very next receipt is this one: later numbers are of somebody else.
        ours = registered and counters.receipts == int(evidence["receipts"]) + 1
        omitted = str(evidence.get("omitted", ""))
        return {
            "number": (counters.last or counters.receipts) if ours else None,
            "z_number": counters.reports + 1,
            "totals": _used(self._ask("strns"), "v") if ours else {},
            "omitted": [int(n) for n in omitted.split(",") if n],
            "substitute": evidence.get("substitute"),
        }

    def _last_report(self, counters: Counters) -> Mapping[str, object]:
        record = self._ask("fmrecrd")
        return {
            "report": "z",
            "z_number": record.number("no") or counters.reports,
            "totals": _used(record, "pf"),
            "receipts": record.number("pn"),
            "cancelled": record.number("cn"),
        }

    # -------------------------------------------------------------------- asking

    def _drawer(self) -> Literal["open", "closed"] | None:
        found = self._ask("!sdrwr").number("ds")
        return "open" if found == 0 else "closed" if found == 1 else None

    def _ask(self, name: str) -> Answer:
        """An answer, which may be that this model does not know the question."""
        return self._link.ask(command(name))

    def _asked(self, name: str) -> Answer:
        """An answer that every model gives; anything else is a printer that does not work."""
        answer = self._ask(name)
        if answer.error is not None:
            raise TransportError(f"the printer answered {name} with error {answer.error}", touched=True)
        return answer


def _mode(general: Answer) -> Literal["fiscal", "training", "read_only"] | None:
    if general.truth("td"):
        return "read_only"
    fiscal = general.truth("fs")
    return None if fiscal is None else "fiscal" if fiscal else "training"


def _z_needed(general: Answer, totals: Answer, clock: datetime | None) -> bool | None:
    """Sales of an earlier day are not reported yet."""
    if general.truth("tz"):
        return False
    began = totals.values.get("ds", "")[:10]
    return None if clock is None or not began else began < clock.date().isoformat()


def _letters(answer: Answer, prefix: str) -> dict[str, int]:
    return {letter: answer.number(prefix + letter.lower()) or 0 for letter in LETTERS}


def _used(answer: Answer, prefixes: str) -> dict[str, int]:
    """Sums per letter that are not zero; receipts and invoices of one letter together."""
    sums = [_letters(answer, prefix) for prefix in prefixes]
    found = {letter: sum(one[letter] for one in sums) for letter in LETTERS}
    return {letter: amount for letter, amount in found.items() if amount}


def _needed(answer: Answer, key: str) -> int:
    value = answer.number(key)
    if value is None:
        raise TransportError(f"the printer's answer to {answer.name} lacks {key}", touched=True)
    return value


def _percent(text: str) -> int | None:
    """ "23,00" -> 2300."""
    whole, _, part = text.replace(".", ",").partition(",")
    if not (whole.isascii() and whole.isdigit()) or not (part + "0").isdigit():
        return None
    return int(whole) * 100 + int((part + "00")[:2])
