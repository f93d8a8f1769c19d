"""Layouts of the tills' screen: the list with who uses what, the editor, versions, import and export."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backoffice import page, words_layouts
from backoffice.access import Asking, may, say
from backoffice.forms.base import attempt
from backoffice.forms.layouts import NewLayoutForm, TillGroupForm
from core import clock, permissions
from core.errors import KasaError
from core.models import Role
from pos.layouts import judge
from pos.models import Till, TillGroup
from pos.selectors import layouts as selectors
from pos.services import layouts as services

LEVELS = {
    "chain": gettext_lazy("Whole chain"),
    "store": gettext_lazy("This store"),
    "group": gettext_lazy("Group of tills"),
    "till": gettext_lazy("Till"),
    "cashier": gettext_lazy("Cashier"),
}


@require_safe
@may("settings.edit")
def index(request: Asking) -> HttpResponse:
    """Every layout, who uses which, and the groups of tills."""
    return _index(request)


def _index(request: Asking, *, group: TillGroupForm | None = None) -> HttpResponse:
    tills = Till.objects.filter(store=request.store).order_by("number")
    context = {
        "layouts": selectors.layouts(),
        "targets": [(one, LEVELS[one.level]) for one in selectors.targets(request.store)],
        "groups": selectors.groups(request.store),
        "group_form": group or TillGroupForm(tills=tills),
        "has_tills": tills.exists(),
    }
    return page.render(request, "layouts/index.html", context, status=422 if group else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@may("settings.edit")
def new(request: Asking) -> HttpResponse:
    """A new layout, from a preset or a file."""
    form = NewLayoutForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        made = attempt(form, lambda: _create(request, form))
        if made is not None:
            say(request, _("The layout was created. Nobody uses it yet."))
            return redirect("backoffice:layout", made.id)
    return page.render(request, "layouts/new.html", {"form": form}, status=422 if form.errors else 200)


def _create(request: Asking, form: NewLayoutForm) -> Any:
    try:
        return services.layout_create(
            body=form.body(), name=form.cleaned_data["name"], by=request.user, now=clock.now()
        )
    except services.LayoutRefused as error:
        first = error.findings[:1]
        told = f" {words_layouts.finding(first[0].code, first[0].args)} ({first[0].at})" if first else ""
        raise services.LayoutRefused(error.message + told, error.findings) from error


@require_safe
@may("settings.edit")
def show(request: Asking, pk: UUID) -> HttpResponse:
    """The editor."""
    layout = selectors.layout_get(pk)
    roles = [{"code": role.code, "name": role.name} for role in Role.objects.order_by("name")]
    rights = {name: str(label) for name, label in permissions.CHOICES if name.startswith("till.")}
    settings = {
        "words": words_layouts.editor(),
        "layout": json.loads(layout.draft),
        "revision": layout.revision,
        "names": judge.names(),
        "roles": roles,
        "rights": rights,
        "language": page.frame(request)["language"],
    }
    context = {
        "layout": layout,
        "versions": selectors.versions(layout)[:20],
        "settings": json.dumps(settings, ensure_ascii=False),
    }
    return page.render(request, "layouts/show.html", context)


@require_POST
@may("settings.edit")
def save(request: Asking, pk: UUID) -> HttpResponse:
    """Keeps the draft: JSON {"revision", "layout"}; answers {"revision"} or {"message", "findings"}."""
    try:
        layout = selectors.layout_get(pk)
        # The revision beside the layout is a few bytes more than the layout itself may have.
        asked = judge.read(request.body) if len(request.body) <= judge.MAX_BYTES else None
        if not isinstance(asked, dict) or not isinstance(asked.get("revision"), int):
            return JsonResponse({"message": _("This is not a layout.")}, status=400)
        saved = services.layout_save(
            layout, body=asked.get("layout"), revision=asked["revision"], by=request.user, now=clock.now()
        )
    except services.LayoutRefused as error:
        return JsonResponse({"message": error.message, "findings": error.extra["findings"]}, status=422)
    except KasaError as error:
        status = {"conflict": 409, "not_found": 404}.get(error.code, 400)
        return JsonResponse({"message": error.message}, status=status)
    return JsonResponse({"revision": saved.revision})


def _back(request: HttpRequest, pk: UUID, error: services.LayoutRefused) -> HttpResponse:
    told = [words_layouts.finding(one.code, one.args) for one in error.findings[:3]]
    say(request, " ".join([error.message, *told]), level=40)
    return redirect("backoffice:layout", pk)


@require_POST
@may("settings.edit")
def publish(request: Asking, pk: UUID) -> HttpResponse:
    """Gives the saved draft to the tills."""
    layout = selectors.layout_get(pk)
    try:
        made = services.layout_publish(
            layout, note=request.POST.get("note", "")[:200], by=request.user, now=clock.now()
        )
    except services.LayoutRefused as error:
        return _back(request, pk, error)
    used = layout.assignments.exists()
    told = (
        _("Version %(number)d was published. The tills take it over between two receipts.")
        if used
        else _("Version %(number)d was published. Nobody uses this layout yet.")
    )
    say(request, told % {"number": made.version})
    return redirect("backoffice:layout" if used else "backoffice:layouts", *([pk] if used else []))


@require_POST
@may("settings.edit")
def rollback(request: Asking, pk: UUID) -> HttpResponse:
    """Publishes an earlier version again."""
    layout = selectors.layout_get(pk)
    number = request.POST.get("version", "")
    version = layout.versions.filter(version=int(number)).first() if number[:9].isdecimal() else None
    if version is None:
        raise selectors.LayoutNotFound(_("There is no such version."))
    try:
        made = services.layout_rollback(layout, version=version, by=request.user, now=clock.now())
    except services.LayoutRefused as error:
        return _back(request, pk, error)
    say(request, _("Version %(number)d was published.") % {"number": made.version})
    return redirect("backoffice:layout", pk)


@require_safe
@may("settings.edit")
def export(request: Asking, pk: UUID) -> HttpResponse:
    """The saved draft as a file that `new` reads again, here or in another shop."""
    layout = selectors.layout_get(pk)
    response = HttpResponse(layout.draft, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="layout-{slugify(layout.name) or "kasa"}.json"'
    return response


@require_POST
@may("settings.edit")
def copy(request: Asking, pk: UUID) -> HttpResponse:
    """A new layout with the same draft."""
    layout = selectors.layout_get(pk)
    name = _("%(name)s, copy") % {"name": layout.name[:50]}
    made = services.layout_create(body=json.loads(layout.draft), name=name, by=request.user, now=clock.now())
    return redirect("backoffice:layout", made.id)


@require_POST
@may("settings.edit")
def archive(request: Asking, pk: UUID) -> HttpResponse:
    """Puts a layout away."""
    layout = selectors.layout_get(pk)
    services.layout_archive(layout, now=clock.now())
    say(request, _("The layout %(name)s was put away.") % {"name": layout.name})
    return redirect("backoffice:layouts")


@require_POST
@may("settings.edit")
def assign(request: Asking) -> HttpResponse:
    """Gives a layout to a cashier, till, group, store or the chain; an empty choice takes theirs away."""
    chosen = request.POST.get("layout", "")
    layout = None
    if chosen:
        try:
            layout = selectors.layout_get(UUID(chosen))
        except ValueError as error:
            raise selectors.LayoutNotFound(_("There is no such layout.")) from error
    services.layout_assign(
        level=request.POST.get("level", ""),
        key=request.POST.get("key", ""),
        layout=layout,
        store=request.store,
    )
    say(request, _("Saved. The tills take it over between two receipts."))
    return redirect("backoffice:layouts")


@require_POST
@may("settings.edit")
def groups(request: Asking) -> HttpResponse:
    """Makes a group of tills, changes it (`group`), or dissolves it (`dissolve`)."""
    known = {str(one.id): one for one in TillGroup.objects.filter(store=request.store)}
    if request.POST.get("dissolve"):
        group = known.get(request.POST["dissolve"])
        if group is None:
            raise selectors.LayoutNotFound(_("There is no such group."))
        services.till_group_delete(group)
        return redirect("backoffice:layouts")
    form = TillGroupForm(request.POST, tills=Till.objects.filter(store=request.store).order_by("number"))
    if form.is_valid() and _saved_group(request, form, known.get(request.POST.get("group", ""))):
        say(request, _("The group was saved."))
        return redirect("backoffice:layouts")
    return _index(request, group=form)


def _saved_group(request: Asking, form: TillGroupForm, group: TillGroup | None) -> bool:
    made = attempt(
        form, lambda: services.till_group_save(store=request.store, group=group, **form.cleaned_data)
    )
    return made is not None
