"""The ground's two pages: is the server well, and where to go."""

from django.db import connection
from django.http import HttpRequest, JsonResponse


def healthz(request: HttpRequest) -> JsonResponse:
    """`GET /healthz`: 200 when the database answers. Told to nobody in detail, because nobody signed in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})
