"""REST addresses of tills, shifts and receipts."""

from typing import Any

urlpatterns: list[Any] = []
