"""`manage.py till_command NAME [NUMBER]`: tells an open till, or all of them, to lock, unlock, reload, pull…"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import KasaError
from core.services.organisation import current_store
from pos.selectors.tills import till_by_number
from pos.services.tills import COMMANDS, till_command


class Command(BaseCommand):
    """Sends a hint; a till that is not connected learns of a lock at its next hello."""

    help = "Sends a command to one till or, without a number, to every till."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, and who."""
        parser.add_argument("name", choices=sorted(COMMANDS))
        parser.add_argument("number", type=int, nargs="?")

    def handle(self, *args: Any, name: str, number: int | None, **options: Any) -> None:
        """Sends it."""
        try:
            till = till_by_number(current_store(), number) if number is not None else None
            if number is not None and till is None:
                raise CommandError(f"There is no till {number}.")
            till_command(till, name)
        except KasaError as error:
            raise CommandError(error.message) from error
