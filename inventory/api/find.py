"""Finds what an address names, or answers `not_found` in the one shape of errors."""

import uuid
from typing import cast

from django.utils.translation import gettext as _
from rest_framework.request import Request

from core.errors import KasaError
from core.models import Employee
from inventory.models import Group, PriceType, Product, Unit
from inventory.selectors import goods


class NotFound(KasaError):
    """There is no such thing."""

    code = "not_found"


class Forbidden(KasaError):
    """The person's role allows this, but not for this object."""

    code = "forbidden"


class UnknownReference(KasaError):
    """A field of the request names something that does not exist."""

    code = "unknown_reference"


def person(request: Request) -> Employee:
    """Who asks; `core.rest.MayUse` let nobody else through."""
    return cast(Employee, request.user)


def product(product_id: uuid.UUID) -> Product:
    """Raises NotFound."""
    row = goods.products().filter(id=product_id).first()
    if row is None:
        raise NotFound(_("There is no such product."))
    return row


def group(group_id: uuid.UUID) -> Group:
    """Raises NotFound."""
    row = Group.objects.filter(id=group_id).first()
    if row is None:
        raise NotFound(_("There is no such group."))
    return row


def named_group(group_id: uuid.UUID | None) -> Group | None:
    """The group that a field names. Raises UnknownReference."""
    if group_id is None:
        return None
    row = Group.objects.filter(id=group_id).first()
    if row is None:
        raise UnknownReference(_("There is no such group."), field="group")
    return row


def named_unit(code: str | None, field: str) -> Unit | None:
    """The unit that a field names. Raises UnknownReference."""
    if code is None:
        return None
    row = Unit.objects.filter(code=code).first()
    if row is None:
        raise UnknownReference(_("There is no such unit."), field=field)
    return row


def named_product(product_id: uuid.UUID | None, field: str) -> Product | None:
    """The product that a field names. Raises UnknownReference."""
    if product_id is None:
        return None
    row = Product.objects.filter(id=product_id).first()
    if row is None:
        raise UnknownReference(_("There is no such product."), field=field)
    return row


def check_price_types(codes: set[str]) -> None:
    """Raises UnknownReference for a price type that does not exist."""
    missing = codes - set(PriceType.objects.filter(code__in=codes).values_list("code", flat=True))
    if missing:
        raise UnknownReference(_("There is no such price type."), field="type")
