"""A desk whose store gives points: what the tests of bonus accounts share."""

import uuid
from dataclasses import dataclass
from typing import Any

from core import clock, verify
from loyalty.bonus_rule import LEASE, BonusRule
from loyalty.models import BonusEntry, BonusHold, Customer
from loyalty.selectors.bonus import Balance, balance_of
from loyalty.services import bonus
from pos.headless.receipts import cash, paid, receipt
from pos.services import posting
from tests.loyalty.conftest import act, ask
from tests.pos.shop import Desk

RULE = BonusRule(percent=1000, most=5000, policy=LEASE, lease_card=2000, lease_day=10_000)
CHECKS = ("bonus_accounts", "bonus_matches_receipts", "feed_matches_customers", "receipts_posted_once")


def points_on(rule: BonusRule = RULE, *, on: bool = True) -> None:
    """Ten percent, half of a receipt at most."""
    bonus.rule_save(rule, on=on)


def findings() -> list[str]:
    """What verify finds about points."""
    return [f"{one.culprit}: {one.detail}" for name in CHECKS for one in verify.CHECKS[name]()]


@dataclass
class Account:
    """A customer with a card at a desk, and what can be done with their points."""

    desk: Desk
    id: uuid.UUID

    @classmethod
    def opened(cls, desk: Desk, points: int = 0, number: str = "9900001") -> "Account":
        """A new customer, given some points by hand."""
        made = cls(desk, uuid.uuid4())
        card = {"id": str(uuid.uuid4()), "number": number}
        ask(desk, "customer.create", **act(desk, customer=str(made.id), name="Anna Nowak", card=card))
        if points:
            made.adjust(points)
        return made

    def adjust(self, points: int) -> BonusEntry:
        """Points by hand."""
        by = self.desk.shop.cast.manager.id
        return bonus.adjust(
            act=uuid.uuid4(), account=self.id, points=points, by=by, reason="test", now=clock.now()
        )

    def reserve(self, amount: int, hold: str | None = None, **more: Any) -> dict[str, Any]:
        """Asks for points to be set aside."""
        fields = {
            "request": hold or str(uuid.uuid4()),
            "account": str(self.id),
            "amount": amount,
            "receipt": None,
        }
        return {"hold": fields["request"], **ask(self.desk, "bonus.reserve", **{**fields, **more})}

    def sale(
        self, price: int = 1000, *, points: int = 0, hold: str | None = None, earned: int = 0, **more: Any
    ) -> Any:
        """A sale of one thing to this customer, partly paid in points."""
        goods = more.pop("goods", None) or [self.desk.goods(price=price)]
        heading = self.desk.heading(more={"customer": str(self.id), **more.pop("body", {})})
        due = sum(one.price * one.quantity // 1000 for one in goods)
        payments = [paid("bonus", points)] if points else []
        payments += [cash(due - points)] if due > points else []
        body = receipt(heading, goods, payments)
        body["bonus"] = {"earned": earned, "redeemed": points, "hold": hold}
        return self.desk.item("receipt", body, **more)

    def back(
        self, sale: Any, parts: dict[int, int], *, points: int = 0, earned: int = 0, desk: Desk | None = None
    ) -> Any:
        """So much of each line of a sale comes back; `points` of it in points."""
        where, body = desk or self.desk, sale["body"]
        goods = [
            where.goods(
                price=line["price"], quantity=parts[line["n"]], deposit=line["deposit"],
                tax=(line["tax"]["code"], line["tax"]["percent"]), origin={"receipt": sale["id"], "n": line["n"]},
            )
            for line in body["lines"]
            if parts.get(line["n"])
        ]  # fmt: skip
        due = sum(one.price * one.quantity // 1000 for one in goods)
        payments = [*([paid("bonus", points)] if points else []), cash(due - points)]
        made = receipt(where.heading(kind="return", more={"customer": str(self.id)}), goods, payments)
        made["bonus"] = {"earned": earned, "redeemed": points, "hold": None}
        return where.item("receipt", made)

    def hold_item(
        self, hold: str, action: str = "cancel", redeemed: int = 0, receipt: str | None = None
    ) -> Any:
        """The till's own word about a hold."""
        return self.desk.item(
            "hold", {"action": action, "hold": hold, "receipt": receipt, "redeemed": redeemed}
        )

    def post(self, *items: Any) -> None:
        """Sends items and lets the worker post them; whatever was done, the books hold."""
        if items:
            assert {ack["status"] for ack in self.desk.push(*items).acks} == {"stored"}
        posting.post_waiting(store=self.desk.shop.store, now=clock.now())
        assert findings() == []

    @property
    def balance(self) -> Balance:
        """The sum of the ledger."""
        return balance_of(self.id)

    @property
    def customer(self) -> Customer:
        """As the database has it."""
        return Customer.objects.get(id=self.id)

    @property
    def entries(self) -> list[tuple[str, int]]:
        """Kind and points, the oldest first."""
        return list(
            BonusEntry.objects.filter(customer=self.id)
            .order_by("recorded_at", "id")
            .values_list("kind", "points")
        )

    def hold(self, hold: str) -> BonusHold:
        """As the database has it."""
        return BonusHold.objects.get(id=hold)
