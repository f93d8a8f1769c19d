"""What stands behind every emulated card terminal: a bank that charges, the terminal's own log, and what goes wrong.

Written from the protocols' documents and from nothing of the drivers.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from devices.emulators.endpoint import LineFaults


@dataclass
class CardFaults(LineFaults):
    """Set any of these at any time; counts go down by themselves. `cut_before` and `cut_after` name a command.

    `cut_before`: the line breaks as the command arrives, nothing is executed. `cut_after`: it is executed, the line
    breaks before its answer. `customer`: how many moments pass until the card is shown; -1 for ever.
    """

    declines: int = 0
    partial: int = 0
    customer: int = 0
    refuse_commands: int = 0
    damage_answers: int = 0
    cut_before: str | None = None
    cut_after: str | None = None
    no_log: bool = False
    no_slip: bool = False
    # Further commands that it does not know, by their name.
    unknown: set[str] = field(default_factory=set)


@dataclass
class Entry:
    number: int
    kind: str
    amount: int
    approved: bool
    at: datetime
    reversed: bool = False
    partial: bool = False

    @property
    def rrn(self) -> str:
        return f"{self.number:012d}"

    @property
    def approval(self) -> str:
        return f"{self.number * 7 % 1_000_000:06d}"


class Bank:
    """`entries` is the open batch, `settled` are the batches that went to the bank. Numbers are never used twice."""

    def __init__(self, first: int = 101) -> None:
        self.entries: list[Entry] = []
        self.settled: list[list[Entry]] = []
        self.clock_off = timedelta()
        self._next = first

    @property
    def all(self) -> list[Entry]:
        return [*(one for batch in self.settled for one in batch), *self.entries]

    @property
    def charged(self) -> int:
        """What cards have paid in all: purchases that stand, less what was given back."""
        signs = {"purchase": 1, "refund": -1, "void": 0}
        return sum(signs[one.kind] * one.amount for one in self.all if one.approved and not one.reversed)

    @property
    def charges(self) -> list[int]:
        return [
            one.amount for one in self.all if one.kind == "purchase" and one.approved and not one.reversed
        ]

    def find(self, number: int) -> Entry | None:
        return next((one for one in self.entries if one.number == number), None)

    def act(self, kind: str, amount: int, *, approved: bool = True, partial: bool = False) -> Entry:
        """A customer has shown a card, at the till's wish or by hand at the terminal."""
        now = datetime.now().astimezone() + self.clock_off
        entry = Entry(self._next, kind, amount, approved, now, partial=partial)
        self._next += 1
        self.entries.append(entry)
        return entry

    def void(self, number: int) -> Entry | None:
        """None where there is no such purchase in the open batch, or none that still stands."""
        found = self.find(number)
        if found is None or found.kind != "purchase" or found.reversed or not found.approved:
            return None
        found.reversed = True
        return self.act("void", found.amount)

    def settle(self) -> list[Entry]:
        batch, self.entries = self.entries, []
        self.settled.append(batch)
        return batch
