"""/api/v1/stock: what the store holds and how it came to that."""

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from core.rest import Paging
from core.services.organisation import current_store
from inventory.api import find
from inventory.api.shapes import BalanceOut, BalanceQuery, MoveOut
from inventory.models import Product, StockBalance, StockMove
from inventory.selectors import goods, stock


class NewestMove(Paging):
    """Pages of a ledger, newest first."""

    ordering = "-id"


class BalancesView(generics.GenericAPIView[StockBalance]):
    """What the store holds."""

    permission = "backoffice.view"
    serializer_class = BalanceOut
    pagination_class = Paging
    queryset = StockBalance.objects.none()
    filter_backends = []

    @extend_schema(parameters=[BalanceQuery], responses=BalanceOut(many=True), operation_id="stock_list")
    def get(self, request: Request) -> Response:
        """Balances of every product that ever moved, a page at a time."""
        query = BalanceQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = stock.balances(current_store())
        if query.validated_data.get("q"):
            rows = rows.filter(product__in=goods.matching(Product.objects.all(), query.validated_data["q"]))
        if query.validated_data["negative"]:
            rows = rows.filter(quantity__lt=0)
        page = self.paginate_queryset(rows)
        assert page is not None
        return self.get_paginated_response(BalanceOut(page, many=True).data)


class MovesView(generics.GenericAPIView[StockMove]):
    """The ledger of one product."""

    permission = "backoffice.view"
    serializer_class = MoveOut
    pagination_class = NewestMove
    queryset = StockMove.objects.none()
    filter_backends = []

    @extend_schema(responses=MoveOut(many=True), operation_id="stock_moves")
    def get(self, request: Request, product_id: uuid.UUID) -> Response:
        """Every movement, newest first."""
        page = self.paginate_queryset(stock.moves(current_store(), find.product(product_id)))
        assert page is not None
        return self.get_paginated_response(MoveOut(page, many=True).data)
