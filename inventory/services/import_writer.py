"""Writes slices of an import: one transaction and a constant number of statements for each.

A product is found by its code, else by a barcode. What the list says is compared with what is there, and only
differences are written and published, so that importing a list twice moves nothing.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from core import feed
from core.models import Employee, Store
from inventory import bulk, text
from inventory.importing import invented
from inventory.importing.drafts import Draft, Problem
from inventory.models import Barcode, Group, Price, Product
from inventory.selectors import goods as goods_selectors
from inventory.services import publishing
from inventory.services.goods import group_save, product_codes_next
from inventory.services.prices import PriceChange, prices_change_many

_SEEN = "import_seen"
_CODE_MAX = 20


@dataclass(frozen=True)
class Plan:
    """What holds for the whole import. `given` are the fields that the list has; others are left as they are."""

    store: Store
    now: datetime
    by: Employee | None
    given: frozenset[str]
    default_tax: str
    invent_prices: bool
    price_from: datetime | None
    dry_run: bool


@dataclass
class Counts:
    """What became of the rows."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    barcodes: int = 0
    prices: int = 0
    invented: int = 0
    groups: int = 0


class _Undo(Exception):
    """Rolls a slice of a dry run back after everything was really tried."""


@dataclass
class _Slice:
    """One slice on its way into the tables."""

    drafts: list[Draft]
    found: dict[int, Product]
    holders: dict[str, uuid.UUID]
    taken_codes: set[str]
    products: dict[int, uuid.UUID] = field(default_factory=dict)
    new: list[Product] = field(default_factory=list)
    changed: list[Product] = field(default_factory=list)
    barcodes: list[Barcode] = field(default_factory=list)


