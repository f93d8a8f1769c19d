"""`manage.py restore FILE`: the shop as it was when that backup was made."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import feed
from core.runtime import backup, opening
from core.runtime.env import PlainError, ensure_data_dir
from core.runtime.supervisor import take_lock


class Command(BaseCommand):
    """Replaces this server's database by a backup's."""

    help = (
        "Replaces the database by the one in a backup; the server must not run. Tills then fetch a fresh "
        "snapshot and send again what they still hold and the database has not seen."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Which backup, and that one means it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="yes, replace what is in the database now")

    def handle(self, *args: Any, file: Path, replace: bool, **options: Any) -> None:
        """Restore, bring the tables up to this release, and begin a new epoch of the feed."""
        if not replace:
            raise CommandError("This replaces the whole database: say so with --replace.")
        try:
            lock = take_lock(ensure_data_dir() / "serve.lock")
            backup.restore(file.absolute())
        except PlainError as error:
            raise CommandError(str(error)) from error
        opening.stamp_path().unlink(missing_ok=True)
        call_command("migrate", interactive=False, verbosity=0)
        feed.new_epoch()
        os.close(lock)
        self.stdout.write("Restored. Run `manage.py verify`, then start the server.")
