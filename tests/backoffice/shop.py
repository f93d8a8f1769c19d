"""A shop with goods and a till that signs like a real one, for tests of pages: everything goes through services."""

import base64
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from core import canonical, clock, feed, ids
from core.models import Employee, Store
from core.money import round_div
from inventory.models import Group, Product, Unit
from inventory.services import goods, prices
from inventory.services.basics import basics_ensure
from pos.models import Incarnation, Till
from pos.rules import tax
from pos.services import tills
from pos.services.ingest.push import Answer, push

RATES = {"A": 2300, "B": 800, "C": 500}


def _b64(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).decode().rstrip("=")


@dataclass
class Pen:
    """One enrolled till with its key and its chain."""

    store: Store
    till: Till
    device: Incarnation
    key: ec.EllipticCurvePrivateKey
    cashier: Employee
    seq: int = 0
    prev: str = "0" * 64
    numbers: dict[str, int] = field(default_factory=dict)
    shift: uuid.UUID | None = None
    shift_number: int = 0
    waiting: list[dict[str, Any]] = field(default_factory=list)

    def item(
        self, kind: str, body: dict[str, Any], at: datetime, *, pk: uuid.UUID | None = None
    ) -> dict[str, Any]:
        """The next item of the chain, signed; not sent yet."""
        self.seq += 1
        envelope: dict[str, Any] = {
            "type": kind,
            "id": str(pk or ids.uuid7()),
            "inc": self.device.inc,
            "seq": self.seq,
            "prev": self.prev,
            "at": clock.to_wire(at),
            "body": body,
        }
        signed = self.sign(envelope)
        self.prev = signed["hash"]
        self.waiting.append(signed)
        return signed

    def sign(self, envelope: dict[str, Any]) -> dict[str, Any]:
        """The envelope with its hash and a real signature."""
        bare = {name: envelope[name] for name in ("type", "id", "inc", "seq", "prev", "at", "body")}
        digest = canonical.digest(bare)
        r, s = decode_dss_signature(self.key.sign(digest.encode("ascii"), ec.ECDSA(hashes.SHA256())))
        signature = base64.b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()
        return {**bare, "hash": digest, "sig": signature}

    def send(
        self, items: Sequence[object] | None = None, *, now: datetime | None = None
    ) -> list[dict[str, Any]]:
        """Pushes what waits, or the given items, and returns the acks."""
        asked = list(self.waiting if items is None else items)
        if items is None:
            self.waiting.clear()
        acks: list[dict[str, Any]] = []
        for at in range(0, len(asked), 200):
            answer: Answer = push(
                store=self.store,
                till=self.till.id,
                device_id=self.device.id,
                items=asked[at : at + 200],
                now=now or clock.now(),
                skew=None,
            )
            acks += answer.acks
        return acks

    def open_shift(self, at: datetime, *, start: int = 20000) -> uuid.UUID:
        """Opens a shift with a float."""
        self.shift, self.shift_number = ids.uuid7(), self.shift_number + 1
        self.item("shift", self._shift("open", at, start), at)
        return self.shift

    def close_shift(self, at: datetime, *, counted: int | None, totals: dict[str, Any] | None = None) -> None:
        """Closes it with what was counted and the till's own Z."""
        body = {**self._shift("close", at, 0), "counted": counted, "totals": totals}
        self.item("shift", {**body, "denominations": {"10000": 2, "500": 3}}, at)

    def _shift(self, action: str, at: datetime, start: int) -> dict[str, Any]:
        return {
            "action": action,
            "shift": str(self.shift),
            "number": self.shift_number,
            "day": str(clock.local(at, self.store.time_zone).date()),
            "cashier": str(self.cashier.id),
            "float": start,
        }

    def event(
        self, name: str, at: datetime, *, receipt: str | None = None, data: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Journals what a cashier did."""
        body = {
            "name": name,
            "shift": str(self.shift),
            "cashier": str(self.cashier.id),
            "receipt": receipt,
            "line": None,
        }
        return self.item("event", {**body, "data": data or {}}, at)

    def cash(self, kind: str, amount: int, at: datetime, *, reason: str = "") -> dict[str, Any]:
        """Journals cash put in or taken out."""
        body = {
            "kind": kind,
            "shift": str(self.shift),
            "cashier": str(self.cashier.id),
            "amount": amount,
            "reason": reason or None,
        }
        return self.item("cash", {**body, "approved_by": None}, at)

    def sell(
        self,
        rows: Sequence[tuple[Product, int, int]],
        at: datetime,
        *,
        method: str = "cash",
        discount: int = 0,
        name: str | None = None,
        origin: tuple[str, int] | None = None,
    ) -> dict[str, Any]:
        """A receipt of (product, thousandths, price), a discount on its first line; an origin makes it a return."""
        return self.item(
            "receipt", self.receipt(rows, at, method=method, discount=discount, name=name, origin=origin), at
        )

    def receipt(
        self,
        rows: Sequence[tuple[Product, int, int]],
        at: datetime,
        *,
        method: str = "cash",
        discount: int = 0,
        name: str | None = None,
        origin: tuple[str, int] | None = None,
    ) -> dict[str, Any]:
        """The body alone, with sums that hold."""
        kind = "return" if origin else "sale"
        self.numbers[kind] = self.numbers.get(kind, 0) + 1
        lines = [_line(n, row, discount if n == 1 else 0, name, origin) for n, row in enumerate(rows, 1)]
        table = _tax(lines)
        total = sum(line["total"] for line in lines)
        tendered = -(-total // 1000) * 1000 if method == "cash" else None
        change = None if tendered is None else tendered - total
        payment = {"method": method, "amount": total, "tendered": tendered, "change": change, "details": None}
        return {
            "kind": kind,
            "number": self.numbers[kind],
            "day": str(clock.local(at, self.store.time_zone).date()),
            "shift": str(self.shift),
            "cashier": str(self.cashier.id),
            "opened_at": clock.to_wire(at - timedelta(seconds=40)),
            "closed_at": clock.to_wire(at),
            "currency": self.store.currency,
            "prices_include_tax": True,
            "customer": None,
            "card": None,
            "buyer_tax_id": None,
            "lines": lines,
            "taxes": table,
            "total": total,
            "rounding": 0,
            "due": total,
            "payments": [payment],
            "bonus": {"earned": 0, "redeemed": 0, "hold": None},
            "pair": None,
            "priced": {"engine": None, "rulebook": None},
        }


def _line(
    n: int, row: tuple[Product, int, int], discount: int, name: str | None, origin: tuple[str, int] | None
) -> dict[str, Any]:
    product, quantity, price = row
    gross = round_div(price * quantity, 1000)
    why = {
        "source": "manual",
        "ref": None,
        "name": "Manual",
        "amount": discount,
        "approved_by": None,
        "reason": "dented",
    }
    return {
        "n": n,
        "product": str(product.id),
        "name": name or product.name,
        "barcode": None,
        "quantity": quantity,
        "unit": product.unit_id,
        "price": price,
        "gross": gross,
        "discounts": [why] if discount else [],
        "total": gross - discount,
        "tax": {"code": product.tax, "percent": RATES[product.tax]},
        "tax_amount": 0,
        "deposit": False,
        "origin": {"receipt": origin[0], "n": origin[1]} if origin else None,
        "mark": None,
        "lot": None,
    }


def _tax(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Fills each line's tax and returns the table."""
    taxed = [tax.TaxedLine(li["n"], li["tax"]["code"], li["tax"]["percent"], li["total"], 0) for li in lines]
    table = tax.table(taxed, included=True)
    for (code, percent), row in table.items():
        own = [line for line in lines if (line["tax"]["code"], line["tax"]["percent"]) == (code, percent)]
        for line, amount in zip(own, tax.spread(row.tax, [line["total"] for line in own]), strict=True):
            line["tax_amount"] = amount
    return [
        {"code": row.code, "percent": row.percent, "net": row.net, "tax": row.tax, "gross": row.gross}
        for row in table.values()
    ]


@dataclass(frozen=True)
class Shop:
    """A store with goods, people and one enrolled till."""

    store: Store
    cashier: Employee
    manager: Employee
    group: Group
    butter: Product
    apples: Product
    pen: Pen


def make_product(
    code: str, name: str, group: Group, *, kind: str = "piece", unit: str = "pcs", tax_code: str = "C"
) -> Product:
    """A product through the service."""
    return goods.product_save(
        code=code,
        name=name,
        kind=kind,
        unit=Unit.objects.get(code=unit),
        group=group,
        tax=tax_code,
        now=clock.now(),
    )


def make_till(store: Store, number: int, cashier: Employee, *, now: datetime) -> Pen:
    """A till, enrolled with a key of its own."""
    till = tills.till_create(store=store, number=number, name=f"Till {number}", now=now)
    key = ec.generate_private_key(ec.SECP256R1())
    point = key.public_key().public_numbers()
    jwk = {"kty": "EC", "crv": "P-256", "x": _b64(point.x), "y": _b64(point.y)}
    enrolled = tills.enrol(code=tills.till_code_make(till=till, by=None, now=now), public_key=jwk, now=now)
    return Pen(store, till, enrolled.incarnation, key, cashier)


@feed.transaction()
def make_shop(store: Store, cashier: Employee, manager: Employee) -> Shop:
    """Butter and apples with prices, a barcode each, and till 1."""
    basics_ensure(country=store.company.country)
    now = clock.now()
    group = goods.group_save(name="Food")
    butter = make_product("1001", "Masło ekstra 200 g", group)
    apples = make_product("2001", "Jabłka luzem", group, kind="weighed", unit="kg")
    goods.barcode_add(product=butter, code="5901234123457")
    for product, price in ((butter, 799), (apples, 399)):
        prices.price_change(product=product, price=price, now=now, by=manager)
    pen = make_till(store, 1, cashier, now=now - timedelta(days=9))
    return Shop(store, cashier, manager, group, butter, apples, pen)


def at(text: str) -> datetime:
    """An instant in UTC, for reading in a test."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