class Writer:
    """Takes drafts slice by slice; remembers in a temporary table what the list has brought already."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.counts = plan, Counts()
        self._groups = {tuple(g.name for g in path): key for key, path in goods_selectors.paths().items()}
        self._new_groups: set[tuple[str, ...]] = set()
        self._deposits = dict(Product.objects.filter(kind=Product.Kind.DEPOSIT).values_list("code", "id"))

    def __enter__(self) -> "Writer":
        self._run(f"DROP TABLE IF EXISTS {_SEEN}")
        self._run(f"CREATE TEMPORARY TABLE {_SEEN} (key text PRIMARY KEY, row bigint NOT NULL)")
        return self

    def __exit__(self, failure: type[BaseException] | None, *_rest: object) -> None:
        # A failed transaction refuses every statement; the table then ends with the connection.
        if not connection.needs_rollback:
            self._run(f"DROP TABLE IF EXISTS {_SEEN}")

    @staticmethod
    def _run(query: str, params: Sequence[object] = ()) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(query, params)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []

    def write(self, drafts: Sequence[Draft]) -> list[Problem]:
        """Writes one slice and returns what stood in the way of some rows."""
        problems: list[Problem] = []
        fresh, extra = self._without_repeats(drafts, problems)
        groups = dict(self._groups)
        try:
            with feed.transaction():
                part = self._look_up([*fresh, *extra])
                kept = [draft for draft in fresh if self._place(draft, part, problems)]
                self._write_products(part, kept)
                self._write_barcodes(part, kept, extra, problems)
                self._write_prices(part, kept)
                if self.plan.dry_run:
                    raise _Undo
        except _Undo:
            self._groups = groups
        return problems

    # What the list itself says twice.

    def _without_repeats(
        self, drafts: Sequence[Draft], problems: list[Problem]
    ) -> tuple[list[Draft], list[Draft]]:
        """Rows that bring something new, and rows that only bring a further barcode of an earlier row's code."""
        first = self._first_rows(drafts)
        fresh, extra = [], []
        for draft in drafts:
            repeated = next((b for b in draft.barcodes if first[f"b:{b}"] != draft.row), None)
            if repeated is not None:
                problems.append(_repeated(draft, "barcode", repeated, first[f"b:{repeated}"]))
            elif draft.code is None or first[f"c:{draft.code}"] == draft.row:
                fresh.append(draft)
            elif draft.barcodes:
                extra.append(draft)
            else:
                problems.append(_repeated(draft, "code", draft.code, first[f"c:{draft.code}"]))
        return fresh, extra

    def _first_rows(self, drafts: Sequence[Draft]) -> dict[str, int]:
        """For each code and barcode, the first row of the whole list that had it."""
        first: dict[str, int] = {}
        for draft in drafts:
            for key in [f"b:{code}" for code in draft.barcodes] + ([f"c:{draft.code}"] if draft.code else []):
                first.setdefault(key, draft.row)
        keys, rows = list(first), list(first.values())
        self._run(
            f"INSERT INTO {_SEEN} SELECT * FROM unnest(%s::text[], %s::bigint[]) ON CONFLICT DO NOTHING",  # noqa: S608
            [keys, rows],
        )
        first.update(self._run(f"SELECT key, row FROM {_SEEN} WHERE key = ANY(%s)", [keys]))  # noqa: S608
        return first

    # What the tables hold already.

    def _look_up(self, drafts: Sequence[Draft]) -> _Slice:
        """Whose the codes and barcodes are; the products found are locked in one order."""
        barcodes = [code for draft in drafts for code in draft.barcodes]
        codes = [code for draft in drafts for code in [draft.code, *draft.barcodes] if code]
        holders = dict(Barcode.objects.filter(code__in=barcodes).values_list("code", "product_id"))
        by_code = dict(Product.objects.filter(code__in=codes).values_list("code", "id"))
        wanted = set(holders.values()) | set(by_code.values())
        locked = Product.objects.filter(id__in=wanted).order_by("id").select_for_update(no_key=True)
        rows = {product.id: product for product in locked}
        found = {}
        for draft in drafts:
            at = by_code.get(draft.code or "") or next(
                (holders[b] for b in draft.barcodes if b in holders), None
            )
            if at is not None:
                found[draft.row] = rows[at]
        return _Slice(list(drafts), found, holders, set(by_code))

    def _place(self, draft: Draft, part: _Slice, problems: list[Problem]) -> bool:
        """Decides what the row becomes: a new product, a changed one, or the same; False when it is none."""
        product = part.found.get(draft.row)
        deposit = draft.extras.get("deposit")
        if deposit and deposit not in self._deposits:
            reason = _("There is no deposit with this code. Bring the deposit in first.")
            problems.append(Problem(draft.row, "deposit", deposit, reason))
            return False
        other = next(
            (
                b
                for b in draft.barcodes
                if b in part.holders and (product is None or part.holders[b] != product.id)
            ),
            None,
        )
        if other is not None:
            reason = _("Another product has this barcode already.")
            problems.append(Problem(draft.row, "barcode", other, reason))
            return False
        if product is None:
            product = self._new(draft, part)
            part.new.append(product)
        elif self._change(product, draft):
            part.changed.append(product)
        else:
            self.counts.unchanged += 1
        part.products[draft.row] = product.id
        if product.kind == Product.Kind.DEPOSIT:
            self._deposits[product.code] = product.id
        return True

    def _new(self, draft: Draft, part: _Slice) -> Product:
        wish = draft.key
        free = len(wish) <= _CODE_MAX and wish not in part.taken_codes and wish.isascii() and wish.isalnum()
        code = wish if draft.code or free else product_codes_next(1)[0]
        part.taken_codes.add(code)
        product = Product(
            code=code, tax=self.plan.default_tax, created_at=self.plan.now, changed_at=self.plan.now
        )
        product.group_id = self._group(draft.group or (_("Goods without a group"),))
        fields = self._fields(draft, everything=True)
        fields |= _extras(draft, self._deposits, fields["kind"])
        for name, value in fields.items():
            setattr(product, name, value)
        return product

    def _change(self, product: Product, draft: Draft) -> bool:
        fields = self._fields(draft, everything=False)
        if draft.group:
            fields["group_id"] = self._group(draft.group)
        fields |= _extras(draft, self._deposits, fields.get("kind", product.kind))
        changed = [name for name, value in fields.items() if getattr(product, name) != value]
        for name in changed:
            setattr(product, name, fields[name])
        if changed:
            product.changed_at = self.plan.now
        return bool(changed)

    def _fields(self, draft: Draft, *, everything: bool) -> dict[str, Any]:
        """What the row says about the product, by column of our table."""
        given = self.plan.given
        fields: dict[str, Any] = {"name": draft.name, "search_name": text.fold(draft.name)}
        if everything or given & {"unit", "quantity", "kind"}:
            fields |= {
                "kind": draft.kind,
                "unit_id": draft.unit,
                "content": draft.content,
                "content_unit_id": draft.content_unit,
            }
        if draft.kind == Product.Kind.DEPOSIT:
            fields["discountable"] = False
        said = {"code": draft.code, "tax": draft.tax, "age": draft.age}
        fields |= {name: value for name, value in said.items() if value is not None}
        return fields

    def _group(self, path: tuple[str, ...]) -> uuid.UUID:
        """The group at the end of a path of names; what is missing on the way is made."""
        for depth in range(1, len(path) + 1):
            part = path[:depth]
            if part not in self._groups:
                parent = Group.objects.get(id=self._groups[part[:-1]]) if depth > 1 else None
                self._groups[part] = group_save(name=part[-1], parent=parent).id
                self._new_groups.add(part)
        self.counts.groups = len(self._new_groups)
        return self._groups[path]

    # What is written.

    def _write_products(self, part: _Slice, kept: Sequence[Draft]) -> None:
        bulk.insert(part.new)
        products_update(part.changed)
        publishing.publish_products(part.new)
        publishing.publish_products(product for product in part.changed if product.active)
        self.counts.new += len(part.new)
        self.counts.changed += len(part.changed)

    def _write_barcodes(
        self, part: _Slice, kept: Sequence[Draft], extra: Sequence[Draft], problems: list[Problem]
    ) -> None:
        active = {p.id: p.active for p in [*part.found.values(), *part.new]}
        ours = {product.code: product.id for product in part.new}
        for draft in extra:
            found = part.found.get(draft.row)
            owner = found.id if found else ours.get(draft.code or "")
            foreign = next((b for b in draft.barcodes if part.holders.get(b, owner) != owner), None)
            if owner is None or foreign is not None:
                reason = _("The first row with this code was not taken, or the barcode is another product's.")
                problems.append(Problem(draft.row, "barcode", foreign or draft.barcodes[0], reason))
            else:
                part.products[draft.row] = owner
        wanted = [d for d in [*kept, *extra] if d.row in part.products]
        rows = [
            Barcode(code=code, product_id=part.products[draft.row])
            for draft in wanted
            for code in draft.barcodes
            if code not in part.holders
        ]
        bulk.insert(rows)
        publishing.publish_barcodes(row for row in rows if active.get(row.product_id, True))
        self.counts.barcodes += len(rows)

    def _write_prices(self, part: _Slice, kept: Sequence[Draft]) -> None:
        plan = self.plan
        changes = [
            PriceChange(part.products[d.row], d.price, valid_from=plan.price_from)
            for d in kept
            if d.price is not None
        ]
        self.counts.prices += len(_change_prices(changes, plan, Price.Source.IMPORT))
        if plan.invent_prices:
            priced = set(
                Price.objects.filter(product__in=set(part.products.values())).values_list(
                    "product_id", flat=True
                )
            )
            currency = plan.store.company.currency
            made_up = [
                PriceChange(part.products[d.row], invented.price_for(d.key, currency))
                for d in kept
                if part.products[d.row] not in priced
            ]
            self.counts.invented += len(_change_prices(made_up, plan, Price.Source.INVENTED))


