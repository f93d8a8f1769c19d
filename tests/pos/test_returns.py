"""Goods that come back in any parts, in any order, on two tills: never more than was sold and paid, at the end all.

The till's own sums (`models/refund.js`, run here as the till runs them) against the server's own rules; the receipts
come from the price engine, with discounts, packs, weights, deposits, both kinds of tax, cash rounding and points.
"""

from collections import defaultdict
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.money import round_div
from loyalty import bonus_rule
from pos.headless.receipts import cash, receipt
from pos.pricing import engine
from pos.rules import receipt as rules
from pos.services.ingest.envelope import Element
from pos.services.ingest.facts import Facts, Neighbours
from pos.services.ingest.gaps import Gaps
from pos.services.ingest.judge import Judge
from tests.length import LONG
from tests.pos.shop import Desk
from tests.pos.test_find_and_park import ask as find
from tests.quick import Door

REFUND = Path(__file__).resolve().parents[2] / "static" / "till" / "models" / "refund.js"
DOOR = """
const known = { refundOf, refundTaxes, refundDue, pointsGone };
globalThis.__ask = (name, text) => JSON.stringify(known[name](...JSON.parse(text)));
globalThis.__parts = (text) => {
  const { paid, sums } = JSON.parse(text);
  const dueFor = ({ other, cash }) => refundDue({ ...sums, other, step: cash ? sums.step : 1 });
  return JSON.stringify(refundParts(paid, dueFor));
};
"""
WHO = str(uuid4())
Body = dict[str, Any]


door = Door(REFUND, DOOR)
ask = door.ask


@st.composite
def carts(draw: st.DrawFn) -> dict[str, Any]:
    """A rulebook and a cart: up to five lines, offers that cut sets apart, a discount by hand on the receipt."""
    included, step = draw(st.booleans()), draw(st.sampled_from([1, 5, 10, 50]))
    rules_ = [
        {"id": str(UUID(int=7)), "kind": "n_for_m", "name": "3 for 2", "priority": 1, "target": {"all": True},
         "when": {"from": None, "to": None, "weekdays": None, "hours": None}, "take": 3, "pay": 2},
        {"id": str(UUID(int=8)), "kind": "percent", "name": "Week", "priority": 2, "target": {"all": True},
         "when": {"from": None, "to": None, "weekdays": None, "hours": None}, "percent": draw(st.integers(1, 9900))},
    ]  # fmt: skip
    book = {
        "format": 1, "currency": "PLN", "digits": 2, "prices_include_tax": included,
        "taxes": [{"code": c, "percent": p, "from": None, "to": None} for c, p in (("A", 2300), ("C", 500), ("Z", 0))],
        "cash_rounding": [{"from": None, "to": None, "step": step}],
        "rules": draw(st.lists(st.sampled_from(rules_), unique_by=lambda rule: rule["kind"])),
    }  # fmt: skip
    lines = [draw(lines_of(n)) for n in range(1, draw(st.integers(1, 5)) + 1)]
    by_hand = draw(st.none() | st.integers(1, 10_000).map(lambda percent: {"percent": percent}))
    if all(line["deposit"] for line in lines):
        by_hand = None
    cart = {"day": "2026-11-21", "weekday": 6, "minute": 600, "cash": False, "lines": lines, "manual": by_hand,
            "manual_limit": None}  # fmt: skip
    return {"book": book, "cart": cart, "step": step}


@st.composite
def lines_of(draw: st.DrawFn, n: int) -> dict[str, Any]:
    kind = draw(st.sampled_from(["piece", "pack", "weighed", "deposit"]))
    pieces = st.integers(1, 6).map(lambda x: x * (6000 if kind == "pack" else 1000))
    deposit = kind == "deposit"
    return {
        "n": n,
        "product": str(UUID(int=100 + n)),
        "groups": [],
        "kind": "piece" if kind == "pack" else kind,
        "quantity": draw(st.integers(1, 4000) if kind == "weighed" else pieces),
        "price": draw(st.integers(0, 3000)),
        "tax": "Z" if deposit else draw(st.sampled_from(["A", "C"])),
        "discountable": not deposit,
        "deposit": deposit,
        "manual": None,
    }


