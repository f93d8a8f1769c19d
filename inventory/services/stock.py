"""Posting to the stock ledger: moves are facts, balances follow in the same transaction.

One batch costs the same number of statements however many moves it holds. Balances are locked in the order of
their products, so that batches which meet wait for each other instead of dead-locking (domain.md S5).
"""

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core.errors import KasaError
from core.models import Store
from core.money import round_div
from inventory import costing
from inventory.models import Product, StockBalance, StockMove
from inventory.services.prices import UnknownProduct

Source = tuple[str, uuid.UUID, int]


class SourceRepeated(KasaError):
    """One batch posts the same document line twice."""

    code = "stock_source_repeated"


@dataclass(frozen=True)
class Move:
    """A movement to post: signed thousandths and the document line that caused it.

    `value` is what the goods cost in minor units, signed like the quantity; None lets the rules of
    `inventory.costing` decide. `origin` names the line that once took the same goods out: what comes back enters
    at the cost it left with. `at` is when it happened, `day` the store's business day.
    """

    product: uuid.UUID
    quantity: int
    source_kind: str
    source_id: uuid.UUID
    source_line: int
    at: datetime
    day: date
    value: int | None = None
    origin: Source | None = None

    @property
    def source(self) -> Source:
        """The document line, as the database keeps it unique."""
        return self.source_kind, self.source_id, self.source_line


@dataclass(frozen=True)
class Posted:
    """What a batch did: rows written (adjustments included), and moves left out because they were posted before
    or because the product keeps no stock."""

    rows: int
    known: int
    without_stock: int


def stock_post(moves: Sequence[Move], *, store: Store, now: datetime) -> Posted:
    """Posts moves of one store in one transaction; posting the same document line again changes nothing.

    Raises UnknownProduct, SourceRepeated.
    """
    if not moves:
        return Posted(0, 0, 0)
    _refuse_repeated(moves)
    with transaction.atomic():
        kept = _that_keep_stock(moves)
        balances = _lock_balances({move.product for move in kept}, store)
        known = _posted_already(kept)
        fresh = sorted((m for m in kept if m.source not in known), key=lambda move: move.product)
        rows = list(_fold(fresh, balances, _origin_costs(fresh), store, now))
        _write(rows, balances)
        return Posted(len(rows), len(kept) - len(fresh), len(moves) - len(kept))


def _refuse_repeated(moves: Sequence[Move]) -> None:
    (source, count), *_rest = Counter(move.source for move in moves).most_common(1)
    if count > 1:
        raise SourceRepeated(_("Line %(line)s of one document is in the batch twice.") % {"line": source[2]})


def _that_keep_stock(moves: Sequence[Move]) -> list[Move]:
    """The moves of goods; a service is sold but lies on no shelf. Raises UnknownProduct."""
    wanted = {move.product for move in moves}
    kinds = dict(Product.objects.filter(id__in=wanted).values_list("id", "kind"))
    missing = sorted(str(product) for product in wanted - kinds.keys())
    if missing:
        raise UnknownProduct(_("There is no product %(id)s.") % {"id": missing[0]}, products=missing[:20])
    return [move for move in moves if kinds[move.product] != Product.Kind.SERVICE]


