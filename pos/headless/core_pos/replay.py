"""Writes the chain of a replayed register: shifts by day, receipts and events in the order they were rung.

Every identifier is derived from the file and the transaction, and the chain begins at one, so a second replay with the
same device and the same beginning makes the very same items and the server answers `duplicate`. An item's own `at` is
when the replaying device made it, because no device signs before it was enrolled; the receipts inside keep the
source's times of day and business days.
"""

import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pos.headless.chain import Chain, Item
from pos.headless.core_pos import mapping
from pos.headless.core_pos.source import Transaction
from pos.headless.receipts import Heading, receipt

# The source anonymised its dates to the year 1900; the days and times of day are kept, in a year that has tills.
YEARS = 126


@dataclass(frozen=True)
class Shop:
    """What the receipts refer to: products by code, cashiers by the source's number, an untaxed rate."""

    currency: str
    prices_include_tax: bool
    tax: tuple[str, int]
    products: Mapping[str, str]
    cashiers: Mapping[str, str]


@dataclass
class Replay:
    """Makes the items of one register."""

    chain: Chain
    shop: Shop
    seed: str
    begun: datetime
    numbers: dict[str, int] = field(default_factory=dict)

    def items(self, transactions: Sequence[Transaction]) -> Iterator[Item]:
        """The whole chain: a shift for each day, opened before its first transaction and closed after its last."""
        days: dict[str, list[Transaction]] = {}
        for transaction in transactions:
            days.setdefault(transaction.day, []).append(transaction)
        for number, (day, rung) in enumerate(sorted(days.items()), 1):
            begun, ended = moment(rung[0].rows[0].at), moment(rung[-1].rows[-1].at)
            shift = self._id(f"shift/{day}", begun)
            first, last = (self.shop.cashiers[one.employee] for one in (rung[0], rung[-1]))
            yield self._shift("open", shift, number, first, begun - timedelta(minutes=1))
            for transaction in rung:
                yield from self._transaction(transaction, shift, begun.date().isoformat())
            yield self._shift("close", shift, number, last, ended + timedelta(minutes=1))

    def _now(self) -> datetime:
        """A millisecond an item from the beginning of the replay, so that a second replay says the same."""
        return self.begun + timedelta(milliseconds=self.chain.seq)

    def _id(self, label: str, at: datetime) -> str:
        """A UUIDv7 whose random bits come from the file and the label."""
        bits = int.from_bytes(hashlib.sha256(f"{self.seed}/{label}".encode()).digest()[:10])
        millis = int(at.timestamp() * 1000)
        return str(
            uuid.UUID(int=millis << 80 | 7 << 76 | (bits >> 68) << 64 | 2 << 62 | bits & (1 << 62) - 1)
        )

    def _shift(self, action: str, shift: str, number: int, cashier: str, at: datetime) -> Item:
        body = {
            "action": action,
            "shift": shift,
            "number": number,
            "day": at.date().isoformat(),
            "cashier": cashier,
            "float": 0,
            "counted": None,
            "denominations": None,
            "totals": None,
        }
        return self.chain.item("shift", body, at=self._now(), item_id=self._id(f"{shift}/{action}", at))

    def _transaction(self, one: Transaction, shift: str, day: str) -> Iterator[Item]:
        plan, at, until = mapping.plan(one), moment(one.rows[0].at), moment(one.rows[-1].at)
        cashier = self.shop.cashiers[one.employee]
        kinds = [
            (k, p, m)
            for k, p, m in (
                ("return", plan.returns, plan.return_payments),
                ("sale", plan.sales, plan.sale_payments),
            )
            if p
        ]
        names = {kind: self._id(f"{one.key}/{kind}", until) for kind, _parts, _payments in kinds}
        for kind, parts, payments in kinds:
            pair = names.get("sale" if kind == "return" else "return")
            heading = self._heading(kind, one, shift, day, at, until, pair)
            lines = [mapping.goods_of(part, self.shop.products[part.code], self.shop.tax) for part in parts]
            body = receipt(heading, lines, payments)
            yield self.chain.item("receipt", body, at=self._now(), item_id=names[kind])
        link = next(iter(names.values()), None)
        for number, void in enumerate(plan.voids):
            data = {"code": void.code, "quantity": void.quantity, "amount": void.amount, "of": void.of}
            yield self._event("line_void", one, f"void/{number}", shift, cashier, link, data)
        for number, text in enumerate(plan.memos):
            yield self._event("memo", one, f"memo/{number}", shift, cashier, link, {"text": text})

    def _heading(
        self,
        kind: str,
        one: Transaction,
        shift: str,
        day: str,
        at: datetime,
        until: datetime,
        pair: str | None,
    ) -> Heading:
        self.numbers[kind] = self.numbers.get(kind, 0) + 1
        return Heading(
            number=self.numbers[kind],
            day=day,
            shift=shift,
            cashier=self.shop.cashiers[one.employee],
            opened_at=at,
            closed_at=until,
            kind=kind,
            currency=self.shop.currency,
            prices_include_tax=self.shop.prices_include_tax,
            reason="replayed" if kind == "return" else None,
            more={"pair": pair},
        )

    def _event(
        self,
        name: str,
        one: Transaction,
        label: str,
        shift: str,
        cashier: str,
        link: str | None,
        data: dict[str, Any],
    ) -> Item:
        at = moment(one.rows[-1].at)
        body = {"name": name, "shift": shift, "cashier": cashier, "receipt": link, "line": None, "data": data}
        return self.chain.item("event", body, at=self._now(), item_id=self._id(f"{one.key}/{label}", at))


def moment(at: datetime) -> datetime:
    """The source's instant in a year that has tills."""
    return at.replace(year=at.year + YEARS)
