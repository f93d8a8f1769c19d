"""How one recorder is told: acts in its words, in its format, as bytes."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from xml.etree import ElementTree

from django.utils import translation
from django.utils.translation import gettext as _

from core import clock
from core.models import Store
from core.money import currency_digits, format_minor, format_quantity, plain
from exchange.models import Recorder
from exchange.video import templates
from exchange.video.acts import Act
from exchange.video.kinds import COMMENT, kind_of
from exchange.video.text import Style, mark

# What a receipt of the most lines could come to is more than any recorder shows.
MOST_PAPER_LINES = 400
TRASSIR = ("trassir_tcp", "trassir_udp")


@dataclass(frozen=True)
class Voice:
    """What a recorder is told and how. `paper` gives a receipt's text by its id and a width."""

    recorder: Recorder
    store: Store
    units: Mapping[str, str] = field(default_factory=dict)
    paper: Callable[[uuid.UUID, int], str] = lambda _receipt, _width: ""

    @cached_property
    def style(self) -> Style:
        """How it wants text."""
        one = self.recorder
        return Style(
            one.encoding, one.line_end, mark(one.start_mark), mark(one.end_mark), one.width, one.latin
        )

    def wants(self, act: Act) -> bool:
        """Whether it is told of such an act."""
        return act.kind == "test" or act.kind in self.recorder.kinds

    def message(self, act: Act) -> bytes:
        """The act as it goes over the wire."""
        with translation.override(self.store.language):
            if self.recorder.kind == "webhook":
                return self._json(act)
            if self.recorder.kind in TRASSIR:
                return self._trassir(act)
            return self.style.message(self.lines(act))

    def lines(self, act: Act) -> list[str]:
        """The act in words."""
        kind = kind_of(act.kind)
        template = self.recorder.templates.get(act.kind) or kind.template
        found = templates.fill(template, self._values(act))
        return found[:MOST_PAPER_LINES]

    def _values(self, act: Act) -> dict[str, str]:
        local = clock.local(act.at, self.store.time_zone)
        return {
            "store": self.store.name,
            "till": str(act.till),
            "till_name": act.till_name,
            "date": f"{local:%d.%m.%Y}",
            "time": f"{local:%H:%M:%S}",
            "cashier": act.cashier,
            "event": self._event(act),
            "receipt": act.receipt,
            "line": "" if act.line is None else str(act.line),
            "goods": act.goods,
            "code": act.code,
            "quantity": "" if act.quantity is None else format_quantity(act.quantity, self.store.language),
            "unit": self.units.get(act.unit, act.unit),
            "price": self._money(act.price),
            "amount": self._money(act.amount),
            "discount": self._money(act.discount),
            "method": act.method,
            "card": act.card,
            "reason": act.reason,
            "approved": act.approved,
            "text": act.text,
            "shift": "" if act.shift is None else str(act.shift),
            "paper": self._paper(act),
        }

    def _event(self, act: Act) -> str:
        label = str(kind_of(act.kind).label)
        return (
            f"{label} ({act.name})"
            if act.kind in ("other", "device", "fiscal", "card") and act.name
            else label
        )

    def _money(self, value: int | None) -> str:
        if value is None:
            return ""
        return format_minor(value, self.store.company.currency, self.store.language, symbol=False)

    def _paper(self, act: Act) -> str:
        if act.kind != "paper":
            return ""
        return self.paper(uuid.UUID(act.receipt_id), self.recorder.width or 42)

    # ---------------------------------------------------------------- Trassir

    def _trassir(self, act: Act) -> bytes:
        """One transaction of DSSL XML, in UTF-8 as its declaration says."""
        kind, local = kind_of(act.kind), clock.local(act.at, self.store.time_zone)
        name = kind.trassir
        if act.kind == "payment" and act.name == "cash":
            name = "POSNG_PAYMENT_CASH"
        day = f"{local:%m/%d/%Y}" if self.recorder.month_first else f"{local:%d/%m/%Y}"
        positions = act.kind in ("item", "return_item", "line_void")
        values = {
            "event_type": name,
            "operation_id": act.receipt_id or str(act.item),
            "cashier": act.cashier,
            "date": day,
            "time": f"{local:%H:%M:%S}",
            "position": "" if act.line is None or not positions else str(act.line),
            **self._amounts(act, positions),
            "barcode": act.code,
            "text": act.goods if name != COMMENT and positions else "\n".join(self.lines(act)),
            "location": f"cas_{act.till}",
        }
        root = ElementTree.Element("transaction")
        for key, value in values.items():
            if value:
                ElementTree.SubElement(root, key).text = "\n".join(
                    self.style.plain(line) for line in value.split("\n")
                )
        body = ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)
        return f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'.encode()

    def _amounts(self, act: Act, positions: bool) -> dict[str, str]:
        digits = currency_digits(self.store.company.currency)
        found = {}
        if act.quantity is not None and positions:
            found["weight" if act.unit == "kg" else "quantity"] = _trimmed(plain(act.quantity, 3))
        if act.price is not None and positions:
            found["price_per_unit"] = plain(act.price, digits)
        if act.amount is not None:
            found["price"] = plain(act.amount, digits)
        return found

    # ---------------------------------------------------------------- webhook

    def _json(self, act: Act) -> bytes:
        """One member of a webhook's `events` (docs/integrator.md): integers as on the wire, and the words."""
        values = {
            "id": f"{self.recorder.id}-{act.item}-{act.n}",
            "kind": act.kind,
            "name": act.name,
            "event": self._event(act),
            "at": clock.to_wire(act.at),
            "store": self.store.number,
            "till": act.till,
            "cashier": act.cashier,
            "receipt": {"id": act.receipt_id, "label": act.receipt} if act.receipt_id else None,
            "line": act.line,
            "goods": act.goods,
            "code": act.code,
            "unit": act.unit,
            "quantity": act.quantity,
            "price": act.price,
            "amount": act.amount,
            "discount": act.discount,
            "currency": self.store.company.currency,
            "method": act.method,
            "card": act.card,
            "reason": act.reason,
            "approved": act.approved,
            "shift": act.shift,
            "text": "\n".join(self.lines(act)),
        }
        return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def trial_act(at: datetime) -> Act:
    """What the test button sends."""
    return Act(kind="test", at=at, text=_("OpenKasa reaches this recorder."))
