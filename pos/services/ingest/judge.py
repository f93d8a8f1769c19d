"""The rules of protocol.md section 4 over loaded facts. Pure: it reads and writes nothing but its arguments."""

import uuid
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from core.clock import day_from_wire
from pos.rules import approvals, bodies, receipt, tenders
from pos.rules.receipt import Line, ReceiptBody
from pos.rules.shape import Broken
from pos.services.ingest.envelope import Element
from pos.services.ingest.facts import Back, Facts, Key, Sold
from pos.services.ingest.gaps import Gaps

# A document's meaning belongs to the documents work; here it is a fact in the chain like any other.
READERS: dict[str, Callable[[object], Any]] = {
    "receipt": receipt.read,
    "shift": bodies.read_shift,
    "cash": bodies.read_cash,
    "event": bodies.read_event,
    "fiscal": bodies.read_fiscal,
    "hold": bodies.read_hold,
    "document": dict,  # type: ignore[dict-item]
}


def read_body(element: Element) -> None:
    """Sets `typed`, or sets the element aside."""
    reader = READERS.get(element.type)
    if reader is None:
        element.set_aside("unknown_type", f"there is no item type {element.type!r}")
        return
    try:
        element.typed = reader(element.body)
    except Broken as broken:
        element.set_aside(broken.code, broken.detail)


def _only_origin(body: ReceiptBody) -> uuid.UUID | None:
    """The one sale that all lines of a return come back to."""
    origins = {line.origin[0] if line.origin else None for line in body.lines}
    return origins.pop() if body.kind == "return" and len(origins) == 1 else None


