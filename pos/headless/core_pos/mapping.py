"""Turns transactions of the source into receipts and events that keep the rules of protocol.md section 4.

The source mixes sales, refunds and voids in one transaction; a receipt of ours is a sale or a return. So a mixed
transaction becomes two receipts that name each other in `pair` and settle what they share by the tender `exchange`.
A voided line is a `line_void` event. Sales tax of the source belongs to another country's rates: it travels as a
line of its own, untaxed, so that every total stays exact to the cent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pos.headless.core_pos.source import Row, Transaction
from pos.headless.receipts import Goods, discount, half_up

METHODS = {
    "CA": "cash",
    "CC": "card",
    "CK": "check",
    "MI": "store_charge",
    "CP": "coupon",
    "EF": "food_stamps",
    "GD": "gift_card",
    "SC": "store_credit",
    "TC": "gift_certificate",
}
EXCHANGE, UNTENDERED = "exchange", "untendered"
TAX, ADJUSTMENT = "cp-tax", "cp-adjustment"
REFUND, NEGATIVE, HELPER = "refund", "negative line", "settlement"
_DISCOUNTS = {"M": ("card", "Member discount"), "C": ("coupon", "Coupon")}


@dataclass
class Part:
    """One line on its way into a receipt; money positive whichever way it goes."""

    code: str
    name: str
    quantity: int
    total: int
    weighed: bool
    reason: str
    discounts: list[tuple[str, str, int]] = field(default_factory=list)

    @property
    def left(self) -> int:
        """What is left of the line after its discounts."""
        return self.total - sum(amount for _source, _name, amount in self.discounts)


@dataclass
class Void:
    """A row that took another one back."""

    code: str
    quantity: int
    amount: int
    of: str


@dataclass
class Plan:
    """What one transaction becomes."""

    sales: list[Part] = field(default_factory=list)
    returns: list[Part] = field(default_factory=list)
    voids: list[Void] = field(default_factory=list)
    memos: list[str] = field(default_factory=list)
    sale_payments: list[dict[str, object]] = field(default_factory=list)
    return_payments: list[dict[str, object]] = field(default_factory=list)


def code_of(row: Row) -> str:
    """The product code of a row: its UPC, or its department for an open ring."""
    if row.kind == "D":
        return f"cp-dept-{row.department}"
    return "cp-" + "".join(char if char.isalnum() and char.isascii() else "-" for char in row.upc)[:17]


def plan(transaction: Transaction) -> Plan:
    """What the transaction becomes; the two receipts' totals differ by exactly what was paid."""
    result = Plan()
    rows = transaction.of("I", "D")
    result.memos = [row.name for row in rows if row.upc == "RRR"]
    goods = [row for row in rows if row.status in ("", "0", "R") and row.upc not in ("RRR", "DISCOUNT")]
    residual = _take_voids(result, goods, [row for row in rows if row.status == "V"])
    for row in goods:
        _add(result, row)
    _add_discounts(result, [row for row in rows if row.status in _DISCOUNTS or row.upc == "DISCOUNT"])
    _settle(result, residual, ADJUSTMENT, "Adjustment")
    _settle(result, sum(row.total for row in transaction.of("A")), TAX, "Sales tax")
    _pay(result, transaction)
    return result


def _take_voids(result: Plan, goods: list[Row], voids: Sequence[Row]) -> int:
    """Removes each voided row with its void. Returns the cents by which the two differed."""
    residual = 0
    for void in voids:
        twins = [row for row in goods if row.upc == void.upc and row.quantity == -void.quantity]
        twins.sort(key=lambda row: abs(row.total + void.total))
        if twins:
            goods.remove(twins[0])
            residual += twins[0].total + void.total
            of = REFUND if twins[0].status == "R" else "line"
        else:
            residual += void.total
            of = "nothing"
        result.voids.append(Void(code_of(void), abs(void.quantity), void.total, of))
    return residual


def _add(result: Plan, row: Row) -> None:
    quantity = abs(row.quantity) or 1000
    reason = REFUND if row.status == "R" else NEGATIVE if row.total < 0 else ""
    part = Part(code_of(row), row.name or row.upc, quantity, abs(row.total), row.weighed, reason)
    (result.returns if row.total < 0 else result.sales).append(part)


