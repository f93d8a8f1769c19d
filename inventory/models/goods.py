"""Goods: the tree of groups, products and their barcodes."""

from django.db import models
from django.db.models import F, Q

from core.fields import QuantityField, Uuid7Field
from inventory.models.units import Unit


class Group(models.Model):
    """A node of the tree of goods, of any depth. A trigger refuses a parent below the group itself."""

    id = Uuid7Field()
    name = models.CharField(max_length=120)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    position = models.PositiveIntegerField(default=0)
    colour = models.CharField(max_length=7, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"], name="group_name_is_unique_in_its_parent", nulls_distinct=False
            ),
            models.CheckConstraint(condition=~Q(name=""), name="group_has_a_name"),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")), name="group_is_not_its_own_parent"
            ),
            models.CheckConstraint(
                condition=Q(colour=None) | Q(colour__regex="^#[0-9a-f]{6}$"), name="group_colour_is_hex"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """Something that is sold. `code` is its PLU, the number people type.

    `content` of `content_unit` is what one piece holds (500 ml); price per litre or kilogram is computed from it.
    An inactive product stays in every document but is not at the tills.
    """

    class Kind(models.TextChoices):
        PIECE = "piece"
        WEIGHED = "weighed"
        SERVICE = "service"
        DEPOSIT = "deposit"

    id = Uuid7Field()
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    search_name = models.CharField(max_length=400)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.PIECE)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="products", db_index=False)
    tax = models.CharField(max_length=10)
    age = models.PositiveSmallIntegerField(default=0)
    discountable = models.BooleanField(default=True)
    active = models.BooleanField(default=True)
    content = QuantityField(null=True, blank=True)  # type: ignore[misc]
    content_unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9A-Za-z._-]{1,20}$"), name="product_code_is_typeable"
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(search_name=""), name="product_has_a_name"),
            models.CheckConstraint(
                condition=Q(kind__in=["piece", "weighed", "service", "deposit"]), name="product_kind_is_known"
            ),
            models.CheckConstraint(condition=Q(age__lte=99), name="product_age_is_0_to_99"),
            # A deposit is paid back as it was taken, so it carries no discount (protocol.md section 4).
            models.CheckConstraint(
                condition=~Q(kind="deposit") | Q(discountable=False), name="product_deposit_has_no_discount"
            ),
            models.CheckConstraint(
                condition=Q(content=None, content_unit=None)
                | Q(content__isnull=False, content__gt=0, content_unit__isnull=False),
                name="product_content_has_a_unit",
            ),
        ]
        indexes = [
            models.Index(fields=["search_name", "id"], name="product_by_name"),
            models.Index(fields=["group", "search_name"], name="product_by_group"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def keeps_stock(self) -> bool:
        """Whether it lies on a shelf; a service does not."""
        return self.kind != self.Kind.SERVICE


class Barcode(models.Model):
    """A code that a scanner reads. `quantity` is what one scan stands for: a case of twelve is 12000."""

    code = models.CharField(max_length=48, primary_key=True)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="barcodes")
    quantity = QuantityField(default=1000)

    class Meta:
        constraints = [
            # What a scanner can send and a till can index: printable ASCII without spaces.
            models.CheckConstraint(condition=Q(code__regex=r"^[!-~]{1,48}$"), name="barcode_is_printable"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="barcode_quantity_is_positive"),
        ]

    def __str__(self) -> str:
        return self.code
