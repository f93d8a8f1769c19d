"""Anticipated errors. Each concrete class lives beside the service that raises it."""

from typing import Any


class KasaError(Exception):
    """Something a person or a client did that cannot be carried out, told in their words.

    `code` is lower_snake_case and part of the wire; `message` is a whole sentence; `extra` are plain values
    that a screen may show beside it.
    """

    code = "refused"

    def __init__(self, message: str, *, code: str | None = None, **extra: Any) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.extra = extra
