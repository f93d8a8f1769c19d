"""Gapless series; `core.numbering` hands the numbers out."""

from django.db import models


class Series(models.Model):
    """The last number given in one series and scope (a store, a year, a till)."""

    name = models.CharField(max_length=40)
    scope = models.CharField(max_length=80, default="", blank=True)
    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "scope"], name="series_is_unique")]
