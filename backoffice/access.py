"""Who opens which page: `@may("…")` is on every view of the back office, and a test refuses a view without it.

A signed-in person needs `backoffice.view` for any page, and the page's own permission besides. The decorator also sets
what every page shares: the person's language, the store and its time zone.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import timezone, translation

from backoffice import page
from core import permissions
from core.errors import KasaError
from core.models import Employee, Role, Store
from core.services import organisation


class Asking(HttpRequest):
    """A request that passed `may`: somebody is signed in and the store is known."""

    user: Employee
    store: Store


View = Callable[..., HttpResponseBase]


class NotYours(KasaError):
    """A person may not give away, or touch, rights that they do not have themselves."""

    code = "forbidden"


def may(permission: str, *, write: str | None = None) -> Callable[[View], View]:
    """Opens a page to people whose role grants `backoffice.view` and `permission`; a POST asks for `write`."""
    assert {permission, write or permission} <= permissions.NAMES, f"unknown permission {permission}, {write}"

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            person = request.user
            needed = permission if request.method in ("GET", "HEAD") else write or permission
            with translation.override(person.language or translation.get_language()):
                if not (person.may("backoffice.view") and person.may(needed)):
                    return page.forbidden(request)
                return _serve(view, cast(Asking, request), args, kwargs)

        guarded.needs = (permission, write or permission)  # type: ignore[attr-defined]
        return guarded

    return decorate


def anybody(view: View) -> View:
    """Marks the few pages that open before signing in: the door itself, language and theme."""
    view.needs = None  # type: ignore[attr-defined]
    return view


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        # A fragment cannot show the door, so htmx is told to load the whole page.
        response = HttpResponse(status=401)
        response["HX-Redirect"] = resolve_url("backoffice:sign_in")
        return response
    return redirect_to_login(
        request.get_full_path() if request.method == "GET" else resolve_url("backoffice:dashboard")
    )


def _serve(view: View, request: Asking, args: Any, kwargs: Any) -> HttpResponseBase:
    try:
        request.store = organisation.current_store()
    except organisation.NoStore as error:
        return page.no_store(request, error.message)
    with timezone.override(request.store.time_zone):
        try:
            return view(request, *args, **kwargs)
        except KasaError as error:
            # Anticipated, so it is told in its own words; a form that can keep the typed text catches it itself.
            return page.refused(request, error)


def acts_on_role(actor: Employee, role: Role) -> None:
    """Refuses to touch a role, or a person with it, that can do more than the one who asks. Raises NotYours."""
    if not actor.is_superuser and set(role.permissions) - set(actor.role.permissions):
        raise NotYours(
            translation.gettext(
                "This role has rights that you do not have, so somebody above you changes it."
            )
        )


def say(request: HttpRequest, text: str, *, level: int = messages.SUCCESS) -> None:
    """Puts one sentence on the next page."""
    messages.add_message(request, level, text)
