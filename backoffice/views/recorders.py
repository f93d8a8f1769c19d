"""Video recorders: the list, one recorder with how it is, what it would read, a test."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backoffice import page, words_recorders
from backoffice.access import Asking, may, say
from backoffice.forms.base import attempt
from backoffice.forms.recorders import RecorderForm
from core import clock
from exchange.access import access_recorder, access_recorders
from exchange.models import Recorder
from exchange.selectors import recorders as selectors
from exchange.services import recorders as services
from exchange.video import sample, templates
from pos.models import Till


@require_safe
@may("settings.edit")
def index(request: Asking) -> HttpResponse:
    """Every recorder and how it is."""
    access_recorders(request.user, request.store)
    return page.render(
        request, "recorders/index.html", {"lines": selectors.lines(request.store, clock.now())}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@may("settings.edit")
def new(request: Asking) -> HttpResponse:
    """Which kind of recorder, then the recorder."""
    access_recorders(request.user, request.store)
    kind = request.GET.get("kind", "")
    if kind not in Recorder.Kind.values:
        kinds = [(code, label, words_recorders.HELP[code]) for code, label in Recorder.Kind.choices]
        return page.render(request, "recorders/choose.html", {"kinds": kinds})
    return _edit(request, None, kind)


@require_http_methods(["GET", "HEAD", "POST"])
@may("settings.edit")
def edit(request: Asking, pk: UUID) -> HttpResponse:
    """How a recorder is, and its settings; a change works within a second."""
    recorder = access_recorder(request.user, request.store, pk)
    return _edit(request, recorder, recorder.kind)


def _edit(request: Asking, recorder: Recorder | None, kind: str) -> HttpResponse:
    tills = list(Till.objects.filter(store=request.store, kind=Till.Kind.TILL).order_by("number"))
    form = RecorderForm(request.POST or None, kind=kind, recorder=recorder, tills=tills)
    preview = ""
    if form.is_valid():
        if "preview" in request.POST:
            preview = attempt(form, lambda: _preview(request, recorder, form)) or ""
        else:
            saved = attempt(form, lambda: _save(request, recorder, form))
            if saved is not None:
                say(request, _("Saved."))
                return redirect("backoffice:recorder", saved.id)
    context = {
        "form": form,
        "recorder": recorder,
        "kind_label": Recorder.Kind(kind).label,
        "names": templates.NAMES,
        "preview": preview,
        **(_state(recorder) if recorder else {}),
    }
    return page.render(request, "recorders/edit.html", context, status=422 if form.errors else 200)


def _save(request: Asking, recorder: Recorder | None, form: RecorderForm) -> Recorder:
    return services.recorder_save(recorder, store=request.store, tills=form.watched(), **form.changes())


def _preview(request: Asking, recorder: Recorder | None, form: RecorderForm) -> str:
    draft = Recorder(store=request.store, **form.changes())
    services.recorder_check(draft)
    return sample.preview(draft, request.store, clock.now())


def _state(recorder: Recorder) -> dict[str, object]:
    line = selectors.line(recorder, clock.now())
    asked, done = line.state.test_asked_at, line.state.test_done_at
    return {
        "line": line,
        "error": words_recorders.error(line.state.error) if line.state.error else "",
        "tested": asked is not None and done is not None and done >= asked,
    }


@require_safe
@may("settings.edit")
def state(request: Asking, pk: UUID) -> HttpResponse:
    """How a recorder is now, for the page that shows it."""
    recorder = access_recorder(request.user, request.store, pk)
    return page.fragment(request, "recorders/state.html", _state(recorder))


@require_POST
@may("settings.edit")
def test(request: Asking, pk: UUID) -> HttpResponse:
    """Has the sender tell the recorder one sentence, the way that acts go."""
    services.recorder_test(access_recorder(request.user, request.store, pk))
    return redirect("backoffice:recorder", pk)


@require_POST
@may("settings.edit")
def remove(request: Asking, pk: UUID) -> HttpResponse:
    """Forgets a recorder."""
    services.recorder_remove(access_recorder(request.user, request.store, pk))
    say(request, _("The recorder was removed."))
    return redirect("backoffice:recorders")
