"""The cast of the inventory's tests: a shop with units, taxes, two groups and a few goods."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from core import feed
from core.services import organisation
from inventory.models import Group, Product, Unit
from inventory.services import basics, goods
from tests.conftest import Cast

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _cheap_secrets(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody attacks the PINs and passwords of these tests, so making them costs next to nothing."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(organisation, "PIN_ITERATIONS", 1)


@dataclass(frozen=True)
class Shop:
    """The people, and what lies on the shelves."""

    cast: Cast
    drinks: Group
    juices: Group
    milk: Product
    apples: Product


def make_product(group: Group, code: str = "100", name: str = "Mleko 3,2 % 1 l", **fields: object) -> Product:
    """A product of the group (or `product` saved again) with everything a test does not care about filled in."""
    values: dict[str, object] = {
        "code": code,
        "name": name,
        "kind": "piece",
        "unit": Unit.objects.get(code="pcs"),
        "group": group,
        "tax": "C",
        "now": NOW,
        **fields,
    }
    return goods.product_save(**values)  # type: ignore[arg-type]


@pytest.fixture
@feed.transaction()
def shop(cast: Cast) -> Shop:
    """A Polish shop with two products in two groups."""
    basics.basics_ensure(country="pl")
    drinks = goods.group_save(name="Napoje")
    juices = goods.group_save(name="Soki", parent=drinks)
    milk = make_product(drinks)
    apples = make_product(
        juices, "4011", "Jabłka Gala", kind="weighed", unit=Unit.objects.get(code="kg"), tax="C"
    )
    return Shop(cast, drinks, juices, milk, apples)
