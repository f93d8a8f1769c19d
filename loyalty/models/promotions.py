"""Promotions as people decide them. Only `loyalty.services.promotions` writes them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.fields import Uuid7Field

DEFAULT_PRIORITY = 100


class Promotion(models.Model):
    """One offer: what it does (`kind`, `params`), to which goods, when, and in which order among others.

    `params` holds integers only, exactly those of its kind (pos/pricing/RULES.md, "Shapes"). The goods are everything,
    or products and groups by id. Days are both included; `hours` are pairs of minutes since local midnight, the second
    not included. A smaller `priority` goes first and closes its goods to later ones. An inactive promotion is kept,
    because receipts name it.
    """

    class Kind(models.TextChoices):
        PERCENT = "percent", _("Percent off")
        AMOUNT = "amount", _("Amount off each piece or kilogram")
        N_FOR_M = "n_for_m", _("Take several, pay for fewer")
        N_FOR_PRICE = "n_for_price", _("Several for one price")
        NTH_CHEAPER = "nth_cheaper", _("Every second, third… cheaper")
        THRESHOLD = "threshold", _("Discount on the receipt from an amount")

    id = Uuid7Field()
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind)
    params = models.JSONField()
    everything = models.BooleanField(default=False)
    products = ArrayField(models.UUIDField(), default=list, blank=True)
    groups = ArrayField(models.UUIDField(), default=list, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    weekdays = ArrayField(models.IntegerField(), null=True, blank=True)
    hours = models.JSONField(null=True, blank=True)
    priority = models.IntegerField(default=DEFAULT_PRIORITY)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="promotion_has_a_name"),
            models.CheckConstraint(
                condition=Q(everything=True, products=[], groups=[])
                | Q(everything=False) & (~Q(products=[]) | ~Q(groups=[])),
                name="promotion_has_one_target",
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="promotion_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(weekdays=None)
                | Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]) & ~Q(weekdays=[]),
                name="promotion_weekdays_are_1_to_7",
            ),
            models.CheckConstraint(
                condition=Q(priority__gte=-1_000_000, priority__lte=1_000_000), name="promotion_priority_fits"
            ),
            # What `params` and `hours` hold is checked by the database too: migration 0002_params, by kind.
        ]
        indexes = [models.Index(fields=["active", "valid_to"], name="promotion_running")]

    def __str__(self) -> str:
        return self.name
