"""Whatever tills, the worker and people do to an account, in whatever order: no point is spent that never was.

Each history runs against the real database and is compared, step by step, with sums kept beside it.
"""

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from loyalty.services.bonus import BadBonus
from pos.services import posting
from tests.length import LONG
from tests.loyalty.bonus import RULE, Account, findings, points_on
from tests.loyalty.conftest import ask
from tests.pos.shop import Desk

STEPS = ("adjust", "reserve", "confirm", "cancel", "journal", "sale", "sale_held", "lease", "back", "post")
steps = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 9), st.integers(1, 900)), max_size=24)


class Back(Exception):
    """Takes a history back, so that the next one begins with nothing."""


@dataclass
class History:
    """One account, two tills, and what ought to be in the ledger."""

    anna: Account
    tills: list[Desk]
    posted: int = 0
    holds: dict[str, tuple[Desk, int]] = field(default_factory=dict)
    sales: list[tuple[Any, int]] = field(default_factory=list)

    def run(self, step: str, pick: int, amount: int) -> None:
        """One step; those that have nothing to work on do nothing."""
        till = self.tills[pick % 2]
        hold = list(self.holds)[pick % len(self.holds)] if self.holds else None
        getattr(self, step)(till, hold, pick, amount)

    def adjust(self, _till: Desk, _hold: str | None, pick: int, amount: int) -> None:
        self.post()
        points = amount if pick < 7 else -amount
        if points > 0 or amount <= self.posted - self.held:
            self.anna.adjust(points)
            self.posted += points
        else:
            try:
                self.anna.adjust(points)
            except BadBonus:
                return
            raise AssertionError("more was taken by hand than was there")

    @property
    def held(self) -> int:
        return sum(amount for _till, amount in self.holds.values())

    def reserve(self, till: Desk, _hold: str | None, _pick: int, amount: int) -> None:
        self.post()
        done = Account(till, self.anna.id).reserve(amount)
        assert done["result"] == ("held" if amount <= self.posted - self.held else "insufficient")
        if done["result"] == "held":
            self.holds[done["hold"]] = (till, amount)

    def confirm(self, _till: Desk, hold: str | None, pick: int, amount: int) -> None:
        if hold is None:
            return
        till, held = self.holds[hold]
        spent = min(amount, held) if pick < 7 else held + amount
        asked = {"id": str(uuid.uuid4()), "hold": hold, "receipt": str(uuid.uuid4()), "redeemed": spent}
        told = [ask(till, "bonus.confirm", **asked)["result"] for _ in range(2)]
        if spent > held:
            assert told == ["exceeds_hold", "exceeds_hold"]
            return
        assert told == ["confirmed", "exists"]
        del self.holds[hold]
        self.posted -= spent

    def cancel(self, _till: Desk, hold: str | None, _pick: int, _amount: int) -> None:
        if hold is not None:
            till, _held = self.holds.pop(hold)
            assert ask(till, "bonus.cancel", id=str(uuid.uuid4()), hold=hold)["result"] == "cancelled"

    def journal(self, _till: Desk, hold: str | None, _pick: int, _amount: int) -> None:
        if hold is not None:
            till, _held = self.holds.pop(hold)
            till.push(Account(till, self.anna.id).hold_item(hold))
            self.post()

    def sale(self, till: Desk, _hold: str | None, _pick: int, amount: int) -> None:
        self._sell(till, amount, points=0, hold=None)

    def sale_held(self, _till: Desk, hold: str | None, pick: int, amount: int) -> None:
        if hold is not None:
            till, held = self.holds.pop(hold)
            self._sell(till, held + amount, points=held if pick < 7 else (held + 1) // 2, hold=hold)
            self.post()

    def lease(self, till: Desk, _hold: str | None, _pick: int, amount: int) -> None:
        self._sell(till, amount, points=amount, hold=None)

    def _sell(self, till: Desk, price: int, *, points: int, hold: str | None) -> None:
        earned = (price - points) * RULE.percent // 10_000
        goods = [till.goods(price=price - price // 3), till.goods(price=price // 3, quantity=1000)]
        sale = Account(till, self.anna.id).sale(goods=goods, points=points, hold=hold, earned=earned)
        assert till.statuses(sale) == ["stored"]
        self.sales.append((sale, points))
        self.posted += earned - points

    def back(self, till: Desk, _hold: str | None, pick: int, _amount: int) -> None:
        """A whole sale comes back, on either till."""
        if self.sales:
            sale, points = self.sales.pop(pick % len(self.sales))
            earned = sale["body"]["bonus"]["earned"]
            item = Account(till, self.anna.id).back(sale, {1: 1000, 2: 1000}, points=points, desk=till)
            assert till.statuses(item) == ["stored"]
            self.posted += points - earned

    def post(self, *_more: Any) -> None:
        posting.post_waiting(store=self.anna.desk.shop.store, now=clock.now())


@settings(
    max_examples=40 if LONG else 12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(history=steps)
def test_no_history_spends_points_that_never_were(desk: Desk, history: list[tuple[str, int, int]]) -> None:
    try:
        with transaction.atomic():
            points_on()
            tills = [Desk.enrolled(desk.shop, 2), Desk.enrolled(desk.shop, 3)]
            made = History(Account.opened(tills[0]), tills)
            for step, pick, amount in history:
                made.run(step, pick, amount)
                assert findings() == [], step
            made.post()
            assert findings() == []
            assert made.anna.balance.posted == made.posted and made.anna.balance.held == made.held
            raise Back
    except Back:
        return


@pytest.mark.django_db(transaction=True)
def test_tills_and_the_worker_that_meet_neither_deadlock_nor_spend_a_point_twice(desk: Desk) -> None:
    """Four sockets want the same points again and again while the worker books sales of two customers."""
    points_on()
    anna, jan = Account.opened(desk, points=1000), Account.opened(desk, points=500, number="9900002")
    errors: list[BaseException] = []
    held: list[int] = []

    def want(number: int) -> None:
        for n in range(6):
            account = anna if (n + number) % 2 else jan
            done = account.reserve(100)
            if done["result"] == "held" and n % 3 == 0:
                ask(desk, "bonus.cancel", request=str(uuid.uuid4()), hold=done["hold"])
            elif done["result"] == "held":
                held.append(100)

    def book(_number: int) -> None:
        for _ in range(4):
            desk.push(anna.sale(earned=10), jan.sale(earned=10))
            posting.post_waiting(store=desk.shop.store, now=clock.now())

    def run(work: Callable[[int], None], number: int) -> None:
        try:
            work(number)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    works = [*([want] * 4), book]
    threads = [threading.Thread(target=run, args=(work, number)) for number, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert anna.balance.held + jan.balance.held == sum(held) and len(held) >= 10
    assert (anna.balance.posted, jan.balance.posted) == (1040, 540)
    assert anna.balance.available >= 0 and jan.balance.available >= 0 and findings() == []
