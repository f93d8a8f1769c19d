"""Prices: an append-only history by price type and store."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.fields import MoneyField, Uuid7Field
from core.models import Store
from inventory.models.goods import Product

RETAIL = "retail"


class PriceType(models.Model):
    """A price list: retail, wholesale…"""

    code = models.CharField(max_length=20, primary_key=True)
    name = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[a-z][a-z0-9_]{0,19}$"), name="price_type_code_is_plain"
            )
        ]

    def __str__(self) -> str:
        return self.code


class Price(models.Model):
    """One decision about a price. Rows are never changed: a later row takes over.

    In force at an instant is, among the rows of the product and type for every store or for this one whose
    period [valid_from, valid_to) holds it, the one with the greatest `valid_from`, then the greatest id.
    `invented` marks a price that nobody decided: it stands in for one that an import did not bring.
    """

    class Source(models.TextChoices):
        MANUAL = "manual"
        IMPORT = "import"
        INVENTED = "invented"
        HEAD_OFFICE = "head_office"

    id = Uuid7Field()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="prices", db_index=False)
    price_type = models.ForeignKey(PriceType, on_delete=models.PROTECT, related_name="+", db_index=False)
    store = models.ForeignKey(Store, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    price = MoneyField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=12, choices=Source, default=Source.MANUAL)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(price__gte=0), name="price_is_not_negative"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="price_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(source__in=["manual", "import", "invented", "head_office"]),
                name="price_source_is_known",
            ),
        ]
        indexes = [
            models.Index(fields=["product", "price_type", "-valid_from", "-id"], name="price_in_force"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.price_type_id} {self.price}"
