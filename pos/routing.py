"""Which consumer answers which socket address."""

import sys
from typing import Any, cast

from django.urls import path, re_path

from pos.consumers import TillSocket, refuse

# Channels routes ASGI applications with Django's own path(), whose types know only views.
websocket_urlpatterns: list[Any] = [
    path("ws/till/", cast(Any, TillSocket.app)),
    re_path("", cast(Any, refuse)),
]


def _tell_why_a_socket_closes() -> None:
    """Makes Daphne send a close frame (1009 for a frame over 1 MiB, 1007 for bytes that are not UTF-8).

    By default its WebSocket library drops the TCP connection without a word. Only done when Daphne is what runs:
    importing it installs Twisted's event loop, which no other process of ours wants.
    """
    daphne: Any = sys.modules.get("daphne.server")
    if daphne is None or not hasattr(daphne, "WebSocketFactory"):
        return

    class Factory(daphne.WebSocketFactory):  # type: ignore[misc]
        def setProtocolOptions(self, *args: object, **kwargs: object) -> None:  # noqa: N802
            super().setProtocolOptions(*args, failByDrop=False, **kwargs)

    daphne.WebSocketFactory = Factory


_tell_why_a_socket_closes()