def _change_prices(changes: Sequence[PriceChange], plan: Plan, source: str) -> list[Price]:
    return prices_change_many(changes, now=plan.now, source=source, by=plan.by) if changes else []


def _extras(draft: Draft, deposits: Mapping[str, uuid.UUID], kind: str) -> dict[str, Any]:
    """What few goods have, by column of our table; goods of a kind that cannot have it lose it."""
    fields = {name: value for name, value in draft.extras.items() if name != "deposit"}
    if "deposit" in draft.extras:
        fields["deposit_id"] = deposits[draft.extras["deposit"]]
    if kind != Product.Kind.PIECE:
        fields["capture"] = ""
    if kind == Product.Kind.DEPOSIT:
        fields |= {"deposit_id": None, "open_price": False}
    if fields.get("open_price") is False:
        fields |= {"price_min": None, "price_max": None}
    return fields


def _repeated(draft: Draft, column: str, value: str, first: int) -> Problem:
    reason = _("Row %(row)s has the same %(column)s already; the first one was taken.")
    return Problem(draft.row, column, value, reason % {"row": first, "column": column})


_COLUMNS = {
    "code": "text",
    "name": "text",
    "search_name": "text",
    "kind": "text",
    "unit_id": "text",
    "group_id": "uuid",
    "tax": "text",
    "age": "smallint",
    "discountable": "boolean",
    "content": "bigint",
    "content_unit_id": "text",
    "open_price": "boolean",
    "price_min": "bigint",
    "price_max": "bigint",
    "deposit_id": "uuid",
    "capture": "text",
    "licence": "text",
    "allergens": "text",
    "changed_at": "timestamptz",
}


def products_update(products: Iterable[Product]) -> None:
    """Writes changed products back in one statement."""
    rows = list(products)
    if not rows:
        return
    names = ", ".join(f"{name} = n.{name}" for name in _COLUMNS)
    arrays = ", ".join(["%s::uuid[]", *(f"%s::{kind}[]" for kind in _COLUMNS.values())])
    values = [[row.id for row in rows], *([getattr(row, name) for row in rows] for name in _COLUMNS)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE inventory_product p SET {names} FROM unnest({arrays}) AS n (id, {', '.join(_COLUMNS)}) "  # noqa: S608
            "WHERE p.id = n.id",
            values,
        )
