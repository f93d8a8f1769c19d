"""A store with loose goods, an emulated scale on a real UDP port, and the row that drives it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from core import clock, feed
from core.services import organisation
from devices.emulators.shtrih_label import ShtrihLabel
from devices.emulators.wires import UdpServer
from exchange.models import LabelScale
from exchange.services.scales import scale_save
from inventory.models import Group, Product, Unit
from inventory.services import goods, prices
from inventory.services.basics import basics_ensure
from tests.conftest import Cast

LABELS = [
    {"prefix": "21", "value": "weight", "code_digits": 5, "value_digits": 5},
    {"prefix": "22", "value": "price", "code_digits": 5, "value_digits": 5},
]
# Answers come at once; the time is for a machine that stalls, because a repeated record would be counted twice.
QUICK = {"password": 30, "places": 4000, "text_lines": 8, "tries": 12, "answer_seconds": 1.0}


@dataclass
class Stall:
    """A group of loose goods, the emulated scale and the row of it."""

    cast: Cast
    group: Group
    device: ShtrihLabel
    scale: LabelScale

    def product(self, code: str, name: str, price: int, **values: Any) -> Product:
        return make_product(self.group, code, name, price, **values)

    def many(
        self, numbers: Iterable[int], price: Callable[[int], int] = lambda _number: 100
    ) -> list[Product]:
        """Loose goods whose codes are the numbers, in a few statements."""
        return make_many(self.group, numbers, price)

    def again(self) -> LabelScale:
        """The row as the database has it now."""
        return LabelScale.objects.select_related("store").get(id=self.scale.id)


@feed.transaction()
def make_product(group: Group, code: str, name: str, price: int, **values: Any) -> Product:
    product = goods.product_save(
        code=code,
        name=name,
        kind=values.pop("kind", "weighed"),
        unit=Unit.objects.get(code="kg"),
        group=group,
        tax="C",
        now=clock.now(),
        **values,
    )
    prices.price_change(product=product, price=price, now=clock.now())
    return product


@feed.transaction()
def make_many(
    group: Group, numbers: Iterable[int], price: Callable[[int], int] = lambda _number: 100
) -> list[Product]:
    new = [goods.NewProduct(str(n), f"Cheese {n}", "weighed", "kg", group.id, "C") for n in numbers]
    products = goods.products_create(new, now=clock.now())
    changes = [prices.PriceChange(product.id, price(int(product.code))) for product in products]
    prices.prices_change_many(changes, now=clock.now())
    return products


def begin(cast: Cast) -> Group:
    """Units, taxes, the kinds of labels and a group."""
    basics_ensure(country=cast.store.company.country)
    organisation.setting_save("weighed_labels", LABELS)
    return goods.group_save(name="Cheese")


@pytest.fixture
def line() -> Iterator[tuple[ShtrihLabel, int]]:
    """A scale and its port."""
    device = ShtrihLabel()
    with UdpServer(device) as server:
        yield device, server.port


@pytest.fixture
def open_stall(cast: Cast, line: tuple[ShtrihLabel, int]) -> Callable[..., Stall]:
    """Opens a stall whose scale has some of the row's values set."""

    def make(**values: Any) -> Stall:
        device, port = line
        group = begin(cast)
        settings = QUICK | values.pop("settings", {})
        scale = scale_save(
            store=cast.store,
            driver="shtrih_print",
            name="Cheese counter",
            host="127.0.0.1",
            port=port,
            groups=[group],
            settings=settings,
            **{"prefix": "21", **values},
        )
        return Stall(cast, group, device, scale)

    return make


@pytest.fixture
def stall(open_stall: Callable[..., Stall]) -> Stall:
    return open_stall()
