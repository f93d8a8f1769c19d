"""What tills read about goods: one builder per kind of feed row (protocol.md section 3), and who publishes it.

The builders are pure, so that `manage.py verify` can build the same rows from the tables and compare.
An inactive product is not at the tills: it, its barcodes and its prices are dropped, and come back with it.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from core import clock, feed
from inventory.models import Barcode, Group, Price, Product, Tax, Unit


def unit_value(unit: Unit) -> dict[str, Any]:
    """A unit as tills read it."""
    return {"name": dict(unit.names), "decimals": unit.decimals}


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def tax_period(tax: Tax) -> dict[str, Any]:
    """One dated rate; days are included on both ends, null is open."""
    return {"percent": tax.percent, "name": tax.name, "from": _day(tax.valid_from), "to": _day(tax.valid_to)}


def tax_value(periods: list[Tax], day: date) -> dict[str, Any]:
    """A tax code as tills read it: the rate of `day` on top, and every known period beside it.

    Where no period holds the day, the next one to begin is on top, else the last one that ended.
    """
    ordered = sorted(periods, key=lambda tax: tax.valid_from or date.min)
    open_now = [t for t in ordered if t.valid_to is None or t.valid_to >= day]
    top = open_now[0] if open_now else ordered[-1]
    return {**tax_period(top), "exempt": top.exempt, "periods": [tax_period(tax) for tax in ordered]}


def group_value(group: Group) -> dict[str, Any]:
    """A group as tills read it."""
    return {
        "name": group.name,
        "parent": str(group.parent_id) if group.parent_id else None,
        "position": group.position,
        "colour": group.colour,
    }


def product_value(product: Product) -> dict[str, Any]:
    """A product as tills read it."""
    return {
        "code": product.code,
        "name": product.name,
        "kind": str(product.kind),
        "unit": product.unit_id,
        "group": str(product.group_id),
        "tax": product.tax,
        "age": product.age,
        "discountable": product.discountable,
        "content": product.content,
        "content_unit": product.content_unit_id,
        **_rarities(product),
    }


def _rarities(product: Product) -> dict[str, Any]:
    """What few products have is left out of the others' rows: a catalogue has 200,000 of them."""
    values = {
        "open_price": product.open_price,
        "price_min": product.price_min,
        "price_max": product.price_max,
        "deposit": str(product.deposit_id) if product.deposit_id else None,
        "capture": str(product.capture),
        "licence": str(product.licence),
        "allergens": product.allergens,
        "properties": product.properties.splitlines(),
        "picture": product.picture_id,
    }
    return {name: value for name, value in values.items() if value not in (None, "", False, [])}


def barcode_value(barcode: Barcode) -> dict[str, Any]:
    """A barcode as tills read it."""
    return {"product": str(barcode.product_id), "quantity": barcode.quantity}


def price_value(price: Price) -> dict[str, Any]:
    """A price as tills read it; of several in force a till takes the one that began last."""
    return {
        "product": str(price.product_id),
        "type": price.price_type_id,
        "price": price.price,
        "from": clock.to_wire(price.valid_from),
        "to": clock.to_wire(price.valid_to) if price.valid_to else None,
    }


def publish_products(products: Iterable[Product]) -> None:
    """Tells the tills about products; inactive ones are dropped."""
    for product in products:
        if product.active:
            feed.put("product", product.id, product_value(product))
        else:
            feed.drop("product", product.id)


def publish_barcodes(barcodes: Iterable[Barcode]) -> None:
    """Tells the tills about barcodes of active products."""
    for barcode in barcodes:
        feed.put("barcode", barcode.code, barcode_value(barcode))


def publish_prices(prices: Iterable[Price]) -> None:
    """Tells the tills about prices of active products."""
    for price in prices:
        feed.put("price", price.id, price_value(price))
