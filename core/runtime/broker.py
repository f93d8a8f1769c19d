"""Celery's broker: a folder under the data folder, or the server that REDIS_URL names.

A message only wakes a worker: it carries no data and may be lost, because work waits in database rows
and beat looks for it anyway. So old messages are worth nothing and are thrown away before a worker starts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.runtime.env import ensure_data_dir, env_url

_FOLDERS = ("in", "processed", "control")


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
    for name in _FOLDERS:
        (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def celery_broker_settings() -> dict[str, Any]:
    """`broker_url` and `broker_transport_options` for Celery's configuration."""
    url = redis_url()
    if url is not None:
        # Celery spells a Redis on a Unix socket redis+socket://, everybody else unix://.
        address = url.replace("unix://", "redis+socket://", 1)
        return {"broker_url": address, "broker_transport_options": {"visibility_timeout": 3600}}
    folder = broker_folder()
    return {
        "broker_url": "filesystem://",
        "broker_transport_options": {
            # Producer and worker share one folder: what one writes out is what the other reads in.
            "data_folder_in": str(folder / "in"),
            "data_folder_out": str(folder / "in"),
            "processed_folder": str(folder / "processed"),
            "control_folder": str(folder / "control"),
            "store_processed": False,
            "polling_interval": 0.2,
        },
    }


def clear_broker_folder() -> int:
    """Throw away messages nobody read; returns how many. Only before a worker starts, never beside one."""
    messages = [path for path in (broker_folder() / "in").iterdir() if path.is_file()]
    for path in messages:
        path.unlink(missing_ok=True)
    return len(messages)
