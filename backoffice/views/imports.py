"""Import of goods: upload, tell the columns apart, try, import; each step can be left and come back to."""

import codecs
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backoffice import page
from backoffice.access import Asking, may, say
from backoffice.forms.base import attempt
from backoffice.forms.imports import FIELD_NAMES, MappingForm, UploadForm
from backoffice.selectors import jobs
from backoffice.services import imports as services

# A form around the file: its other fields and the separators of multipart.
OVERHEAD = 64 * 1024


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@may("goods.edit", write="goods.edit")
def new(request: Asking) -> HttpResponse:
    """Takes the file. A body that is too large is refused before it is read, hence the CSRF check comes after."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > services.MAX_BYTES + OVERHEAD:
        raise services.UploadRefused(_("The file is larger than %(limit)d MiB. Split it.") % {"limit": services.MAX_BYTES // 1024**2})
    response: HttpResponse = _upload(request)
    return response


@csrf_protect
def _upload(request: Asking) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        pk = attempt(form, lambda: services.upload_store(form.cleaned_data["file"]), fields={"upload_refused": "file"})
        if pk is not None and attempt(form, lambda: services.upload_look(pk), fields={"import_failed": "file"}):
            return redirect("backoffice:import_show", pk)
    context = {"form": form, "fields": FIELD_NAMES.values()}
    return page.render(request, "imports/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@may("goods.edit")
def show(request: Asking, pk: UUID) -> HttpResponse:
    """The columns with samples; then a trial or the import itself, as long work."""
    look = services.upload_look(pk)
    form = MappingForm(request.POST or None, look=look)
    if form.is_valid():
        return redirect("backoffice:job", _start(request, pk, form).id)
    return page.render(request, "imports/mapping.html", {"form": form, "look": look}, status=422 if form.errors else 200)


def _start(request: Asking, pk: UUID, form: MappingForm) -> Any:
    dry_run = request.POST.get("action") != "import"
    title = _("Trial import of goods") if dry_run else _("Import of goods")
    job = services.import_start(pk, told=form.told(), dry_run=dry_run, title=title, by=request.user)
    say(request, _("The work has begun. You may leave this page; “Running work” shows how far it is."))
    return job


@require_POST
@may("goods.edit")
def run(request: Asking, pk: UUID) -> HttpResponse:
    """After a good trial: the import itself, with the same columns; `pk` is the trial's job."""
    trial = jobs.get(pk)
    if trial.kind != services.KIND or not isinstance(trial.result, dict):
        raise services.NoUpload(_("This was no trial import."))
    upload, told = UUID(trial.params["upload"]), trial.params["told"]
    job = services.import_start(upload, told=told, dry_run=False, title=_("Import of goods"), by=request.user)
    return redirect("backoffice:job", job.id)


@require_safe
@may("goods.edit")
def report(request: Asking, pk: UUID) -> FileResponse:
    """The rows that could not be taken, as a table to put right and upload again; `pk` is the job's id."""
    path = services.report_path(jobs.get(pk).id)
    if not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"import-{pk}.csv", content_type="text/csv")


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
