"""Who knocks: the Origin and the cookie of a WebSocket handshake."""

from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host

COOKIE = "kasa_till"
_PORTS = {"http": 80, "https": 443}


def _header(scope: dict[str, Any], name: bytes) -> str | None:
    for key, value in scope.get("headers", []):
        if key == name:
            return str(value.decode("latin1"))
    return None


def _place(netloc: str) -> tuple[str, int | None] | None:
    """Host and port (None when it is not named) of `host`, `host:port` or `[address]:port`; None for anything odd."""
    try:
        parts = urlsplit(f"//{netloc}")
        if not parts.hostname or parts.username is not None or parts.path or parts.query or parts.fragment:
            return None
        return parts.hostname, parts.port
    except ValueError:
        return None


def same_origin(scope: dict[str, Any]) -> bool:
    """Whether the page that opens the socket came from this server.

    A missing Origin passes: every browser sends one, so its absence means a program, and a program has no cookie
    of somebody else. `null` (a sandboxed frame, a file) does not pass.
    """
    host = _place(_header(scope, b"host") or "")
    if host is None or not validate_host(host[0], _allowed()):
        return False
    origin = _header(scope, b"origin")
    if origin is None:
        return True
    scheme, _, netloc = origin.partition("://")
    page = _place(netloc) if scheme in _PORTS else None
    if page is None or page[0] != host[0]:
        return False
    # The server cannot see whether TLS was taken off before it, so a port that is not named is the page's own default.
    usual = _PORTS[scheme]
    return (page[1] or usual) == (host[1] or usual)


def _allowed() -> list[str]:
    if settings.DEBUG and not settings.ALLOWED_HOSTS:
        return [".localhost", "127.0.0.1", "[::1]"]
    return [name.strip("[]") if ":" in name else name for name in settings.ALLOWED_HOSTS]


def cookie(scope: dict[str, Any]) -> str | None:
    """The till's cookie, if the handshake carries one."""
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(_header(scope, b"cookie") or "")
    except CookieError:
        return None
    found = jar.get(COOKIE)
    return found.value if found else None
