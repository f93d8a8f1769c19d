"""Tax of a receipt: computed per code on the receipt's sum, spread over its lines by largest remainder.

The contract names neither the base of a line's share nor who gets the last unit when two remainders are equal,
so every spread that is a largest-remainder spread is right here.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from core.money import round_div

HUNDRED_PERCENT = 10_000


@dataclass(frozen=True)
class TaxRow:
    """One row of the tax table, minor units."""

    code: str
    percent: int
    net: int
    tax: int
    gross: int


@dataclass(frozen=True)
class TaxedLine:
    """What tax needs to know of a line."""

    n: int
    code: str
    percent: int
    total: int
    tax_amount: int


def table(lines: Sequence[TaxedLine], *, included: bool) -> dict[tuple[str, int], TaxRow]:
    """The tax table that these lines must have, by (code, percent).

    With tax included a line's total is gross and tax = round(gross x p / (1 + p)); otherwise it is net and
    tax = round(net x p).
    """
    sums: dict[tuple[str, int], int] = defaultdict(int)
    for line in lines:
        sums[line.code, line.percent] += line.total
    return {key: _row(*key, amount, included=included) for key, amount in sums.items()}


def _row(code: str, percent: int, amount: int, *, included: bool) -> TaxRow:
    if included:
        tax = round_div(amount * percent, HUNDRED_PERCENT + percent)
        return TaxRow(code, percent, amount - tax, tax, amount)
    tax = round_div(amount * percent, HUNDRED_PERCENT)
    return TaxRow(code, percent, amount, tax, amount + tax)


def is_spread(lines: Sequence[TaxedLine], row: TaxRow, *, included: bool) -> bool:
    """Whether the lines of one code share the row's tax by largest remainder."""
    if sum(line.tax_amount for line in lines) != row.tax:
        return False
    base = row.gross if included else row.net
    if base == 0:
        return all(line.tax_amount == 0 for line in lines)
    whole = HUNDRED_PERCENT + row.percent if included else HUNDRED_PERCENT
    return _is_largest_remainder(lines, row.tax, base) or _is_largest_remainder(lines, row.percent, whole)


def _is_largest_remainder(lines: Sequence[TaxedLine], numerator: int, denominator: int) -> bool:
    """Whether each amount is its share total x numerator / denominator, rounded down or, for the largest
    remainders, one more."""
    least_up, most_down = denominator, -1
    for line in lines:
        whole, rest = divmod(line.total * numerator, denominator)
        if line.tax_amount == whole:
            most_down = max(most_down, rest)
        elif line.tax_amount == whole + 1:
            least_up = min(least_up, rest)
        else:
            return False
    return most_down <= least_up


def is_share(given: TaxRow | None, wanted: TaxRow, lines: Sequence[TaxedLine], *, included: bool) -> bool:
    """Whether the row is the sum of its lines, and they a share of what was paid once, give or take one unit each.

    Goods that come back in parts give back the tax of the sale and not that of their own sum: parts rounded each for
    itself would come to more, or to less, than was paid.
    """
    if given is None:
        return False
    tax = sum(line.tax_amount for line in lines)
    base = wanted.gross if included else wanted.net
    net, gross = (base - tax, base) if included else (base, base + tax)
    if given != TaxRow(wanted.code, wanted.percent, net, tax, gross) or net < 0:
        return False
    whole = HUNDRED_PERCENT + wanted.percent if included else HUNDRED_PERCENT
    return all(abs(line.tax_amount * whole - line.total * wanted.percent) <= 2 * whole for line in lines)


def spread(tax: int, totals: Sequence[int]) -> list[int]:
    """The tax shared over line totals by largest remainder, equal remainders first come first served."""
    base = sum(totals)
    if base == 0:
        return [0] * len(totals)
    parts = [divmod(total * tax, base) for total in totals]
    left = tax - sum(whole for whole, _rest in parts)
    order = sorted(range(len(parts)), key=lambda at: (-parts[at][1], at))
    extra = set(order[:left])
    return [whole + (1 if at in extra else 0) for at, (whole, _rest) in enumerate(parts)]
