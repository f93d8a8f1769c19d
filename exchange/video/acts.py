"""Journal items as acts: what a person who watches the pictures wants to read beside them.

Pure: an item's body and the names of what it mentions go in, acts come out. A sale's lines come from the receipt, each
at the time that the receipt's trail gives it; a body comes from a device, so what is looked at is checked.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from stdnum import ean

from core import clock
from exchange.video.kinds import OF_EVENT, UNTOLD
from loyalty.customer_values import is_bank_card

_DIGITS = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){12,18}(?![0-9])")
LONGEST = 200


@dataclass(frozen=True)
class Item:
    """One stored journal item: its row number, its own id, and what the till wrote."""

    id: int
    key: str
    till: str
    type: str
    at: datetime
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Names:
    """Names of what items mention, by id; `trails` are the steps of receipts."""

    store: str = ""
    tills: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    goods: Mapping[str, str] = field(default_factory=dict)
    methods: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    trails: Mapping[str, list[Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Act:
    """One thing that happened. `n` counts the acts of an item; money in minor units, quantity in thousandths; `unit`
    is a code, `name` what the journal calls it."""

    kind: str
    at: datetime
    item: int = 0
    n: int = 0
    till: int = 0
    till_name: str = ""
    name: str = ""
    cashier: str = ""
    receipt_id: str = ""
    receipt: str = ""
    line: int | None = None
    goods: str = ""
    code: str = ""
    unit: str = ""
    quantity: int | None = None
    price: int | None = None
    amount: int | None = None
    discount: int | None = None
    method: str = ""
    card: str = ""
    reason: str = ""
    approved: str = ""
    text: str = ""
    shift: int | None = None


def acts_of(item: Item, names: Names) -> list[Act]:
    """The acts of one item, in the order in which they happened; none for what only machines care about."""
    number, name = names.tills.get(item.till, (0, ""))
    body = item.body
    first = Act(
        kind="other",
        at=item.at,
        item=item.id,
        till=number,
        till_name=name,
        cashier=names.people.get(str(body.get("cashier")), ""),
        receipt_id=item.key if item.type == "receipt" else "",
    )
    found = _OF_TYPE.get(item.type, _nothing)(first, body, names)
    return [replace(act, n=n) for n, act in enumerate(found)]


def masked(text: str) -> str:
    """The text with the number of every bank card in it reduced to its last four digits, however it is grouped."""

    def hide(found: re.Match[str]) -> str:
        digits = re.sub("[^0-9]", "", found[0])
        # Cards of thirteen digits are history, and every tenth EAN would look like one.
        if not is_bank_card(digits) or (len(found[0]) == 13 and ean.is_valid(digits)):
            return found[0]
        return f"{'*' * (len(digits) - 4)}{digits[-4:]}"

    return _DIGITS.sub(hide, text)


def _nothing(_first: Act, _body: Mapping[str, Any], _names: Names) -> Iterator[Act]:
    yield from ()


def _receipt(first: Act, body: Mapping[str, Any], names: Names) -> Iterator[Act]:
    back = body["kind"] == "return"
    key = first.receipt_id
    opened, closed = _instant(body["opened_at"], first.at), _instant(body["closed_at"], first.at)
    label = names.labels.get(key, str(body["number"]))
    whole = replace(first, receipt=label, at=opened, reason=_text(body.get("reason")))
    times = _times(names.trails.get(key, []), opened)
    if not back:
        yield replace(whole, kind="receipt_open", reason="")
    for line in body["lines"]:
        at = min(times.get(line["n"], closed), closed)
        yield _line(replace(whole, kind="return_item" if back else "item", at=at), line)
    for payment in body["payments"]:
        details = payment.get("details") or {}
        yield replace(
            whole,
            kind="payment",
            at=closed,
            method=names.methods.get(payment["method"], payment["method"]),
            name=payment["method"],
            amount=payment["amount"],
            card=_text(details.get("pan")) if isinstance(details, dict) else "",
        )
    end = replace(whole, kind="return" if back else "sale", at=closed, amount=body["due"])
    yield end
    yield replace(end, kind="paper")


def _line(act: Act, line: Mapping[str, Any]) -> Act:
    return replace(
        act,
        line=line["n"],
        goods=_text(line.get("name")),
        code=_text(line.get("barcode")),
        unit=line["unit"],
        quantity=line["quantity"],
        price=line["price"],
        amount=line["total"],
        discount=sum(one["amount"] for one in line.get("discounts", [])) or None,
        reason=_text(line.get("reason")) or act.reason,
    )


def _times(steps: list[Any], opened: datetime) -> dict[int, datetime]:
    """When each line came onto the receipt, as far as its trail says."""
    found: dict[int, datetime] = {}
    for step in steps:
        if isinstance(step, dict) and step.get("do") == "line":
            n, ms = _whole(step.get("n")), _whole(step.get("ms"))
            if n is not None and ms is not None and 0 <= ms < 7 * 86_400_000:
                found.setdefault(n, opened + timedelta(milliseconds=ms))
    return found


def _event(first: Act, body: Mapping[str, Any], names: Names) -> Iterator[Act]:
    name = body["name"]
    if name in UNTOLD:
        return
    data = body.get("data") or {}
    product = _text(data.get("product"))
    yield replace(
        first,
        kind=OF_EVENT.get(name, "other"),
        name=name,
        receipt_id=_text(body.get("receipt")),
        receipt=names.labels.get(_text(body.get("receipt")), ""),
        line=_whole(body.get("line")),
        goods=_text(names.goods.get(product, "")),
        quantity=_first(data, "quantity", "to"),
        price=_first(data, "price"),
        amount=_first(data, "amount", "total", "due", "difference"),
        method=_text(names.methods.get(_text(data.get("method")), _text(data.get("method")))),
        reason=_text(data.get("reason")),
        approved=names.people.get(_text(data.get("approved_by") or data.get("by")), ""),
        text=_text(data.get("text") or data.get("code") or data.get("state") or data.get("permission")),
    )


def _shift(first: Act, body: Mapping[str, Any], _names: Names) -> Iterator[Act]:
    opening = body["action"] == "open"
    amount = _whole(body.get("float" if opening else "counted"))
    kind = "shift_open" if opening else "shift_close"
    yield replace(first, kind=kind, shift=body["number"], amount=amount, reason=_text(body.get("reason")))


def _cash(first: Act, body: Mapping[str, Any], names: Names) -> Iterator[Act]:
    by = names.people.get(_text(body.get("approved_by")), "")
    reason = _text(body.get("reason"))
    yield replace(
        first, kind="cash", name=f"cash_{body['kind']}", amount=body["amount"], reason=reason, approved=by
    )


def _fiscal(first: Act, body: Mapping[str, Any], names: Names) -> Iterator[Act]:
    key = _text(body.get("receipt"))
    told = " ".join(part for part in (_text(body.get("state")), _text(body.get("number"))) if part)
    yield replace(
        first,
        kind="fiscal",
        name="fiscal",
        receipt_id=key,
        receipt=names.labels.get(key, ""),
        text=told,
        reason=_text(body.get("reason")),
    )


_OF_TYPE = {"receipt": _receipt, "event": _event, "shift": _shift, "cash": _cash, "fiscal": _fiscal}


def _text(value: object) -> str:
    return masked(value[:LONGEST]) if isinstance(value, str) else ""


def _whole(value: object) -> int | None:
    return value if type(value) is int else None


def _first(data: Mapping[str, Any], *keys: str) -> int | None:
    return next((value for key in keys if (value := _whole(data.get(key))) is not None), None)


def _instant(value: object, otherwise: datetime) -> datetime:
    return clock.from_wire(value) or otherwise if isinstance(value, str) else otherwise
