"""Reads of promotions."""

import uuid
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core.errors import KasaError
from loyalty.models import Promotion


class PromotionNotFound(KasaError):
    """There is no such promotion."""

    code = "not_found"


def promotions() -> QuerySet[Promotion]:
    """Every promotion, the newest first."""
    return Promotion.objects.order_by("-id")


def promotion_get(promotion_id: uuid.UUID) -> Promotion:
    """One promotion. Raises PromotionNotFound."""
    found = Promotion.objects.filter(id=promotion_id).first()
    if found is None:
        raise PromotionNotFound(_("There is no such promotion."))
    return found


def promotions_not_over(day: date) -> QuerySet[Promotion]:
    """Active promotions that run on the day or will run later, in their own order."""
    return Promotion.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), active=True).order_by(
        "priority", "id"
    )


def promotions_running(day: date) -> QuerySet[Promotion]:
    """Active promotions whose days hold the day, in their own order."""
    return promotions_not_over(day).filter(Q(valid_from=None) | Q(valid_from__lte=day))


def promotions_naming(*, product: uuid.UUID, groups: list[uuid.UUID], day: date) -> QuerySet[Promotion]:
    """Promotions running on the day that reach a product: by its id, by one of its groups, or as everything."""
    reach = Q(everything=True) | Q(products__contains=[product]) | Q(groups__overlap=groups)
    return promotions_running(day).filter(reach)
