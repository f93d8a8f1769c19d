"""Bar charts as SVG made here: no script, no inline style, colours by class, numbers beside them for everybody."""

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 150
TOP = 14
BASE = HEIGHT - 20


@dataclass(frozen=True)
class Bar:
    """One bar: where it stands and what it says."""

    x: int
    y: int
    width: int
    height: int
    label: str
    label_x: int
    title: str


@dataclass(frozen=True)
class Chart:
    """A bar chart in its own units; the template draws it."""

    width: int
    now: list[Bar]
    then: list[Bar]
    top_label: str
    height: int = HEIGHT
    base: int = BASE
    top: int = TOP


@dataclass(frozen=True)
class Column:
    """One place on the axis: this period's value, the compared one's, and both as people read them."""

    label: str
    now: int
    then: int
    title: str


def bars(columns: Sequence[Column], *, top_label: str, width: int = 640) -> Chart:
    """Bars from zero upwards; values below zero stand at zero. An empty axis has height one."""
    highest = max([1, *(max(column.now, column.then) for column in columns)])
    step = width / max(1, len(columns))

    def bar(n: int, value: int, inset: float, column: Column) -> Bar:
        height = round((BASE - TOP) * max(0, value) / highest)
        left = round(n * step + step * inset)
        right = round((n + 1) * step - step * inset)
        return Bar(
            left,
            BASE - height,
            max(1, right - left),
            height,
            column.label,
            max(18, min(width - 18, round((n + 0.5) * step))),
            column.title,
        )

    return Chart(
        width,
        [bar(n, column.now, 0.22, column) for n, column in enumerate(columns)],
        [bar(n, column.then, 0.1, column) for n, column in enumerate(columns)],
        top_label,
    )
