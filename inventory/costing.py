"""What goods are worth: a moving average kept as quantity and value, never as a rounded unit cost (domain.md A3).

`move` folds one movement into a balance. The rules, each of them tested:

1. Goods that come in bring their value. Goods that go out take `value × quantity / held`, rounded half-up once;
   the last unit takes all that is left, so an empty shelf is worth exactly nothing.
2. Goods sold when the book holds too few go out at the last known unit cost (nothing was ever known: at zero) and
   the balance becomes negative in quantity and value. A sale is never refused for that.
3. A receipt that covers such a shortage costs what it costs; the difference from the provisional cost is a
   separate adjustment of value, so that purchases = cost of goods sold + stock, to the cent, always.
4. Goods that come back without a known cost enter at the average held, else at the last known unit cost.
5. When an outgoing move of given value empties the shelf, what is left of the value goes with it as an adjustment.
"""

from dataclasses import dataclass

from core.money import round_div


@dataclass(frozen=True)
class Holding:
    """A balance: thousandths held, minor units they cost, and the last known unit cost as a fraction."""

    quantity: int = 0
    value: int = 0
    cost_quantity: int = 0
    cost_value: int = 0


@dataclass(frozen=True)
class Moved:
    """What one movement did: the balance after it, the value that moved, and the adjustment it caused (often 0)."""

    after: Holding
    value: int
    adjustment: int


def move(before: Holding, quantity: int, value: int | None = None) -> Moved:
    """Folds one movement in; `quantity` is signed and not zero, `value` None lets the rules decide."""
    assert quantity != 0, "a movement moves something"
    if quantity < 0:
        return _out(before, -quantity, value)
    return _in(before, quantity, value)


def _at_last_cost(holding: Holding, quantity: int) -> int:
    """The value of a quantity at the last known unit cost."""
    return round_div(holding.cost_value * quantity, holding.cost_quantity) if holding.cost_quantity else 0


def _at_average(holding: Holding, quantity: int) -> int:
    """The value of a part of what is held; all of it is worth exactly the value held."""
    return (
        holding.value
        if quantity == holding.quantity
        else round_div(holding.value * quantity, holding.quantity)
    )


def _out(before: Holding, quantity: int, value: int | None) -> Moved:
    if value is None:
        held = min(quantity, max(before.quantity, 0))
        value = -((_at_average(before, held) if held else 0) + _at_last_cost(before, quantity - held))
    return _after(before, -quantity, value, 0)


def _in(before: Holding, quantity: int, value: int | None) -> Moved:
    if value is None:
        value = (
            round_div(before.value * quantity, before.quantity)
            if before.quantity > 0
            else _at_last_cost(before, quantity)
        )
    missing = min(quantity, max(-before.quantity, 0))
    if not missing:
        return _after(before, quantity, value, 0)
    actual = value if missing == quantity else round_div(value * missing, quantity)
    provisional = (
        -before.value if missing == -before.quantity else round_div(-before.value * missing, -before.quantity)
    )
    return _after(before, quantity, value, provisional - actual)


def _after(before: Holding, quantity: int, value: int, adjustment: int) -> Moved:
    held, worth = before.quantity + quantity, before.value + value + adjustment
    if held == 0:
        adjustment, worth = adjustment - worth, 0
    cost = (before.cost_quantity, before.cost_value)
    if held > 0 and worth >= 0:
        cost = (held, worth)
    elif quantity > 0 and value >= 0:
        cost = (quantity, value)
    return Moved(Holding(held, worth, *cost), value, adjustment)
