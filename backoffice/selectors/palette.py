"""What Ctrl+K finds: pages, goods, receipts by number; each group only for people who may open it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from backoffice.layouts import other_layouts
from backoffice.selectors import goods, receipts
from core.models import Employee, Store
from core.money import format_minor
from inventory import text

MAX_RECEIPTS = 5


@dataclass(frozen=True)
class Hit:
    """One thing to open."""

    label: str
    url: str
    icon: str
    detail: str = ""


@dataclass(frozen=True)
class HitGroup:
    """Hits of one kind under a heading."""

    label: str
    hits: list[Hit]


def find(
    words: str, *, pages: Iterable[Hit], person: Employee, store: Store, language: str
) -> list[HitGroup]:
    """Everything that matches, pages first; without words the pages alone."""
    typed = words.strip()[:100].replace("\0", "")
    groups = [HitGroup(_("Pages"), _pages(pages, typed))]
    if typed:
        groups.append(HitGroup(_("Goods"), [_goods(item) for item in goods.found(typed)]))
        if person.may("receipts.view"):
            groups.append(HitGroup(_("Receipts"), _receipts(store, typed, language)))
    return [group for group in groups if group.hits]


def _pages(pages: Iterable[Hit], typed: str) -> list[Hit]:
    wanted = [text.fold(word) for word in [typed, *other_layouts(typed)]]
    return [hit for hit in pages if any(word in text.fold(hit.label) for word in wanted)]


def _goods(item: Any) -> Hit:
    return Hit(item.name, reverse("backoffice:goods_card", args=[item.id]), "package", item.code)


def _receipts(store: Store, typed: str, language: str) -> list[Hit]:
    if not any(letter.isdigit() for letter in typed):
        return []
    rows = receipts.listed(store, text=typed)[:MAX_RECEIPTS]
    return [
        Hit(
            row.label,
            reverse("backoffice:receipt", args=[row.id]),
            "receipt",
            format_minor(row.due, row.currency, language),
        )
        for row in rows
    ]
