"""Request-wide rules that belong to no app."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]


def secure_cookies(get_response: Handler) -> Handler:
    """Marks every cookie Secure when the request came over HTTPS.

    The same server answers loopback over plain HTTP and the shop's network over HTTPS, so a fixed setting
    would be wrong for one of them.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.is_secure():
            for cookie in response.cookies.values():
                cookie["secure"] = True
        return response

    return handle


def no_store_by_default(get_response: Handler) -> Handler:
    """Keeps pages and API answers out of caches unless the view says otherwise; they hold the shop's figures."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return handle
