"""Devices beside the tills: how printers, scales and scanners are."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from backoffice import page
from backoffice.access import Asking, may
from backoffice.selectors import devices as selectors
from core import clock


@require_safe
@may("tills.manage")
def index(request: Asking) -> HttpResponse:
    """Every device of every till, as it was told last."""
    return page.render(
        request, "devices/index.html", {"tills": selectors.beside_tills(request.store, clock.now())}
    )
