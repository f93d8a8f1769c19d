"""`manage.py till_code [NUMBER]`: a one-time code that lets a device become the till with this number."""

from itertools import count
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import clock
from core.errors import KasaError
from core.models import Store
from core.services.organisation import current_store
from pos.selectors.tills import till_by_number, till_states
from pos.services.tills import till_code_make, till_create


def free_number(store: Store) -> int:
    """The lowest number whose till has no device yet, so that a new device takes nobody's place."""
    taken = {state.till.number for state in till_states(store, clock.now()) if state.device is not None}
    return next(number for number in count(1) if number not in taken)


class Command(BaseCommand):
    """Prints the code alone on the last line, so that a script can read it."""

    help = (
        "Makes a one-time code (15 minutes, 5 tries) for a till; the till is created when the number is new."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The till's number, and its name when it is new."""
        parser.add_argument("number", type=int, nargs="?", help="without it: the first that no device is")
        parser.add_argument("--name", default="")

    def handle(self, *args: Any, number: int | None, name: str, **options: Any) -> None:
        """Creates the till if need be and prints the code."""
        try:
            store = current_store()
            number = free_number(store) if number is None else number
            till = till_by_number(store, number) or till_create(store=store, number=number, name=name)
            self.stdout.write(till_code_make(till=till, by=None, now=clock.now()))
        except KasaError as error:
            raise CommandError(error.message) from error
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
