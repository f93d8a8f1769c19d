"""Ops of the protocol that this server does not offer yet; it says so instead of pretending."""

from typing import NoReturn

from core.errors import KasaError
from pos.ops.session import Session
from pos.rules.shape import Fields

OPS = (
    "bonus.balance",
    "bonus.reserve",
    "bonus.confirm",
    "bonus.cancel",
)


class NotAvailable(KasaError):
    """The op is part of the protocol, and not of this server."""

    code = "not_available"


def not_available(_session: Session, _fields: Fields) -> NoReturn:
    """Refuses. A till then sells without bonus."""
    raise NotAvailable("This server keeps no bonus accounts.")
