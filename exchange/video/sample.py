"""A few acts that never happened, for the preview of a recorder's settings."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from core.models import Store
from exchange.models import Recorder
from exchange.video.acts import Act
from exchange.video.kinds import TEST
from exchange.video.voice import Voice
from inventory.selectors.units import unit_names
from pos.models import Receipt
from pos.selectors import paper
from pos.selectors.receipts import receipt_get

# As marks are typed: bytes that are no letters look the same in every font.
_SHOWN = {**{code: f"\\x{code:02x}" for code in (*range(32), 127)}, 10: "\\n\n", 13: "\\r"}


def preview(recorder: Recorder, store: Store, now: datetime) -> str:
    """What the recorder would read, with the bytes that are no letters as signs; acts it does not want are left out."""
    voice = Voice(recorder, store, unit_names(store.language), lambda _id, width: _paper(store, width))
    with translation.override(store.language):
        wanted = [act for act in acts(now) if act.kind in recorder.kinds] or [Act(kind=TEST.code, at=now)]
    return (
        b"".join(voice.message(act) for act in wanted)
        .decode(_encoding(recorder), "replace")
        .translate(_SHOWN)
    )


def acts(now: datetime) -> list[Act]:
    """A sale of two lines, one of them struck off before, paid by card; a return and an opened drawer."""
    first = Act(
        kind="receipt_open",
        at=now - timedelta(seconds=40),
        till=1,
        till_name=_("Till 1"),
        cashier="Anna Nowak",
        receipt_id=str(uuid.UUID(int=7)),
        receipt="1-1.1-318",
    )

    def act(kind: str, seconds: int, **values: Any) -> Act:
        return replace(first, kind=kind, at=first.at + timedelta(seconds=seconds), **values)

    goods: dict[str, Any] = {
        "goods": "Żółty ser №1 «Їжак»",
        "code": "5901234123457",
        "unit": "pcs",
        "price": 1299,
    }
    return [
        first,
        act("item", 4, **goods, line=1, quantity=2000, amount=2598),
        act("line_void", 9, **goods, line=2, quantity=1000, amount=1299, reason=_("by mistake")),
        act("discount", 15, line=1, amount=200, approved="Marta Lis"),
        act("payment", 30, method=_("Card"), name="card", amount=2398, card="411111******1111"),
        act("sale", 31, amount=2398),
        act("paper", 31),
        act("return", 34, receipt="1-1.1-R7", amount=1299, reason=_("spoiled")),
        act("drawer", 38, reason=_("change")),
    ]


def _paper(store: Store, width: int) -> str:
    last = Receipt.objects.filter(store=store).order_by("-closed_at").values_list("id", flat=True).first()
    if last is None:
        return "-" * width
    return paper.receipt(receipt_get(store, last), store, language=store.language, width=width)


def _encoding(recorder: Recorder) -> str:
    return recorder.encoding if recorder.kind.startswith("text") else "utf-8"
