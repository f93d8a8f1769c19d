"""Who may see and change promotions. Views reach a promotion only through these."""

import uuid

from django.utils.translation import gettext as _

from core.errors import KasaError
from core.models import Employee
from loyalty.models import Promotion
from loyalty.selectors import promotion_get


class NotAllowed(KasaError):
    """The employee's role does not grant this."""

    code = "forbidden"


def access_promotion(employee: Employee, promotion_id: uuid.UUID) -> Promotion:
    """A promotion that the employee may look at. Raises NotAllowed, PromotionNotFound."""
    if not employee.may("backoffice.view"):
        raise NotAllowed(_("Your role does not open the back office."))
    return promotion_get(promotion_id)


def access_promotion_change(employee: Employee, promotion_id: uuid.UUID | None = None) -> Promotion | None:
    """The promotion that the employee may change, or None for a new one. Raises NotAllowed, PromotionNotFound."""
    if not employee.may("promotions.edit"):
        raise NotAllowed(_("Your role does not edit promotions."))
    return promotion_get(promotion_id) if promotion_id else None
