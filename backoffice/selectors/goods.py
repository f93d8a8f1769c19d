"""Goods for lists and cards: each page in a constant number of statements, whatever it shows."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, F, QuerySet, Sum, Value, When
from django.http import QueryDict

from backoffice import keyset
from backoffice.layouts import other_layouts
from core.errors import KasaError
from core.models import Store
from inventory.models import Group, Price, Product, StockBalance, StockMove
from inventory.models.prices import RETAIL
from inventory.selectors import goods, prices, stock
from pos.models import ReceiptLine

ORDERS = {"name": ["search_name", "id"], "code": ["code", "id"], "changed": ["changed_at", "id"]}
MAX_FOUND = 8


class NoProduct(KasaError):
    """There are no such goods."""

    code = "not_found"


@dataclass(frozen=True)
class Row:
    """One line of the list of goods."""

    product: Product
    price: Price | None
    on_hand: int | None
    path: list[Group]

    @property
    def barcodes(self) -> list[str]:
        """The codes in the order a person expects: single pieces first."""
        return [barcode.code for barcode in self.product.barcodes.all()]

    @property
    def other_barcodes(self) -> list[str]:
        """The barcodes that say something beside the code; packed goods often have their EAN as code."""
        return [code for code in self.barcodes if code != self.product.code]


@dataclass(frozen=True)
class Listing:
    """A page of goods and the words that were really searched for."""

    rows: keyset.Rows[Product]
    lines: list[Row]
    words: str


def _narrowed(*, words: str, group: Group | None, kind: str, state: str, price: str) -> QuerySet[Product]:
    rows = goods.matching(goods.products().select_related("group", "unit"), words)
    if group is not None:
        rows = rows.filter(group__in=goods.inside(group))
    if kind:
        rows = rows.filter(kind=kind)
    if state != "all":
        rows = rows.filter(active=state != "off")
    if price == "none":
        rows = rows.filter(prices=None)
    if price == "invented":
        rows = rows.filter(id__in=prices.invented().values("id"))
    return rows


def listing(
    store: Store, query: QueryDict, *, words: str = "", sort: str = "name", now: datetime, **filters: Any
) -> Listing:
    """The page of goods that the URL asks for; tries the other keyboard layouts when nothing is found."""
    order = ORDERS.get(sort.removeprefix("-"), ORDERS["name"])
    order = ["-" + name for name in order] if sort.startswith("-") else order
    for attempt in [words, *other_layouts(words)]:
        rows = keyset.page(_narrowed(words=attempt, **filters), query, order=order)
        if rows.items or not words:
            return Listing(rows, described(store, rows.items, now), attempt)
    return Listing(rows, [], words)


def described(store: Store, items: Sequence[Product], now: datetime) -> list[Row]:
    """Products with price, stock and group path, in three statements."""
    ids = [product.id for product in items]
    in_force = prices.in_force(ids, at=now, store=store)
    held = stock.on_hand(store, ids)
    paths = goods.paths({product.group_id for product in items})
    return [Row(p, in_force.get(p.id), held.get(p.id), paths.get(p.group_id, [])) for p in items]


def product(pk: uuid.UUID) -> Product:
    """One product with group, unit and barcodes. Raises NoProduct."""
    found = goods.products().select_related("group", "unit", "content_unit").filter(id=pk).first()
    if found is None:
        raise NoProduct("There are no such goods.")
    return found


def found(words: str) -> list[Product]:
    """The first few goods that match, for the palette."""
    for attempt in [words, *other_layouts(words)]:
        rows = list(
            goods.matching(goods.products(), attempt).order_by("-active", "search_name", "id")[:MAX_FOUND]
        )
        if rows:
            return rows
    return []


def by_any_code(code: str) -> Product | None:
    """The product with this barcode, or else with this code (PLU)."""
    barcode = goods.by_barcode(code)
    return barcode.product if barcode else goods.products().filter(code=code).first()


def ids_by_code(codes: Collection[str]) -> dict[str, uuid.UUID]:
    """Product ids by code (PLU), in one statement; unknown codes are absent."""
    return dict(Product.objects.filter(code__in=codes).values_list("code", "id"))


def by_codes(codes: Collection[str]) -> dict[str, Product]:
    """Products by barcode and by code (PLU), in two statements; a code wins over a barcode."""
    rows = Product.objects.select_related("unit")
    by_barcode = {
        code: item
        for item in rows.filter(barcodes__code__in=codes).prefetch_related("barcodes").distinct()
        for code in (barcode.code for barcode in item.barcodes.all())
        if code in codes
    }
    return by_barcode | {item.code: item for item in rows.filter(code__in=codes)}


def by_ids(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Product]:
    """Products by id, in one statement."""
    return {item.id: item for item in Product.objects.select_related("unit").filter(id__in=ids)}


def grid_lines(grid: list[dict[str, Any]]) -> list[str]:
    """The quick grid as lines of text: `[Tab]`, then `code name`; products that are gone are left out."""
    ids = {text for tab in grid for text in tab.get("products", [])}
    names = {
        str(pk): f"{code} {name}"
        for pk, code, name in Product.objects.filter(id__in=ids).values_list("id", "code", "name")
    }
    lines: list[str] = []
    for tab in grid:
        label = tab.get("label", "")
        lines.append(f"[{label if isinstance(label, str) else next(iter(label.values()), '')}]")
        lines += [names[pk] for pk in tab.get("products", []) if pk in names]
    return lines


@dataclass(frozen=True)
class DaySales:
    """What one day sold of one product: thousandths and minor units, returns subtracted."""

    day: date
    quantity: int
    total: int


def sales_by_day(store: Store, item: Product, *, since: date, until: date) -> list[DaySales]:
    """One row a day, also for days without a sale."""
    sign = Case(When(receipt__kind="sale", then=Value(1)), default=Value(-1))
    rows = (
        ReceiptLine.objects.filter(product=item, receipt__store=store, receipt__day__range=(since, until))
        .values_list("receipt__day")
        .annotate(quantity=Sum(F("quantity") * sign), total=Sum(F("total") * sign))
    )
    by_day = {day: (quantity, total) for day, quantity, total in rows}
    days = [since + timedelta(days=n) for n in range((until - since).days + 1)]
    return [DaySales(day, *by_day.get(day, (0, 0))) for day in days]


def price_history(item: Product) -> list[Price]:
    """The last decisions about the retail price, the latest to take effect first."""
    return list(prices.history(item, price_type=RETAIL)[:30])


def balance(store: Store, item: Product) -> StockBalance | None:
    """What the store holds of it, None when it never moved."""
    return StockBalance.objects.filter(store=store, product=item).first()


def last_moves(store: Store, item: Product) -> list[StockMove]:
    """The newest lines of its stock ledger."""
    return list(stock.moves(store, item)[:20])
