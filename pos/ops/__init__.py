"""The ops of the till's socket: name → function(session, fields) → members of the answer (docs/protocol.md).

They run in a database thread. An op that fails in an anticipated way raises KasaError; whatever it changes is
repeatable, because a request is done again when the connection to the database turns out to be dead.
"""

from collections.abc import Callable
from typing import Any

from core import canonical
from core.canonical import ProtocolError
from core.errors import KasaError
from pos.live.frames import RawAnswer, Request
from pos.models import Till
from pos.ops import bonus, customers, find, park, sync
from pos.ops.session import Session
from pos.rules.shape import Broken, Fields, check_text

__all__ = ["IN_ORDER", "OPS", "Session", "perform", "when_away"]

Op = Callable[[Session, Fields], dict[str, Any] | RawAnswer]

OPS: dict[str, Op] = {
    "hello": sync.hello,
    "pull": sync.pull,
    "push": sync.push,
    "park.put": park.put,
    "park.list": park.listing,
    "park.take": park.take,
    "park.drop": park.drop,
    "receipt.find": find.receipt,
    "stock.find": find.stock,
    "price.lowest": find.price_lowest,
    "report.x": find.report_x,
    "customer.find": customers.find,
    "customer.create": customers.create,
    "customer.update": customers.update,
    "customer.card_block": customers.card_block,
    "customer.card_replace": customers.card_replace,
    "bonus.balance": bonus.balance,
    "bonus.reserve": bonus.reserve,
    "bonus.confirm": bonus.confirm,
    "bonus.cancel": bonus.cancel,
}
# A price checker looks; it has nothing to say and may not ask about receipts or people.
FOR_CHECKERS = frozenset({"hello", "pull", "stock.find"})
# Two pushes of one socket keep their order, so that the second does not look like a gap.
IN_ORDER = frozenset({"hello", "push"})
# These check the texts of each element themselves, so that one bad item does not refuse the others.
_TEXT_CHECKED_INSIDE = frozenset({"push"})


class UnknownOp(KasaError):
    """There is no such op."""

    code = "unknown_op"


class NotForCheckers(KasaError):
    """A price checker never sells."""

    code = "not_for_checkers"


class BadRequest(KasaError):
    """A member of the request has the wrong type, size or form."""

    code = "bad_request"


def perform(session: Session, request: Request) -> dict[str, Any] | RawAnswer:
    """Does the op. Raises KasaError."""
    op = OPS.get(request.op)
    if op is None:
        raise UnknownOp("There is no such op.")
    if session.till.kind == Till.Kind.CHECKER and request.op not in FOR_CHECKERS:
        raise NotForCheckers("A price checker may only look.")
    try:
        if request.op not in _TEXT_CHECKED_INSIDE:
            text = canonical.encode(request.args)
            if b"\\u0000" in text:
                check_text(request.args)
        return op(session, Fields(request.args, "request"))
    except Broken as broken:
        raise BadRequest(broken.detail) from broken
    except ProtocolError as error:
        raise BadRequest(error.message) from error


def when_away(request: Request) -> dict[str, Any] | None:
    """The answer of an op that has one for a server that cannot do it now; None for the others."""
    return sync.push_later(request.args) if request.op == "push" else None
