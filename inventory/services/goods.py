"""Writes of groups, products and barcodes; each one tells the tills in the same transaction.

Whoever publishes something that hangs on a product first locks the product's row, so that a product switched off
at the same moment never leaves a barcode or a price behind at the tills.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from core import feed
from core.errors import KasaError
from core.models import FeedRow
from inventory import bulk, text
from inventory.models import Barcode, Group, Price, Product, Unit
from inventory.selectors import prices as price_selectors
from inventory.selectors.taxes import company_country, tax_codes
from inventory.services import publishing
from inventory.services.refusals import explained

# Codes given by the system start here, so that the short numbers stay free for goods whose code people type.
FIRST_AUTOMATIC_CODE = 100_001


class UnknownTax(KasaError):
    """The company's country has no such tax code."""

    code = "unknown_tax"


class NotADeposit(KasaError):
    """The product named as a deposit is none, or one that goods carry was to become something else."""

    code = "not_a_deposit"


class UnknownBarcode(KasaError):
    """No product has this barcode."""

    code = "not_found"


class GroupInUse(KasaError):
    """A group with subgroups or products in it cannot be removed."""

    code = "group_in_use"


def group_save(
    group: Group | None = None,
    *,
    name: str,
    parent: Group | None = None,
    position: int = 0,
    colour: str | None = None,
) -> Group:
    """Creates or changes a group and publishes it. Raises Refused (name taken, cycle, colour)."""
    with feed.transaction(), explained():
        _lock_tree()
        saved = group or Group()
        saved.name, saved.parent, saved.position, saved.colour = (
            text.clean(name),
            parent,
            position,
            colour or None,
        )
        saved.save()
        feed.put("group", saved.id, publishing.group_value(saved))
        return saved


