"""The page of one receipt for the customer: read-only, without signing in, found by its code alone."""

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any

from csp.decorators import csp
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from inventory.selectors.units import unit_names
from pos.models import Receipt, Tender
from pos.selectors.public_receipts import receipt_by_token

PER_MINUTE = 30
_REMEMBERED = 10_000
_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'self'"],
    "font-src": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'none'"],
}


class Limit:
    """So many requests a minute for each address; what it remembers is bounded, the longest silent go first."""

    def __init__(self, per_minute: int) -> None:
        self._most, self._lock = per_minute, Lock()
        self._seen: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def allows(self, address: str, now: float) -> bool:
        """Counts one request. `now` is in seconds."""
        minute = int(now // 60)
        with self._lock:
            known, count = self._seen.pop(address, (minute, 0))
            count = count + 1 if known == minute else 1
            self._seen[address] = (minute, count)
            while len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)
        return count <= self._most


limit = Limit(PER_MINUTE)


# The decorator's own types know only views without arguments.
_with_policy: Callable[..., Callable[..., HttpResponse]] = csp(_POLICY)  # type: ignore[assignment]


@require_safe
@_with_policy
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """GET /r/<code>: the receipt; 404 while it has not arrived, and for any other code; 429 after 30 in a minute."""
    if not limit.allows(request.META.get("REMOTE_ADDR", ""), time.monotonic()):
        return _answer(request, "pos/receipt_missing.html", {"busy": True}, status=429)
    found = receipt_by_token(token)
    if found is None:
        return _answer(request, "pos/receipt_missing.html", {"busy": False}, status=404)
    with timezone.override(found.store.time_zone):
        return _answer(request, "pos/receipt.html", _content(found), status=200)


def _content(found: Receipt) -> dict[str, Any]:
    language = get_language() or "en"
    own = {"card": _("Card"), "bonus": _("Points"), "exchange": _("Exchange")}
    names = {row.code: row.name(language) for row in Tender.objects.all()} | own
    units = unit_names(language)
    discounts: dict[int, list[Any]] = {}
    for discount in found.discounts.order_by("n", "position"):
        discounts.setdefault(discount.n, []).append(discount)
    payments = [(names.get(row.method, row.method), row) for row in found.payments.order_by("position")]
    return {
        "receipt": found,
        "store": found.store,
        "header": found.store.receipt_header or [found.store.name, found.store.address],
        "lines": [
            (line, units.get(line.unit, line.unit), discounts.get(line.n, []))
            for line in found.lines.order_by("n")
        ],
        "taxes": found.taxes.order_by("code"),
        "payments": payments,
    }


def _answer(request: HttpRequest, template: str, context: dict[str, Any], *, status: int) -> HttpResponse:
    answer = render(request, template, context, status=status)
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    answer["Cache-Control"] = "private, no-store"
    # The address is the key to the receipt; no other page may learn it.
    answer["Referrer-Policy"] = "no-referrer"
    if status == 429:
        answer["Retry-After"] = "60"
    return answer
