"""/api/v1/taxes and /api/v1/units: what products refer to."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from inventory.api.shapes import TaxOut, UnitOut
from inventory.models import Tax, Unit
from inventory.selectors.taxes import company_country


class TaxesView(APIView):
    """The tax table of the shop's country."""

    permission = "backoffice.view"

    @extend_schema(responses=TaxOut(many=True), operation_id="taxes_list")
    def get(self, request: Request) -> Response:
        """Every rate with its days, by code."""
        rows = Tax.objects.filter(country=company_country()).order_by("code", "valid_from")
        return Response(TaxOut(rows, many=True).data)


class UnitsView(APIView):
    """Units of measure."""

    permission = "backoffice.view"

    @extend_schema(responses=UnitOut(many=True), operation_id="units_list")
    def get(self, request: Request) -> Response:
        """Every unit, by code."""
        return Response(UnitOut(Unit.objects.order_by("code"), many=True).data)
