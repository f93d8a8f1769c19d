"""The pictures of goods and of the customers' screen, to whoever asks: they are shown to the whole shop anyway."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from inventory.models import GoodsPicture
from pos.models import Picture

# A picture that is opened as a page can do nothing.
_HARMLESS = "default-src 'none'; sandbox"


@require_safe
def picture(request: HttpRequest, sha256: str) -> HttpResponse:
    """GET /pos/pictures/<sha256>: the bytes that hash to this name; a browser may keep them for good."""
    kinds = (Picture.objects, GoodsPicture.objects)
    found = (kind.filter(sha256=sha256).values_list("content", "media_type").first() for kind in kinds)
    held = next(filter(None, found), None)
    if held is None:
        raise Http404
    response = HttpResponse(bytes(held[0]), content_type=held[1])
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = _HARMLESS
    return response
