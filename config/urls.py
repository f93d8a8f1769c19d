"""Where every page and interface of the server is found."""

from django.conf import settings
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from core.views import healthz

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="backoffice:dashboard"), name="home"),
    path("healthz", healthz, name="healthz"),
    path("pos/", include("pos.pwa_urls")),
    path("r/", include("pos.public_urls")),
    path("api/till/", include("pos.till_urls")),
    path("api/v1/", include("inventory.api_urls")),
    path("api/v1/", include("pos.api_urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="api_docs"),
    path("backoffice/", include("backoffice.urls")),
]
if settings.ROLE == "hq":
    from django.contrib import admin

    urlpatterns.append(path("admin/", admin.site.urls))
