"""Promotions as people decide them. Only `loyalty.services.promotions` writes them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.fields import Uuid7Field
from loyalty.models.validity import Validity, validity_checks

DEFAULT_PRIORITY = 100


class Promotion(Validity):
    """One offer: what it does (`kind`, `params`), to which goods, when, and in which order among others.

    `params` holds integers only, exactly those of its kind (pos/pricing/RULES.md, "Shapes"). The goods are everything,
    or products and groups by id. A smaller `priority` goes first and closes its goods to later ones. An inactive
    promotion is kept, because receipts name it.
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
            *validity_checks("promotion"),
            models.CheckConstraint(
                condition=Q(priority__gte=-1_000_000, priority__lte=1_000_000), name="promotion_priority_fits"
            ),
            # What `params` and `hours` hold is checked by the database too: migration 0002_params, by kind.
        ]
        indexes = [models.Index(fields=["active", "valid_to"], name="promotion_running")]

    def __str__(self) -> str:
        return self.name
