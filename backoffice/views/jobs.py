"""Long work: the drawer on every page, the list and one job's page."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice import keyset, page
from backoffice.access import Asking, may, say
from backoffice.selectors import jobs as selectors
from backoffice.services import imports
from core import jobs as services


@require_safe
@may("backoffice.view")
def drawer(request: Asking) -> HttpResponse:
    """The drawer's content; its script asks once a second while something runs."""
    context = {"jobs": selectors.recent(), "person": request.user}
    return page.fragment(request, "parts/jobs.html", {"page": context})


@require_safe
@may("backoffice.view")
def index(request: Asking) -> HttpResponse:
    """All long work, newest first."""
    rows = keyset.page(selectors.everything(), request.GET, order=["-created_at", "-id"])
    return page.render(request, "jobs/index.html", {"rows": rows})


@require_safe
@may("backoffice.view")
def show(request: Asking, pk: UUID) -> HttpResponse:
    """One job: who asked, how far it is, what came out."""
    job = selectors.get(pk)
    return page.render(request, "jobs/show.html", {"job": job, "upload": imports.upload_id(job)})


@require_POST
@may("jobs.manage")
def cancel(request: Asking, pk: UUID) -> HttpResponse:
    """Asks a job to stop; what it has committed stays."""
    job = selectors.get(pk)
    services.cancel(job)
    say(
        request,
        _("“%(title)s” was asked to stop. What it has done so far stays.") % {"title": job.title},
        level=messages.INFO,
    )
    return redirect("backoffice:job", pk)
