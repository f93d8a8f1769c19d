"""What receipts do to bonus accounts, booked once each: sales earn and spend, goods that come back undo both.

The posting worker calls this in the transaction that posts the receipts. It takes as many statements for a hundred
receipts as for one, and none when no receipt has points.
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core import feed
from loyalty import bonus_rule
from loyalty.models import BonusEntry, BonusHold, Customer
from loyalty.selectors.bonus import cover_of
from loyalty.services.bonus import balances_publish

Kind = BonusEntry.Kind
State = BonusHold.State


@dataclass(frozen=True)
class PointsOfSale:
    """A sale that earned points, or was partly paid by them; the hold they were set aside with, if any."""

    receipt: uuid.UUID
    customer: uuid.UUID
    at: datetime
    earned: int
    redeemed: int
    hold: uuid.UUID | None


@dataclass(frozen=True)
class GoodsBack:
    """The goods of a sale by line: what they cost, how much was sold, and how much of it has come back so far."""

    totals: Mapping[int, int]
    sold: Mapping[int, int]
    back: Mapping[int, int]


@dataclass(frozen=True)
class PointsOfReturn:
    """Goods that came back to the sale `origin` (the return itself when it names none).

    `given` points were handed back instead of money. `customer` is whose they are when the sale had no points.
    """

    receipt: uuid.UUID
    origin: uuid.UUID
    customer: uuid.UUID | None
    at: datetime
    given: int
    goods: GoodsBack


def receipts_book(sales: Sequence[PointsOfSale], returns: Sequence[PointsOfReturn], *, now: datetime) -> int:
    """Books what has not been booked of these receipts, in this order. Returns how many entries were written.

    Accounts that nobody has are passed over: the till may have been offline when it made the customer.
    """
    if not sales and not returns:
        return 0
    with feed.transaction():
        booking = _Booking(sales, returns, now)
        for sale in sales:
            booking.sale(sale)
        for back in returns:
            booking.back(back)
        return booking.write()


class _Booking:
    """The entries of one batch, worked out in memory over what is booked already. The accounts are locked."""

    def __init__(
        self, sales: Sequence[PointsOfSale], returns: Sequence[PointsOfReturn], now: datetime
    ) -> None:
        self.now = now
        origins = {sale.receipt for sale in sales} | {back.origin for back in returns}
        self.entries: dict[uuid.UUID, list[BonusEntry]] = defaultdict(list)
        for entry in BonusEntry.objects.filter(origin__in=origins).order_by("id"):
            self._remember(entry)
        self.owners = {sale.receipt: sale.customer for sale in sales}
        self.owners |= {origin: booked[0].customer_id for origin, booked in self.entries.items()}
        for back in returns:
            if back.customer is not None:
                self.owners.setdefault(back.origin, back.customer)
        accounts = Customer.objects.filter(id__in=set(self.owners.values())).order_by("id")
        self.accounts = set(accounts.select_for_update().values_list("id", flat=True))
        self.cover = cover_of(self.accounts)
        wanted = {sale.hold for sale in sales if sale.hold and sale.redeemed}
        holds = BonusHold.objects.select_for_update().filter(id__in=wanted).order_by("id") if wanted else []
        self.holds = {hold.id: hold for hold in holds}
        self.settled: list[BonusHold] = []
        self.new: list[BonusEntry] = []

    def _remember(self, entry: BonusEntry) -> None:
        assert entry.origin is not None, "what a receipt did names its origin (a database check)"
        self.entries[entry.origin].append(entry)

    def _sum(self, origin: uuid.UUID, kind: str) -> int:
        return sum(entry.points for entry in self.entries[origin] if entry.kind == kind)

    def _add(
        self,
        kind: BonusEntry.Kind,
        points: int,
        of: PointsOfSale | PointsOfReturn,
        origin: uuid.UUID,
        *,
        hold: uuid.UUID | None = None,
        credit: int = 0,
    ) -> None:
        account = self.owners[origin]
        entry = BonusEntry(
            customer_id=account, kind=kind, points=points, credit=credit, receipt=of.receipt, origin=origin,
            hold_id=hold, effective_at=of.at, recorded_at=self.now,
        )  # fmt: skip
        self.new.append(entry)
        self._remember(entry)
        if kind != Kind.RETURN_ACCRUAL:
            self.cover[account] += points + credit

    def sale(self, sale: PointsOfSale) -> None:
        """What a sale earned and what was paid by points."""
        if self.owners[sale.receipt] not in self.accounts:
            return
        if sale.earned and not self._sum(sale.receipt, Kind.ACCRUE):
            self._add(Kind.ACCRUE, sale.earned, sale, sale.receipt)
        rest = sale.redeemed + self._sum(sale.receipt, Kind.REDEEM)
        hold = self.holds.get(sale.hold) if sale.hold else None
        if rest > 0 and hold is not None and self._is_of(hold, sale):
            spent = min(rest, hold.amount)
            self._confirm(hold, sale, spent)
            rest -= spent
        if rest > 0:
            credit = max(0, rest - max(0, self.cover[self.owners[sale.receipt]]))
            self._add(Kind.REDEEM, -rest, sale, sale.receipt, credit=credit)

    def _is_of(self, hold: BonusHold, sale: PointsOfSale) -> bool:
        mine = hold.customer_id == self.owners[sale.receipt] and hold.receipt in (None, sale.receipt)
        return mine and hold.state == State.OPEN

    def _confirm(self, hold: BonusHold, sale: PointsOfSale, spent: int) -> None:
        hold.state, hold.redeemed, hold.resolved_at = State.CONFIRMED, spent, self.now
        hold.resolution = sale.receipt
        self.settled.append(hold)
        self.cover[self.owners[sale.receipt]] += hold.amount
        self._add(Kind.REDEEM, -spent, sale, sale.receipt, hold=hold.id)

    def back(self, back: PointsOfReturn) -> None:
        """What goods that came back had earned goes; what was handed back in points comes."""
        if self.owners.get(back.origin) not in self.accounts:
            return
        booked = {entry.kind for entry in self.entries[back.origin] if entry.receipt == back.receipt}
        goods = back.goods
        reached = bonus_rule.gone(self._sum(back.origin, Kind.ACCRUE), goods.totals, goods.sold, goods.back)
        take = reached + self._sum(back.origin, Kind.RETURN_ACCRUAL)
        if take > 0 and Kind.RETURN_ACCRUAL not in booked:
            self._add(Kind.RETURN_ACCRUAL, -take, back, back.origin)
        if back.given and Kind.RETURN_REDEEM not in booked:
            self._add(Kind.RETURN_REDEEM, back.given, back, back.origin)

    def write(self) -> int:
        """Entries, holds and balances, and what the tills are told."""
        if self.new:
            BonusEntry.objects.bulk_create(self.new)
        if self.settled:
            BonusHold.objects.bulk_update(self.settled, ["state", "redeemed", "resolved_at", "resolution"])
        if self.new:
            balances_publish({entry.customer_id for entry in self.new}, self.now)
        return len(self.new)
