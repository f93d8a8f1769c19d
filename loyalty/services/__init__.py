"""Everything that changes promotions and customers, each in one transaction with what tills are told."""

from loyalty.services.promotions import (
    MAX_TARGETS,
    PARAMETERS,
    BadPromotion,
    promotion_end,
    promotion_publish,
    promotion_save,
    promotion_value,
    rule_parts,
)

__all__ = [
    "MAX_TARGETS",
    "PARAMETERS",
    "BadPromotion",
    "promotion_end",
    "promotion_publish",
    "promotion_save",
    "promotion_value",
    "rule_parts",
]
