"""Messages that tills show and print: what happened, to whom, when, and the words.

Only `loyalty.services.messages` writes them.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.fields import Uuid7Field


class MessageRule(models.Model):
    """One message: the event that calls it, its parameters (integers and ids by event), the place, the words.

    `groups` are customer groups; none means everybody. Days are both included; `hours` are pairs of minutes since local
    midnight, the second not included. A smaller `position` is shown first.
    """

    class Event(models.TextChoices):
        BIRTHDAY = "birthday", _("The customer's birthday")
        GOODS = "goods", _("Certain goods, for example fragile ones")
        LINES = "lines", _("More lines than …")
        SUM = "sum", _("A sum from …")
        NEARLY = "nearly", _("An offer is one piece short")
        FIRST_PURCHASE = "first_purchase", _("The customer's first purchase")
        EXPIRING = "expiring", _("Points expire soon")

    class Place(models.TextChoices):
        SCREEN = "screen", _("On the cashier's screen")
        RECEIPT = "receipt", _("On the receipt")

    id = Uuid7Field()
    name = models.CharField(max_length=120)
    event = models.CharField(max_length=14, choices=Event)
    params = models.JSONField(default=dict, blank=True)
    place = models.CharField(max_length=7, choices=Place)
    texts = models.JSONField()
    groups = ArrayField(models.UUIDField(), default=list, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    weekdays = ArrayField(models.IntegerField(), null=True, blank=True)
    hours = models.JSONField(null=True, blank=True)
    position = models.IntegerField(default=100)
    active = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "name", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="message_has_a_name"),
            models.CheckConstraint(
                condition=Q(
                    event__in=["birthday", "goods", "lines", "sum", "nearly", "first_purchase", "expiring"],
                    place__in=["screen", "receipt"],
                ),
                name="message_is_known",
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="message_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(weekdays=None)
                | Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]) & ~Q(weekdays=[]),
                name="message_weekdays_are_1_to_7",
            ),
        ]

    def __str__(self) -> str:
        return self.name
