"""Tables of what we sell and where it is. Only `inventory.services` writes them."""

from inventory.models.goods import Barcode, Group, Product
from inventory.models.pictures import GoodsPicture
from inventory.models.prices import Price, PriceType
from inventory.models.stock import StockBalance, StockMove
from inventory.models.taxes import Tax
from inventory.models.units import Unit

__all__ = [
    "Barcode",
    "GoodsPicture",
    "Group",
    "Price",
    "PriceType",
    "Product",
    "StockBalance",
    "StockMove",
    "Tax",
    "Unit",
]
