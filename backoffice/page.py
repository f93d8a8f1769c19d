"""What surrounds every page: the rail, the counts in it, recent jobs, theme and languages."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render as django_render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from backoffice.selectors import exceptions, jobs
from core.errors import KasaError
from core.models import Employee
from exchange.selectors import scales

THEMES = (("auto", _("Like this computer")), ("light", _("Light")), ("dark", _("Dark")))
THEME_COOKIE = "kasa_theme"
# The languages' own names: someone who cannot read the present language must find theirs.
LANGUAGE_NAMES = {"en": "English", "pl": "Polski", "uk": "Українська", "ru": "Русский"}


@dataclass(frozen=True)
class Entry:
    """One place in the rail."""

    label: Any
    icon: str
    name: str
    permission: str = "backoffice.view"
    badge: str = ""

    @property
    def url(self) -> str:
        return reverse(f"backoffice:{self.name}")


RAIL = (
    Entry(_("Dashboard"), "home", "dashboard"),
    Entry(_("Goods"), "package", "goods"),
    Entry(_("Price changes"), "tag", "prices", "prices.edit"),
    Entry(_("Promotions"), "discount", "promotions", "promotions.edit"),
    Entry(_("Customers"), "user", "customers", "customers.view"),
    Entry(_("Messages"), "info-circle", "messages", "messages.edit"),
    Entry(_("Tills"), "device-desktop", "tills", "tills.manage"),
    Entry(_("Devices"), "printer", "devices", "tills.manage"),
    Entry(_("Label scales"), "scale", "scales", "tills.manage", "scales"),
    Entry(_("Video recorders"), "send", "recorders", "settings.edit"),
    Entry(_("Screen layouts"), "layout-grid", "layouts", "settings.edit"),
    Entry(_("Shifts"), "clock", "shifts", "shifts.view"),
    Entry(_("Receipts"), "receipt", "receipts", "receipts.view"),
    Entry(_("Journal"), "history", "journal", "receipts.view"),
    Entry(_("Needs a look"), "alert-triangle", "exceptions", "exceptions.resolve", "exceptions"),
    Entry(_("People"), "users", "people", "people.manage"),
    Entry(_("Long work"), "progress", "jobs"),
    Entry(_("Settings"), "settings", "settings", "settings.edit"),
)
_SECTIONS = {
    "import": "goods",
    "employee": "people",
    "role": "people",
    "conflict": "exceptions",
    "card": "goods",
    "tender": "settings",
    "tenders": "settings",
    "question": "customers",
    "persons": "customers",
}


def theme(request: HttpRequest) -> str:
    """The theme this browser asked for: light, dark, or auto."""
    chosen = request.COOKIES.get(THEME_COOKIE, "auto")
    return chosen if chosen in dict(THEMES) else "auto"


def language() -> str:
    """The language of the present page."""
    return get_language() or "en"


def rail(person: Employee) -> list[Entry]:
    """The places that this person may open."""
    return [entry for entry in RAIL if person.may(entry.permission)]


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context of base.html: three statements, whatever the page."""
    base: dict[str, Any] = {
        "theme": theme(request),
        "themes": THEMES,
        "languages": [(code, LANGUAGE_NAMES[code]) for code, _name in settings.LANGUAGES],
        "language": get_language() or "en",
        "store": getattr(request, "store", None),
    }
    person = request.user
    if base["store"] is None or not isinstance(person, Employee):
        return base
    recent = jobs.recent()
    counts = {
        "exceptions": exceptions.open_count(base["store"]) if person.may("exceptions.resolve") else 0,
        "scales": scales.alarms(base["store"]) if person.may("tills.manage") else 0,
    }
    return base | {
        "person": person,
        "rail": rail(person),
        "here": _here(request),
        "counts": counts,
        "jobs": recent,
        "jobs_running": sum(job.is_open for job in recent),
    }


def _here(request: HttpRequest) -> str:
    """The rail entry that the present page belongs to, by its URL name (`goods`, `goods_card`, …)."""
    name = (request.resolver_match.url_name or "") if request.resolver_match else ""
    first = name.split("_")[0]
    names = {entry.name for entry in RAIL}
    for candidate in (name, first, f"{first}s", _SECTIONS.get(first, "")):
        if candidate in names:
            return candidate
    return ""


def render(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A whole page inside base.html."""
    return django_render(
        request, f"backoffice/{template}", {"page": frame(request), **(context or {})}, status=status
    )


def fragment(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A piece of a page that htmx puts in place."""
    known = {"store": getattr(request, "store", None)}
    return django_render(request, f"backoffice/{template}", {"page": known, **context}, status=status)


def page_or_part(
    request: HttpRequest, template: str, part: str, context: dict[str, Any], *, target: str
) -> HttpResponse:
    """The list alone when htmx asks for the element `target`, else the whole page around it."""
    if request.headers.get("HX-Target") == target and not request.headers.get("HX-History-Restore-Request"):
        return fragment(request, part, context)
    return render(request, template, context)


def forbidden(request: HttpRequest) -> HttpResponse:
    """403 with the way back."""
    return django_render(request, "backoffice/forbidden.html", {"page": frame(request)}, status=403)


def no_store(request: HttpRequest, message: str) -> HttpResponse:
    """The server works but there is no shop in it yet."""
    return django_render(
        request, "backoffice/no_store.html", {"page": frame(request), "message": message}, status=503
    )


def refused(request: HttpRequest, error: KasaError) -> HttpResponse:
    """An anticipated refusal, in its own words; `not_found` is 404, `forbidden` is 403."""
    status = {"not_found": 404, "forbidden": 403, "conflict": 409}.get(error.code, 400)
    return django_render(
        request, "backoffice/refused.html", {"page": frame(request), "error": error}, status=status
    )


def chips(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The filters that are set, as words for the list's head; empty ones are left out."""
    return [(label, value) for label, value in pairs if value]


def download(path: Path | None, name: str) -> FileResponse:
    """A table that long work has left, under the name that the browser saves it by. Raises Http404 when it is gone."""
    if path is None:
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="text/csv")
