"""Units of measure: what one thousand thousandths of a product are called."""

from django.db import models
from django.db.models import Q

LANGUAGES = ("en", "pl", "uk", "ru")


class Unit(models.Model):
    """A unit of measure. `names` holds its short name in every language of the till: {"en": "pcs", "pl": "szt."…}."""

    code = models.CharField(max_length=12, primary_key=True)
    names = models.JSONField()
    decimals = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[a-z][a-z0-9_]{0,11}$"), name="unit_code_is_plain"
            ),
            # Quantities are thousandths, so no unit can be counted finer than three decimals.
            models.CheckConstraint(condition=Q(decimals__lte=3), name="unit_decimals_fit_thousandths"),
            models.CheckConstraint(
                condition=Q(names__has_keys=list(LANGUAGES)), name="unit_is_named_in_every_language"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def name_in(self, language: str) -> str:
        """The short name in a language, English where it is unknown."""
        names: dict[str, str] = self.names
        return names.get(language) or names["en"]
