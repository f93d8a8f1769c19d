#!/usr/bin/env python3
"""OpenKasa's command line: `manage.py help` lists what it can do, `manage.py serve` runs the store."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType


def _leave(number: int, frame: FrameType | None) -> None:
    """Turn a signal into an ordinary exit, so that exit handlers run (they stop the embedded database)."""
    sys.exit(128 + number)


def main() -> int:
    """Run one command. A refusal that a person can act on is one sentence and exit status 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    try:
        from core.runtime.env import PlainError
    except ModuleNotFoundError as error:
        raise SystemExit(f"{error}. Run this from the folder of the clone.") from error
    try:
        return _run(sys.argv)
    except Exception as error:
        # The embedded database's refusals come through Django as the cause of its own error.
        plain = error if isinstance(error, PlainError) else error.__cause__
        while plain is not None and not isinstance(plain, PlainError):
            plain = plain.__cause__
        if plain is None:
            raise
        sys.stderr.write(f"manage.py: {plain}\n")
        return 2


def _run(arguments: list[str]) -> int:
    if arguments[1:2] == ["serve"] and not {"-h", "--help"} & set(arguments[2:]):
        # The supervisor needs no Django of its own; leaving it out saves a second of every start.
        from core.runtime import supervisor

        return supervisor.main(arguments[2:])
    try:
        from django.core.management import execute_from_command_line
    except ModuleNotFoundError as error:
        raise SystemExit(
            f"{error}. Set up with `make run`, or use the Python of the set-up: .venv/bin/python manage.py …"
        ) from error
    execute_from_command_line(arguments)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
