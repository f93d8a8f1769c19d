"""What goods are worth: the golden example of the reference, and laws for any history."""

from hypothesis import given
from hypothesis import strategies as st

from inventory.costing import Holding, move

EMPTY = Holding()


def run(*moves: tuple[int, int | None]) -> tuple[Holding, list[int], list[int]]:
    """Folds (quantity, value) pairs in; the balance, the values that moved and the adjustments."""
    holding, values, adjustments = EMPTY, [], []
    for quantity, value in moves:
        moved = move(holding, quantity, value)
        holding = moved.after
        values.append(moved.value)
        adjustments.append(moved.adjustment)
    return holding, values, adjustments


def test_the_golden_moving_average_to_the_cent() -> None:
    holding, values, adjustments = run(
        (10_000, 5000), (-4_000, None), (6_000, 4800), (-15_000, None), (10_000, 7000)
    )
    assert values == [5000, -2000, 4800, -9750, 7000]
    assert adjustments == [0, 0, 0, 0, -150]
    assert (holding.quantity, holding.value) == (7_000, 4900)
    # Purchases 168.00 = cost of goods sold 119.00 + stock 49.00.
    assert -(values[1] + values[3] + sum(adjustments)) == 11_900


def test_the_last_unit_takes_what_is_left() -> None:
    holding, values, _ = run((3_000, 100), (-1_000, None), (-1_000, None), (-1_000, None))
    assert values[1:] == [-33, -34, -33]
    assert (holding.quantity, holding.value) == (0, 0)


def test_a_sale_before_any_receipt_costs_nothing_until_the_receipt_comes() -> None:
    holding, values, adjustments = run((-2_000, None), (5_000, 1000))
    assert values == [0, 1000]
    assert adjustments == [0, -400]
    assert (holding.quantity, holding.value) == (3_000, 600)


def test_a_return_without_a_known_cost_enters_at_the_average() -> None:
    holding, values, _ = run((4_000, 1000), (-4_000, None), (1_000, None))
    assert values[2] == 250
    assert (holding.quantity, holding.value) == (1_000, 250)


def test_an_outgoing_value_that_leaves_a_rest_on_an_empty_shelf_takes_it_along() -> None:
    holding, _, adjustments = run((1_000, 500), (-1_000, -450))
    assert adjustments == [0, -50]
    assert holding.value == 0


histories = st.lists(
    st.tuples(
        st.integers(-50_000, 50_000).filter(bool), st.one_of(st.none(), st.integers(0, 10_000_000))
    ).map(lambda m: (m[0], None if m[0] < 0 else m[1])),
    max_size=40,
)


@given(histories)
def test_nothing_appears_or_vanishes(moves: list[tuple[int, int | None]]) -> None:
    holding, values, adjustments = run(*moves)
    assert holding.value == sum(values) + sum(adjustments)
    assert holding.quantity == sum(quantity for quantity, _ in moves)
    assert holding.quantity != 0 or holding.value == 0
    assert (holding.value >= 0) if holding.quantity > 0 else (holding.value <= 0)


@given(histories)
def test_a_ledger_replayed_from_its_own_values_gives_the_same_balance(
    moves: list[tuple[int, int | None]],
) -> None:
    holding, values, adjustments = run(*moves)
    again, values_again, adjustments_again = run(*[(q, v) for (q, _), v in zip(moves, values, strict=True)])
    assert (again, values_again, adjustments_again) == (holding, values, adjustments)