def body_of(
    kind: str, number: int, included: bool, lines: list[Body], taxes: list[Body], payments: list[Body]
) -> Body:
    total = sum(line["total"] for line in lines)
    due = sum(payment["amount"] for payment in payments)
    exact = total + (0 if included else sum(row["tax"] for row in taxes))
    return {
        "kind": kind, "number": number, "day": "2026-11-21", "shift": WHO, "cashier": WHO,
        "opened_at": "2026-11-21T09:00:00.000Z", "closed_at": "2026-11-21T09:01:00.000Z", "currency": "PLN",
        "prices_include_tax": included, "lines": lines, "taxes": taxes, "total": total, "rounding": due - exact,
        "due": due, "payments": payments,
    }  # fmt: skip


class Server:
    """The server's own rules over one receipt, as two tills meet them; no database, since only sums are asked."""

    def __init__(self, included: bool) -> None:
        self.facts = Facts("PLN", included)
        self.facts.numbers = defaultdict(lambda: Neighbours(0, 0, 0, None, None, 0))
        self.judges = {
            name: Judge(uuid4(), self.facts, {1: Gaps(0, 0, [])}, set()) for name in ("one", "two")
        }
        self.seq = 0

    def take(self, who: str, body: Body, ident: UUID | None = None) -> str:
        self.seq += 1
        typed = rules.read(body)
        self.facts.products |= {line.product for line in typed.lines}
        self.facts.promotions |= {d.ref: None for line in typed.lines for d in line.discounts if d.ref}
        if ident:
            self.facts.origins = frozenset({ident})
        element = Element(0, ident or uuid4(), "", "receipt", 1, self.seq, "", None, body, "", "", "", "")
        element.typed, element.status = typed, "stored"
        self.judges[who].take(element)
        return f"{element.status}:{element.reason}".rstrip(":")


