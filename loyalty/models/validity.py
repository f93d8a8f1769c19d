"""When a rule of the store holds: days, weekdays and hours. The same for promotions and for messages."""

from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Validity(models.Model):
    """Days are both included; `weekdays` are 1 (Monday) to 7; `hours` are pairs of minutes since local midnight, the
    second not included. What is empty limits nothing."""

    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    weekdays = ArrayField(models.IntegerField(), null=True, blank=True)
    hours = models.JSONField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def when(self) -> dict[str, Any]:
        """In the shape of a rulebook's rule (pos/pricing/RULES.md, "Shapes")."""
        return {
            "from": _iso(self.valid_from),
            "to": _iso(self.valid_to),
            "weekdays": self.weekdays,
            "hours": self.hours,
        }


def validity_checks(name: str) -> list[models.CheckConstraint]:
    """The database's own checks of one table; their names begin with `name`."""
    return [
        models.CheckConstraint(
            condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            name=f"{name}_ends_after_it_begins",
        ),
        models.CheckConstraint(
            condition=Q(weekdays=None) | Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]) & ~Q(weekdays=[]),
            name=f"{name}_weekdays_are_1_to_7",
        ),
    ]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
