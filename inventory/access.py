"""Who may change which prices: the object-level question of this app.

What a person may do with goods follows from the role alone (`core.rest.MayUse`). Prices are the exception: somebody
employed in another store may not change the prices of this one.
"""

from core.models import Employee, Store


def access_price_change(person: Employee, store: Store) -> bool:
    """Whether the person may change the prices that a store's tills charge."""
    return person.may("prices.edit") and (person.store_id is None or person.store_id == store.id)
