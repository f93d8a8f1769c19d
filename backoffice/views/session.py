"""Signing in and out, the language and the colours of the pages."""

from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from backoffice import page
from backoffice.access import anybody
from backoffice.forms.session import SignIn
from core.models import Employee
from core.services import organisation

YEAR = 365 * 24 * 3600


@anybody
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The door. Whether the name or the password was wrong is not told; django-axes counts the attempts."""
    target = _next(request)
    if request.user.is_authenticated:
        return redirect(target)
    form = SignIn(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = authenticate(request, **form.cleaned_data)
        if isinstance(person, Employee):
            return _enter(request, person, target)
        form.add_error(None, _("The name or the password is not right. Check both and try again."))
    return _door(request, form, status=422 if form.errors else 200)


def _enter(request: HttpRequest, person: Employee, target: str) -> HttpResponse:
    login(request, person)
    response = redirect(target)
    if person.language:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, person.language, max_age=YEAR, samesite="Lax")
    return response


def _door(request: HttpRequest, form: SignIn, *, status: int, waits: int = 0) -> HttpResponse:
    return page.render(
        request,
        "sign_in.html",
        {"form": form, "next": request.POST.get("next") or request.GET.get("next", ""), "waits": waits},
        status=status,
    )


@anybody
def locked_out(
    request: HttpRequest, credentials: dict[str, Any] | None = None, *args: Any, **kwargs: Any
) -> HttpResponse:
    """What django-axes answers after too many wrong passwords, the same whether or not the name exists."""
    return _door(request, SignIn(), status=429, waits=int(settings.AXES_COOLOFF_TIME.total_seconds() // 60))


@anybody
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session; what it held is gone from the server."""
    logout(request)
    return redirect("backoffice:sign_in")


@anybody
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Changes the language of the pages, for a person who is signed in also at the tills."""
    chosen = request.POST.get("language", "")
    response = redirect(_next(request))
    if translation.check_for_language(chosen) and chosen in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR, samesite="Lax")
        if isinstance(request.user, Employee):
            organisation.employee_update(request.user, language=chosen)
    return response


@anybody
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Changes the colours on this browser."""
    response = redirect(_next(request))
    chosen = request.POST.get("theme", "")
    if chosen in dict(page.THEMES):
        response.set_cookie(page.THEME_COOKIE, chosen, max_age=YEAR, samesite="Lax")
    return response


def _next(request: HttpRequest) -> str:
    """Where to go on; only ever to this server."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe else resolve_url("backoffice:dashboard")