def _lock_tree() -> None:
    """The lock that the tree's trigger takes, taken before any row: otherwise two moves could wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('inventory_group_tree'))")


def group_remove(*, group: Group) -> None:
    """Removes an empty group. Raises GroupInUse."""
    with feed.transaction():
        if Group.objects.filter(parent=group).exists() or Product.objects.filter(group=group).exists():
            raise GroupInUse(_("This group still holds goods or groups. Move them first."))
        feed.drop("group", group.id)
        group.delete()


def product_code_next() -> str:
    """A free code for a product that came without one. Inside the transaction that uses it."""
    return product_codes_next(1)[0]


def product_codes_next(count: int) -> list[str]:
    """Free codes for `count` products, none of which any product has, in one or two statements."""
    codes: list[str] = []
    while len(codes) < count:
        missing = count - len(codes)
        with connection.cursor() as cursor:
            cursor.execute(
                """INSERT INTO core_series (name, scope, last) VALUES ('product_code', '', %s)
                   ON CONFLICT (name, scope) DO UPDATE SET last = core_series.last + %s RETURNING last""",
                [FIRST_AUTOMATIC_CODE + missing - 1, missing],
            )
            last = int(cursor.fetchone()[0])
        fresh = [str(number) for number in range(last - missing + 1, last + 1)]
        taken = set(Product.objects.filter(code__in=fresh).values_list("code", flat=True))
        codes += [code for code in fresh if code not in taken]
    return codes


@dataclass(frozen=True)
class NewProduct:
    """A product to create together with others, with its barcodes (one unit each)."""

    code: str
    name: str
    kind: str
    unit: str
    group: uuid.UUID
    tax: str
    age: int = 0
    barcodes: tuple[str, ...] = ()


def products_create(new: Sequence[NewProduct], *, now: datetime) -> list[Product]:
    """Creates many products in one transaction and a constant number of statements. Raises UnknownTax, Refused."""
    _check_taxes({product.tax for product in new})
    with feed.transaction(), explained():
        rows = [Product(**_new_fields(product), created_at=now, changed_at=now) for product in new]
        bulk.insert(rows)
        codes = [
            Barcode(code=code, product=row)
            for row, given in zip(rows, new, strict=True)
            for code in given.barcodes
        ]
        bulk.insert(codes)
        publishing.publish_products(rows)
        publishing.publish_barcodes(codes)
        return rows


def _new_fields(product: NewProduct) -> dict[str, Any]:
    cleaned = text.clean(product.name)
    return {
        "code": product.code,
        "name": cleaned,
        "search_name": text.fold(cleaned),
        "kind": Product.Kind(product.kind),
        "unit_id": product.unit,
        "group_id": product.group,
        "tax": product.tax,
        "age": product.age,
        "discountable": product.kind != Product.Kind.DEPOSIT,
    }


def _check_taxes(codes: set[str]) -> None:
    unknown = sorted(codes - tax_codes(company_country()))
    if unknown:
        raise UnknownTax(_("There is no tax code “%(code)s” in this country.") % {"code": unknown[0]})


def product_save(
    product: Product | None = None,
    *,
    code: str,
    name: str,
    kind: str,
    unit: Unit,
    group: Group,
    tax: str,
    now: datetime,
    age: int = 0,
    discountable: bool = True,
    active: bool = True,
    content: int | None = None,
    content_unit: Unit | None = None,
    open_price: bool = False,
    price_min: int | None = None,
    price_max: int | None = None,
    deposit: Product | None = None,
    capture: str = "",
    licence: str = "",
    allergens: str = "",
    properties: str = "",
) -> Product:
    """Creates a product or changes one, and publishes it when something changed.

    A deposit is never discountable, whatever is asked. Raises UnknownTax, NotADeposit and Refused.
    """
    _check_taxes({tax})
    _check_deposit(product, kind, deposit)
    cleaned = text.clean(name)
    fields: dict[str, Any] = {
        "code": code.strip(),
        "name": cleaned,
        "search_name": text.fold(cleaned),
        "kind": Product.Kind(kind),
        "unit_id": unit.code,
        "group_id": group.id,
        "tax": tax,
        "age": age,
        "discountable": discountable and kind != Product.Kind.DEPOSIT,
        "active": active,
        "content": content,
        "content_unit_id": content_unit.code if content_unit else None,
        "open_price": open_price,
        "price_min": price_min,
        "price_max": price_max,
        "deposit_id": deposit.id if deposit else None,
        "capture": capture,
        "licence": licence,
        "allergens": text.clean(allergens),
        "properties": _lines(properties),
    }
    with feed.transaction(), explained():
        if product is None:
            return _product_create(fields, now)
        return _product_change(product.id, fields, now)


def _lines(written: str) -> str:
    """Properties as lines without empty ones."""
    return "\n".join(line for line in map(text.clean, written.splitlines()) if line)


def _check_deposit(product: Product | None, kind: str, deposit: Product | None) -> None:
    """A deposit is a product of that kind, and stays one while goods carry it."""
    if deposit is not None and deposit.kind != Product.Kind.DEPOSIT:
        raise NotADeposit(_("%(name)s is not a deposit.") % {"name": deposit.name})
    if product is None or kind == Product.Kind.DEPOSIT:
        return
    if Product.objects.filter(deposit=product).exists():
        raise NotADeposit(_("Other goods are sold with this deposit, so it must stay one."))


def _product_create(fields: dict[str, Any], now: datetime) -> Product:
    product = Product(**fields, created_at=now, changed_at=now)
    product.save(force_insert=True)
    if product.active:
        publishing.publish_products([product])
    return product


def _product_change(product_id: uuid.UUID, fields: dict[str, Any], now: datetime) -> Product:
    product = Product.objects.select_for_update(no_key=True).get(id=product_id)
    changed = [name for name, value in fields.items() if getattr(product, name) != value]
    if not changed:
        return product
    was_active = product.active
    for name in changed:
        setattr(product, name, fields[name])
    product.changed_at = now
    product.save(update_fields=[*changed, "changed_at"])
    if product.active or was_active:
        publishing.publish_products([product])
    if product.active != was_active:
        _publish_what_hangs_on(product, now)
    return product


def _publish_what_hangs_on(product: Product, now: datetime) -> None:
    """Takes a product's barcodes and prices away from the tills with it, or brings them back."""
    barcodes = Barcode.objects.filter(product=product)
    if product.active:
        publishing.publish_barcodes(barcodes)
        publishing.publish_prices(price_selectors.not_over([product.id], at=now))
        return
    for barcode in barcodes:
        feed.drop("barcode", barcode.code)
    keys = [str(price_id) for price_id in Price.objects.filter(product=product).values_list("id", flat=True)]
    for key in (
        FeedRow.objects.filter(kind="price", key__in=keys).exclude(data=None).values_list("key", flat=True)
    ):
        feed.drop("price", key)


def barcode_add(*, product: Product, code: str, quantity: int = 1000) -> Barcode:
    """Gives a product a barcode; `quantity` is what one scan stands for, in thousandths. Raises Refused."""
    with feed.transaction(), explained():
        holder = Product.objects.select_for_update(no_key=True).get(id=product.id)
        barcode = Barcode(code=code.strip(), product=holder, quantity=quantity)
        barcode.save(force_insert=True)
        if holder.active:
            publishing.publish_barcodes([barcode])
        return barcode


def barcode_remove(*, code: str) -> None:
    """Takes a barcode away, so that another product may have it. Raises UnknownBarcode."""
    with feed.transaction():
        barcode = Barcode.objects.filter(code=code).first()
        if barcode is None:
            raise UnknownBarcode(_("No product has the barcode %(code)s.") % {"code": code[:48]})
        holder = Product.objects.select_for_update(no_key=True).get(id=barcode.product_id)
        if holder.active:
            feed.drop("barcode", barcode.code)
        barcode.delete()
