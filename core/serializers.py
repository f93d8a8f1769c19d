"""DRF faces of the integer fields: the wire carries integers, never decimals (protocol.md section 0)."""

from typing import Any

from rest_framework import serializers

from core.money import SAFE_INTEGER


class SafeIntegerField(serializers.IntegerField):
    """An integer within ±(2^53 - 1); decimals, text and booleans are refused."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", -SAFE_INTEGER)
        kwargs.setdefault("max_value", SAFE_INTEGER)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return super().to_internal_value(data)


class MoneyField(SafeIntegerField):
    """Minor units of the store's currency."""


class QuantityField(SafeIntegerField):
    """Thousandths of the product's unit."""


class PercentField(SafeIntegerField):
    """Hundredths of a percent."""
