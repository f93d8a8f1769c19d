"""Which Origin may open a till's socket, and which cookie is read."""

from typing import Any

import pytest

from pos.live import handshake


def scope(**headers: str) -> dict[str, Any]:
    return {"headers": [(name.encode(), value.encode("latin1")) for name, value in headers.items()]}


@pytest.fixture(autouse=True)
def names(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "kasa.local"]


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("kasa.local", "https://kasa.local"),
        ("kasa.local", "http://kasa.local"),
        ("kasa.local:443", "https://kasa.local"),
        ("kasa.local", "https://kasa.local:443"),
        ("KASA.local:80", "http://kasa.LOCAL"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("kasa.local:8443", "https://kasa.local:8443"),
        ("localhost:8000", None),
    ],
)
def test_the_servers_own_pages_pass(host: str, origin: str | None) -> None:
    assert handshake.same_origin(scope(host=host, **({"origin": origin} if origin else {})))


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("127.0.0.1:8000", "null"),
        ("127.0.0.1:8000", ""),
        ("127.0.0.1:8000", "http://127.0.0.1:8001"),
        ("127.0.0.1:8000", "http://localhost:8000"),
        ("127.0.0.1:8000", "http://evil.test"),
        ("kasa.local", "https://kasa.local:8443"),
        ("kasa.local:8443", "https://kasa.local"),
        ("127.0.0.1:8000", "file://127.0.0.1:8000"),
        ("kasa.local", "https://kasa.local/"),
        ("kasa.local", "https://kasa.local?x"),
        ("kasa.local", "https://a@kasa.local"),
        ("kasa.local", "https://kasa.local:x"),
        ("evil.test", "http://evil.test"),
        ("evil.test", None),
        ("", None),
        ("kasa.local:99999", None),
        ("kasa.local/x", None),
    ],
)
def test_everybody_else_is_refused(host: str, origin: str | None) -> None:
    assert not handshake.same_origin(scope(host=host, **({"origin": origin} if origin is not None else {})))


def test_the_cookie_is_found_among_others() -> None:
    assert handshake.cookie(scope(cookie="a=b; kasa_till=secret; c=d")) == "secret"
    assert handshake.cookie(scope(cookie="a=b")) is None
    assert handshake.cookie(scope()) is None
    assert handshake.cookie(scope(cookie="\x01=;;==")) is None
