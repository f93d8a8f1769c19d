"""The database backend of an installation without DATABASE_URL.

Starting the server in the moment of the first connection means that nobody has to know which commands
need a database: `--help`, `check` and `makemessages` do not start it, everything else does.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base
from django.db.utils import OperationalError
from django.utils.asyncio import async_unsafe

from core.runtime.env import PlainError
from core.runtime.postgres import ensure_running


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL whose server is looked at, and started when it is down, before each new connection."""

    @async_unsafe
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Start the embedded server when needed, then connect. Its refusals come as OperationalError."""
        try:
            ensure_running()
        except PlainError as error:
            raise OperationalError(str(error)) from error
        return super().get_new_connection(conn_params)
