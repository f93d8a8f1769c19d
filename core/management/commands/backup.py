"""`manage.py backup FILE`: everything the shop knows in one file, made while it goes on selling."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.runtime import backup


class Command(BaseCommand):
    """Writes a backup."""

    help = "Writes the database, the session secret and the store's authority to one file (mode 0600)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Write it and say how big it became."""
        try:
            size = backup.backup(file.absolute())
        except backup.BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{file}: {size / 1024 / 1024:.1f} MiB")
