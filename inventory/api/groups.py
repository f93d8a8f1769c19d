"""/api/v1/groups: the tree of goods."""

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from inventory.api import find
from inventory.api.products import REFUSED
from inventory.api.shapes import GroupIn, GroupOut
from inventory.selectors import goods as selectors
from inventory.services import goods as services


class GroupsView(APIView):
    """The whole tree."""

    permission = "backoffice.view"
    write_permission = "goods.edit"

    @extend_schema(responses=GroupOut(many=True), operation_id="groups_list")
    def get(self, request: Request) -> Response:
        """Every group, parents before their children."""
        return Response(GroupOut([group for _depth, group in selectors.tree()], many=True).data)

    @extend_schema(request=GroupIn, responses={201: GroupOut, 400: REFUSED}, operation_id="groups_create")
    def post(self, request: Request) -> Response:
        """Creates a group."""
        body = GroupIn(data=request.data)
        body.is_valid(raise_exception=True)
        values = body.validated_data | {"parent": find.named_group(body.validated_data["parent"])}
        return Response(GroupOut(services.group_save(**values)).data, status=status.HTTP_201_CREATED)


class GroupView(APIView):
    """One group."""

    permission = "backoffice.view"
    write_permission = "goods.edit"

    @extend_schema(
        request=GroupIn(partial=True), responses={200: GroupOut, 400: REFUSED}, operation_id="groups_change"
    )
    def patch(self, request: Request, group_id: uuid.UUID) -> Response:
        """Renames or moves a group; it cannot be moved inside itself."""
        group = find.group(group_id)
        body = GroupIn(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        present = {
            "name": group.name,
            "parent": group.parent_id,
            "position": group.position,
            "colour": group.colour,
        }
        values = present | body.validated_data
        values["parent"] = find.named_group(values["parent"])
        return Response(GroupOut(services.group_save(group, **values)).data)

    @extend_schema(responses={204: None, 400: REFUSED}, operation_id="groups_remove")
    def delete(self, request: Request, group_id: uuid.UUID) -> Response:
        """Removes an empty group."""
        services.group_remove(group=find.group(group_id))
        return Response(status=status.HTTP_204_NO_CONTENT)
