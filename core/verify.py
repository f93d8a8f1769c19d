"""Checks that recompute every invariant and balance from the facts; `manage.py verify` runs them all.

    @verify.check("stock_balance")
    def stock_balance() -> Iterator[Finding]: ...

Each app has a `verify_checks.py` that its AppConfig imports.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One broken invariant and who breaks it."""

    culprit: str
    detail: str


Check = Callable[[], Iterable[Finding]]
CHECKS: dict[str, Check] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Registers a check under the name that the report prints."""

    def register(function: Check) -> Check:
        CHECKS[name] = function
        return function

    return register
