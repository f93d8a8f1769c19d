"""Stock: moves are facts, a balance is their sum kept beside the last move it counts."""

from django.db import models
from django.db.models import Q

from core.fields import MoneyField, QuantityField
from core.models import Store
from inventory.models.goods import Product


class StockMove(models.Model):
    """Goods that came (+) or went (−), and the purchase value that came or went with them.

    `source_kind`, `source_id` and `source_line` name the document line that caused it; the database keeps them
    unique, so nothing posts twice. An `adjustment` moves value only: it puts right the provisional cost of goods
    that were sold before their receipt was booked. `at` is when it happened, `recorded_at` when we learned of it,
    `day` the store's business day.
    """

    id = models.BigAutoField(primary_key=True)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", db_index=False)
    quantity = QuantityField()
    value = MoneyField()
    adjustment = models.BooleanField(default=False)
    source_kind = models.CharField(max_length=20)
    source_id = models.UUIDField()
    source_line = models.PositiveIntegerField()
    at = models.DateTimeField()
    day = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source_id", "source_kind", "source_line", "adjustment"], name="stock_move_posts_once"
            ),
            models.CheckConstraint(
                condition=Q(adjustment=True, quantity=0) | Q(adjustment=False) & ~Q(quantity=0),
                name="stock_move_moves_something",
            ),
            models.CheckConstraint(
                condition=Q(source_kind__regex="^[a-z][a-z_]{0,19}$"), name="stock_move_source_kind_is_plain"
            ),
            models.CheckConstraint(condition=Q(source_line__gte=1), name="stock_move_line_counts_from_one"),
        ]
        indexes = [models.Index(fields=["store", "product", "id"], name="stock_move_of_product")]


class StockBalance(models.Model):
    """What a store holds of a product: the fold of its moves up to `last_move`, and the last known unit cost.

    The unit cost is kept as the pair `cost_value` for `cost_quantity` (an exact fraction, never a rounded number);
    it values goods that are sold when the book says there are none.
    """

    id = models.BigAutoField(primary_key=True)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="balances", db_index=False)
    quantity = QuantityField(default=0)
    value = MoneyField(default=0)
    cost_quantity = QuantityField(default=0)
    cost_value = MoneyField(default=0)
    last_move = models.ForeignKey(
        StockMove, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "store"], name="stock_balance_is_unique"),
            # The last unit out takes the whole remaining value, so no cent stays on an empty shelf.
            models.CheckConstraint(
                condition=~Q(quantity=0) | Q(value=0), name="stock_balance_empty_is_worth_nothing"
            ),
            models.CheckConstraint(
                condition=Q(cost_quantity=0, cost_value=0) | Q(cost_quantity__gt=0, cost_value__gte=0),
                name="stock_balance_cost_is_a_fraction",
            ),
        ]
