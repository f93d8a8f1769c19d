"""`manage.py till_code NUMBER`: a one-time code that lets a device become the till with this number."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import clock
from core.errors import KasaError
from core.services.organisation import current_store
from pos.selectors.tills import till_by_number
from pos.services.tills import till_code_make, till_create


class Command(BaseCommand):
    """Prints the code alone on the last line, so that a script can read it."""

    help = (
        "Makes a one-time code (15 minutes, 5 tries) for a till; the till is created when the number is new."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The till's number, and its name when it is new."""
        parser.add_argument("number", type=int)
        parser.add_argument("--name", default="")

    def handle(self, *args: Any, number: int, name: str, **options: Any) -> None:
        """Creates the till if need be and prints the code."""
        try:
            store = current_store()
            till = till_by_number(store, number) or till_create(store=store, number=number, name=name)
            self.stdout.write(till_code_make(till=till, by=None, now=clock.now()))
        except KasaError as error:
            raise CommandError(error.message) from error
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
