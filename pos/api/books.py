"""/api/v1/receipts, /api/v1/shifts: what was sold, and the X and Z of each shift."""

import uuid
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.rest import Paging
from pos import access
from pos.api.shapes import ReceiptOut, ReceiptQuery, ReceiptRow, Refusal, ShiftRow
from pos.api.tills import person
from pos.models import Receipt, Shift
from pos.selectors import receipts, shifts


class NewestReceipt(Paging):
    """Pages from the newest receipt back."""

    ordering = ("-closed_at", "-id")  # type: ignore[assignment]


class NewestShift(Paging):
    """Pages from the newest shift back."""

    ordering = ("-at", "-id")  # type: ignore[assignment]


class ReceiptsView(generics.GenericAPIView[Receipt]):
    """The receipts of the store."""

    permission = "receipts.view"
    pagination_class = NewestReceipt
    serializer_class = ReceiptRow
    queryset = Receipt.objects.none()
    filter_backends = []

    @extend_schema(parameters=[ReceiptQuery], responses=ReceiptRow(many=True), operation_id="receipts_list")
    def get(self, request: Request) -> Response:
        """Receipts, the newest first, a page at a time."""
        query = ReceiptQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = _narrowed(receipts.receipts(access.access_store(person(request))), query.validated_data)
        page = self.paginate_queryset(rows)
        assert page is not None
        return self.get_paginated_response(ReceiptRow(list(page), many=True).data)


def _narrowed(rows: QuerySet[Receipt], query: dict[str, Any]) -> QuerySet[Receipt]:
    names = {
        "day": "day",
        "till": "till__number",
        "kind": "kind",
        "shift": "shift_id",
        "cashier": "cashier_id",
    }
    rows = rows.filter(**{field: query[name] for name, field in names.items() if name in query})
    return rows if query["late"] is None else rows.filter(late=query["late"])


class ReceiptView(APIView):
    """One receipt."""

    permission = "receipts.view"

    @extend_schema(responses={200: ReceiptOut, 404: Refusal}, operation_id="receipts_read")
    def get(self, request: Request, receipt_id: uuid.UUID) -> Response:
        """A receipt with its lines, discounts, taxes, payments and remarks."""
        return Response(ReceiptOut(access.access_receipt(person(request), receipt_id)).data)


class ShiftsView(generics.GenericAPIView[Shift]):
    """The shifts of the store."""

    permission = "shifts.view"
    pagination_class = NewestShift
    serializer_class = ShiftRow
    queryset = Shift.objects.none()
    filter_backends = []

    @extend_schema(responses=ShiftRow(many=True), operation_id="shifts_list")
    def get(self, request: Request) -> Response:
        """Shifts, the newest first, a page at a time."""
        page = self.paginate_queryset(shifts.shifts(access.access_store(person(request))))
        assert page is not None
        return self.get_paginated_response(ShiftRow(list(page), many=True).data)


class ShiftView(APIView):
    """One shift."""

    permission = "shifts.view"

    @extend_schema(responses={200: OpenApiTypes.OBJECT, 404: Refusal}, operation_id="shifts_read")
    def get(self, request: Request, shift_id: uuid.UUID) -> Response:
        """The shift's X or Z as the server's facts give it, the same as the socket's report.x."""
        shift = access.access_shift(person(request), shift_id)
        return Response(shifts.report_wire(shifts.shift_report(shift)))
