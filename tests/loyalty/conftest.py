"""A shop whose till asks about customers."""

import uuid
from typing import Any

import pytest

from core import clock, feed
from core.canonical import parse
from core.models import FeedRow
from pos import ops
from pos.live.frames import RawAnswer, Request
from pos.models import Incarnation
from tests.pos.conftest import count_sql
from tests.pos.shop import Desk, Shop, make_shop

__all__ = ["count_sql"]


@pytest.fixture
def shop(db: None) -> Shop:
    """A shop with goods."""
    return make_shop()


@pytest.fixture
def desk(shop: Shop) -> Desk:
    """Till 1, just enrolled."""
    return Desk.enrolled(shop)


def ask(desk: Desk, op: str, **members: Any) -> dict[str, Any]:
    """One request of the till's socket."""
    device = Incarnation.objects.select_related("till__store__company").get(id=desk.device_id)
    answer = ops.perform(ops.Session(device), Request(1, op, members))
    assert not isinstance(answer, RawAnswer)
    return answer


def act(desk: Desk, **members: Any) -> dict[str, Any]:
    """The members that every act has, the cashier's unless told otherwise."""
    return {
        "request": str(uuid.uuid4()),
        "at": clock.to_wire(clock.now()),
        "cashier": str(desk.shop.cast.cashier.id),
        **members,
    }


def published(kind: str) -> dict[str, Any]:
    """What a till reads of one kind, by id."""
    rows = FeedRow.objects.filter(kind=kind).exclude(data=None).values_list("key", "data")
    return {key: parse(data or "", 10**6) for key, data in rows}


def head() -> str:
    """The feed's head, to see whether anything was published."""
    return str(feed.head())
