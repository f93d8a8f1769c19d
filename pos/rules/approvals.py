"""Who allowed what: the approvals that an item names, and the right that each of them needs. Pure.

An approval is looked at by the roles of the moment the item arrives and is never a reason to set a fact aside: the
money has moved. What is odd about it is noted for the manager.
"""

import uuid
from collections.abc import Iterator
from typing import NamedTuple

from core.ids import parse_uuid
from pos.rules.bodies import CashBody, EventBody, ShiftBody
from pos.rules.receipt import ReceiptBody

# Events whose data names an approver, and the right they stand for; several when the till's state decides.
RIGHTS: dict[str, tuple[str, ...]] = {
    "line_void": ("till.void", "till.void_subtotal"),
    "receipt_cancel": ("till.void", "till.void_subtotal"),
    "quantity_change": ("till.void", "till.void_subtotal"),
    "drawer_open": ("till.drawer",),
    "reprint": ("till.reprint",),
    "price_change": ("till.price",),
    "return_open": ("till.return",),
    "return_blind": ("till.return_blind",),
    "return_empties": ("till.empties",),
    "return_over": ("till.return_over",),
    "handover": ("till.z",),
    "shift_continue": ("till.z",),
    "training_begin": ("till.training",),
    "fiscal_defer": ("till.fiscal_defer",),
    "fiscal_skip": ("till.fiscal_skip",),
    "fiscal_mark": ("till.fiscal_skip",),
    "card_slip": ("till.card_slip",),
}


class Approval(NamedTuple):
    """Somebody's leave for what somebody else did; any one of the rights is enough."""

    by: uuid.UUID
    rights: tuple[str, ...]


class Person(NamedTuple):
    """An employee as far as approvals go; `person` is the same for all accounts of one human being."""

    person: uuid.UUID
    active: bool
    everything: bool
    rights: frozenset[str]

    def may(self, rights: tuple[str, ...]) -> bool:
        """Whether the role grants one of the rights."""
        return self.active and (self.everything or not self.rights.isdisjoint(rights))


def named(body: object) -> Iterator[Approval]:
    """The approvals in a body."""
    if isinstance(body, ReceiptBody):
        for line in body.lines:
            for discount in line.discounts:
                if discount.approved_by is not None:
                    yield Approval(discount.approved_by, ("till.discount",))
    elif isinstance(body, CashBody):
        # A correction is the difference of a hand-over's count.
        right = "till.z" if body.kind == "correction" else "till.cash"
        if body.approved_by is not None:
            yield Approval(body.approved_by, (right,))
    elif isinstance(body, ShiftBody):
        if body.approved_by is not None:
            yield Approval(body.approved_by, ("till.z",))
    elif isinstance(body, EventBody):
        yield from _of_event(body)


def _of_event(body: EventBody) -> Iterator[Approval]:
    if body.name == "approval":
        by, right = _uuid(body.data.get("by")), body.data.get("permission")
        if by is not None and type(right) is str:
            yield Approval(by, (right,))
        return
    by = _uuid(body.data.get("approved_by"))
    if by is not None and body.name in RIGHTS:
        yield Approval(by, RIGHTS[body.name])


def _uuid(value: object) -> uuid.UUID | None:
    return parse_uuid(value) if type(value) is str else None


def remark(
    approval: Approval, cashier: uuid.UUID | None, people: dict[uuid.UUID, Person]
) -> tuple[str, str] | None:
    """What is odd about an approval, as (warning code, detail); None when it is right."""
    approver, wanted = people.get(approval.by), " or ".join(approval.rights)
    if approver is None:
        return "unknown_approver", f"no employee has the id {approval.by}"
    own = people.get(cashier) if cashier is not None else None
    if approval.by == cashier or (own is not None and own.person == approver.person):
        return "own_approval", f"{approval.by} approved ({wanted}) what they did themselves"
    if not approver.may(approval.rights):
        return "approver_without_right", f"{approval.by} has not the right {wanted}"
    return None
