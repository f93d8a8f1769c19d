"""Promotions: what is offered, to which goods, when."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backoffice import keyset, page
from backoffice.access import Asking, may, say
from backoffice.forms.base import attempt
from backoffice.forms.promotions import PromotionFilters, PromotionForm, initial
from backoffice.selectors import goods
from backoffice.selectors import promotions as selectors
from core import clock
from inventory.selectors import goods as inventory_goods
from loyalty.access import access_promotion_change
from loyalty.models import Promotion
from loyalty.services import promotion_end, promotion_save

_FIELDS = {
    "promotion_ends_after_it_begins": "valid_to",
    "promotion_has_one_target": "everything",
    "promotion_hours": "hour_to",
    "unknown_target": "codes",
    "too_many_targets": "codes",
    "parameter_out_of_range": "kind",
    "wrong_parameters": "kind",
}


@require_safe
@may("promotions.edit")
def index(request: Asking) -> HttpResponse:
    """Promotions, the newest first."""
    filters = PromotionFilters(request.GET)
    found = selectors.listed(state=filters.value("state") or "", today=timezone.localdate())
    rows = keyset.page(found, request.GET, order=["-id"])
    context = {"rows": rows, "filters": filters, "today": timezone.localdate()}
    return page.render(request, "promotions/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@may("promotions.edit")
def edit(request: Asking, pk: UUID | None = None) -> HttpResponse:
    """Creates or changes a promotion; the tills price with it as soon as they have it."""
    promotion = access_promotion_change(request.user, pk) if pk else None
    shown = initial(promotion, selectors.code_lines(promotion.products)) if promotion else None
    form = PromotionForm(
        request.POST or None, store=request.store, tree=inventory_goods.tree(), initial=shown
    )
    if form.is_valid() and (changes := form.changes(goods.by_codes)) is not None:
        saved = attempt(form, lambda: _save(promotion, changes), fields=_FIELDS)
        if saved is not None:
            say(
                request,
                _("“%(name)s” was saved. The tills take it over between two receipts.")
                % {"name": saved.name},
            )
            return redirect("backoffice:promotions")
    context = {"form": form, "promotion": promotion}
    return page.render(request, "promotions/edit.html", context, status=422 if form.errors else 200)


def _save(promotion: Promotion | None, changes: dict[str, Any]) -> Promotion:
    groups = [UUID(pk) for pk in changes.pop("groups")]
    return promotion_save(promotion, now=clock.now(), groups=groups, **changes)


@require_POST
@may("promotions.edit")
def end(request: Asking, pk: UUID) -> HttpResponse:
    """Switches a promotion off at once; receipts keep its name."""
    promotion = access_promotion_change(request.user, pk)
    assert promotion is not None, "a promotion named by its id is found or refused"
    promotion_end(promotion=promotion, now=clock.now())
    say(request, _("“%(name)s” was switched off.") % {"name": promotion.name})
    return redirect("backoffice:promotions")
