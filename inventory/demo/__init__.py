"""The demo shop: a small grocery with real goods and invented prices, in three countries."""

from inventory.demo import shop  # noqa: F401  (registers this app's steps)
