"""What fiscal printers of all brands share: one family of errors, and how such a printer is doing.

The family follows ErpNet.FP's PROTOCOL.md, a vendor-neutral interface of many fiscal devices; each driver's codec
maps the codes of its brand to these words as data and keeps the device's own code in `detail`.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

from devices.drivers.contract import Device, State
from devices.errors import ConfigError

# word: (family code, what it means).
FAMILY: dict[str, tuple[str, str]] = {
    "no_answer": ("E101", "the device did not answer"),
    "clock": ("E103", "its clock is wrong, or further off than the setting allows"),
    "bad_answer": ("E107", "it answered what is no answer"),
    "busy": ("E108", "it is busy with another connection or a full queue"),
    "already_registered": ("E109", "this receipt is registered already, under another action"),
    "memory_fault": ("E201", "its fiscal or protected memory reports a fault"),
    "memory_full": ("E202", "its fiscal or protected memory is full, or full of what was not sent"),
    "read_only": ("E203", "its fiscal memory is closed for ever: it only reads"),
    "not_fiscal": ("E204", "it is not fiscalised, or not set up (no header, no rates)"),
    "no_paper": ("E301", "the paper has run out"),
    "cover_open": ("E302", "a cover or lever is open"),
    "mechanism": ("E303", "the printing mechanism does not work"),
    "head_hot": ("E304", "the head is too hot, or the supply is wrong"),
    "cutter": ("E306", "the cutter is stuck"),
    "syntax": ("E401", "it did not understand a command of ours"),
    "unknown_command": ("E402", "it does not know a command of ours"),
    "out_of_range": ("E403", "a price, quantity, sum or text is beyond its limits"),
    "wrong_mode": ("E404", "it is in a menu, a document, a lock or another mode"),
    "totals_differ": ("E405", "it computes another sum than we do"),
    "payment": ("E406", "it refuses a payment"),
    "goods": ("E407", "it refuses a goods name or a locked article"),
    "name_bound": ("E408", "its goods base knows this name at a lower tax rate"),
    "cancelled": ("E409", "somebody cancelled at the device"),
    "zero": ("E410", "nothing to register, or nothing since the last Z"),
    "tax_unknown": ("E411", "the tax code has no letter, or the letter has another rate in the device"),
    "unsupported": ("E412", "this device cannot do that"),
    "blocked": ("E413", "it is locked: authorisation, subscription or service"),
    "deposit": ("E414", "it refuses a returnable packaging"),
    "buyer": ("E415", "it refuses the buyer's tax number"),
    "unsent": ("W501", "it must first send its documents to the tax office"),
    "z_needed": ("W502", "the daily report must be printed first"),
    "unsettled": ("B001", "an earlier document is unknown and the device cannot be asked: nothing was sent"),
    "ask_person": ("B002", "the device was asked and cannot tell: a person looks at the paper"),
}

# What every driver says when its device has counted that nothing happened.
NOT_PRINTED = "not_printed"


class Unfit(Exception):
    """The document cannot be said to this printer: nothing is sent. `code` is a word of the family."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class FiscalState:
    """How the printer is doing; None where it does not tell. Money is whole minor units.

    `mode` is training before fiscalisation; `open` says which document stands open; `rates` are hundredths of a
    percent per letter, None when exempt, without the letters that are not in use; `totals` are gross since the last Z.
    `unsent` documents wait for the tax office, the first of them since `unsent_since`.
    """

    state: State
    detail: str = ""
    mode: Literal["fiscal", "training", "read_only"] | None = None
    unique_number: str | None = None
    clock: str | None = None
    skew_seconds: int | None = None
    open: Literal["receipt", "invoice", "packaging", "text"] | None = None
    z_needed: bool | None = None
    z_number: int | None = None
    receipt_number: int | None = None
    receipts: int | None = None
    cancelled: int | None = None
    cash: int | None = None
    drawer: Literal["open", "closed"] | None = None
    totals: Mapping[str, int] = field(default_factory=dict)
    rates: Mapping[str, int | None] = field(default_factory=dict)
    unsent: int | None = None
    unsent_since: str | None = None

    def describe(self) -> dict[str, object]:
        return asdict(self)


@runtime_checkable
class FiscalDevice(Device, Protocol):
    """A device that registers sales: it can also say, without any effect, how it is doing."""

    def fiscal_state(self) -> FiscalState:
        """Ask everything a till wants to know. Never raises for a device that is away: state `offline`."""


def skew(clock: datetime) -> int:
    """A device's clock less ours, in seconds."""
    return round((clock - datetime.now(clock.tzinfo)).total_seconds())


def error_words(**words: str) -> dict[int, str]:
    """`word="1 2 5-9"` -> {1: word, 2: word, 5: word …}: the numbers of a maker as words of the family."""
    found: dict[int, str] = {}
    for word, numbers in words.items():
        for part in numbers.split():
            low, _, high = part.partition("-")
            found.update(dict.fromkeys(range(int(low), int(high or low) + 1), word))
    return found


def pairs(device: str, setting: str, text: str, value: str, example: str) -> dict[str, str]:
    """`A=1 B=2` -> {"A": "1", "B": "2"}. Raises ConfigError where a value is not of the pattern `value`."""
    found = [re.fullmatch(rf"([^=\s]{{1,16}})=({value})", pair) for pair in text.split()]
    if not found or not all(found):
        raise ConfigError(f"Device {device}: {setting} must be pairs like {example}.")
    return {match[1]: match[2] for match in found if match}
