"""Messages that tills show and print: what happened, to whom, when, and the words.

Only `loyalty.services.messages` writes them.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.fields import Uuid7Field
from loyalty.models.validity import Validity, validity_checks


class MessageRule(Validity):
    """One message: the event that calls it, its parameters (integers and ids by event), the place, the words.

    `groups` are customer groups; none means everybody. A smaller `position` is shown first.
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
            *validity_checks("message"),
        ]

    def __str__(self) -> str:
        return self.name