class Sale:
    """A receipt that was sold, and what of it both tills know to have come back."""

    def __init__(self, made: dict[str, Any], cash: int, points: int, earned: int) -> None:
        self.id, self.included, self.step = uuid4(), made["book"]["prices_include_tax"], made["step"]
        priced = engine.price(made["book"], made["cart"])
        names = {line["n"]: line for line in made["cart"]["lines"]}
        self.lines: list[Body] = [
            {**row, **{key: names[row["n"]][key] for key in ("product", "quantity", "price", "deposit")}, "name": "x",
             "unit": "pcs", "back": {"quantity": 0, "total": 0, "tax": 0}} for row in priced["lines"]
        ]  # fmt: skip
        due, self.goods = priced["due"], [line for line in self.lines if not line["deposit"]]
        worth = sum(line["total"] for line in self.goods)
        self.redeemed = worth * points // 100
        rest = due - self.redeemed
        # Deposits earn nothing, so goods that cost nothing have no points to take back.
        self.earned, self.taken = min(rest, worth) * earned // 100, 0
        on_card = rest * (100 - cash) // 100
        in_cash = round_div(rest - on_card, self.step) * self.step if cash else 0
        ways = (("card", on_card), ("bonus", self.redeemed), ("cash", in_cash))
        self.payments: list[Body] = [{"method": m, "amount": a} for m, a in ways if a] or [
            {"method": "cash", "amount": 0}
        ]
        self.due: int = sum(payment["amount"] for payment in self.payments)
        self.left: dict[str, int] = {payment["method"]: payment["amount"] for payment in self.payments}
        self.exact = self.given = 0
        lines = [{k: v for k, v in line.items() if k != "back"} for line in self.lines]
        self.body: Body = body_of("sale", 1, self.included, lines, priced["taxes"], self.payments)

    def to_come(self) -> dict[int, int]:
        """What of each line has not come back yet."""
        left = {line["n"]: line["quantity"] - line["back"]["quantity"] for line in self.lines}
        return {n: quantity for n, quantity in left.items() if quantity}

    def points_gone(self, points: int, wanted: dict[int, int]) -> int:
        """Of the sale's points, how many have come back with everything up to these goods; till and server agree."""
        back = {line["n"]: line["back"]["quantity"] + wanted.get(line["n"], 0) for line in self.goods}
        rows = [
            {key: line[key] for key in ("n", "total", "quantity")} | {"back": back[line["n"]]}
            for line in self.goods
        ]
        told: int = ask("pointsGone", points, rows)
        totals, sold = ({line["n"]: line[key] for line in self.goods} for key in ("total", "quantity"))
        assert told == bonus_rule.gone(points, totals, sold, back)
        return told

    def back(self, number: int, wanted: dict[int, int]) -> Body:
        """The return as a till makes it that knows all that came back before."""
        lines = []
        for line in self.lines:
            if not wanted.get(line["n"]):
                continue
            refund = ask("refundOf", line, wanted[line["n"]])
            common = {key: line[key] for key in ("n", "product", "name", "unit", "tax", "deposit")}
            origin = {"receipt": str(self.id), "n": line["n"]}
            lines.append({**common, **refund, "quantity": wanted[line["n"]], "origin": origin})
        taxes = ask("refundTaxes", lines, self.included)
        exact = sum(line["total"] for line in lines) + (
            0 if self.included else sum(row["tax"] for row in taxes)
        )
        gone = {line["n"]: line["back"]["quantity"] + wanted.get(line["n"], 0) for line in self.lines}
        sums = {"due": self.due, "exact": exact, "backExact": self.exact, "backDue": self.given, "step": self.step,
                "all": all(gone[line["n"]] == line["quantity"] for line in self.lines)}  # fmt: skip
        points = self.points_gone(self.redeemed, wanted) - (self.redeemed - self.left.get("bonus", 0))
        paid = [
            {"method": method, "left": max(0, points) if method == "bonus" else left}
            for method, left in self.left.items()
        ]
        parts = door.call("__parts", {"paid": paid, "sums": sums})
        payments = [
            {"method": one["method"], "amount": a} for one, a in zip(paid, parts["other"], strict=True) if a
        ]
        payments += [{"method": "cash", "amount": parts["cash"]}] if parts["cash"] or not payments else []
        body = body_of("return", number, self.included, lines, taxes, payments)
        taken = self.points_gone(self.earned, wanted) - self.points_gone(self.earned, {})
        return {**body, "bonus": {"earned": taken, "redeemed": 0, "hold": None}}

    def gave(self, body: Body) -> None:
        for payment in body["payments"]:
            self.left[payment["method"]] = self.left.get(payment["method"], 0) - payment["amount"]
        self.given += body["due"]
        self.taken += body["bonus"]["earned"]
        self.exact += body["due"] - body["rounding"]
        for line in body["lines"]:
            back = next(one for one in self.lines if one["n"] == line["n"])["back"]
            for key, amount in (("quantity", "quantity"), ("total", "total"), ("tax", "tax_amount")):
                back[key] += line[amount]


