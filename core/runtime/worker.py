"""`python -m core.runtime.worker`: one Celery worker with its clock (beat), as the supervisor starts it."""

from __future__ import annotations

import importlib

from core.runtime.broker import clear_broker_folder, redis_url
from core.runtime.env import ensure_data_dir, env_int
from core.runtime.postgres import ensure_running


def concurrency() -> int:
    """KASA_WORKERS: how many tasks run side by side."""
    return env_int("KASA_WORKERS", 2, "Background tasks that run side by side.", minimum=1, maximum=32)


def arguments() -> list[str]:
    """Celery's own command line. Nobody watches its events, and there is one worker: no gossip, no mingling."""
    return [
        "worker", "--beat", "--schedule", str(ensure_data_dir() / "beat-schedule"),
        "--concurrency", str(concurrency()), "--loglevel", "INFO",
        "--without-gossip", "--without-mingle", "--without-heartbeat",
    ]  # fmt: skip


def main() -> None:
    """Work until told to stop; a running task is finished first."""
    ensure_running()
    if redis_url() is None:
        clear_broker_folder()
    importlib.import_module("config.celery").app.worker_main(arguments())


if __name__ == "__main__":
    main()
