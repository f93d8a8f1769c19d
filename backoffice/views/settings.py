"""The store's settings, one page a subject."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backoffice import page
from backoffice.access import Asking, may, say
from backoffice.forms.base import attempt
from backoffice.forms.settings import (
    CashForm,
    GridForm,
    StoreForm,
    WeighedLabels,
    WeighedLabelSet,
    label_rows,
)
from backoffice.selectors import goods, settings
from core.services import organisation

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def _saved(request: Asking, name: str) -> HttpResponse:
    say(request, _("Saved. The tills take it over between two receipts."))
    return redirect(f"backoffice:{name}")


def _show(request: Asking, template: str, tab: str, context: dict[str, Any], *, wrong: bool) -> HttpResponse:
    return page.render(request, f"settings/{template}", {"tab": tab, **context}, status=422 if wrong else 200)


@form_methods
@may("settings.edit")
def store(request: Asking) -> HttpResponse:
    """Name, address and what is printed above and below a receipt."""
    form = StoreForm(request.POST or None, store=request.store)
    if form.is_valid():
        saved = attempt(form, lambda: organisation.store_update(request.store, **form.cleaned_data))
        if saved is not None:
            return _saved(request, "settings")
    request.store.refresh_from_db()
    return _show(request, "store.html", "store", {"form": form}, wrong=bool(form.errors))


@form_methods
@may("settings.edit")
def cash(request: Asking) -> HttpResponse:
    """Quick notes, where customers open receipts, old prices, and what a new price does to an open receipt."""
    names = ["quick_cash", "receipt_url", "data_age_warn_hours", "open_receipts"]
    values = settings.values(names)
    form = CashForm(request.POST or None, currency=request.store.currency, values=values)
    if form.is_valid():
        for name in names:
            if form.cleaned_data[name] != values[name]:
                organisation.setting_save(name, form.cleaned_data[name])
        return _saved(request, "settings_cash")
    return _show(request, "cash.html", "cash", {"form": form}, wrong=bool(form.errors))


@form_methods
@may("settings.edit")
def labels(request: Asking) -> HttpResponse:
    """The barcodes that scales print."""
    rows = WeighedLabelSet(
        request.POST or None, initial=label_rows(settings.value("weighed_labels")), prefix="label"
    )
    assert isinstance(rows, WeighedLabels), "the factory was given this class"
    if request.method == "POST" and rows.is_valid():
        organisation.setting_save("weighed_labels", rows.labels())
        return _saved(request, "settings_labels")
    return _show(request, "labels.html", "labels", {"rows": rows}, wrong=rows.is_bound)


@form_methods
@may("settings.edit")
def grid(request: Asking) -> HttpResponse:
    """The till's quick grid as lines of text."""
    initial = {"grid": goods.grid_lines(settings.value("quick_grid"))}
    form = GridForm(request.POST or None, initial=initial)
    if form.is_valid():
        value = _grid_value(form)
        if value is not None:
            organisation.setting_save("quick_grid", value)
            return _saved(request, "settings_grid")
    return _show(request, "grid.html", "grid", {"form": form}, wrong=bool(form.errors))


def _grid_value(form: GridForm) -> list[dict[str, Any]] | None:
    try:
        codes = {code for _label, rows in form.parsed() for _number, code in rows}
        return form.value(goods.ids_by_code(codes))
    except forms.ValidationError as error:
        form.add_error("grid", error)
        return None
