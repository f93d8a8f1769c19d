"""Fixtures of the wire's conformance: a real server, real sockets."""

from collections.abc import Iterator

import pytest

from tests.live import LiveServer
from tests.pos.shop import Shop, make_shop


@pytest.fixture(scope="session")
def one_server(django_db_setup: None) -> Iterator[LiveServer]:
    """A server for many tests: it keeps nothing that outlives the rows of one test."""
    with LiveServer() as running:
        yield running


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    """A shop with goods, committed."""
    return make_shop()


@pytest.fixture
def server(one_server: LiveServer, shop: Shop) -> LiveServer:
    """The running server, with the shop in its database."""
    return one_server
