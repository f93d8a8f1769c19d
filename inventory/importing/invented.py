"""Prices for goods whose list brings none, so that a trial shop can sell. Nobody decided them, and they say so.

A price is computed from the product's key alone, so the same list gives the same prices every time.
"""

import hashlib

# About what a small grocery item costs: the lowest price and the span, in minor units.
_RANGE = {"PLN": (199, 3800), "UAH": (1500, 30000), "RUB": (3500, 60000)}
_DEFAULT = (99, 1900)


def price_for(key: str, currency: str) -> int:
    """Minor units ending in 9; cheap goods are more frequent than dear ones."""
    low, span = _RANGE.get(currency, _DEFAULT)
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") % 10_000
    # The square makes small prices common, as they are on a real shelf.
    price = low + span * number * number // 100_000_000
    return price // 10 * 10 + 9
