"""Who may see and change promotions and customers. Views reach them only through these."""

import uuid

from django.utils.translation import gettext as _

from core.errors import KasaError
from core.models import Employee, Store
from loyalty.models import BonusHold, Card, Customer, MessageRule, Promotion
from loyalty.selectors import promotion_get
from loyalty.selectors.customers import NoCustomer, customer_get


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


def access_customer(employee: Employee, customer_id: uuid.UUID) -> Customer:
    """A customer whom the employee may look at in the back office. Raises NotAllowed, NoCustomer."""
    if not employee.may("customers.view"):
        raise NotAllowed(_("Your role does not see customers."))
    return customer_get(customer_id)


def access_customer_change(employee: Employee, customer_id: uuid.UUID) -> Customer:
    """A customer whom the employee may change. Raises NotAllowed, NoCustomer."""
    if not employee.may("customers.edit"):
        raise NotAllowed(_("Your role does not change customers."))
    return customer_get(customer_id)


def access_customer_privacy(employee: Employee, customer_id: uuid.UUID) -> Customer:
    """A customer whose data the employee may give out or erase. Raises NotAllowed, NoCustomer."""
    if not employee.may("customers.privacy"):
        raise NotAllowed(_("Your role does not give out or erase people's data."))
    return customer_get(customer_id)


def access_customer_bonus(employee: Employee, customer_id: uuid.UUID) -> Customer:
    """A customer whose points the employee may give, take and free. Raises NotAllowed, NoCustomer."""
    if not employee.may("customers.bonus"):
        raise NotAllowed(_("Your role does not change people's points."))
    return customer_get(customer_id)


def access_hold(employee: Employee, customer_id: uuid.UUID, hold_id: uuid.UUID) -> BonusHold:
    """A hold of just this customer, for somebody who may change points. Raises NotAllowed, NoCustomer."""
    customer = access_customer_bonus(employee, customer_id)
    hold = BonusHold.objects.filter(id=hold_id, customer=customer).first()
    if hold is None:
        raise NoCustomer(_("There is no such hold."))
    return hold


def access_card_change(employee: Employee, customer_id: uuid.UUID, card_id: uuid.UUID) -> Card:
    """A card of just this customer, for somebody who may change customers. Raises NotAllowed, NoCustomer."""
    customer = access_customer_change(employee, customer_id)
    card = Card.objects.filter(id=card_id, customer=customer).first()
    if card is None:
        raise NoCustomer(_("There is no such card."))
    return card


def access_message_change(employee: Employee, rule_id: uuid.UUID | None = None) -> MessageRule | None:
    """The message that the employee may change, or None for a new one. Raises NotAllowed, NoCustomer."""
    if not employee.may("messages.edit"):
        raise NotAllowed(_("Your role does not edit the tills' messages."))
    if rule_id is None:
        return None
    found = MessageRule.objects.filter(id=rule_id).first()
    if found is None:
        raise NoCustomer(_("There is no such message."))
    return found


def access_at_till(cashier_id: uuid.UUID, permission: str, store: Store) -> Employee:
    """The cashier whom a till names, if their role grants it in this store. Raises NotAllowed.

    Somebody who left may still be named: what they did while they worked here may be sent later.
    """
    person = Employee.objects.select_related("role").filter(id=cashier_id, store=store).first()
    if person is None or not (person.is_superuser or permission in person.role.permissions):
        raise NotAllowed("This cashier's role does not grant it.")
    return person
