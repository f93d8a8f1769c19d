"""/api/v1/journal: what the tills sent, and what people decide about the odd parts of it."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.rest import Paging
from pos import access
from pos.api.shapes import ConflictOut, DecisionIn, ItemOut, ItemQuery, ItemRow, NoteIn, Refusal
from pos.api.tills import person
from pos.models import ItemConflict, JournalItem
from pos.selectors import journal
from pos.services import exceptions


class Newest(Paging):
    """Pages from the newest row back."""

    ordering = "-id"


class ItemsView(generics.GenericAPIView[JournalItem]):
    """The journal."""

    permission = "receipts.view"
    pagination_class = Newest
    serializer_class = ItemRow
    queryset = JournalItem.objects.none()
    filter_backends = []

    @extend_schema(parameters=[ItemQuery], responses=ItemRow(many=True), operation_id="journal_list")
    def get(self, request: Request) -> Response:
        """Elements as they arrived, the newest first, a page at a time."""
        query = ItemQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        page = self.paginate_queryset(_narrowed(request, query.validated_data))
        assert page is not None
        return self.get_paginated_response(ItemRow(list(page), many=True).data)


def _narrowed(request: Request, query: dict[str, Any]) -> QuerySet[JournalItem]:
    names = {"till": "till__number", "inc": "inc", "state": "state", "type": "type", "item": "item_id"}
    rows = journal.items(access.access_store(person(request)))
    return rows.filter(**{field: query[name] for name, field in names.items() if name in query})


class ItemView(APIView):
    """One element of the journal."""

    permission = "receipts.view"
    write_permission = "exceptions.resolve"

    @extend_schema(responses={200: ItemOut, 404: Refusal}, operation_id="journal_read")
    def get(self, request: Request, pk: int) -> Response:
        """An element with its body and its remarks."""
        return Response(ItemOut(access.access_item(person(request), pk)).data)

    @extend_schema(
        request=DecisionIn,
        responses={200: ItemOut, 400: Refusal, 404: Refusal},
        operation_id="journal_decide",
    )
    def post(self, request: Request, pk: int) -> Response:
        """Accepts a quarantined item, when the rules hold now, or dismisses it."""
        who = person(request)
        item = access.access_item(who, pk)
        body = DecisionIn(data=request.data)
        body.is_valid(raise_exception=True)
        note, now = body.validated_data["note"], clock.now()
        if body.validated_data["action"] == "accept":
            store = access.access_store(who)
            exceptions.quarantine_accept(item, store=store, by=who, note=note, now=now)
        else:
            exceptions.quarantine_dismiss(item, by=who, note=note, now=now)
        return Response(ItemOut(item).data)


class ConflictsView(generics.GenericAPIView[ItemConflict]):
    """Ids that arrived with two contents."""

    permission = "receipts.view"
    pagination_class = Newest
    serializer_class = ConflictOut
    queryset = ItemConflict.objects.none()
    filter_backends = []

    @extend_schema(responses=ConflictOut(many=True), operation_id="conflicts_list")
    def get(self, request: Request) -> Response:
        """Open and explained conflicts, the newest first."""
        rows = journal.conflicts(access.access_store(person(request)), open_only=False)
        page = self.paginate_queryset(rows)
        assert page is not None
        return self.get_paginated_response(ConflictOut(list(page), many=True).data)


class ConflictView(APIView):
    """One conflict."""

    permission = "receipts.view"
    write_permission = "exceptions.resolve"

    @extend_schema(
        request=NoteIn,
        responses={200: ConflictOut, 400: Refusal, 404: Refusal},
        operation_id="conflicts_explain",
    )
    def post(self, request: Request, pk: int) -> Response:
        """Closes a conflict with what was found out."""
        who = person(request)
        conflict = access.access_conflict(who, pk)
        body = NoteIn(data=request.data)
        body.is_valid(raise_exception=True)
        note = body.validated_data["note"]
        row = exceptions.conflict_explain(conflict, by=who, note=note, now=clock.now())
        return Response(ConflictOut(row).data)
