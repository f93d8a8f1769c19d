"""Carts as people and programs ask about them: goods by any of their names, everything else looked up.

A question is a cart of RULES.md in which most may be missing. A line needs only `product`: an id, a barcode or a
PLU code. Its quantity defaults to what one scan of that barcode stands for, its price to the one in force.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.errors import KasaError
from core.models import Setting, Store
from inventory.models import Barcode, Group, Product
from inventory.models.prices import RETAIL
from inventory.selectors import prices

_LINE_KEYS = {
    "n",
    "product",
    "groups",
    "kind",
    "quantity",
    "price",
    "tax",
    "discountable",
    "deposit",
    "manual",
}
_CART_KEYS = {"day", "weekday", "minute", "cash", "lines", "manual", "manual_limit"}


class BadQuestion(KasaError):
    """The question has not the shape of a cart."""

    code = "bad_input"


class UnknownGoods(KasaError):
    """No product, or more than one, answers to this name; or it has no price."""

    code = "unknown_product"


@dataclass(frozen=True)
class Question:
    """A whole cart, and the goods' names by line number for whoever prints it."""

    cart: dict[str, Any]
    names: dict[int, str]


def question_fill(raw: object, *, store: Store, at: datetime) -> Question:
    """The cart that is meant. Raises BadQuestion, UnknownGoods; values are left for the engine to judge."""
    if not isinstance(raw, dict) or not isinstance(raw.get("lines"), list):
        raise BadQuestion(_("A cart is an object with a list of lines."))
    _only(raw, _CART_KEYS, _("the cart"))
    local = clock.local(at, store.time_zone)
    moment = {
        "day": f"{local:%Y-%m-%d}",
        "weekday": local.isoweekday(),
        "minute": local.hour * 60 + local.minute,
    }
    cart = {**moment, "cash": False, "manual": None, "manual_limit": None, **raw}
    names: dict[int, str] = {}
    cart["lines"] = []
    for n, line in enumerate(raw["lines"], start=1):
        filled, name = _line_fill(line, n, store=store, at=at)
        cart["lines"].append(filled)
        names[filled["n"]] = name
    return Question(cart, names)


def _only(value: dict[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(value) - known)
    if unknown:
        message = _("“%(key)s” is not a key of %(where)s.")
        raise BadQuestion(message % {"key": unknown[0], "where": where}, key=unknown[0])


def _line_fill(line: object, n: int, *, store: Store, at: datetime) -> tuple[dict[str, Any], str]:
    where = _("line %(n)s") % {"n": n}
    if not isinstance(line, dict) or not isinstance(line.get("product"), str) or not line["product"]:
        raise BadQuestion(_("A line names its product in “product” (%(where)s).") % {"where": where})
    _only(line, _LINE_KEYS, where)
    number = line.get("n", n)
    if type(number) is not int:
        raise BadQuestion(_("“n” of %(where)s is not a whole number.") % {"where": where})
    product, quantity = _product(line["product"])
    if product is None:
        if "price" not in line or "tax" not in line:
            message = _("No product has the id, barcode or code “%(name)s” (%(where)s).")
            raise UnknownGoods(message % {"name": line["product"], "where": where})
        loose = {"groups": [], "kind": "piece", "discountable": True, "deposit": False, "manual": None}
        return {"n": number, "quantity": quantity, **loose, **line}, line["product"]
    found = {"n": number, "quantity": quantity, "manual": None, **_goods(product)}
    if "price" not in line:
        found["price"] = _price(product, store=store, at=at)
    return {**found, **line, "product": str(product.id)}, product.name


def _product(name: str) -> tuple[Product | None, int]:
    """The product of that name and what one scan of it stands for. Raises UnknownGoods when two answer."""
    try:
        return Product.objects.filter(id=uuid.UUID(name)).first(), 1000
    except ValueError:
        pass
    barcode = Barcode.objects.select_related("product").filter(code=name).first()
    plu = Product.objects.filter(code=name).first()
    if barcode and plu and barcode.product_id != plu.id:
        message = _("“%(name)s” is the barcode of one product and the code of another. Use an id.")
        raise UnknownGoods(message % {"name": name}, code="ambiguous_product")
    if barcode:
        return barcode.product, barcode.quantity
    return plu, 1000


def _goods(product: Product) -> dict[str, Any]:
    return {
        "groups": [str(group) for group in groups_of(product.group_id)],
        "kind": str(product.kind),
        "tax": product.tax,
        "discountable": product.discountable,
        "deposit": product.kind == Product.Kind.DEPOSIT,
    }


def groups_of(leaf: uuid.UUID) -> list[uuid.UUID]:
    """A product's group and all above it, the nearest first."""
    parents = dict(Group.objects.values_list("id", "parent_id"))
    found: list[uuid.UUID] = []
    group: uuid.UUID | None = leaf
    while group is not None and group not in found:
        found.append(group)
        group = parents.get(group)
    return found


def _price(product: Product, *, store: Store, at: datetime) -> int:
    chosen = Setting.objects.filter(name="price_type").values_list("value", flat=True).first()
    price = prices.price_of(product, at=at, store=store, price_type=chosen or RETAIL)
    if price is None:
        raise UnknownGoods(_("“%(name)s” has no price.") % {"name": product.name}, code="no_price")
    return price.price
