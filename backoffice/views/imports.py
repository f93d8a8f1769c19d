"""Import of goods: upload, tell the columns apart, try, import; each step can be left and come back to."""

import codecs
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backoffice import page
from backoffice.access import Asking, may, say
from backoffice.forms.base import attempt
from backoffice.forms.imports import FIELD_NAMES, MappingForm, UploadForm
from backoffice.selectors import jobs
from backoffice.services import imports as services
from backoffice.uploads import small_body
from core.models import Job
from inventory.services import import_jobs

_NAMES = "import_names"


def _too_large() -> services.UploadRefused:
    limit = services.MAX_BYTES // 1024**2
    return services.UploadRefused(_("The file is larger than %(limit)d MiB. Split it.") % {"limit": limit})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@may("goods.edit", write="goods.edit")
@small_body(services.MAX_BYTES, _too_large)
def new(request: Asking) -> HttpResponse:
    """Takes the file."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        pk = attempt(
            form, lambda: services.upload_store(form.cleaned_data["file"]), fields={"upload_refused": "file"}
        )
        if pk is not None and _readable(form, pk):
            _remember(request, pk, form.cleaned_data["file"].name or "")
            return redirect("backoffice:import_show", pk)
    context = {"form": form, "fields": FIELD_NAMES.values()}
    return page.render(request, "imports/new.html", context, status=422 if form.errors else 200)


def _remember(request: Asking, pk: UUID, name: str) -> None:
    """Keeps what the person calls the file until its job is begun; the last few uploads are enough."""
    names = {**request.session.get(_NAMES, {}), pk.hex: name[:100]}
    request.session[_NAMES] = dict(list(names.items())[-10:])


def _readable(form: UploadForm, pk: UUID) -> bool:
    look = attempt(form, lambda: services.upload_look(pk), fields={"import_failed": "file"})
    return look is not None


@require_http_methods(["GET", "HEAD", "POST"])
@may("goods.edit")
def show(request: Asking, pk: UUID) -> HttpResponse:
    """The columns with samples; then a trial or the import itself, as long work."""
    look = services.upload_look(pk)
    form = MappingForm(request.POST or None, look=look)
    if form.is_valid():
        return redirect("backoffice:job", _start(request, pk, form).id)
    return page.render(
        request, "imports/mapping.html", {"form": form, "look": look}, status=422 if form.errors else 200
    )


def _start(request: Asking, pk: UUID, form: MappingForm) -> Job:
    job = import_jobs.import_start(
        upload=services.stored_name(pk),
        name=request.session.get(_NAMES, {}).get(pk.hex, _("a file")),
        by=request.user,
        dry_run=request.POST.get("action") != "import",
        told=form.told(),
    )
    say(request, _("The work has begun. You may leave this page; “Running work” shows how far it is."))
    return job


@require_POST
@may("goods.edit")
def run(request: Asking, pk: UUID) -> HttpResponse:
    """After a good trial: the import itself, with the same columns; `pk` is the trial's job."""
    trial = jobs.get(pk)
    if trial.kind != import_jobs.KIND or not trial.result or not trial.result.get("dry_run"):
        raise services.NoUpload(_("This was no trial import."))
    same = ("upload", "name", "told", "group", "tax", "invent_prices")
    job = import_jobs.import_start(by=request.user, **{name: trial.params[name] for name in same})
    return redirect("backoffice:job", job.id)


@require_safe
@may("goods.edit")
def report(request: Asking, pk: UUID) -> HttpResponseBase:
    """The rows that could not be taken, as a table to put right and upload again; `pk` is the job's id."""
    return page.download(import_jobs.report_path(jobs.get(pk)), f"import-{pk}.csv")


@require_safe
@may("goods.edit")
def template(request: Asking) -> HttpResponse:
    """An empty table with the headings that are understood without asking."""
    names = ["code", "barcode", "name", "group", "unit", "kind", "tax", "price", "age"]
    rows = [names, ["1001", "5901234123457", "Butter 200 g", "Dairy", "pcs", "piece", "", "7.99", ""]]
    text = "\r\n".join(";".join(row) for row in rows) + "\r\n"
    response = HttpResponse(codecs.BOM_UTF8 + text.encode(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="goods.csv"'
    return response
