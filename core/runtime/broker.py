"""Celery's broker: a folder under the data folder, or the server that REDIS_URL names.

A message only wakes a worker: it carries no data and may be lost, because work waits in database rows
and beat looks for it anyway. So old messages are worth nothing and are thrown away before a worker starts.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from kombu.transport import TRANSPORT_ALIASES

from core.runtime.env import ensure_data_dir, env_url

_FOLDERS = ("in", "processed", "control")
# The one queue, in the form of kombu: exchange table rows of (routing key, pattern, queue).
_BINDINGS = '[["celery", "", "celery"]]'


def redis_url() -> str | None:
    """REDIS_URL, or None when nothing is configured. Raises SettingError."""
    return env_url(
        "REDIS_URL",
        None,
        "Redis or Valkey server for Celery's wake-ups and the sockets' channel layer, "
        "e.g. redis://127.0.0.1:6379/0. Unset: a folder and the server's own process.",
        schemes=("redis", "rediss", "unix"),
    )


def broker_folder() -> Path:
    """The folder of the file broker; made with its three parts when missing."""
    folder = ensure_data_dir() / "broker"
    for part in (folder, *(folder / name for name in _FOLDERS)):
        part.mkdir(mode=0o700, exist_ok=True)
    bindings = folder / "control" / "celery.exchange"
    if not bindings.exists():
        # Each process would write this when it starts, and read it while another one is writing it.
        draft = bindings.with_name(f".{bindings.name}.{secrets.token_hex(4)}")
        draft.write_text(_BINDINGS, encoding="ascii")
        draft.replace(bindings)
    return folder


def celery_broker_settings() -> dict[str, Any]:
    """`broker_url` and `broker_transport_options` for Celery's configuration."""
    url = redis_url()
    if url is not None:
        # Celery spells a Redis on a Unix socket redis+socket://, everybody else unix://.
        address = url.replace("unix://", "redis+socket://", 1)
        return {"broker_url": address, "broker_transport_options": {"visibility_timeout": 3600}}
    folder = broker_folder()
    TRANSPORT_ALIASES["folder"] = "core.runtime.folder_transport:Transport"
    return {
        "broker_url": "folder://",
        "broker_transport_options": {
            # Producer and worker share one folder: what one writes out is what the other reads in.
            "data_folder_in": str(folder / "in"),
            "data_folder_out": str(folder / "in"),
            "processed_folder": str(folder / "processed"),
            "control_folder": str(folder / "control"),
            "polling_interval": 0.2,
        },
    }


def clear_broker_folder() -> int:
    """Throw away messages nobody read; returns how many. Only before a worker starts, never beside one."""
    messages = [path for path in (broker_folder() / "in").iterdir() if path.is_file()]
    for path in messages:
        path.unlink(missing_ok=True)
    return len(messages)
