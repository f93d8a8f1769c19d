"""Receipts for people and for returns."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from core.errors import KasaError
from core.models import Store
from pos.models import FiscalAct, Receipt, ReceiptLine, TillEvent


class ReceiptNotFound(KasaError):
    """No receipt of this store has that id."""

    code = "not_found"


def receipts(store: Store) -> QuerySet[Receipt]:
    """Every receipt of the store with till, cashier and item, newest first."""
    return (
        Receipt.objects.filter(store=store)
        .select_related("store", "till", "cashier", "item", "posting")
        .order_by("-closed_at", "-id")
    )


def receipts_of_customer(store: Store, customer_id: uuid.UUID) -> QuerySet[Receipt]:
    """What a customer bought and brought back here, newest first."""
    return receipts(store).filter(customer_id=customer_id)


def receipt_labels(store: Store, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The printed numbers of those receipts that are here."""
    found = Receipt.objects.filter(store=store, id__in=ids).select_related("store", "till")
    return {receipt.id: receipt.label for receipt in found}


def receipt_get(store: Store, receipt_id: uuid.UUID) -> Receipt:
    """One receipt with its lines, discounts, taxes and payments loaded. Raises ReceiptNotFound."""
    receipt = (
        receipts(store)
        .prefetch_related("lines__product", "discounts", "taxes", "payments", "item__warnings")
        .filter(id=receipt_id)
        .first()
    )
    if receipt is None:
        raise ReceiptNotFound("There is no such receipt.")
    return receipt


def receipt_events(receipt: Receipt) -> QuerySet[TillEvent]:
    """What was done around a receipt, in the till's own order."""
    return TillEvent.objects.filter(receipt_id=receipt.id).select_related("cashier").order_by("inc", "seq")


def receipt_fiscal(receipt: Receipt) -> QuerySet[FiscalAct]:
    """What fiscal printers said about a receipt."""
    return FiscalAct.objects.filter(receipt_id=receipt.id).order_by("inc", "seq")


def unregistered() -> Q:
    """Receipts of which a fiscal printer has been told and which it has not registered: put off, left out, or
    begun and never settled. A receipt of a till without such a printer is none of them.
    """
    acts = FiscalAct.objects.filter(receipt_id=OuterRef("pk"))
    begun = TillEvent.objects.filter(receipt_id=OuterRef("pk"), name="fiscal_intent")
    return (Q(Exists(acts)) | Q(Exists(begun))) & ~Q(Exists(acts.filter(state="registered")))


def returned(lines: QuerySet[ReceiptLine]) -> dict[tuple[uuid.UUID, int], tuple[int, int]]:
    """(quantity, money) that came back already, by (receipt, n) of the line that was sold."""
    rows = (
        ReceiptLine.objects.filter(origin_receipt_id__in=lines.values("receipt_id"))
        .values_list("origin_receipt_id", "origin_n")
        .annotate(quantity=Sum("quantity"), money=Sum("total"))
    )
    return {(receipt, n): (quantity, money) for receipt, n, quantity, money in rows if receipt and n}


@dataclass(frozen=True)
class DayTotals:
    """What a business day came to: sales less returns, in minor units."""

    receipts: int
    returns: int
    due: int


def day_totals(store: Store, day: date) -> DayTotals:
    """The store's figures for one business day."""
    rows = (
        Receipt.objects.filter(store=store, day=day)
        .values_list("kind")
        .annotate(count=Count("id"), due=Sum("due"))
    )
    by_kind = {kind: (count, due) for kind, count, due in rows}
    sales, returns = by_kind.get("sale", (0, 0)), by_kind.get("return", (0, 0))
    return DayTotals(sales[0], returns[0], sales[1] - returns[1])
