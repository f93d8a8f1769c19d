"""Addresses that tills call."""

from typing import Any

urlpatterns: list[Any] = []