class Judge:
    """Judges items of one till in chain order, remembering what it let through."""

    def __init__(
        self, till: uuid.UUID, facts: Facts, gaps: dict[int, Gaps], places: set[tuple[int, int]]
    ) -> None:
        self.till, self.facts, self.gaps = till, facts, gaps
        self._ahead = places
        self._aside: dict[int, list[int]] = defaultdict(list)
        self._last: dict[tuple[int, str], tuple[int, int]] = {}

    def take(self, element: Element) -> None:
        """Lets the item stand as stored, or sets it aside with the code of the rule it breaks."""
        self._ahead.discard((element.inc, element.seq))
        if element.status == "stored":
            try:
                self._check(element)
            except Broken as broken:
                element.set_aside(broken.code, broken.detail)
        if element.status != "stored":
            self._aside[element.inc].append(element.seq)

    def _check(self, element: Element) -> None:
        body = element.typed
        if isinstance(body, ReceiptBody):
            self._receipt(element, body)
        elif isinstance(body, bodies.ShiftBody):
            self._shift(element, body)
        elif isinstance(body, bodies.CashBody | bodies.EventBody):
            self._shift_of(element, body.shift)
        cashier = getattr(body, "cashier", None)
        if cashier is not None and cashier not in self.facts.people:
            element.warnings.append(("unknown_cashier", f"no employee has the id {cashier}"))
        for approval in approvals.named(body):
            odd = approvals.remark(approval, cashier, self.facts.people)
            if odd is not None:
                element.warnings.append(odd)

    def _receipt(self, element: Element, body: ReceiptBody) -> None:
        facts = self.facts
        receipt.check(body, currency=facts.currency, prices_include_tax=facts.prices_include_tax)
        for line in body.lines:
            if line.product not in facts.products:
                raise Broken("unknown_product", f"line {line.n}: no product has the id {line.product}")
            self._promotions(element, body, line)
        came_back = self._origins(body)
        self._shift_of(element, body.shift)
        self._number(element, body)
        element.warnings.extend(tenders.warnings(body, facts.tenders, facts.country))
        if body.shift in facts.closed:
            element.warnings.append(("late", "the shift was closed before this receipt arrived"))
        facts.returned.update(came_back)
        self._marks(element, body)
        origin = _only_origin(body)
        if origin is not None:
            facts.given_back[origin] = facts.given_back.get(origin, 0) + body.due
        if element.id in facts.origins:
            facts.known_origins.add(element.id)
            facts.paid[element.id] = body.due
            for x in body.lines:
                facts.sold[element.id, x.n] = Sold(body.kind, x.product, x.quantity, x.total, x.tax_amount)
        self._last[element.inc, body.kind] = (element.seq, body.number)

    def _marks(self, element: Element, body: ReceiptBody) -> None:
        """One unit sold twice: two tills were apart, or a mark was copied. The goods are gone, so it is a remark."""
        marks = self.facts.marks
        for line in body.lines:
            if line.mark is None:
                continue
            if body.kind == "return":
                marks.discard(line.mark)
            elif line.mark in marks:
                element.warnings.append(("mark_sold_before", f"line {line.n}: {line.mark[:200]}"))
            else:
                marks.add(line.mark)

    def _promotions(self, element: Element, body: ReceiptBody, line: Line) -> None:
        for discount in line.discounts:
            if discount.source != "promotion" or discount.ref is None:
                continue
            if discount.ref not in self.facts.promotions:
                raise Broken("unknown_promotion", f"line {line.n}: no promotion has the id {discount.ref}")
            when = (self.facts.promotions[discount.ref] or {}).get("when")
            first, last = (day_from_wire(when.get(end)) for end in ("from", "to")) if when else (None, None)
            if (first and body.day < first) or (last and body.day > last):
                element.warnings.append(("promotion_inactive", f"line {line.n}: {discount.name[:200]}"))

    def _origins(self, body: ReceiptBody) -> dict[Key, Back]:
        """What will have come back of each origin line once this receipt stands."""
        result: dict[Key, Back] = {}
        for line in body.lines if body.kind == "return" else ():
            if line.origin is None:
                continue
            sold = self._sold(line, line.origin)
            back = result.get(line.origin) or self.facts.returned.get(line.origin, Back())
            self._enough(line, sold, back, included=body.prices_include_tax)
            result[line.origin] = Back(
                back.quantity + line.quantity, back.total + line.total, back.tax + line.tax_amount
            )
        self._due(body)
        return result

    def _enough(self, line: Line, sold: Sold, back: Back, *, included: bool) -> None:
        """Neither goods nor money nor, where it comes on top, tax may come back that were not sold and paid."""
        if back.quantity + line.quantity > sold.quantity:
            left = sold.quantity - back.quantity
            raise Broken("return_quantity", f"line {line.n}: {left} of {sold.quantity} may still come back")
        if back.total + line.total > sold.total:
            left = sold.total - back.total
            raise Broken("return_money", f"line {line.n}: {left} of {sold.total} may still be given back")
        if not included and back.tax + line.tax_amount > sold.tax:
            left = sold.tax - back.tax
            raise Broken("return_money", f"line {line.n}: {left} of the tax may still be given back")

    def _due(self, body: ReceiptBody) -> None:
        """Cash rounding of many small returns may not hand out more than was paid for the sale."""
        origin = _only_origin(body)
        if origin is None:
            return
        left = self.facts.paid[origin] - self.facts.given_back.get(origin, 0)
        if body.due > left:
            raise Broken("return_money", f"{left} of what was paid may still be given back")

    def _sold(self, line: Line, origin: Key) -> Sold:
        sold = self.facts.sold.get(origin)
        if sold is None or sold.kind != "sale":
            what = "line" if origin[0] in self.facts.known_origins else "receipt"
            raise Broken("unknown_origin", f"line {line.n}: the {what} it names as origin is not held")
        if sold.product != line.product:
            raise Broken("return_product", f"line {line.n}: its origin sold another product")
        return sold

    def _number(self, element: Element, body: ReceiptBody) -> None:
        """Gapless per incarnation and kind, as far as the items between are here and readable."""
        around = self.facts.numbers[element.inc, body.kind, element.seq]
        low_seq, low_number = self._last.get((element.inc, body.kind), (0, 0))
        if around.low_seq > low_seq:
            low_seq, low_number = around.low_seq, around.low_number
        if body.number <= low_number:
            raise Broken("number_repeated", f"number {low_number} was given before")
        skipped = body.number - low_number - 1
        if skipped and skipped > self._unknown(element.inc, low_seq, element.seq) + around.low_aside:
            raise Broken("number_gap", f"the number after {low_number} is {low_number + 1}")
        if around.high_seq is None or around.high_number is None:
            return
        if body.number >= around.high_number:
            raise Broken("number_repeated", f"number {around.high_number} is given to a later receipt")
        skipped = around.high_number - body.number - 1
        if skipped and skipped > self._unknown(element.inc, element.seq, around.high_seq) + around.high_aside:
            raise Broken("number_gap", f"the number before {around.high_number} is {around.high_number - 1}")

    def _unknown(self, inc: int, low: int, high: int) -> int:
        """How many items between two places might be receipts whose number cannot be read."""
        ahead = sum(1 for place_inc, seq in self._ahead if place_inc == inc and low < seq < high)
        aside = sum(1 for seq in self._aside[inc] if low < seq < high)
        return self.gaps[inc].missing_between(low, high) + ahead + aside

    def _shift_of(self, element: Element, shift: uuid.UUID | None) -> None:
        if shift is None:
            return
        owner = self.facts.shifts.get(shift)
        if owner is None:
            element.warnings.append(("unknown_shift", f"the opening of shift {shift} is not held"))
        elif owner != self.till:
            raise Broken("foreign_shift", f"shift {shift} belongs to another till")

    def _shift(self, element: Element, body: bodies.ShiftBody) -> None:
        facts = self.facts
        if body.action == "open":
            if body.shift in facts.shifts:
                raise Broken("shift_repeated", f"shift {body.shift} was opened before")
            facts.shifts[body.shift] = self.till
            return
        if body.shift in facts.closed:
            raise Broken("shift_repeated", f"shift {body.shift} was closed before")
        self._shift_of(element, body.shift)
        facts.closed[body.shift] = element.seq