@settings(max_examples=150 if LONG else 50, deadline=None)
@given(
    made=carts(),
    cash=st.sampled_from([100, 100, 0, 40]),
    points=st.sampled_from([0, 0, 100]) | st.integers(1, 99),
    data=st.data(),
)
def test_any_parts_in_any_order_on_two_tills_give_back_what_was_paid_and_no_more(
    made: dict[str, Any], cash: int, points: int, data: st.DataObject
) -> None:
    sale = Sale(made, cash, points, earned=data.draw(st.integers(0, 30)))
    server = Server(made["book"]["prices_include_tax"])
    assert server.take("one", sale.body, sale.id) == "stored"
    numbers: dict[str, int] = defaultdict(int)
    while left := sale.to_come():
        some = data.draw(st.sets(st.sampled_from(sorted(left)), min_size=1))
        wanted = {n: data.draw(part_of(sale, n, left[n])) for n in some}
        who = data.draw(st.sampled_from(["one", "two"]))
        body = sale.back(numbers[who] + 1, wanted)
        assert server.take(who, body) == "stored", body
        numbers[who] += 1
        sale.gave(body)
        assert sale.given <= sale.due and all(amount >= 0 for amount in sale.left.values())
        assert 0 <= sale.taken <= sale.earned
        # The same goods once more, from a till that has not heard of it.
        if any(wanted[n] > sale.to_come().get(n, 0) for n in wanted):
            stale = {**body, "number": numbers["two"] + 1}
            assert server.take("two", stale).startswith("quarantined:return_")
    assert (sale.taken, sale.left.get("bonus", 0)) == (sale.earned, 0)
    assert sale.given == sale.due and sale.exact == sale.body["due"] - sale.body["rounding"]
    for line in sale.lines:
        assert line["back"] == {
            "quantity": line["quantity"],
            "total": line["total"],
            "tax": line["tax_amount"],
        }


def part_of(sale: Sale, n: int, left: int) -> st.SearchStrategy[int]:
    """Whole pieces of pieces, any weight of weighed goods."""
    whole = next(one["quantity"] for one in sale.lines if one["n"] == n) % 1000 == 0 and left % 1000 == 0
    return (
        st.integers(1, left // 1000).map(lambda x: x * 1000)
        if whole
        else st.integers(max(1, left // 4), left)
    )


# ------------------------------------------------------------ with the database


def sold_for_cash(desk: Desk, **more: Any) -> dict[str, Any]:
    sale = desk.sale(desk.goods(quantity=3000, **more))
    desk.push(sale)
    return {"receipt": sale["id"], "n": 1}


def test_rounding_of_many_small_returns_cannot_hand_out_more_than_was_paid(desk: Desk) -> None:
    goods = [desk.goods(quantity=3000, price=198)]
    sale = desk.item("receipt", receipt(desk.heading(), goods, [cash(590)], rounding=-4))
    assert desk.statuses(sale) == ["stored"]
    origin = {"receipt": sale["id"], "n": 1}

    def back(due: int) -> str:
        some = [desk.goods(price=198, origin=origin)]
        body = receipt(desk.heading(kind="return"), some, [cash(due)], rounding=due - 198)
        return desk.statuses(desk.item("receipt", body))[0]

    assert [back(200), back(200), back(200)] == ["stored", "stored", "quarantined:return_money"]


def test_what_came_back_is_told_with_each_receipt(desk: Desk) -> None:
    origin = sold_for_cash(desk)
    item = desk.sale(desk.goods(origin=origin), kind="return")
    desk.push(item)
    (found,) = find(desk, "receipt.find", code=origin["receipt"])["receipts"]
    (back,) = found["returns"]
    assert (back["id"], back["label"], back["due"]) == (item["id"], "1-1.1-R1", 499)
    assert back["lines"] == [{"n": 1, "quantity": 1000, "total": 499, "tax_amount": 24}]
    assert found["lines"][0]["discounts"] == [] and found["rounding"] == 0


@pytest.mark.parametrize("quantity, total", [(1000, 33), (2000, 67), (3000, 100)])
def test_shares_are_counted_from_the_beginning(quantity: int, total: int) -> None:
    sold = {"price": 50, "quantity": 3000, "total": 100, "tax_amount": 19, "discounts": []}
    nothing = {"quantity": 0, "total": 0, "tax": 0}
    assert ask("refundOf", {**sold, "back": nothing}, quantity)["total"] == total
