"""What every REST resource shares: one shape of error, role permissions, keyset paging."""

from typing import Any, Protocol

from django.utils.translation import gettext as _
from rest_framework import exceptions, pagination, permissions, response, views
from rest_framework.request import Request

from core.errors import KasaError

_STATUS = {"not_found": 404, "forbidden": 403, "conflict": 409, "too_large": 413}


def error_response(error: Exception, context: dict[str, Any]) -> response.Response | None:
    """Turns anticipated errors into `{"code", "message", "extra"}`; anything else stays a logged failure."""
    if isinstance(error, KasaError):
        body = {"code": error.code, "message": error.message, "extra": error.extra}
        return response.Response(body, status=_STATUS.get(error.code, 400))
    answer = views.exception_handler(error, context)
    if answer is not None and isinstance(error, exceptions.APIException):
        code = error.get_codes() if isinstance(error.detail, str) else "invalid"
        message = str(error.detail) if isinstance(error.detail, str) else _("Some fields need another value.")
        answer.data = {
            "code": code if isinstance(code, str) else "invalid",
            "message": message,
            "extra": {} if isinstance(error.detail, str) else answer.data,
        }
    return answer


class _NeedsPermission(Protocol):
    permission: str


class MayUse(permissions.BasePermission):
    """Lets a signed-in employee through whose role grants `view.permission` (or, for writes, `view.write_permission`).

    A view that names none is closed to everybody.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        needed = getattr(view, "permission", None)
        if request.method not in permissions.SAFE_METHODS:
            needed = getattr(view, "write_permission", needed)
        user = request.user
        return bool(needed and user.is_authenticated and user.may(needed))


class Paging(pagination.CursorPagination):
    """Keyset paging: page 10,000 costs what page 1 costs."""

    page_size = 100
    max_page_size = 1000
    page_size_query_param = "limit"
    ordering = "id"
