"""`manage.py serve`, as `manage.py help` knows it; manage.py itself takes a shorter way without Django."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand

from core.runtime import supervisor


class Command(BaseCommand):
    """Runs the whole store: database, web server, worker, and the demo's device bridge."""

    help = "Opens the store and keeps it running: database, web server, worker and, in the demo, a device bridge."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The supervisor's own options."""
        parser.add_argument(
            "--demo", action="store_true", help="open the demo shop, with a simulated device bridge"
        )
        parser.add_argument("--verbose", action="store_true", help="show the logs of all processes here too")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until a signal; the exit status is the supervisor's."""
        chosen = [f"--{name}" for name in ("demo", "verbose") if options[name]]
        raise SystemExit(supervisor.main(chosen))
