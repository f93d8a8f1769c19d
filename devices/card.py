"""A request to a bank's card terminal, and what may be kept of its answer, free of any bank and any maker.

Amounts are whole minor units. Of a card nothing is kept but its masked number; of an answer only what is named here,
so that neither a journal nor a log ever sees a track, a name on a card or its expiry. docs/devices.md has the shapes.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from devices.document import clean
from devices.fiscal import CURRENCY
from devices.shape import bad, matching, only, table, whole

Kind = Literal["purchase", "refund", "void", "settlement"]

# Twelve digits of minor units is the widest field of all terminals; this is what fiscal printers take, too.
MAX_AMOUNT = 9_999_999_999
REFERENCE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,59}")
MAX_FIELD = 60
# Numbers that a purchase is found by again: one that looks like a card's must not be masked.
REFERENCES = frozenset({"rrn", "invoice", "approval_code"})
MAX_SLIP_LINES = 80
MAX_SLIP_WIDTH = 48

# A number as long as a card's, in one piece or grouped as on cards. Its check digit is not asked for: what is no card's
# loses nothing by being masked.
_LONG_NUMBER = re.compile(
    r"(?<![0-9])(?:[0-9]{13,19}|[0-9]{4}(?:[ -][0-9]{4}){2}[ -][0-9]{1,7}|[0-9]{4}[ -][0-9]{6}[ -][0-9]{5})(?![0-9])"
)
_TRACK_REST = re.compile(r"(?<=[0-9])[=D][0-9]{7,}\??")


@dataclass(frozen=True)
class Purchase:
    amount: int
    currency: str


@dataclass(frozen=True)
class Refund:
    """`rrn` is that of the purchase that money goes back for; None where the terminal asks for the card itself."""

    amount: int
    currency: str
    rrn: str | None


@dataclass(frozen=True)
class Void:
    """Takes a purchase of the open batch back whole, by the number its terminal gave it."""

    amount: int
    currency: str
    invoice: str
    rrn: str | None


@dataclass(frozen=True)
class Settlement:
    """The day's batch goes to the bank."""


CardDocument = Purchase | Refund | Void | Settlement


@dataclass(frozen=True)
class Kept:
    """What is kept of an answer, cleaned by `kept`. `amount` is what was approved, `at` the terminal's own clock."""

    amount: int | None = None
    currency: str | None = None
    rrn: str | None = None
    approval_code: str | None = None
    pan: str | None = None
    terminal_id: str | None = None
    merchant: str | None = None
    invoice: str | None = None
    brand: str | None = None
    at: str | None = None
    slip: tuple[str, ...] = ()

    def describe(self) -> dict[str, object]:
        return {**asdict(self), "slip": list(self.slip)}


def kind_of(document: CardDocument) -> Kind:
    match document:
        case Purchase():
            return "purchase"
        case Refund():
            return "refund"
        case Void():
            return "void"
        case Settlement():
            return "settlement"


def amount_of(document: CardDocument) -> int:
    return 0 if isinstance(document, Settlement) else document.amount


def parse_card(value: object) -> CardDocument:
    """Check a request from the wire. Raises BridgeError `bad_document` naming what is wrong."""
    raw = table(value, "document")
    kind = raw.get("kind")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise bad(f"kind must be one of {', '.join(_READERS)}")
    return reader(raw)


def kept(
    *, amount: int | None = None, currency: str | None = None, pan: str = "", slip: str = "", **texts: str
) -> Kept:
    """What may be kept of these, trimmed and masked. Empty texts become None."""
    found = {key: _field(text, key in REFERENCES) for key, text in texts.items()}
    spared = {text for key, text in found.items() if text and key in REFERENCES}
    return Kept(amount, currency, pan=masked(pan), slip=slip_lines(slip, spared), **found)


def masked(pan: str) -> str | None:
    """At most the first six and the last four digits of a card's number; None for what is no card's number."""
    shown = [sign if sign.isdigit() and sign.isascii() else "*" for sign in pan if not sign.isspace()]
    count = len(shown)
    if not 4 <= count <= 24 or not any(sign != "*" for sign in shown):
        return None
    return "".join(
        sign if at >= count - 4 or (count >= 13 and at < 6) else "*" for at, sign in enumerate(shown)
    )


def safe_text(text: str, spared: frozenset[str] | set[str] = frozenset()) -> str:
    """Text of a terminal without control characters, and with every card number in it masked."""

    def hide(found: re.Match[str]) -> str:
        digits = re.sub(r"[ -]", "", found[0])
        return found[0] if digits in spared else str(masked(digits))

    return _LONG_NUMBER.sub(hide, _TRACK_REST.sub("*", clean(text)))


def slip_lines(text: str, spared: frozenset[str] | set[str] = frozenset()) -> tuple[str, ...]:
    """The slip's lines as they may be printed: no more than one empty line at a time, none at either end."""
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        found = safe_text(line, spared).rstrip()[:MAX_SLIP_WIDTH]
        if found.strip() or (lines and lines[-1]):
            lines.append(found)
    while lines and not lines[-1]:
        lines.pop()
    return tuple(lines[:MAX_SLIP_LINES])


def _field(text: str, reference: bool) -> str | None:
    words = " ".join(clean(text).split())
    return (words if reference else safe_text(words))[:MAX_FIELD] or None


def _purchase(raw: Mapping[str, object]) -> CardDocument:
    only(raw, {"kind", "amount", "currency"}, "document")
    return Purchase(*_sum(raw))


def _refund(raw: Mapping[str, object]) -> CardDocument:
    only(raw, {"kind", "amount", "currency", "rrn"}, "document")
    return Refund(*_sum(raw), _rrn(raw))


def _void(raw: Mapping[str, object]) -> CardDocument:
    only(raw, {"kind", "amount", "currency", "invoice", "rrn"}, "document")
    return Void(*_sum(raw), matching(raw, "invoice", REFERENCE, "the number of a purchase"), _rrn(raw))


def _settlement(raw: Mapping[str, object]) -> CardDocument:
    only(raw, {"kind"}, "document")
    return Settlement()


_READERS: dict[str, Callable[[Mapping[str, object]], CardDocument]] = {
    "purchase": _purchase,
    "refund": _refund,
    "void": _void,
    "settlement": _settlement,
}


def _sum(raw: Mapping[str, object]) -> tuple[int, str]:
    amount = whole(raw.get("amount"), 1, MAX_AMOUNT, "document: amount")
    return amount, matching(raw, "currency", CURRENCY, "three capital letters")


def _rrn(raw: Mapping[str, object]) -> str | None:
    return None if raw.get("rrn") is None else matching(raw, "rrn", REFERENCE, "the reference of a purchase")
