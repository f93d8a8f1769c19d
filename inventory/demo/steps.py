"""The steps that open the demo shop, in order. Apps above this one add theirs: tills, promotions.

    @steps.step(50)
    def promotions(shop: steps.Demo) -> None: ...

in a module `demo` of the app, which `manage.py demo` finds by itself. A step must be idempotent.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from core.models import Employee, Store
from inventory.models import Group, Product


@dataclass
class Demo:
    """What the steps pass on: filled from the top down."""

    country: str
    language: str
    now: datetime
    store: Store | None = None
    manager: Employee | None = None
    groups: dict[str, Group] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    @property
    def shop(self) -> Store:
        """The store, which the first step opens."""
        assert self.store is not None, "the first step opens the store"
        return self.store


Step = Callable[[Demo], None]
_STEPS: list[tuple[int, Step]] = []


def step(order: int) -> Callable[[Step], Step]:
    """Registers a step; goods are there from 30 on, so promotions and tills come after."""

    def register(function: Step) -> Step:
        if all(known is not function for _order, known in _STEPS):
            _STEPS.append((order, function))
        return function

    return register


def run(demo: Demo) -> Demo:
    """Takes every step in order."""
    for _order, function in sorted(_STEPS, key=lambda entry: entry[0]):
        function(demo)
    return demo
