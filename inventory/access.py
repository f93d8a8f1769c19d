"""Who may see or change which goods: the object-level questions of this app.

A store server has one store and one list of goods, so what a person may do follows from the role alone. Prices of
one store are the exception: somebody employed in another store may not change them.
"""

from core.models import Employee, Store


def access_goods_view(person: Employee) -> bool:
    """Whether the person may look at goods, prices and stock."""
    return person.may("backoffice.view")


def access_goods_edit(person: Employee) -> bool:
    """Whether the person may change products, groups and barcodes."""
    return person.may("goods.edit")


def access_price_change(person: Employee, store: Store | None) -> bool:
    """Whether the person may change prices of a store; None asks for the prices of every store."""
    if not person.may("prices.edit"):
        return False
    return store is None or person.store_id is None or person.store_id == store.id
