"""/api/v1/prices: what things cost, when, and who decided it."""

import uuid
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.rest import Paging
from core.services.organisation import current_store
from inventory.access import access_price_change
from inventory.api import find
from inventory.api.products import REFUSED
from inventory.api.shapes import PriceIn, PriceOut, ProductPriceIn
from inventory.models import Price
from inventory.selectors import prices as selectors
from inventory.services.prices import PriceChange, prices_change_many

MAX_CHANGES = 1000


class Newest(Paging):
    """Pages of a history, the latest to take effect first."""

    ordering = ("-valid_from", "-id")  # type: ignore[assignment]


class ProductPricesView(generics.GenericAPIView[Price]):
    """The price history of one product."""

    permission = "backoffice.view"
    write_permission = "prices.edit"
    pagination_class = Newest
    serializer_class = PriceOut
    queryset = Price.objects.none()
    filter_backends = []

    @extend_schema(responses=PriceOut(many=True), operation_id="prices_history")
    def get(self, request: Request, product_id: uuid.UUID) -> Response:
        """Every decision, the latest to take effect first."""
        page = self.paginate_queryset(selectors.history(find.product(product_id)))
        assert page is not None
        return self.get_paginated_response(PriceOut(page, many=True).data)

    @extend_schema(
        request=PriceIn, responses={201: PriceOut(many=True), 400: REFUSED}, operation_id="prices_change"
    )
    def post(self, request: Request, product_id: uuid.UUID) -> Response:
        """Changes the price; the answer holds the new row, or nothing when this was the price already."""
        body = PriceIn(data=request.data)
        body.is_valid(raise_exception=True)
        product = find.product(product_id)
        return _change(request, [{"product": product.id, **body.validated_data}])


class PricesView(APIView):
    """Many price changes at once."""

    permission = "backoffice.view"
    write_permission = "prices.edit"

    @extend_schema(
        request=ProductPriceIn(many=True),
        responses={201: PriceOut(many=True), 400: REFUSED},
        operation_id="prices_change_many",
    )
    def post(self, request: Request) -> Response:
        """Changes up to 1,000 prices in one transaction, all or none; repeated decisions are left out."""
        body = ProductPriceIn(data=request.data, many=True, max_length=MAX_CHANGES)  # type: ignore[call-arg]
        body.is_valid(raise_exception=True)
        return _change(request, body.validated_data)


def _change(request: Request, wishes: list[dict[str, Any]]) -> Response:
    if not access_price_change(find.person(request), current_store()):
        raise find.Forbidden(_("You may change prices only in the store you work in."))
    find.check_price_types({wish["type"] for wish in wishes})
    changes = [
        PriceChange(
            product=wish["product"],
            price=wish["price"],
            price_type=wish["type"],
            valid_from=wish["valid_from"],
            valid_to=wish["valid_to"],
        )
        for wish in wishes
    ]
    rows = prices_change_many(changes, now=clock.now(), by=find.person(request))
    return Response(PriceOut(rows, many=True).data, status=status.HTTP_201_CREATED)
