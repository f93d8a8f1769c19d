"""/api/v1/tills: the tills of the store, their codes, and word for the open ones."""

import uuid
from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.models import Employee
from pos import access
from pos.api.shapes import CodeOut, CommandIn, Refusal, TillChange, TillIn, TillOut
from pos.models import Till
from pos.selectors import tills as selectors
from pos.services import tills as services


def person(request: Request) -> Employee:
    """Who asks; `core.rest.MayUse` let nobody else through."""
    return cast(Employee, request.user)


def _rendered(request: Request, till: Till) -> dict[str, Any]:
    states = selectors.till_states(access.access_store(person(request)), clock.now())
    return dict(TillOut(next(state for state in states if state.till.id == till.id)).data)


class TillsView(APIView):
    """The tills of the store."""

    permission = "backoffice.view"
    write_permission = "tills.manage"

    @extend_schema(responses=TillOut(many=True), operation_id="tills_list")
    def get(self, request: Request) -> Response:
        """Every till by number, with its device."""
        states = selectors.till_states(access.access_store(person(request)), clock.now())
        return Response(TillOut(states, many=True).data)

    @extend_schema(request=TillIn, responses={201: TillOut, 400: Refusal}, operation_id="tills_create")
    def post(self, request: Request) -> Response:
        """Creates a till."""
        body = TillIn(data=request.data)
        body.is_valid(raise_exception=True)
        till = services.till_create(store=access.access_store(person(request)), **body.validated_data)
        return Response(_rendered(request, till), status=status.HTTP_201_CREATED)


class TillView(APIView):
    """One till."""

    permission = "backoffice.view"
    write_permission = "tills.manage"

    @extend_schema(responses={200: TillOut, 404: Refusal}, operation_id="tills_read")
    def get(self, request: Request, till_id: uuid.UUID) -> Response:
        """A till with its device."""
        return Response(_rendered(request, access.access_till(person(request), till_id)))

    @extend_schema(request=TillChange, responses={200: TillOut, 404: Refusal}, operation_id="tills_change")
    def patch(self, request: Request, till_id: uuid.UUID) -> Response:
        """Renames, locks or unlocks a till."""
        till = access.access_till(person(request), till_id)
        body = TillChange(data=request.data)
        body.is_valid(raise_exception=True)
        if "name" in body.validated_data:
            services.till_rename(till, body.validated_data["name"])
        if "locked" in body.validated_data:
            services.till_lock(till, body.validated_data["locked"])
        return Response(_rendered(request, till))


class TillCodeView(APIView):
    """One-time codes."""

    permission = "tills.manage"

    @extend_schema(request=None, responses={201: CodeOut, 404: Refusal}, operation_id="tills_code")
    def post(self, request: Request, till_id: uuid.UUID) -> Response:
        """Makes a code; one made before is withdrawn."""
        till = access.access_till(person(request), till_id)
        code = services.till_code_make(till=till, by=person(request), now=clock.now())
        body = {"code": code, "minutes": int(services.CODE_VALID.total_seconds() // 60)}
        return Response(CodeOut(body).data, status=status.HTTP_201_CREATED)


class TillRevokeView(APIView):
    """Taking a till from its device."""

    permission = "tills.manage"

    @extend_schema(request=None, responses={200: TillOut, 404: Refusal}, operation_id="tills_revoke")
    def post(self, request: Request, till_id: uuid.UUID) -> Response:
        """Revokes the present device; its socket is closed with 4403."""
        till = access.access_till(person(request), till_id)
        services.till_revoke(till, now=clock.now())
        return Response(_rendered(request, till))


class TillCommandView(APIView):
    """Word for an open till."""

    permission = "tills.manage"

    @extend_schema(request=CommandIn, responses={202: None, 404: Refusal}, operation_id="tills_command")
    def post(self, request: Request, till_id: uuid.UUID) -> Response:
        """Sends a command; a hint, like every push."""
        till = access.access_till(person(request), till_id)
        body = CommandIn(data=request.data)
        body.is_valid(raise_exception=True)
        services.till_command(till, body.validated_data["name"])
        return Response(status=status.HTTP_202_ACCEPTED)
