"""A constraint of the database that refused a row, told as a sentence a person can act on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from core.errors import KasaError


def constraint_of(error: IntegrityError) -> str:
    """The name of the constraint that refused, as the server reports it; empty when it names none."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""


@contextmanager
def explained(refusal: Callable[[str], KasaError | None]) -> Iterator[None]:
    """A savepoint in which the refusal of a named constraint is raised as the error that `refusal` makes of the name.

    Where it makes none the failure stays what it is.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        told = refusal(constraint_of(error))
        if told is None:
            raise
        raise told from error
