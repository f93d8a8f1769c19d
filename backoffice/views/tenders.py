"""Means of payment: what the tills may take, and under which rules."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backoffice import page
from backoffice.access import Asking, may, say
from backoffice.forms.base import attempt
from backoffice.forms.tenders import TenderForm
from pos.models import Tender
from pos.services.tenders import tender_get, tender_save

_FIELDS = {"key": "key", "code": "code"}


@require_safe
@may("settings.edit")
def index(request: Asking) -> HttpResponse:
    """All means of payment, in the order of the payment screen."""
    language = page.language()
    rows = [(row, row.name(language)) for row in Tender.objects.all()]
    return page.render(request, "settings/tenders.html", {"tab": "tenders", "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@may("settings.edit")
def edit(request: Asking, code: str | None = None) -> HttpResponse:
    """Adds or changes a means of payment; the tills offer it as soon as they have it."""
    tender = tender_get(code) if code else None
    form = TenderForm(request.POST or None, tender=tender)
    if form.is_valid():
        row = tender or Tender(code=form.cleaned_data["code"])
        saved = attempt(form, lambda: tender_save(row, store=request.store, **form.changes()), fields=_FIELDS)
        if saved is not None:
            name = saved.name(page.language())
            say(
                request,
                _("“%(name)s” was saved. The tills take it over between two receipts.") % {"name": name},
            )
            return redirect("backoffice:tenders")
    title = tender.name(page.language()) if tender else _("Add a means of payment")
    context = {"tab": "tenders", "form": form, "tender": tender, "title": title}
    return page.render(request, "settings/tender.html", context, status=422 if form.errors else 200)