def _lock_balances(products: set[uuid.UUID], store: Store) -> dict[uuid.UUID, StockBalance]:
    """The balances of the products, made where they are missing, locked in the order of the products."""
    ordered = sorted(products)
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO inventory_stockbalance (store_id, product_id, quantity, value, cost_quantity, cost_value)
               SELECT %s, id, 0, 0, 0, 0 FROM unnest(%s::uuid[]) AS wanted (id) ORDER BY id
               ON CONFLICT (product_id, store_id) DO NOTHING""",
            [store.id, ordered],
        )
    rows = StockBalance.objects.filter(store=store, product__in=ordered).order_by("product_id")
    return {row.product_id: row for row in rows.select_for_update(no_key=True)}


def _posted_already(moves: Sequence[Move]) -> set[Source]:
    """Which document lines the ledger holds. Asked under the locks, so a twin batch has committed or waits."""
    return {
        (kind, source_id, line)
        for kind, source_id, line, _value, _quantity in _ledger_lines(m.source for m in moves)
    }


def _ledger_lines(sources: Iterator[Source] | Sequence[Source]) -> list[tuple[str, uuid.UUID, int, int, int]]:
    """(kind, id, line, value, quantity) of the ledger's rows for these document lines."""
    kinds, ids, lines = [], [], []
    for kind, source_id, line in sources:
        kinds.append(kind)
        ids.append(source_id)
        lines.append(line)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT m.source_kind, m.source_id, m.source_line, m.value, m.quantity
               FROM unnest(%s::text[], %s::uuid[], %s::int[]) AS wanted (kind, id, line)
               JOIN inventory_stockmove m ON m.source_id = wanted.id AND m.source_kind = wanted.kind
                    AND m.source_line = wanted.line AND NOT m.adjustment""",
            [kinds, ids, lines],
        )
        return list(cursor.fetchall())


def _origin_costs(moves: Sequence[Move]) -> dict[Source, tuple[int, int]]:
    """(value, quantity) with which goods that now come back once left."""
    rows = _ledger_lines([move.origin for move in moves if move.origin])
    return {(kind, source_id, line): (value, quantity) for kind, source_id, line, value, quantity in rows}


def _value_of(move: Move, origins: dict[Source, tuple[int, int]]) -> int | None:
    """The given value, else the share of what the goods left with; None when the rules of costing decide."""
    left_with = origins.get(move.origin) if move.origin else None
    if move.value is not None or left_with is None or left_with[1] >= 0 or move.quantity <= 0:
        return move.value
    value, quantity = left_with
    return round_div(-value * move.quantity, -quantity)


def _fold(
    moves: Sequence[Move],
    balances: dict[uuid.UUID, StockBalance],
    origins: dict[Source, tuple[int, int]],
    store: Store,
    now: datetime,
) -> Iterator[StockMove]:
    """The ledger rows of the moves, in the order of products; the balances are brought up to date on the way."""
    for product, group in groupby(moves, key=lambda move: move.product):
        balance = balances[product]
        holding = holding_of(balance)
        for move in group:
            moved = costing.move(holding, move.quantity, _value_of(move, origins))
            holding = moved.after
            yield _ledger_row(move, store, now, quantity=move.quantity, value=moved.value, adjustment=False)
            if moved.adjustment:
                yield _ledger_row(move, store, now, quantity=0, value=moved.adjustment, adjustment=True)
        balance.quantity, balance.value = holding.quantity, holding.value
        balance.cost_quantity, balance.cost_value = holding.cost_quantity, holding.cost_value


def holding_of(balance: StockBalance) -> costing.Holding:
    """A balance as the costing rules see it."""
    return costing.Holding(balance.quantity, balance.value, balance.cost_quantity, balance.cost_value)


def _ledger_row(
    move: Move, store: Store, now: datetime, *, quantity: int, value: int, adjustment: bool
) -> StockMove:
    return StockMove(
        store=store,
        product_id=move.product,
        quantity=quantity,
        value=value,
        adjustment=adjustment,
        source_kind=move.source_kind,
        source_id=move.source_id,
        source_line=move.source_line,
        at=move.at,
        day=move.day,
        recorded_at=now,
    )


def _write(rows: Sequence[StockMove], balances: dict[uuid.UUID, StockBalance]) -> None:
    """Two statements: the facts, and the balances that count them."""
    if not rows:
        return
    for row in StockMove.objects.bulk_create(rows):
        balances[row.product_id].last_move_id = row.id
    touched = [balances[product] for product in sorted({row.product_id for row in rows})]
    _balances_update(touched)


def _balances_update(balances: Sequence[StockBalance]) -> None:
    columns = [
        [getattr(balance, name) for balance in balances]
        for name in ("id", "quantity", "value", "cost_quantity", "cost_value", "last_move_id")
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE inventory_stockbalance b SET quantity = n.quantity, value = n.value, last_move_id = n.last,
                   cost_quantity = n.cost_quantity, cost_value = n.cost_value
               FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
                    AS n (id, quantity, value, cost_quantity, cost_value, last)
               WHERE b.id = n.id""",
            columns,
        )


def balances_rebuild(*, store: Store) -> int:
    """Recomputes every balance of a store from its moves. Returns how many were wrong.

    The ledger is the truth; this is for a balance that somebody changed behind the services' back.
    """
    wrong = 0
    with transaction.atomic():
        balances = (
            StockBalance.objects.filter(store=store).order_by("product_id").select_for_update(no_key=True)
        )
        kept = {balance.product_id: balance for balance in balances}
        for fold in ledger_folds(store):
            balance = kept.pop(fold.product, None) or StockBalance(store=store, product_id=fold.product)
            wrong += _balance_correct(balance, fold.holding, fold.last_move)
        for balance in kept.values():
            wrong += _balance_correct(balance, costing.Holding(), None)
    return wrong


def _balance_correct(balance: StockBalance, holding: costing.Holding, last: int | None) -> int:
    if holding_of(balance) == holding and balance.last_move_id == last and balance.pk:
        return 0
    balance.quantity, balance.value = holding.quantity, holding.value
    balance.cost_quantity, balance.cost_value = holding.cost_quantity, holding.cost_value
    balance.last_move_id = last
    balance.save()
    return 1


@dataclass(frozen=True)
class LedgerFold:
    """One product's ledger recomputed: the balance it gives, its last move, and the plain sum of its values.

    `total` equals `holding.value` unless an adjustment was written by something else than these services.
    """

    product: uuid.UUID
    holding: costing.Holding
    last_move: int
    total: int


def ledger_folds(store: Store) -> Iterator[LedgerFold]:
    """Every product of a store's ledger, recomputed move by move and streamed in the order of products."""
    rows = (
        StockMove.objects.filter(store=store)
        .order_by("product_id", "id")
        .values_list("product_id", "id", "quantity", "value", "adjustment")
    )
    for product, group in groupby(rows.iterator(chunk_size=5000), key=lambda row: row[0]):
        holding, last_move, total = costing.Holding(), 0, 0
        for _product, move_id, quantity, value, adjustment in group:
            last_move, total = move_id, total + value
            if not adjustment:
                holding = costing.move(holding, quantity, value).after
        yield LedgerFold(product, holding, last_move, total)
