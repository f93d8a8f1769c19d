"""park.put, park.list, park.take, park.drop: suspended receipts shared by all tills of the store."""

from typing import Any

from core import clock
from pos.models import ParkedReceipt
from pos.ops.session import Session
from pos.rules.shape import COUNT_MAX, MONEY_MAX, Fields, bad
from pos.services import park


def put(session: Session, f: Fields) -> dict[str, Any]:
    """Puts a receipt aside."""
    data = f.object_or_none("data")
    if data is None:
        raise bad("request.data", "an object")
    parking = park.Parking(
        id=f.identifier("receipt"),
        label=f.text_or_none("label", 80) or "",
        total=f.integer_or_none("total", -MONEY_MAX) or 0,
        lines=f.integer_or_none("lines", 0, COUNT_MAX) or 0,
        cashier=f.identifier_or_none("cashier"),
        data=data,
    )
    return _summary(park.park_put(till=session.till, parking=parking, now=clock.now()))


def listing(session: Session, _fields: Fields) -> dict[str, Any]:
    """What waits."""
    return {"parked": [_summary(row) for row in park.parked(session.till)]}


def take(session: Session, f: Fields) -> dict[str, Any]:
    """Gives a receipt to this till, and to no other."""
    row = park.park_finish(till=session.till, parked_id=f.identifier("receipt"), take=True, now=clock.now())
    return {**_summary(row), "data": park.content(row)}


def drop(session: Session, f: Fields) -> dict[str, Any]:
    """Gives a parked receipt up."""
    row = park.park_finish(till=session.till, parked_id=f.identifier("receipt"), take=False, now=clock.now())
    return {"receipt": str(row.id)}


def _summary(row: ParkedReceipt) -> dict[str, Any]:
    return {
        "receipt": str(row.id),
        "label": row.label,
        "total": row.total,
        "lines": row.lines,
        "cashier": str(row.cashier_id) if row.cashier_id else None,
        "till": row.put_by.number,
        "at": clock.to_wire(row.put_at),
    }
