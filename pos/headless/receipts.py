"""Builds receipt bodies that keep the rules of protocol.md section 4."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pos.headless.chain import instant

FULL = 10_000


def half_up(numerator: int, denominator: int) -> int:
    """Division rounded half-up on the absolute value."""
    quotient = (2 * abs(numerator) + denominator) // (2 * denominator)
    return quotient if numerator >= 0 else -quotient


@dataclass
class Goods:
    """One line to be sold or taken back; money in minor units, quantity in thousandths."""

    product: str
    name: str
    price: int
    quantity: int = 1000
    unit: str = "pcs"
    barcode: str | None = None
    tax: tuple[str, int] = ("A", 2300)
    discounts: Sequence[dict[str, Any]] = ()
    deposit: bool = False
    origin: dict[str, Any] | None = None
    reason: str | None = None


@dataclass
class Heading:
    """What a receipt says besides its lines and payments."""

    number: int
    day: str
    shift: str
    cashier: str
    opened_at: datetime
    closed_at: datetime
    kind: str = "sale"
    currency: str = "PLN"
    prices_include_tax: bool = True
    card: str | None = None
    reason: str | None = None
    more: dict[str, Any] = field(default_factory=dict)


def discount(name: str, amount: int, *, source: str = "manual", reason: str | None = None) -> dict[str, Any]:
    """A discount entry of a line."""
    return {
        "source": source,
        "ref": None,
        "name": name,
        "amount": amount,
        "approved_by": None,
        "reason": reason,
    }


def cash(amount: int, tendered: int | None = None) -> dict[str, Any]:
    """A cash payment; exact when nothing is said about what was handed over."""
    given = amount if tendered is None else tendered
    return {"method": "cash", "amount": amount, "tendered": given, "change": given - amount, "details": {}}


def paid(method: str, amount: int) -> dict[str, Any]:
    """A payment without change."""
    return {"method": method, "amount": amount, "tendered": None, "change": None, "details": {}}


def receipt(
    heading: Heading,
    goods: Sequence[Goods],
    payments: Sequence[dict[str, Any]] | None = None,
    *,
    rounding: int = 0,
) -> dict[str, Any]:
    """The whole body; without payments what is due is paid in cash, exactly."""
    lines = [_line(n, one) for n, one in enumerate(goods, 1)]
    taxes = _taxes(lines, heading.prices_include_tax)
    total = sum(line["total"] for line in lines)
    due = total + rounding + (0 if heading.prices_include_tax else sum(row["tax"] for row in taxes))
    return {
        "kind": heading.kind,
        "number": heading.number,
        "day": heading.day,
        "shift": heading.shift,
        "cashier": heading.cashier,
        "opened_at": instant(heading.opened_at),
        "closed_at": instant(heading.closed_at),
        "currency": heading.currency,
        "prices_include_tax": heading.prices_include_tax,
        "customer": None,
        "card": heading.card,
        "buyer_tax_id": None,
        "lines": lines,
        "taxes": taxes,
        "total": total,
        "rounding": rounding,
        "due": due,
        "payments": list(payments) if payments is not None else [cash(due)],
        "bonus": {"earned": 0, "redeemed": 0, "hold": None},
        "pair": None,
        "priced": {"engine": None, "rulebook": None},
        **({"reason": heading.reason} if heading.reason else {}),
        **heading.more,
    }


def _line(n: int, one: Goods) -> dict[str, Any]:
    gross = half_up(one.price * one.quantity, 1000)
    return {
        "n": n,
        "product": one.product,
        "name": one.name,
        "barcode": one.barcode,
        "quantity": one.quantity,
        "unit": one.unit,
        "price": one.price,
        "gross": gross,
        "discounts": list(one.discounts),
        "total": gross - sum(entry["amount"] for entry in one.discounts),
        "tax": {"code": one.tax[0], "percent": one.tax[1]},
        "tax_amount": 0,
        "deposit": one.deposit,
        "origin": one.origin,
        "mark": None,
        "lot": None,
        **({"reason": one.reason} if one.reason else {}),
    }


def _taxes(lines: list[dict[str, Any]], included: bool) -> list[dict[str, Any]]:
    """The table by code, and each line's share of it by largest remainder."""
    table: list[dict[str, Any]] = []
    keys = sorted({(line["tax"]["code"], line["tax"]["percent"]) for line in lines})
    for code, percent in keys:
        group = [line for line in lines if (line["tax"]["code"], line["tax"]["percent"]) == (code, percent)]
        amount = sum(line["total"] for line in group)
        tax = half_up(amount * percent, FULL + percent if included else FULL)
        net = amount - tax if included else amount
        table.append({"code": code, "percent": percent, "net": net, "tax": tax, "gross": net + tax})
        _share(group, tax, amount)
    return table


def _share(lines: list[dict[str, Any]], tax: int, amount: int) -> None:
    if amount == 0:
        return
    parts = [divmod(line["total"] * tax, amount) for line in lines]
    for line, (whole, _rest) in zip(lines, parts, strict=True):
        line["tax_amount"] = whole
    left = tax - sum(whole for whole, _rest in parts)
    for at in sorted(range(len(lines)), key=lambda at: -parts[at][1])[:left]:
        lines[at]["tax_amount"] += 1
