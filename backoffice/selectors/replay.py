"""A receipt step by step: lines, voids, quantities, discounts and tenders as they happened, from the till's own trail.

The trail is the event `receipt_trail` (protocol.md section 4). A receipt of a till that kept none is replayed from its
lines, its events and its payments, in that order. What a step says comes from a device, so each member is checked.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from core.errors import KasaError
from core.models import Employee, Store
from core.money import SAFE_INTEGER, round_div
from inventory.models import Product
from pos.models import Receipt, TillEvent

MOST_STEPS = 4_000
MOST_LINES = 1_000
# A receipt that was open for longer was asleep.
MOST_MS = 7 * 86_400_000


class NothingToReplay(KasaError):
    """No receipt and no event of this store has that id."""

    code = "not_found"


@dataclass(frozen=True)
class Line:
    """One line as it stood; `percent` and `amount` are a discount by hand."""

    n: int
    product: str
    quantity: int
    price: int
    voided: bool = False
    percent: int | None = None
    amount: int | None = None

    @property
    def gross(self) -> int:
        """Before discounts, in minor units."""
        return round_div(self.price * self.quantity, 1000)


@dataclass(frozen=True)
class Step:
    """One thing done, `ms` after the receipt was opened; None where only the order is known."""

    ms: int | None
    do: str
    n: int | None
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Frame:
    """The receipt after `step`; `told` is the sum last told to the customer, `touched` the line just changed."""

    step: Step | None
    lines: Mapping[int, Line] = field(default_factory=dict)
    tenders: Sequence[tuple[str, int]] = ()
    told: int | None = None
    touched: int | None = None

    @property
    def gross(self) -> int:
        """Standing lines before discounts."""
        return sum(line.gross for line in self.lines.values() if not line.voided)

    @property
    def paid(self) -> int:
        """What has been taken."""
        return sum(amount for _method, amount in self.tenders)


@dataclass(frozen=True)
class Story:
    """A receipt's steps and its end. `receipt` is None when it was never finished; `whole`: a trail was kept."""

    id: uuid.UUID
    receipt: Receipt | None
    opened_at: datetime | None
    cashier: str
    till: int
    steps: Sequence[Step]
    cancelled: bool
    whole: bool
    left_out: int
    goods: Mapping[str, str]

    def frame(self, at: int) -> Frame:
        """The receipt after the first `at` steps."""
        frame = Frame(None)
        for step in self.steps[:at]:
            frame = _after(frame, step)
        return frame

    def moment(self, at: int) -> datetime | None:
        """When the step was made after which the first `at` are done; the opening where steps have no times."""
        ms = self.steps[at - 1].ms if at > 0 else 0
        if self.opened_at is None or ms is None or not 0 <= ms < MOST_MS:
            return self.opened_at
        return self.opened_at + timedelta(milliseconds=ms)


def story(store: Store, pk: uuid.UUID) -> Story:
    """What happened to a receipt, finished or not. Raises NothingToReplay."""
    receipt = (
        Receipt.objects.filter(store=store, id=pk)
        .select_related("store", "till", "cashier")
        .prefetch_related("lines", "payments")
        .first()
    )
    events = list(
        TillEvent.objects.filter(till__store=store, receipt_id=pk)
        .select_related("till")
        .order_by("at", "inc", "seq")
    )
    if receipt is None and not events:
        raise NothingToReplay("There is no such receipt.")
    trails = [event for event in events if event.name == "receipt_trail"]
    steps = list(_trail(trails[-1].data)) if trails else list(_told(receipt, events))
    first = events[0] if events else None
    who = receipt.cashier_id if receipt else first.cashier_id if first else None
    goods = {str(step.data["product"]) for step in steps if "product" in step.data}
    left_out = trails[-1].data.get("left_out") if trails else 0
    return Story(
        pk,
        receipt,
        receipt.opened_at if receipt else None,
        Employee.objects.filter(id=who).values_list("name", flat=True).first() or "" if who else "",
        receipt.till.number if receipt else first.till.number if first else 0,
        steps,
        any(event.name in ("receipt_cancel", "return_cancel") for event in events),
        bool(trails),
        left_out if isinstance(left_out, int) else 0,
        names_of(goods),
    )


