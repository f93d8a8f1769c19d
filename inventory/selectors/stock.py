"""What the store holds."""

import uuid
from collections.abc import Collection

from django.db.models import QuerySet

from core.models import Store
from core.money import round_div
from inventory.models import Product, StockBalance, StockMove


def balances(store: Store) -> QuerySet[StockBalance]:
    """What a store holds of each product that ever moved, with the product."""
    return StockBalance.objects.filter(store=store).select_related("product", "product__unit")


def on_hand(store: Store, products: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Thousandths on hand by product, in one statement; a product that never moved is absent."""
    rows = StockBalance.objects.filter(store=store, product__in=products)
    return dict(rows.values_list("product_id", "quantity"))


def negative(store: Store) -> QuerySet[StockBalance]:
    """Goods of which more was sold than was ever booked in."""
    return balances(store).filter(quantity__lt=0).order_by("quantity", "product_id")


def average_cost(balance: StockBalance) -> int | None:
    """Minor units for one unit (1000 thousandths), rounded for display only; None when it was never known."""
    if balance.quantity > 0:
        return round_div(balance.value * 1000, balance.quantity)
    if balance.cost_quantity:
        return round_div(balance.cost_value * 1000, balance.cost_quantity)
    return None


def moves(store: Store, product: Product) -> QuerySet[StockMove]:
    """The ledger of one product, newest first."""
    return StockMove.objects.filter(store=store, product=product).order_by("-id")
