"""The bodies of the other journal items: shift, cash, event, fiscal, hold (protocol.md section 4)."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from pos.rules.shape import COUNT_MAX, MONEY_MAX, Fields, bad

CASH_KINDS = ("float", "in", "out", "drop", "collection", "correction")


@dataclass(frozen=True, slots=True)
class ShiftBody:
    """The opening or the closing of a shift."""

    action: str
    shift: uuid.UUID
    number: int
    day: date
    cashier: uuid.UUID
    float: int
    counted: int | None
    denominations: dict[str, Any] | None
    totals: dict[str, Any] | None
    approved_by: uuid.UUID | None
    reason: str | None
    forced: bool
    checks: list[dict[str, Any]] | None


@dataclass(frozen=True, slots=True)
class CashBody:
    """Cash put in or taken out without a sale."""

    kind: str
    shift: uuid.UUID
    cashier: uuid.UUID
    amount: int
    reason: str | None
    approved_by: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class EventBody:
    """Something done that moves neither goods nor money."""

    name: str
    shift: uuid.UUID | None
    cashier: uuid.UUID | None
    receipt: uuid.UUID | None
    line: int | None
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FiscalBody:
    """What a fiscal printer said about a receipt."""

    receipt: uuid.UUID
    printer: str
    state: str
    number: str | None
    reason: str | None
    answer: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class HoldBody:
    """The settlement of a bonus hold."""

    action: str
    hold: uuid.UUID
    receipt: uuid.UUID | None
    redeemed: int


def read_shift(body: object) -> ShiftBody:
    """Raises Broken("bad_body")."""
    f = Fields(body)
    denominations = f.object_or_none("denominations")
    for face, count in (denominations or {}).items():
        if not face.isdigit() or type(count) is not int or not 0 <= count <= COUNT_MAX:
            raise bad("body.denominations", "counts by face value")
    return ShiftBody(
        action=f.choice("action", ("open", "close")),
        shift=f.identifier("shift"),
        number=f.integer("number", 1, COUNT_MAX),
        day=f.day("day"),
        cashier=f.identifier("cashier"),
        float=f.integer_or_none("float") or 0,
        counted=f.integer_or_none("counted"),
        denominations=denominations,
        totals=f.object_or_none("totals"),
        approved_by=f.identifier_or_none("approved_by"),
        reason=f.text_or_none("reason", 200),
        forced=f.flag_or_false("forced"),
        checks=[_check(entry) for entry in f.entries("checks", 50)]
        if f.data.get("checks") is not None
        else None,
    )


def _check(f: Fields) -> dict[str, Any]:
    """One counter of a device beside the till's own."""
    return {
        "device": f.text("device", 60),
        "figure": f.text("figure", 60),
        "till": f.integer("till", -MONEY_MAX),
        "told": f.integer("told", -MONEY_MAX),
    }


def read_cash(body: object) -> CashBody:
    """Raises Broken("bad_body"). Only a correction may be negative."""
    f = Fields(body)
    kind = f.choice("kind", CASH_KINDS)
    return CashBody(
        kind=kind,
        shift=f.identifier("shift"),
        cashier=f.identifier("cashier"),
        amount=f.integer("amount", -MONEY_MAX if kind == "correction" else 0),
        reason=f.text_or_none("reason", 200),
        approved_by=f.identifier_or_none("approved_by"),
    )


def read_event(body: object) -> EventBody:
    """Raises Broken("bad_body")."""
    f = Fields(body)
    return EventBody(
        name=f.text("name", 60),
        shift=f.identifier_or_none("shift"),
        cashier=f.identifier_or_none("cashier"),
        receipt=f.identifier_or_none("receipt"),
        line=f.integer_or_none("line", 0, COUNT_MAX),
        data=f.object_or_none("data") or {},
    )


def read_fiscal(body: object) -> FiscalBody:
    """Raises Broken("bad_body")."""
    f = Fields(body)
    return FiscalBody(
        receipt=f.identifier("receipt"),
        printer=f.text("printer", 60),
        state=f.choice("state", ("registered", "deferred", "skipped")),
        number=f.text_or_none("number", 60),
        reason=f.text_or_none("reason", 200),
        answer=f.object_or_none("answer"),
    )


def read_hold(body: object) -> HoldBody:
    """Raises Broken("bad_body")."""
    f = Fields(body)
    return HoldBody(
        action=f.choice("action", ("confirm", "cancel")),
        hold=f.identifier("hold"),
        receipt=f.identifier_or_none("receipt"),
        redeemed=f.integer_or_none("redeemed") or 0,
    )
