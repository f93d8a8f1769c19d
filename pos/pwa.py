"""The till's page, its manifest, service worker, file list and message catalogues.

Nothing here knows a till, a user or a session, and nothing asks the database: a browser that was never enrolled
gets the same bytes as one that was, and a till can be opened while the database is away.
"""

import base64
import hashlib
from collections.abc import Callable

from csp.decorators import csp
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import condition, require_safe

from pos.pwa_files import import_map, static_root, static_url, till_files

_IMPORT_MAP_HASH = base64.b64encode(hashlib.sha256(import_map().encode()).digest()).decode()

# The bridge answers on the loopback interface at a port of the shop's choosing. 'self' covers the server's own
# socket in every browser since Chromium 66. The one inline script is the import map, named by its hash.
_POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'", f"'sha256-{_IMPORT_MAP_HASH}'"],
    "style-src": ["'self'"],
    "font-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "connect-src": [
        "'self'",
        "ws://127.0.0.1:*",
        "wss://127.0.0.1:*",
        "ws://localhost:*",
        "wss://localhost:*",
    ],
    "manifest-src": ["'self'"],
    "worker-src": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'none'"],
}


def _build_tag(request: HttpRequest, **_kwargs: str) -> str:
    return f'"{till_files().build}"'


def _answer(content: bytes, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    # "no-cache" keeps a copy and asks whether it is still the one: a till must never start from half an old set.
    response["Cache-Control"] = "no-cache"
    return response


_of_one_build: Callable[..., Callable[..., HttpResponse]] = condition(etag_func=_build_tag)


@require_safe
@csp(_POLICY)
@_of_one_build
def page(request: HttpRequest, name: str = "page") -> HttpResponse:
    """GET /pos/ (the till), /pos/display/ (the customer's screen), /pos/checker/: the same bytes for everybody."""
    return _answer(till_files().pages[name], "text/html; charset=utf-8")


@require_safe
@csp({**_POLICY, "connect-src": ["'self'"], "frame-ancestors": ["'self'"]})
@xframe_options_sameorigin
def preview(request: HttpRequest) -> HttpResponse:
    """GET /pos/preview: the sale screen over a made-up sale, for the layout editor's frame; no till, no data."""
    values = {"static": static_url(), "import_map": import_map()}
    return _answer(render_to_string("till/preview.html", values).encode(), "text/html; charset=utf-8")


@require_safe
@_of_one_build
def manifest(request: HttpRequest) -> HttpResponse:
    """GET /pos/manifest.webmanifest: what makes the page installable."""
    return _answer(till_files().manifest, "application/manifest+json")


@require_safe
@_of_one_build
def files(request: HttpRequest) -> HttpResponse:
    """GET /pos/files.json: {"build", "files": [{"url", "sha256", "size"}]}, every file of the till with its hash."""
    return _answer(till_files().listing, "application/json")


@require_safe
@_of_one_build
def catalogue(request: HttpRequest, language: str) -> HttpResponse:
    """GET /pos/i18n/<language>.json: the till's texts in that language; 404 for a language that is not served."""
    content = till_files().catalogues.get(language)
    if content is None:
        raise Http404
    return _answer(content, "application/json")


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """GET /pos/sw.js: from this address because a worker's widest scope is the folder it was served from."""
    response = _answer((static_root() / "till" / "sw.js").read_bytes(), "text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = request.path.removesuffix("sw.js")
    return response