def names_of(ids: set[str]) -> dict[str, str]:
    """Names of goods by id, as text; what is no id of ours is left out. One statement."""
    known = [pk for text in ids if (pk := _uuid(text)) is not None]
    return {str(pk): name for pk, name in Product.objects.filter(id__in=known).values_list("id", "name")}


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _trail(data: Any) -> Iterator[Step]:
    steps = data.get("steps") if isinstance(data, dict) else None
    for raw in steps[:MOST_STEPS] if isinstance(steps, list) else []:
        if isinstance(raw, dict) and isinstance(raw.get("do"), str):
            rest = {key: value for key, value in raw.items() if key not in ("ms", "do", "n")}
            yield Step(_whole(raw, "ms"), raw["do"][:40], _whole(raw, "n"), rest)


def _told(receipt: Receipt | None, events: Sequence[TillEvent]) -> Iterator[Step]:
    """Without a trail: lines, then what was done, then the payments."""
    for line in sorted(receipt.lines.all(), key=lambda one: one.n) if receipt else []:
        data = {"product": str(line.product_id), "quantity": line.quantity, "price": line.price}
        yield Step(None, "line", line.n, data)
    for event in events:
        ms = int((event.at - receipt.opened_at).total_seconds() * 1000) if receipt else None
        yield Step(ms, event.name, event.line, event.data if isinstance(event.data, dict) else {})
    for payment in receipt.payments.all() if receipt else []:
        yield Step(None, "tender", None, {"method": payment.method, "amount": payment.amount})


def _whole(data: Mapping[str, Any], name: str) -> int | None:
    value = data.get(name)
    return value if type(value) is int and abs(value) <= SAFE_INTEGER else None


def _after(frame: Frame, step: Step) -> Frame:
    """The receipt after one more step; a step that makes no sense changes nothing and is still shown."""
    deed = _DEEDS.get(step.do)
    changed = deed(frame, step) if deed is not None else frame
    return replace(changed, step=step, touched=step.n)


def _line(frame: Frame, step: Step) -> Frame:
    quantity, price = _whole(step.data, "quantity"), _whole(step.data, "price")
    if step.n is None or quantity is None or price is None or len(frame.lines) >= MOST_LINES:
        return frame
    line = Line(step.n, str(step.data.get("product", "")), quantity, price)
    return replace(frame, lines={**frame.lines, step.n: line})


def _changed(frame: Frame, step: Step, **change: Any) -> Frame:
    line = frame.lines.get(step.n or 0)
    return replace(frame, lines={**frame.lines, line.n: replace(line, **change)}) if line else frame


def _quantity(frame: Frame, step: Step) -> Frame:
    to = _whole(step.data, "to")
    return frame if to is None else _changed(frame, step, quantity=to)


def _price(frame: Frame, step: Step) -> Frame:
    to = _whole(step.data, "to")
    return frame if to is None else _changed(frame, step, price=to)


def _discount(frame: Frame, step: Step) -> Frame:
    return _changed(frame, step, percent=_whole(step.data, "percent"), amount=_whole(step.data, "amount"))


def _tender(frame: Frame, step: Step) -> Frame:
    taken = (str(step.data.get("method", ""))[:40], _whole(step.data, "amount") or 0)
    return replace(frame, tenders=[*frame.tenders, taken])


def _total(frame: Frame, step: Step) -> Frame:
    return replace(frame, told=_whole(step.data, "due"))


_DEEDS: dict[str, Callable[[Frame, Step], Frame]] = {
    "line": _line,
    "quantity": _quantity,
    "price": _price,
    "discount": _discount,
    "void": lambda frame, step: _changed(frame, step, voided=True),
    "unvoid": lambda frame, step: _changed(frame, step, voided=False),
    "total": _total,
    "tender": _tender,
    "untender": lambda frame, step: replace(frame, tenders=list(frame.tenders)[:-1]),
}
