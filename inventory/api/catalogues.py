"""/api/v1/taxes and /api/v1/units: what products refer to."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from inventory.api.products import REFUSED
from inventory.api.shapes import TaxIn, TaxOut, UnitOut
from inventory.models import Tax, Unit
from inventory.selectors.taxes import company_country
from inventory.services.basics import tax_rate_add


class TaxesView(APIView):
    """The tax table of the shop's country."""

    permission = "backoffice.view"
    write_permission = "settings.edit"

    @extend_schema(responses=TaxOut(many=True), operation_id="taxes_list")
    def get(self, request: Request) -> Response:
        """Every rate with its days, by code."""
        rows = Tax.objects.filter(country=company_country()).order_by("code", "valid_from")
        return Response(TaxOut(rows, many=True).data)

    @extend_schema(request=TaxIn, responses={201: TaxOut, 400: REFUSED}, operation_id="taxes_create")
    def post(self, request: Request) -> Response:
        """Gives a code a new rate from a day on; the open rate before it ends the day before."""
        body = TaxIn(data=request.data)
        body.is_valid(raise_exception=True)
        tax = tax_rate_add(country=company_country(), **body.validated_data)
        return Response(TaxOut(tax).data, status=status.HTTP_201_CREATED)


class UnitsView(APIView):
    """Units of measure."""

    permission = "backoffice.view"

    @extend_schema(responses=UnitOut(many=True), operation_id="units_list")
    def get(self, request: Request) -> Response:
        """Every unit, by code."""
        return Response(UnitOut(Unit.objects.order_by("code"), many=True).data)
