"""Fixtures of the wire's conformance: a real server, real sockets."""

import pytest

from tests.live import LiveServer
from tests.pos.shop import Shop, make_shop


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    """A shop with goods, committed."""
    return make_shop()


@pytest.fixture
def server(one_server: LiveServer, shop: Shop) -> LiveServer:
    """The running server, with the shop in its database."""
    return one_server
