"""What a scale should hold at an instant: goods of its groups with the price in force, and what keeps others away."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Min, Q

from core.models import Setting
from devices.settings import Whole
from exchange import scales
from exchange.models import LabelGoods, LabelScale, ScalePlace
from exchange.scales.contract import Limits
from exchange.scales.plu import Plu
from inventory.models import Price, Product
from inventory.models.prices import RETAIL
from inventory.selectors import goods, prices

SOLD_BY_SCALE = (Product.Kind.WEIGHED, Product.Kind.PIECE)


@dataclass(frozen=True)
class Kept:
    """Goods that cannot be on the scale, and why (a word of backoffice.words_scales)."""

    product: Product
    reason: str


@dataclass(frozen=True)
class Wanted:
    """`plus` by product, their places still 0. `changes_at` is when the next price begins or ends by itself."""

    plus: dict[uuid.UUID, Plu]
    kept: list[Kept]
    changes_at: datetime | None


def limits(scale: LabelScale) -> Limits:
    """What the protocol can carry, and the room that this very scale has."""
    manifest = scales.manifest(scale.driver)
    places = scale.settings.get("places", _default_places(scale.driver))
    return replace(manifest.limits, places=min(manifest.limits.places, places))


def _default_places(driver: str) -> int:
    manifest = scales.manifest(driver)
    kind = manifest.settings.get("places")
    return kind.default if isinstance(kind, Whole) and kind.default else manifest.limits.places


def rule_of(scale: LabelScale) -> dict[str, Any] | None:
    """The kind of label that the scale prints, as tills read it; None when the store has it no more."""
    value = Setting.objects.filter(name="weighed_labels").values_list("value", flat=True).first()
    return next((rule for rule in value or [] if rule.get("prefix") == scale.prefix), None)


def wanted(scale: LabelScale, now: datetime) -> Wanted:
    """Every active product of the scale's groups, in a constant number of statements."""
    rule = rule_of(scale)
    products = {product.id: product for product in _goods(scale)}
    if rule is None:
        return Wanted({}, [Kept(product, "no_label") for product in products.values()], None)
    price_type = _price_type()
    found = prices.in_force(products, at=now, store=scale.store, price_type=price_type)
    labels = LabelGoods.objects.in_bulk(list(products))
    judge = _Judge(
        rule, limits(scale), scales.manifest(scale.driver).abilities, _taken(products.values(), rule)
    )
    plus, kept = {}, []
    for product in products.values():
        price, label = found.get(product.id), labels.get(product.id)
        reason = judge.reason(product, price, label)
        if reason or price is None:
            kept.append(Kept(product, reason))
        else:
            plus[product.id] = _plu(product, price.price, label, rule)
    return Wanted(plus, kept, _next_change(list(products), now, price_type))


def _goods(scale: LabelScale) -> list[Product]:
    groups = set().union(*(goods.inside(group) for group in scale.groups.all()))
    kinds = SOLD_BY_SCALE if scale.with_pieces else SOLD_BY_SCALE[:1]
    return list(Product.objects.filter(group__in=groups, active=True, kind__in=kinds).order_by("code"))


def _price_type() -> str:
    value = Setting.objects.filter(name="price_type").values_list("value", flat=True).first()
    return str(value or RETAIL)


def _taken(products: Iterable[Product], rule: dict[str, Any]) -> dict[str, uuid.UUID]:
    """Whom a till finds by all digits of a label; goods of the whole store, because a till knows no scales."""
    spelled = {product.code.zfill(rule["code_digits"]) for product in products}
    return dict(Product.objects.filter(active=True, code__in=spelled).values_list("code", "id"))


@dataclass(frozen=True)
class _Judge:
    """Says what keeps goods off one scale; `taken` is whom a till would find instead."""

    rule: dict[str, Any]
    most: Limits
    abilities: frozenset[str]
    taken: dict[str, uuid.UUID]

    def reason(self, product: Product, price: Price | None, label: LabelGoods | None) -> str:
        """A word of backoffice.words_scales; empty when nothing does."""
        fault = self._code(product)
        if fault:
            return fault
        if product.open_price:
            return "open_price"
        if price is None or price.price <= 0:
            return "no_price"
        if price.price > self.most.price:
            return "price"
        if label is not None and label.tare > self.most.tare:
            return "tare"
        return self._piece() if product.kind == Product.Kind.PIECE else ""

    def _code(self, product: Product) -> str:
        code, digits = product.code, self.rule["code_digits"]
        if not (code.isascii() and code.isdecimal()) or not 0 < int(code) <= self.most.code:
            return "code"
        # A till finds the goods again by all the digits of the label, or by them without leading zeros.
        if len(str(int(code))) > digits or (code != str(int(code)) and len(code) != digits):
            return "code"
        return "" if self.taken.get(code.zfill(digits), product.id) == product.id else "code_twice"

    def _piece(self) -> str:
        if "pieces" not in self.abilities:
            return "pieces"
        return "" if self.rule["value"] == "price" else "piece"


def _plu(product: Product, price: int, label: LabelGoods | None, rule: dict[str, Any]) -> Plu:
    text = [label.text if label else "", product.allergens]
    return Plu(
        number=0,
        code=int(product.code),
        name=product.name,
        price=price,
        by_piece=product.kind == Product.Kind.PIECE,
        tare=label.tare if label else 0,
        shelf_days=label.shelf_days if label else 0,
        text="\n".join(part for part in text if part),
        prefix=int(rule["prefix"]),
        carries=rule["value"],
    )


def _next_change(products: list[uuid.UUID], now: datetime, price_type: str) -> datetime | None:
    rows = Price.objects.filter(product__in=products, price_type=price_type)
    edges = rows.aggregate(
        begins=Min("valid_from", filter=Q(valid_from__gt=now)),
        ends=Min("valid_to", filter=Q(valid_to__gt=now)),
    )
    return min((edge for edge in edges.values() if edge is not None), default=None)


def numbered(scale: LabelScale, found: Wanted, rows: dict[uuid.UUID, ScalePlace]) -> dict[uuid.UUID, Plu]:
    """The same records with their places: those they have; else the number that is their code, else the first free one.

    Goods for which there is no room are missing.
    """
    room = limits(scale).places
    used = {row.number for row in rows.values()}
    result = {key: replace(plu, number=rows[key].number) for key, plu in found.plus.items() if key in rows}
    fresh = [key for key in found.plus if key not in rows]
    for key in [key for key in fresh if found.plus[key].code <= room and found.plus[key].code not in used]:
        result[key] = replace(found.plus[key], number=found.plus[key].code)
        used.add(found.plus[key].code)
    free = (number for number in range(1, room + 1) if number not in used)
    for key in [key for key in fresh if key not in result]:
        number = next(free, 0)
        if number:
            result[key] = replace(found.plus[key], number=number)
    return result
