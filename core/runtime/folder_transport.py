"""Celery's messages as files in a folder, written and taken whole.

kombu's own filesystem transport opens a message's file and then writes it, while a worker may already be
moving it away: the worker then finds nothing to read and dies ("Expecting value: line 1 column 1"), about
once in an hour of an idle shop. It also leads every message through /tmp. Here a message gets its name
only when it is complete, and a worker takes it by renaming it within the folder.
"""

from __future__ import annotations

import logging
import os
import secrets
import time
from json import JSONDecodeError
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads

log = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    """kombu's channel with other ways to put and to get."""

    # kombu's own two classes call the message by two names; both pass it by place.
    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:  # type: ignore[override]
        """Leave a message in the outgoing folder; names sort by time."""
        name = f"{time.time_ns():020d}-{secrets.token_hex(8)}.{queue}.msg"
        folder = Path(self.data_folder_out)
        draft = folder / f".{name}.part"
        draft.write_text(dumps(payload), encoding="utf-8")
        draft.replace(folder / name)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """Take the oldest message of the queue. Raises queue.Empty. What is no message is thrown away."""
        taken = Path(self.processed_folder) / f"{os.getpid()}-{secrets.token_hex(8)}"
        for name in sorted(path.name for path in Path(self.data_folder_in).iterdir()):
            if name.startswith(".") or name.partition(".")[2] != f"{queue}.msg":
                continue
            try:
                (Path(self.data_folder_in) / name).rename(taken)
            except FileNotFoundError:
                continue  # Another worker was faster.
            text = taken.read_text(encoding="utf-8", errors="replace")
            taken.unlink()
            try:
                return loads(text)
            except JSONDecodeError:
                log.warning("%s held no message and was thrown away", name)
        raise Empty


class Transport(filesystem.Transport):
    """What `folder://` names, see `core.runtime.broker`."""

    Channel = Channel
