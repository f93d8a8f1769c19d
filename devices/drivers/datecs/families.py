"""What differs between the families of Datecs fiscal printers: one table, and nothing in the code asks which it is.

Commands are written as patterns that are filled in, answers as the places of their fields. After the maker's manuals:
FP-3530T and its heirs (Ukraine), the maker's group A as "p" (FP-800, FP-2000, FP-650), B as "c" (DP-25, DP-150, WP-50)
and C as "x" (FP-700X, DP-25X, WP-500X, the MX models).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from devices.drivers.datecs.codec import LONG, SHORT, Answer, Command, Framing, explain, word
from devices.fiscal import PAYMENT_KINDS

LETTERS = "ABCDEFGH"
# Byte and bit of the status, our word, what it means. The first that is set is told.
Bits = tuple[tuple[int, int, str, str], ...]
NO_PAPER = (2, 0, "no_paper", "no paper")
CLOCK = (0, 2, "clock", "the clock is not set")
MECHANISM = (0, 4, "mechanism", "the printing mechanism does not work")
RAM = (1, 2, "memory_fault", "its working memory was reset: it wants service")
JOURNAL = (2, 2, "memory_full", "the electronic journal is full")
FULL = (4, 4, "memory_full", "the fiscal memory is full")
FAULT = (4, 0, "memory_fault", "the fiscal memory reports a fault")
READ_ONLY = (5, 0, "read_only", "the fiscal memory is closed")
# Set in the answer to a command that was not carried out.
REFUSED: Bits = (
    (0, 0, "syntax", "it did not understand the data"),
    (0, 1, "unknown_command", "it does not know the command"),
    (1, 0, "out_of_range", "a sum would overflow"),
    (1, 1, "wrong_mode", "it does not allow this now"),
)
FISCALISED, OPEN_FISCAL, OPEN_TEXT = (5, 3), (2, 3), (2, 5)
# What a single letter F in an answer means, by command.
FAILED: Mapping[int, str] = {0x35: "payment", 0x46: "payment", 0x6B: "goods"}


@dataclass(frozen=True)
class Places:
    """Where the fields of answers stand, behind the error of the long framing. None: this family does not tell."""

    items: int = 1
    amount: int = 2
    tender: int = 3
    subtotal: int = 0
    cash: int = 1
    closure: int = 1
    closure_sums: int | None = None
    rates: int = 0
    memory: int = -1
    document: int = 0


@dataclass(frozen=True)
class Family:
    """`patterns` gives each command its code and data; `groups` how tax groups A, B, … are written in a line.

    `name` is (characters, lines). `articles`: goods are sold by number, from the printer's own list. `origin`: a return
    names the receipt that it is of. `papers`: the last document's number counts every paper and not only receipts.
    """

    country: str
    framing: Framing
    groups: str
    patterns: Mapping[str, tuple[int, str]]
    stops: Bits
    payments: Mapping[str, str]
    kinds: str
    name: tuple[int, int]
    most: int
    places: Places = field(default_factory=Places)
    articles: bool = False
    origin: bool = True
    papers: bool = True

    def command(self, name: str, /, **values: object) -> Command:
        code, pattern = self.patterns[name]
        return Command(code, pattern.format(**values))

    def knows(self, name: str) -> bool:
        return name in self.patterns

    def stopped(self, answer: Answer) -> tuple[str, str] | None:
        """The word and sentence of what keeps it from printing."""
        return next(((why, says) for byte, bit, why, says in self.stops if answer.bit(byte, bit)), None)

    def refusal(self, answer: Answer, name: str) -> tuple[str, str] | None:
        """The word and sentence of why a command was not carried out; None when it was."""
        found = next(((why, says) for byte, bit, why, says in REFUSED if answer.bit(byte, bit)), None)
        if answer.error:
            found = word(answer.error), explain(answer.error, name)
        elif found is not None:
            found = found[0], f"the printer refused {name}: {found[1]}"
        elif answer.fields[:1] == ("F",):
            found = FAILED.get(answer.code, "wrong_mode"), f"the printer refused {name}"
        return found and (self.stopped(answer) or found)


_COMMON: dict[str, tuple[int, str]] = {
    "text": (0x36, "{text}"),
    "subtotal": (0x33, "00"),
    "payment": (0x35, "\t{kind}{amount}"),
    "close": (0x38, ""),
    "cancel": (0x3C, ""),
    "text_open": (0x26, ""),
    "text_line": (0x2A, "{text}"),
    "text_close": (0x27, ""),
    "x": (0x45, "2"),
    "z": (0x45, "0"),
    "cash_in": (0x46, "{amount}"),
    "cash_out": (0x46, "-{amount}"),
    "cash": (0x46, ""),
    "copy": (0x6D, "1"),
    "drawer": (0x6A, ""),
    "status": (0x4A, "X"),
    "transaction": (0x4C, "T"),
    "sold": (0x41, "0"),
    "closure": (0x40, "0"),
    "closed_at": (0x56, ""),
    "document": (0x71, ""),
    "rates": (0x61, ""),
    "clock": (0x3E, ""),
    "set_clock": (0x3D, "{at}"),
    "diagnostics": (0x5A, "1"),
}
_CYRILLIC = "АБВГДЕЖЗ"
_GROUP_STOPS: Bits = (
    NO_PAPER,
    (0, 6, "cover_open", "the cover is open"),
    MECHANISM,
    (4, 6, "head_hot", "the head is too hot"),
    CLOCK,
    RAM,
    JOURNAL,
    FULL,
    FAULT,
    READ_ONLY,
)
_SALE = {
    "line": (0x31, "{name}\t{group}{price}*{quantity}"),
    "less": (0x31, "{name}\t{group}{price}*{quantity};-{discount}"),
}
_OPEN = {"open": (0x30, "{operator},{password},{till}")}

FAMILIES: Mapping[str, Family] = {
    "ua": Family(
        country="UA",
        framing=SHORT,
        groups=_CYRILLIC[:5],
        patterns=_COMMON
        | {
            "open": (0x30, "{operator:05d},{password},{till:05d},I"),
            "refund": (0x55, "{operator:05d},{password},{till:05d},I"),
            "line": (0x3A, "*{quantity}#{price}"),
            "less": (0x3A, "*{quantity}#{price};-{discount}"),
            "article": (0x6B, "R{article}"),
            "article_set": (0x6B, "P{group}{article},1,{price},{goods_password},{name}"),
            "article_drop": (0x6B, "D{article},{goods_password}"),
            "cancel": (0x39, ""),
            "x": (0x45, "{report_password},2"),
            "z": (0x45, "{report_password},0"),
            "returned": (0x41, "1"),
            "ean13": (0x58, "2,{twelve}"),
        },
        stops=(
            NO_PAPER,
            (1, 5, "cover_open", "the cover is open"),
            (0, 4, "mechanism", "the printing mechanism or the security module does not work"),
            CLOCK,
            RAM,
            (
                1,
                4,
                "memory_fault",
                "its working memory or its security module reports a fault: it wants service",
            ),
            JOURNAL,
            FULL,
            FAULT,
            READ_ONLY,
        ),
        payments=dict(zip(PAYMENT_KINDS, "PDCNNNDN", strict=True)),
        kinds="PNCDIJKL",
        name=(36, 1),
        most=99_999_999,
        places=Places(closure=0, memory=6),
        articles=True,
        origin=False,
        papers=False,
    ),
    "p": Family(
        country="BG",
        framing=SHORT,
        groups=_CYRILLIC,
        patterns=_COMMON
        | _SALE
        | _OPEN
        | {
            "refund": (0x2E, "{operator},{password},{till},R{document},,{at:%d%m%y%H%M%S},{memory}"),
            "closure": (0x40, ""),
            "ean13": (0x54, "2,{twelve}"),
        },
        stops=_GROUP_STOPS,
        payments=dict(zip(PAYMENT_KINDS, "PDINJJNJ", strict=True)),
        kinds="PNCDIJKL",
        name=(30, 2),
        most=99_999_999,
    ),
    "c": Family(
        country="BG",
        framing=SHORT,
        groups=_CYRILLIC,
        patterns=_COMMON
        | _SALE
        | _OPEN
        | {"refund": (0x2E, "{operator},{password},,{till},1,{document},{at:%d%m%y%H%M%S},{memory}")},
        stops=_GROUP_STOPS,
        payments=dict(zip(PAYMENT_KINDS, "PCINJJNJ", strict=True)),
        kinds="PNCDIJKLM",
        name=(22, 2),
        most=99_999_999,
        places=Places(closure_sums=2),
    ),
    "x": Family(
        country="BG",
        framing=LONG,
        groups="12345678",
        patterns=_COMMON
        | {
            "open": (0x30, "{operator}\t{password}\t{till}\t\t"),
            "refund": (
                0x2B,
                "{operator}\t{password}\t{till}\t1\t{document}\t{at:%d-%m-%y %H:%M:%S}\t{memory}\t\t\t\t\t",
            ),
            "line": (0x31, "{name}\t{group}\t{price}\t{quantity}\t\t\t0\t"),
            "less": (0x31, "{name}\t{group}\t{price}\t{quantity}\t4\t{discount}\t0\t"),
            "text": (0x36, "{text}\t"),
            "subtotal": (0x33, "0\t0\t\t\t"),
            "payment": (0x35, "{kind}\t{amount}\t1\t"),
            "text_line": (0x2A, "{text}\t\t\t\t\t\t"),
            "x": (0x45, "X\t"),
            "z": (0x45, "Z\t"),
            "cash_in": (0x46, "0\t{amount}\t"),
            "cash_out": (0x46, "1\t{amount}\t"),
            "cash": (0x46, "0\t0\t"),
            "copy": (0x6D, ""),
            "drawer": (0x6A, "\t"),
            "status": (0x4A, ""),
            "transaction": (0x4C, ""),
            "sold": (0x41, "0\t"),
            "returned": (0x41, "2\t"),
            "closure": (0x40, "0\t"),
            "document": (0x4A, "0\t"),
            "rates": (0x32, ""),
            "set_clock": (0x3D, "{at}\t"),
            "diagnostics": (0x5A, "1\t"),
            "sales": (0x6E, "2\t"),
            "annulled": (0x6E, "4\t"),
            "ean13": (0x54, "2\t{thirteen}\t"),
            "qr": (0x54, "4\t{data}\t4\t"),
        },
        stops=(
            NO_PAPER,
            (0, 6, "cover_open", "the cover is open"),
            MECHANISM,
            CLOCK,
            JOURNAL,
            FULL,
            FAULT,
            (4, 6, "memory_fault", "the fiscal memory is not found or damaged"),
        ),
        payments=dict(zip(PAYMENT_KINDS, "01435535", strict=True)),
        kinds="012345",
        name=(72, 1),
        most=999_999_999,
        places=Places(
            items=2, amount=3, tender=4, subtotal=1, cash=0, closure=0, closure_sums=1, rates=1, document=2
        ),
    ),
}
