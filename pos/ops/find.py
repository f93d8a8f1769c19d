"""receipt.find, stock.find and report.x: what a till asks its server about the shop."""

import uuid
from datetime import timedelta
from typing import Any

from core import clock
from core.errors import KasaError
from core.models import Setting
from inventory.models import Product
from inventory.selectors import prices
from inventory.selectors import stock as stock_reads
from pos.models import Receipt, ReceiptDiscount, ReceiptLine
from pos.ops.session import Session
from pos.rules.shape import COUNT_MAX, Fields
from pos.selectors import find, shifts

MAX_FOUND = 20
MAX_DAYS = 366


class UnknownProduct(KasaError):
    """No product has that id."""

    code = "not_found"


def receipt(session: Session, f: Fields) -> dict[str, Any]:
    """Receipts of this store that fit, the newest first, with what is still returnable."""
    number = f.data.get("number")
    wanted = find.Wanted(
        number=str(number) if type(number) is int else f.text_or_none("number", 40),
        code=f.text_or_none("code", 100),
        day=f.day("day") if f.data.get("day") is not None else None,
        till=f.integer_or_none("till", 1, COUNT_MAX),
        total=f.integer_or_none("total"),
        card=f.text_or_none("card", 64),
        product=f.identifier_or_none("product"),
    )
    limit = f.integer("limit", 1, MAX_FOUND) if f.data.get("limit") is not None else MAX_FOUND
    found = find.find(session.store, wanted, limit + 1)
    shown = found[:limit]
    lines, reasons, back = find.returnable(shown), find.discounts(shown), find.comebacks(shown)
    return {
        "receipts": [
            {
                **_receipt(row),
                "lines": [_line(entry, reasons) for entry in lines.get(row.id, [])],
                "returns": [_comeback(one, part) for one, part in back.get(row.id, {}).items()],
            }
            for row in shown
        ],
        "more": len(found) > limit,
    }


def _receipt(row: Receipt) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "label": row.label,
        "kind": row.kind,
        "number": row.number,
        "till": row.till.number,
        "inc": row.inc,
        "day": row.day.isoformat(),
        "closed_at": clock.to_wire(row.closed_at),
        "cashier": str(row.cashier_id),
        "currency": row.currency,
        "prices_include_tax": row.prices_include_tax,
        "total": row.total,
        "rounding": row.rounding,
        "due": row.due,
        "card": row.card,
        "customer": str(row.customer_id) if row.customer_id else None,
        "bonus": {"earned": row.bonus_earned, "redeemed": row.bonus_redeemed},
        "payments": _payments(row),
    }


def _payments(row: Receipt) -> list[dict[str, Any]]:
    return [
        {"method": paid.method, "amount": paid.amount, "details": paid.details} for paid in row.payments.all()
    ]


def _comeback(row: Receipt, lines: list[ReceiptLine]) -> dict[str, Any]:
    """A return, as far as it is about the receipt that was asked for."""
    return {
        "id": str(row.id),
        "label": row.label,
        "closed_at": clock.to_wire(row.closed_at),
        "due": row.due,
        "payments": _payments(row),
        "lines": [
            {"n": x.origin_n, "quantity": x.quantity, "total": x.total, "tax_amount": x.tax_amount}
            for x in lines
        ],
    }


def _reason(row: ReceiptDiscount) -> dict[str, Any]:
    return {
        "source": row.source,
        "ref": str(row.ref) if row.ref else None,
        "name": row.name,
        "amount": row.amount,
        "approved_by": str(row.approved_by_id) if row.approved_by_id else None,
        "reason": row.reason,
    }


def _line(
    entry: find.Returnable, reasons: dict[tuple[uuid.UUID, int], list[ReceiptDiscount]]
) -> dict[str, Any]:
    line = entry.line
    return {
        "n": line.n,
        "product": str(line.product_id),
        "name": line.name,
        "barcode": line.barcode,
        "quantity": line.quantity,
        "unit": line.unit,
        "price": line.price,
        "gross": line.gross,
        "discounts": [_reason(one) for one in reasons.get((line.receipt_id, line.n), [])],
        "total": line.total,
        "tax": {"code": line.tax_code, "percent": line.tax_percent},
        "tax_amount": line.tax_amount,
        "deposit": line.deposit,
        "mark": line.mark,
        "lot": line.lot,
        "returnable": {"quantity": entry.quantity, "total": entry.money},
    }


def stock(session: Session, f: Fields) -> dict[str, Any]:
    """What the store holds of a product, as far as sales are posted. `elsewhere` is empty without head office."""
    product = Product.objects.filter(id=f.identifier("product")).select_related("unit").first()
    if product is None:
        raise UnknownProduct("There is no such product.")
    quantity = stock_reads.on_hand(session.store, [product.id]).get(product.id, 0)
    here = {"store": session.store.number, "quantity": quantity, "at": clock.to_wire(clock.now())}
    return {"product": str(product.id), "keeps_stock": product.keeps_stock, "here": here, "elsewhere": []}


def price_lowest(session: Session, f: Fields) -> dict[str, Any]:
    """The least a product cost in the last days: what it is worth when it comes back without a receipt."""
    product = Product.objects.filter(id=f.identifier("product")).first()
    if product is None:
        raise UnknownProduct("There is no such product.")
    days, now = f.integer("days", 1, MAX_DAYS), clock.now()
    kind = Setting.objects.filter(name="price_type").values_list("value", flat=True).first() or "retail"
    since = now - timedelta(days=days)
    price = prices.lowest(product, since=since, at=now, store=session.store, price_type=str(kind))
    return {"product": str(product.id), "days": days, "price": price}


def report_x(session: Session, f: Fields) -> dict[str, Any]:
    """What the server knows of a shift of this till."""
    shift = shifts.shift_get(session.store, f.identifier("shift"))
    if shift.till_id != session.till.id:
        raise shifts.ShiftNotFound("The opening of this shift is not here.")
    return shifts.report_wire(shifts.shift_report(shift))
