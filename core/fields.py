"""Model and form fields for integers that people read as decimals: money, quantities, percents.

The column is a bigint bounded to what JavaScript counts exactly. A form shows and takes decimals; the model,
the wire and SQL only ever see integers.
"""

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from core import ids, money

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable

    # The stubs' fields are generic, Django's own are not; this is the one place where the two meet.
    BigInteger = models.BigIntegerField[int | Combinable | None, int]
    Uuid = models.UUIDField[uuid.UUID | str | None, uuid.UUID]
else:
    BigInteger, Uuid = models.BigIntegerField, models.UUIDField


class DecimalIntegerFormField(forms.CharField):
    """A text input that holds a decimal and cleans to an integer."""

    parse: Callable[[str], int] = staticmethod(money.parse_quantity)
    digits = 3
    empty_values = [None, ""]

    def __init__(self, *, min_value: int | None = None, max_value: int | None = None, **kwargs: Any) -> None:
        self.min_value, self.max_value = min_value, max_value
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return self.plain(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if text in self.empty_values:
            return None
        try:
            number = self.parse(text)
        except money.NotANumber as error:
            raise ValidationError(error.message, code=error.code) from error
        self._check_range(number)
        return number

    def _check_range(self, number: int) -> None:
        if self.min_value is not None and number < self.min_value:
            raise ValidationError(
                MinValueValidator(self.min_value).message % {"limit_value": self.plain(self.min_value)}
            )
        if self.max_value is not None and number > self.max_value:
            raise ValidationError(
                MaxValueValidator(self.max_value).message % {"limit_value": self.plain(self.max_value)}
            )

    def plain(self, number: int) -> str:
        """As it is shown in the input."""
        return money.typed(number, self.digits)

    def has_changed(self, initial: Any, data: Any) -> bool:
        # Either decimal mark may be typed, so numbers are compared and not texts.
        try:
            return bool(initial != (None if data in self.empty_values else self.parse(data)))
        except money.NotANumber:
            return True


class MoneyFormField(DecimalIntegerFormField):
    """Decimals of a two-digit currency; a view for another currency sets `digits`."""

    digits = 2

    def __init__(self, *, currency: str = "PLN", **kwargs: Any) -> None:
        self.digits = money.currency_digits(currency)
        self.parse = lambda text: money.parse_minor(text, currency)
        super().__init__(**kwargs)


class QuantityFormField(DecimalIntegerFormField):
    """Decimals with up to three digits."""


class PercentFormField(DecimalIntegerFormField):
    """Percents with up to two digits."""

    parse = staticmethod(money.parse_percent)
    digits = 2


class SafeIntegerField(BigInteger):
    """A bigint that JavaScript can hold exactly."""

    form_class: type[DecimalIntegerFormField] = QuantityFormField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.validators = [
            *self.validators,
            MinValueValidator(-money.SAFE_INTEGER),
            MaxValueValidator(money.SAFE_INTEGER),
        ]

    def formfield(self, **kwargs: Any) -> Any:
        options = {"required": not self.blank, "label": self.verbose_name, "help_text": self.help_text}
        return self.form_class(**{**options, **{k: v for k, v in kwargs.items() if k != "form_class"}})


class MoneyField(SafeIntegerField):
    """Minor units of the store's currency."""

    form_class = MoneyFormField


class QuantityField(SafeIntegerField):
    """Thousandths of the product's unit."""

    form_class = QuantityFormField


class PercentField(SafeIntegerField):
    """Hundredths of a percent."""

    form_class = PercentFormField


class Uuid7Field(Uuid):
    """A primary key made by the application, ordered by time."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("primary_key", True)
        kwargs.setdefault("default", ids.uuid7)
        kwargs.setdefault("editable", False)
        super().__init__(**kwargs)
