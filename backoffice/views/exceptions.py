"""What needs a look: ids with two contents, items set aside, copied tills. Nothing is smoothed, all is explained."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backoffice import keyset, page, words
from backoffice.access import Asking, may, say
from backoffice.forms.base import attempt
from backoffice.forms.exceptions import ExceptionFilters, NoteForm
from backoffice.selectors import exceptions as selectors
from backoffice.selectors import receipts
from core import clock
from pos.models import JournalItem
from pos.selectors import journal
from pos.services import exceptions as services

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def _list(request: Asking, tab: str, rows: Any, context: dict[str, Any]) -> HttpResponse:
    counts = journal.open_exceptions(request.store)
    found = keyset.page(rows, request.GET, order=["-id"])
    shared = {"tab": tab, "counts": counts, "rows": found, "filters": ExceptionFilters(request.GET)}
    return page.render(request, f"exceptions/{tab}.html", {**shared, "types": words.ITEM_TYPES, **context})


def _open_only(request: Asking) -> bool:
    return not ExceptionFilters(request.GET).value("all")


@require_safe
@may("exceptions.resolve")
def conflicts(request: Asking) -> HttpResponse:
    """Ids that arrived with two contents."""
    return _list(request, "conflicts", journal.conflicts(request.store, open_only=_open_only(request)), {})


@require_safe
@may("exceptions.resolve")
def forks(request: Asking) -> HttpResponse:
    """Places in a chain that two rightly signed items claim."""
    return _list(request, "forks", journal.forks(request.store, open_only=_open_only(request)), {})


@require_safe
@may("exceptions.resolve")
def quarantine(request: Asking) -> HttpResponse:
    """Items set aside, each with its reason in words."""
    rows = journal.quarantined(request.store, open_only=_open_only(request))
    reasons = {code: what for code, (what, _todo) in words.REASONS.items()}
    return _list(request, "quarantine", rows, {"reasons": reasons})


@form_methods
@may("exceptions.resolve")
def conflict(request: Asking, pk: int) -> HttpResponse:
    """Both versions field by field; a person explains which one happened."""
    found = selectors.conflict(request.store, pk)
    form = NoteForm(request.POST or None)
    if form.is_valid():

        def explain() -> object:
            return services.conflict_explain(
                found, note=form.cleaned_data["note"], by=request.user, now=clock.now()
            )

        if attempt(form, explain) is not None:
            say(request, _("The explanation was kept."))
            return redirect("backoffice:exceptions")
    context = {
        "row": found,
        "first": found.first,
        "second": found.second,
        "differences": selectors.differences(found),
    }
    return _pair(request, "conflict", form, context)


@form_methods
@may("exceptions.resolve")
def fork(request: Asking, pk: int) -> HttpResponse:
    """Two items that claim one place: the till was copied, or restored from a backup."""
    found = selectors.fork(request.store, pk)
    form = NoteForm(request.POST or None)
    if form.is_valid():

        def explain() -> object:
            return services.fork_explain(
                found, note=form.cleaned_data["note"], by=request.user, now=clock.now()
            )

        if attempt(form, explain) is not None:
            say(request, _("The explanation was kept."))
            return redirect("backoffice:forks")
    differences = selectors.compared(found.first, found.second)
    return _pair(
        request,
        "fork",
        form,
        {"row": found, "first": found.first, "second": found.second, "differences": differences},
    )


def _pair(request: Asking, kind: str, form: NoteForm, context: dict[str, Any]) -> HttpResponse:
    first, second = context["first"], context["second"]
    shared = {
        "kind": kind,
        "form": form,
        "types": words.ITEM_TYPES,
        "pretty": [selectors.pretty(first), selectors.pretty(second)],
    }
    return page.render(
        request, "exceptions/pair.html", {**shared, **context}, status=422 if form.errors else 200
    )


@form_methods
@may("exceptions.resolve")
def item(request: Asking, pk: int) -> HttpResponse:
    """One item set aside: the reason in words, the whole item, and the two ways to settle it."""
    found = journal.item_get(request.store, pk)
    if found.state != JournalItem.State.QUARANTINED:
        raise journal.ItemNotFound(_("This item was not set aside."))
    form = NoteForm(request.POST or None)
    if form.is_valid() and _settled(request, found, form):
        return redirect("backoffice:quarantine")
    what, todo = words.reason(found.reason)
    context = {
        "item": found,
        "what": what,
        "acceptable": found.reason not in services.NEVER,
        "todo": todo,
        "form": form,
        "pretty": selectors.pretty(found),
        "types": words.ITEM_TYPES,
        "resolution": getattr(found, "resolution", None),
        "proof": receipts.proof(found) if found.inc is not None and found.seq is not None else None,
    }
    return page.render(request, "exceptions/item.html", context, status=422 if form.errors else 200)


def _settled(request: Asking, found: JournalItem, form: NoteForm) -> bool:
    """Accepts or dismisses, as the button says; a refusal of the rules stays on the page."""
    note, accept = form.cleaned_data["note"], request.POST.get("action") == "accept"

    def settle() -> object:
        if accept:
            return _accepted(request, found, note)
        return services.quarantine_dismiss(found, note=note, by=request.user, now=clock.now())

    if attempt(form, settle) is None:
        return False
    done = _("The item was accepted and is booked now.")
    say(request, done if accept else _("The item was dismissed. It stays in the journal."))
    return True


def _accepted(request: Asking, found: JournalItem, note: str) -> object:
    try:
        return services.quarantine_accept(
            found, store=request.store, note=note, by=request.user, now=clock.now()
        )
    except services.StillBroken as error:
        what, _todo = words.reason(str(error.extra.get("reason", "")))
        raise services.StillBroken(f"{what} ({error.message})", **error.extra) from error
