"""The cast of the tills' tests: a shop with goods, and a till that follows the protocol."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError

from core import clock, feed
from core.models import Store
from inventory.models import Product, Unit
from inventory.services import basics, goods
from inventory.services.stock import stock_post
from pos.headless.chain import Chain, DeviceKey, Item, new_id
from pos.headless.receipts import Goods, Heading, receipt
from pos.models import Incarnation
from pos.selectors.tills import till_by_number
from pos.services import posting, tills
from pos.services.ingest.push import Answer, push
from tests.conftest import Cast, make_cast


@dataclass
class Shop:
    """The people, and what lies on the shelves."""

    cast: Cast
    milk: Product
    apples: Product
    bottle: Product

    @property
    def store(self) -> Store:
        """The one store."""
        return self.cast.store


@feed.transaction()
def make_shop() -> Shop:
    """Three goods: milk 4.99, apples 3.49/kg, a deposit of 0.50."""
    cast = make_cast()
    basics.basics_ensure(country="pl")
    group = goods.group_save(name="Spożywcze")

    def product(code: str, name: str, **more: Any) -> Product:
        values = {"kind": "piece", "unit": Unit.objects.get(code="pcs"), "tax": "C", **more}
        return goods.product_save(code=code, name=name, group=group, now=clock.now(), **values)

    return Shop(
        cast,
        milk=product("100", "Mleko 3,2 % 1 l"),
        apples=product("4011", "Jabłka Gala", kind="weighed", unit=Unit.objects.get(code="kg")),
        bottle=product("500", "Butelka zwrotna", kind="deposit", discountable=False),
    )


@dataclass
class Desk:
    """A till on the test's own side: makes items, remembers the shift and the receipt numbers."""

    shop: Shop
    chain: Chain
    till: uuid.UUID
    device_id: int
    shift: str = field(default_factory=new_id)
    numbers: dict[str, int] = field(default_factory=lambda: {"sale": 0, "return": 0})

    @classmethod
    def enrolled(cls, shop: Shop, number: int = 1, *, ago: timedelta = timedelta(0)) -> "Desk":
        """A device that became this till just now, or some time ago."""
        now = clock.now() - ago
        till = till_by_number(shop.store, number) or tills.till_create(store=shop.store, number=number)
        code = tills.till_code_make(till=till, by=None, now=now)
        key = DeviceKey()
        done = tills.enrol(code=code, public_key=key.jwk, now=now)
        return cls(shop, Chain(key, done.incarnation.inc), till.id, done.incarnation.id)

    @property
    def device(self) -> Incarnation:
        """The device as the database has it now."""
        return Incarnation.objects.get(id=self.device_id)

    def goods(self, **more: Any) -> Goods:
        """A litre of milk."""
        values = {"product": str(self.shop.milk.id), "name": "Mleko", "price": 499, "tax": ("C", 500), **more}
        return Goods(**values)

    def heading(self, kind: str = "sale", **more: Any) -> Heading:
        """The next receipt's heading."""
        self.numbers[kind] += 1
        now = clock.now()
        values = {
            "number": self.numbers[kind],
            "day": now.date().isoformat(),
            "shift": self.shift,
            "cashier": str(self.shop.cast.cashier.id),
            "opened_at": now,
            "closed_at": now,
            "kind": kind,
            **more,
        }
        return Heading(**values)

    def item(
        self, kind: str, body: dict[str, Any], *, at: datetime | None = None, item_id: str | None = None
    ) -> Item:
        """The next item of the chain."""
        return self.chain.item(kind, body, at=at or clock.now(), item_id=item_id)

    def open_shift(self, number: int = 1, start: int = 20000) -> Item:
        """The opening of this desk's shift."""
        return self.item("shift", self.shift_body("open", number, float=start))

    def shift_body(self, action: str, number: int = 1, **more: Any) -> dict[str, Any]:
        """A shift body with everything that a test does not care about filled in."""
        return {
            "action": action,
            "shift": self.shift,
            "number": number,
            "day": clock.now().date().isoformat(),
            "cashier": str(self.shop.cast.cashier.id),
            "float": 20000,
            "counted": None,
            "denominations": None,
            "totals": None,
            **more,
        }

    def sale(self, *goods: Goods, payments: Any = None, **heading: Any) -> Item:
        """A sale, of one milk when nothing is said."""
        return self.item("receipt", receipt(self.heading(**heading), goods or [self.goods()], payments))

    def event(self, name: str = "price_check", **data: Any) -> Item:
        """Something harmless."""
        body = {
            "name": name,
            "shift": self.shift,
            "cashier": None,
            "receipt": None,
            "line": None,
            "data": data,
        }
        return self.item("event", body)

    def push(self, *items: object, skew: timedelta | None = None, now: datetime | None = None) -> Answer:
        """Hands items over without a socket."""
        return push(
            store=self.shop.store,
            till=self.till,
            device_id=self.device_id,
            items=list(items),
            now=now or clock.now(),
            skew=skew,
        )

    def statuses(self, *items: object, **more: Any) -> list[str]:
        """The status of each, as `stored` or `quarantined:reason`."""
        acks = self.push(*items, **more).acks
        return [f"{ack['status']}:{ack['reason']}" if "reason" in ack else ack["status"] for ack in acks]


def stock_refuses(monkeypatch: pytest.MonkeyPatch, receipt: Item) -> None:
    """Until the patch is undone the database takes no stock moves of this receipt, and those of any other."""

    def refusing(moves: Any, **more: Any) -> Any:
        if any(str(move.source_id) == receipt["id"] for move in moves):
            raise DatabaseError("this one never")
        return stock_post(moves, **more)

    monkeypatch.setattr(posting, "stock_post", refusing)
