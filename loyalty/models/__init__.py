"""What the shop promises its customers, and who they are. Only this app's services write here."""

from loyalty.models.bonus import BonusEntry, BonusHold
from loyalty.models.customers import (
    Card,
    Consent,
    ConsentText,
    Customer,
    CustomerEvent,
    CustomerGroup,
    FormField,
    Membership,
)
from loyalty.models.messages import MessageRule
from loyalty.models.promotions import DEFAULT_PRIORITY, Promotion

__all__ = [
    "DEFAULT_PRIORITY",
    "BonusEntry",
    "BonusHold",
    "Card",
    "Consent",
    "ConsentText",
    "Customer",
    "CustomerEvent",
    "CustomerGroup",
    "FormField",
    "Membership",
    "MessageRule",
    "Promotion",
]
