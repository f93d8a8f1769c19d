"""/api/v1/products: the list of goods, one product, its barcodes."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.rest import Paging
from core.services.organisation import current_store
from inventory.api import find
from inventory.api.shapes import BarcodeIn, BarcodeOut, Problem, ProductIn, ProductOut, ProductQuery
from inventory.models import Product
from inventory.selectors import goods as selectors
from inventory.selectors import prices
from inventory.services import goods as services

REFUSED = OpenApiResponse(Problem, description="Refused; `code` says which rule.")


class ByName(Paging):
    """Pages in the order of names."""

    ordering = ("search_name", "id")  # type: ignore[assignment]


def rendered(products: list[Product]) -> list[dict[str, Any]]:
    """Products as the wire shows them; their prices are read in one statement."""
    at = clock.now()
    found = prices.in_force([p.id for p in products], at=at, store=current_store())
    return list(ProductOut(products, many=True, context={"prices": found}).data)


class ProductsView(generics.GenericAPIView[Product]):
    """The goods of the shop."""

    permission = "backoffice.view"
    write_permission = "goods.edit"
    pagination_class = ByName
    serializer_class = ProductOut
    queryset = Product.objects.none()
    filter_backends = []

    @extend_schema(parameters=[ProductQuery], responses=ProductOut(many=True), operation_id="products_list")
    def get(self, request: Request) -> Response:
        """Products by name, a page at a time."""
        query = ProductQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        page = self.paginate_queryset(_narrowed(query.validated_data))
        assert page is not None
        return self.get_paginated_response(rendered(list(page)))

    @extend_schema(
        request=ProductIn, responses={201: ProductOut, 400: REFUSED}, operation_id="products_create"
    )
    def post(self, request: Request) -> Response:
        """Creates a product; without a code it gets a free one."""
        body = ProductIn(data=request.data)
        body.is_valid(raise_exception=True)
        values = dict(body.validated_data)
        values["code"] = values.get("code") or services.product_code_next()
        saved = services.product_save(**_resolved(values), now=clock.now())
        return Response(rendered([find.product(saved.id)])[0], status=status.HTTP_201_CREATED)


def _narrowed(query: dict[str, Any]) -> QuerySet[Product]:
    rows = selectors.matching(selectors.products(), query.get("q", ""))
    if "group" in query:
        rows = rows.filter(group__in=selectors.inside(find.group(query["group"])))
    if "kind" in query:
        rows = rows.filter(kind=query["kind"])
    if query["active"] is not None:
        rows = rows.filter(active=query["active"])
    return rows


def _resolved(values: dict[str, Any]) -> dict[str, Any]:
    """The named group and units as rows. Raises UnknownReference."""
    return values | {
        "group": find.named_group(values["group"]),
        "unit": find.named_unit(values["unit"], "unit"),
        "content_unit": find.named_unit(values["content_unit"], "content_unit"),
        "deposit": find.named_product(values["deposit"], "deposit"),
    }


class ProductView(APIView):
    """One product."""

    permission = "backoffice.view"
    write_permission = "goods.edit"

    @extend_schema(responses={200: ProductOut, 404: REFUSED}, operation_id="products_read")
    def get(self, request: Request, product_id: uuid.UUID) -> Response:
        """A product with its barcodes and its price."""
        return Response(rendered([find.product(product_id)])[0])

    @extend_schema(
        request=ProductIn(partial=True),
        responses={200: ProductOut, 400: REFUSED},
        operation_id="products_change",
    )
    def patch(self, request: Request, product_id: uuid.UUID) -> Response:
        """Changes the named fields; tills hear of it in the same moment."""
        product = find.product(product_id)
        body = ProductIn(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        values = _present(product) | body.validated_data
        services.product_save(product, **_resolved(values), now=clock.now())
        return Response(rendered([find.product(product_id)])[0])


def _present(product: Product) -> dict[str, Any]:
    return {
        "code": product.code,
        "name": product.name,
        "kind": product.kind,
        "unit": product.unit_id,
        "group": product.group_id,
        "tax": product.tax,
        "age": product.age,
        "discountable": product.discountable,
        "active": product.active,
        "content": product.content,
        "content_unit": product.content_unit_id,
        "open_price": product.open_price,
        "price_min": product.price_min,
        "price_max": product.price_max,
        "deposit": product.deposit_id,
        "capture": product.capture,
        "licence": product.licence,
        "allergens": product.allergens,
        "properties": product.properties,
    }


class ProductByBarcodeView(APIView):
    """What a scanner would find."""

    permission = "backoffice.view"

    @extend_schema(responses={200: ProductOut, 404: REFUSED}, operation_id="products_by_barcode")
    def get(self, request: Request, code: str) -> Response:
        """The product that has this barcode."""
        barcode = selectors.by_barcode(code[:48])
        if barcode is None:
            raise find.NotFound(_("No product has this barcode."))
        return Response(rendered([find.product(barcode.product_id)])[0])


class ProductBarcodesView(APIView):
    """The barcodes of a product."""

    permission = "backoffice.view"
    write_permission = "goods.edit"

    @extend_schema(
        request=BarcodeIn, responses={201: BarcodeOut, 400: REFUSED}, operation_id="barcodes_create"
    )
    def post(self, request: Request, product_id: uuid.UUID) -> Response:
        """Gives the product one more barcode."""
        body = BarcodeIn(data=request.data)
        body.is_valid(raise_exception=True)
        barcode = services.barcode_add(product=find.product(product_id), **body.validated_data)
        return Response(BarcodeOut(barcode).data, status=status.HTTP_201_CREATED)


class BarcodeView(APIView):
    """One barcode."""

    permission = "backoffice.view"
    write_permission = "goods.edit"

    @extend_schema(responses={204: None, 404: REFUSED}, operation_id="barcodes_remove")
    def delete(self, request: Request, code: str) -> Response:
        """Takes the barcode away from its product."""
        services.barcode_remove(code=code[:48])
        return Response(status=status.HTTP_204_NO_CONTENT)
