"""REST addresses of goods, prices and stock, below /api/v1/."""

from django.urls import path

from inventory.api import catalogues, groups, prices, products, stock

urlpatterns = [
    path("products", products.ProductsView.as_view()),
    path("products/<uuid:product_id>", products.ProductView.as_view()),
    path("products/<uuid:product_id>/barcodes", products.ProductBarcodesView.as_view()),
    path("products/<uuid:product_id>/prices", prices.ProductPricesView.as_view()),
    path("products/by-barcode/<path:code>", products.ProductByBarcodeView.as_view()),
    path("barcodes/<path:code>", products.BarcodeView.as_view()),
    path("groups", groups.GroupsView.as_view()),
    path("groups/<uuid:group_id>", groups.GroupView.as_view()),
    path("prices", prices.PricesView.as_view()),
    path("taxes", catalogues.TaxesView.as_view()),
    path("units", catalogues.UnitsView.as_view()),
    path("stock", stock.BalancesView.as_view()),
    path("stock/<uuid:product_id>/moves", stock.MovesView.as_view()),
]
