"""Looking for receipts as a cashier does, with what of them may still come back."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from core import ids
from core.models import Store
from pos.models import Receipt, ReceiptDiscount, ReceiptLine
from pos.selectors.receipts import receipts, returned

# As printed: store-till.incarnation-number, with R before the number of a return.
_LABEL = re.compile(r"^(?:\d{1,9}-)?(\d{1,5})\.(\d{1,9})-(R?)(\d{1,9})$")


@dataclass(frozen=True)
class Wanted:
    """Filters of a search; None means any."""

    number: str | None = None
    code: str | None = None
    day: date | None = None
    till: int | None = None
    total: int | None = None
    card: str | None = None
    product: uuid.UUID | None = None


@dataclass(frozen=True)
class Returnable:
    """One line with what of it may still come back: thousandths and minor units."""

    line: ReceiptLine
    quantity: int
    money: int


def find(store: Store, wanted: Wanted, limit: int) -> list[Receipt]:
    """Up to `limit` receipts, the newest first."""
    rows = receipts(store)
    if wanted.code is not None:
        rows = _by_code(rows, wanted.code)
    if wanted.number is not None:
        rows = _by_number(rows, wanted.number)
    filters = {
        "day": wanted.day,
        "till__number": wanted.till,
        "due": wanted.total,
        "card": wanted.card,
    }
    rows = rows.filter(**{name: value for name, value in filters.items() if value is not None})
    if wanted.product is not None:
        rows = rows.filter(id__in=ReceiptLine.objects.filter(product=wanted.product).values("receipt_id"))
    return list(rows.prefetch_related("payments")[:limit])


def _by_code(rows: QuerySet[Receipt], code: str) -> QuerySet[Receipt]:
    """What a receipt's own code says: its id, or its printed number."""
    receipt_id = ids.parse_uuid(code.lower())
    return rows.filter(id=receipt_id) if receipt_id else _by_number(rows, code)


def _by_number(rows: QuerySet[Receipt], number: str) -> QuerySet[Receipt]:
    label = _LABEL.match(number.strip().upper())
    if label:
        till, inc, mark, plain = label.groups()
        kind = Receipt.Kind.RETURN if mark else Receipt.Kind.SALE
        return rows.filter(till__number=int(till), inc=int(inc), kind=kind, number=int(plain))
    plain = number.strip()
    if plain.isascii() and plain.isdigit() and len(plain) <= 9:
        return rows.filter(number=int(plain))
    return rows.none()


def discounts(found: Sequence[Receipt]) -> dict[tuple[uuid.UUID, int], list[ReceiptDiscount]]:
    """Why the lines of these receipts cost less, by (receipt, n)."""
    result: dict[tuple[uuid.UUID, int], list[ReceiptDiscount]] = {}
    for row in ReceiptDiscount.objects.filter(receipt__in=found).order_by("receipt_id", "n", "position"):
        result.setdefault((row.receipt_id, row.n), []).append(row)
    return result


def comebacks(found: Sequence[Receipt]) -> dict[uuid.UUID, dict[Receipt, list[ReceiptLine]]]:
    """The returns of each receipt with those of their lines that came back to it; three statements at most."""
    lines = ReceiptLine.objects.filter(origin_receipt_id__in=[one.id for one in found])
    result: dict[uuid.UUID, dict[Receipt, list[ReceiptLine]]] = {}
    wanted = lines.select_related("receipt__store", "receipt__till").order_by(
        "receipt__closed_at", "receipt_id", "n"
    )
    for line in wanted.prefetch_related("receipt__payments"):
        if line.origin_receipt_id is not None:
            result.setdefault(line.origin_receipt_id, {}).setdefault(line.receipt, []).append(line)
    return result


def returnable(found: Sequence[Receipt]) -> dict[uuid.UUID, list[Returnable]]:
    """The lines of each receipt with what is left of them; two statements for any number of receipts."""
    lines = ReceiptLine.objects.filter(receipt__in=found).order_by("receipt_id", "n")
    gone = returned(lines)
    result: dict[uuid.UUID, list[Returnable]] = {}
    kinds = {receipt.id: receipt.kind for receipt in found}
    for line in lines:
        quantity, money = gone.get((line.receipt_id, line.n), (0, 0))
        is_sale = kinds[line.receipt_id] == Receipt.Kind.SALE
        left = (line.quantity - quantity, line.total - money) if is_sale else (0, 0)
        result.setdefault(line.receipt_id, []).append(Returnable(line, *left))
    return result
