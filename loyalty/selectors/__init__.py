"""Reads of promotions and customers."""

from loyalty.selectors.promotions import (
    PromotionNotFound,
    promotion_get,
    promotions,
    promotions_naming,
    promotions_not_over,
    promotions_running,
)

__all__ = [
    "PromotionNotFound",
    "promotion_get",
    "promotions",
    "promotions_naming",
    "promotions_not_over",
    "promotions_running",
]
