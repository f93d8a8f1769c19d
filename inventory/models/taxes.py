"""Tax rates by country and day: a rate is data with dates, never a constant in code (domain.md A13)."""

from django.db import models
from django.db.models import F, Q

from core.fields import PercentField


class Tax(models.Model):
    """The rate behind a tax code from one day to another, both included; a null day is open.

    Products carry the code. When a law changes a rate, the code gets a new row and no product is touched.
    """

    id = models.BigAutoField(primary_key=True)
    country = models.CharField(max_length=2)
    code = models.CharField(max_length=10)
    name = models.CharField(max_length=60)
    percent = PercentField()
    exempt = models.BooleanField(default=False)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["country", "code", "valid_from"], name="tax_period_begins_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(country__regex="^[a-z]{2}$"), name="tax_country_is_iso"),
            models.CheckConstraint(condition=Q(code__regex=r"^\S{1,10}$"), name="tax_code_has_no_spaces"),
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=10000), name="tax_percent_is_0_to_100"
            ),
            models.CheckConstraint(condition=Q(exempt=False) | Q(percent=0), name="tax_exempt_is_zero"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="tax_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.code} {self.name}"
