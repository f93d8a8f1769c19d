"""What tills call over HTTP: enrolling, and the catalogue's snapshot."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from functools import wraps
from typing import IO

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from core import canonical, clock
from core.errors import KasaError
from core.services.organisation import store_value
from pos import access
from pos.api import ranges
from pos.live.handshake import COOKIE
from pos.models import Till
from pos.services import audience, snapshot, tills

log = logging.getLogger(__name__)
COOKIE_SECONDS = 400 * 24 * 3600
MAX_ENROL_BYTES = 4096
CHUNK = 256 * 1024
_STATUS = {"not_enrolled": 401, "revoked": 403, "bad_code": 403, "other_kind": 409, "too_large": 413}

View = Callable[[HttpRequest], HttpResponseBase]


def _errors(view: View) -> View:
    """Answers anticipated errors as the REST resources do."""

    @wraps(view)
    def handle(request: HttpRequest) -> HttpResponseBase:
        try:
            return view(request)
        except KasaError as error:
            return _refusal(error.code, error.message, _STATUS.get(error.code, 400), **error.extra)
        except (OperationalError, InterfaceError, OSError) as error:
            log.warning("%s failed for now: %s", request.path, error)
            return _refusal("unavailable", "The server cannot answer now. Try again later.", 503)

    return handle


def _refusal(code: str, message: str, status: int, **extra: object) -> JsonResponse:
    return JsonResponse({"code": code, "message": message, "extra": extra}, status=status)


# Nothing of the browser's session counts here: the one-time code decides.
@csrf_exempt
@require_POST
@_errors
def enrol(request: HttpRequest) -> HttpResponse:
    """POST /api/till/enrol {"code", "public_key", "kind"}: 201 and the till's cookie.

    `kind` is "till" (also when it is left out) or "checker". 400 bad_request, bad_key; 403 bad_code; 409 other_kind;
    413 too_large.
    """
    body = canonical.parse(request.read(MAX_ENROL_BYTES + 1), MAX_ENROL_BYTES)
    if not isinstance(body, dict) or not isinstance(body.get("code"), str) or len(body["code"]) > 40:
        raise canonical.ProtocolError("The request is an object with a code and a public_key.")
    canonical.encode(body)
    if body.get("kind", Till.Kind.TILL) not in Till.Kind.values:
        raise canonical.ProtocolError("The kind is till or checker.")
    done = tills.enrol(
        code=body["code"],
        public_key=body.get("public_key"),
        now=clock.now(),
        kind=body.get("kind", Till.Kind.TILL),
        present=request.COOKIES.get(COOKIE),
    )
    till = done.till
    answer = JsonResponse(
        {
            "till": {
                "id": str(till.id),
                "number": till.number,
                "inc": done.incarnation.inc,
                "name": till.name,
                "kind": till.kind,
            },
            "store": store_value(till.store),
            "protocol": 1,
        },
        status=201,
    )
    answer.set_cookie(
        COOKIE,
        done.secret,
        max_age=COOKIE_SECONDS,
        path="/",
        secure=request.is_secure(),
        httponly=True,
        samesite="Strict",
    )
    return answer


@require_http_methods(["GET", "HEAD"])
@_errors
def catalogue(request: HttpRequest) -> HttpResponseBase:
    """GET /api/till/snapshot: the whole catalogue, packed; one range at a time; 304 for who has it already.

    HEAD only asks who the caller is and builds nothing.
    """
    device = access.access_device(request.COOKIES.get(COOKIE))
    if request.method == "HEAD":
        return HttpResponse(content_type="application/x-ndjson")
    found, file = _open(audience.of(device.till))
    size = file.seek(0, 2)
    headers = {"ETag": found.etag, "Accept-Ranges": "bytes", "Cache-Control": "private, no-cache"}
    if found.etag in request.headers.get("If-None-Match", ""):
        file.close()
        return HttpResponse(status=304, headers=headers)
    asked = request.headers.get("Range")
    if request.headers.get("If-Range") not in (None, found.etag):
        asked = None
    try:
        span = ranges.span(asked, size)
    except ranges.Unsatisfiable:
        file.close()
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    whole = ranges.Span(0, size - 1)
    if span is not None:
        headers["Content-Range"] = f"bytes {span.first}-{span.last}/{size}"
    headers |= {"Content-Length": str((span or whole).size), "Content-Encoding": "gzip"}
    return StreamingHttpResponse(
        _chunks(file, span or whole),
        status=206 if span else 200,
        content_type="application/x-ndjson",
        headers=headers,
    )


def _open(whose: audience.Audience) -> tuple[snapshot.Snapshot, IO[bytes]]:
    """A snapshot and its open file; a file that was pruned between the two is replaced by a newer one."""
    while True:
        found = snapshot.snapshot(whose)
        try:
            return found, found.path.open("rb")
        except FileNotFoundError:
            continue


async def _chunks(file: IO[bytes], span: ranges.Span) -> AsyncIterator[bytes]:
    """The bytes of the range, one chunk in memory at a time, read off the event loop."""
    left = span.size
    try:
        await asyncio.to_thread(file.seek, span.first)
        while left:
            data = await asyncio.to_thread(file.read, min(CHUNK, left))
            if not data:
                return
            left -= len(data)
            yield data
    finally:
        file.close()
