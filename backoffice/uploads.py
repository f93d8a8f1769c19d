"""Files that people send: a body that is too large is refused before it is read."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_protect

from backoffice.access import Asking
from core.errors import KasaError

View = Callable[..., HttpResponse]
# The form around the file: its other fields and the separators of multipart.
OVERHEAD = 64 * 1024


def small_body(most: int, refusal: Callable[[], KasaError]) -> Callable[[View], View]:
    """Refuses a file of more than `most` bytes. The nearest decorator of the view, and `csrf_exempt` is the farthest.

    The CSRF check reads the body to find its token, so it is made here, after the length was looked at.
    """

    def decorate(view: View) -> View:
        protected: View = csrf_protect(view)

        @wraps(view)
        def limited(request: Asking, *args: Any, **kwargs: Any) -> HttpResponse:
            length = request.META.get("CONTENT_LENGTH") or "0"
            if not length.isdigit() or int(length) > most + OVERHEAD:
                raise refusal()
            return protected(request, *args, **kwargs)

        return limited

    return decorate
