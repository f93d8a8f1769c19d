"""Integers at people's decimals: reading, showing, rounding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import money


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        (5, 2, 3),
        (-5, 2, -3),
        (4, 3, 1),
        (-4, 3, -1),
        (0, 7, 0),
        (499 * 1250, 1000, 624),
        (1, 2, 1),
        (-1, 2, -1),
    ],
)
def test_rounding_is_half_up_on_the_absolute_value(numerator: int, denominator: int, expected: int) -> None:
    assert money.round_div(numerator, denominator) == expected


@given(st.integers(-(10**18), 10**18), st.integers(1, 10**6))
def test_rounding_is_never_more_than_half_off_and_symmetric(numerator: int, denominator: int) -> None:
    rounded = money.round_div(numerator, denominator)
    assert abs(rounded * denominator - numerator) * 2 <= denominator
    assert money.round_div(-numerator, denominator) == -rounded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4,99", 499),
        ("4.99", 499),
        ("1 234,50", 123450),
        ("1\u00a0234,5", 123450),
        ("-0,01", -1),
        ("\u22125", -500),
    ],
)
def test_money_is_read_with_comma_or_point(text: str, expected: int) -> None:
    assert money.parse_minor(text, "PLN") == expected


@pytest.mark.parametrize("text", ["", "1,234.50", "1e3", "4,999", "NaN", "٣", "1" * 16, "0x10", "--1", "1,"])
def test_what_is_not_an_amount_is_refused_in_words(text: str) -> None:
    with pytest.raises(money.NotANumber) as refusal:
        money.parse_minor(text, "PLN")
    assert refusal.value.message.endswith(".")


@pytest.mark.parametrize(
    ("value", "language", "expected"),
    [
        (123450, "pl", "1\u00a0234,50\u00a0zł"),
        (123450, "en", "PLN\u00a01,234.50"),
        (-5, "pl", "\u22120,05\u00a0zł"),
        (0, "uk", "0,00\u00a0zł"),
    ],
)
def test_money_is_shown_as_the_language_writes_it(value: int, language: str, expected: str) -> None:
    assert money.format_minor(value, "PLN", language) == expected


def test_quantities_and_percents_drop_needless_zeros() -> None:
    assert money.format_quantity(1250, "pl") == "1,25"
    assert money.format_quantity(2000) == "2"
    assert money.format_percent(2300, "pl") == "23\u00a0%"


@given(st.integers(-(2**53) + 1, 2**53 - 1))
def test_plain_and_parse_are_inverse(value: int) -> None:
    assert money.parse_minor(money.plain(value, 2), "PLN") == value
    assert money.parse_quantity(money.plain(value, 3)) == value
