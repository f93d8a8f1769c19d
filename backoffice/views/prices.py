"""Price changes: the list with delivery, and many at once."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from backoffice import keyset, page
from backoffice.access import Asking, may, say
from backoffice.forms.base import attempt
from backoffice.forms.prices import MAX_ROWS, Batch, BatchForm, ChangesFilters, PasteForm, posted_ids
from backoffice.selectors import delivery, goods
from backoffice.selectors import prices as selectors
from core import clock
from inventory.models import Price
from inventory.services import prices as services


@require_safe
@may("prices.edit")
def index(request: Asking) -> HttpResponse:
    """Decisions about prices, the newest first, and which tills have them."""
    filters = ChangesFilters(request.GET)
    now = clock.now()
    rows = keyset.page(
        selectors.changes(when=filters.value("when") or "manual", now=now),
        request.GET,
        order=["-created_at", "-id"],
    )
    sent = delivery.of_prices(request.store, [row.id for row in rows])
    return page.render(
        request, "prices/index.html", {"rows": rows, "filters": filters, "delivery": sent, "now": now}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@may("prices.edit")
def new(request: Asking) -> HttpResponse:
    """Many prices at once: paste or tick, look at the table, save. Each step posts what the one before showed."""
    action = request.POST.get("action", "")
    if action in ("fill", "save", "check"):
        return _table(request, _posted(request), action)
    if action == "start":
        return _table(request, _batch(request, dict.fromkeys(posted_ids(request.POST), "")), action)
    form = PasteForm(request.POST if action == "paste" else None)
    if form.is_valid():
        batch = _pasted(request, form)
        if batch.rows or batch.unknown:
            return _table(request, batch, action)
        form.add_error("lines", _("Type or paste at least one line."))
    return page.render(request, "prices/paste.html", {"form": form}, status=422 if form.errors else 200)


def _batch(request: Asking, texts: dict[uuid.UUID, str]) -> Batch:
    items = goods.by_ids(texts.keys())
    present = selectors.now_by_product(request.store, list(items.values()), clock.now())
    batch = Batch(request.store.currency)
    for pk, text in texts.items():
        if pk in items:
            batch.add(items[pk], present.get(pk), text)
    return batch


def _posted(request: Asking) -> Batch:
    return _batch(request, {pk: request.POST.get(f"price-{pk}", "")[:40] for pk in posted_ids(request.POST)})


def _pasted(request: Asking, form: PasteForm) -> Batch:
    rows = form.rows()[:MAX_ROWS]
    items = goods.by_codes({code for code, _text in rows})
    batch = _batch(request, {items[code].id: text[:40] for code, text in rows if code in items})
    batch.unknown = [code[:60] for code, _text in rows if code not in items]
    return batch


def _table(request: Asking, batch: Batch, action: str) -> HttpResponse:
    form = BatchForm(request.POST if action in ("fill", "save", "check") else None)
    if action == "fill" and form.is_valid() and form.cleaned_data["percent"] is not None:
        batch.fill(form.cleaned_data["percent"])
    if action == "save" and form.is_valid() and not batch.errors:
        changed = attempt(form, lambda: _save(request, batch, form), fields={"price_in_the_past": "begins"})
        if changed is not None:
            _tell(request, len(changed))
            return redirect("backoffice:prices")
    wrong = action == "save" and bool(form.errors or batch.errors)
    context = {"form": form, "batch": batch, "show_errors": action != "start"}
    return page.render(request, "prices/table.html", context, status=422 if wrong else 200)


def _save(request: Asking, batch: Batch, form: BatchForm) -> list[Price]:
    period = form.period()
    wanted = [
        services.PriceChange(product=row.product.id, price=row.price, **period)
        for row in batch.rows
        if row.price is not None
    ]
    return services.prices_change_many(wanted, now=clock.now(), by=request.user) if wanted else []


def _tell(request: Asking, count: int) -> None:
    if count:
        text = ngettext(
            "%(n)d price was changed and is on its way to the tills.",
            "%(n)d prices were changed and are on their way to the tills.",
            count,
        )
        say(request, text % {"n": count})
    else:
        say(
            request,
            _("Nothing was changed: no new price differs from the one in force."),
            level=messages.INFO,
        )