def _settle(result: Plan, amount: int, code: str, name: str) -> None:
    """A line of its own for money that is no goods: tax, or the cents of an odd void."""
    if amount:
        side = result.sales if amount > 0 else result.returns
        side.append(Part(code, name, 1000, abs(amount), weighed=False, reason=HELPER))


def _add_discounts(result: Plan, rows: Sequence[Row]) -> None:
    for row in rows:
        source, name = _DISCOUNTS.get(row.status, ("manual", "Discount"))
        parts = result.sales if row.total < 0 else result.returns
        twins = [part for part in parts if row.status == "M" and part.code == code_of(row)]
        left = _spread(twins, abs(row.total), source, name)
        left = _spread(parts, left, source, name)
        _settle(result, -left if row.total < 0 else left, ADJUSTMENT, name)


def _spread(parts: Sequence[Part], amount: int, source: str, name: str) -> int:
    """Spreads a discount over lines by largest remainder. Returns what the lines could not take."""
    room = sum(part.left for part in parts)
    taken = min(amount, room)
    if not taken:
        return amount
    shares = [divmod(part.left * taken, room) for part in parts]
    order = sorted(range(len(parts)), key=lambda at: (-shares[at][1], at))
    extra = set(order[: taken - sum(whole for whole, _rest in shares)])
    for at, part in enumerate(parts):
        share = shares[at][0] + (at in extra)
        if share:
            part.discounts.append((source, name, share))
    return amount - taken


def _pay(result: Plan, transaction: Transaction) -> None:
    """Payments of both receipts. Raises AssertionError when the source itself does not balance."""
    sold, back = sum(part.left for part in result.sales), sum(part.left for part in result.returns)
    shared, net = min(sold, back), sold - back
    inward, outward = moves(transaction)
    if not transaction.of("T"):
        inward, outward = ([(UNTENDERED, net)], []) if net > 0 else ([], [(UNTENDERED, -net)] if net else [])
    paid = sum(amount for _method, amount in inward) - sum(amount for _method, amount in outward)
    assert paid == net, f"{transaction.key} was paid {paid} for {net}"
    if shared:
        result.sale_payments.append(_payment(EXCHANGE, shared, 0))
        result.return_payments.append(_payment(EXCHANGE, shared, 0))
    ways, against, side = (
        (inward, outward, result.sale_payments)
        if net >= 0
        else (
            outward,
            inward,
            result.return_payments,
        )
    )
    given_back = sum(amount for _method, amount in against)
    for method, amount in sorted(ways, key=lambda way: (way[0] != "cash", -way[1])):
        change = min(amount, given_back)
        given_back -= change
        side.append(_payment(method, amount, change))
    assert given_back == 0, f"{transaction.key} gave back more than it took"


def moves(transaction: Transaction) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Money in and money out of a transaction, by tender; change is money out."""
    inward: dict[str, int] = {}
    outward: dict[str, int] = {}
    for row in transaction.of("T"):
        method = "change" if row.is_change else METHODS[row.subtype]
        side = inward if row.total < 0 else outward
        side[method] = side.get(method, 0) + abs(row.total)
    for method in list(inward):
        # A cancelled tender stands twice in the source, once each way.
        cancelled = min(inward[method], outward.get(method, 0))
        inward[method] -= cancelled
        if cancelled:
            outward[method] -= cancelled
    return [(m, a) for m, a in inward.items() if a], [(m, a) for m, a in outward.items() if a]


def _payment(method: str, tendered: int, change: int) -> dict[str, object]:
    return {
        "method": "cash" if method == "change" else method,
        "amount": tendered - change,
        "tendered": tendered,
        "change": change,
        "details": {},
    }


def goods_of(part: Part, product: str, tax: tuple[str, int]) -> Goods:
    """The receipt line; the unit price is fitted so that price times quantity gives the source's total.

    A scale of four digits can leave no whole price that does: then the next higher one stands, and a discount of
    the odd cents brings the line to its total.
    """
    price = half_up(part.total * 1000, part.quantity)
    while half_up(price * part.quantity, 1000) < part.total:
        price += 1
    over = half_up(price * part.quantity, 1000) - part.total
    discounts = [discount(name, amount, source=source) for source, name, amount in part.discounts]
    if over:
        discounts.append(discount("Rounding", over, source="rounding"))
    return Goods(
        product=product,
        name=part.name,
        price=price,
        quantity=part.quantity,
        unit="kg" if part.weighed else "pcs",
        tax=tax,
        discounts=discounts,
        reason=part.reason or None,
    )
