"""Addresses of the till's page and its parts, included below /pos/."""

from django.urls import path

from pos import pwa, pwa_pictures

app_name = "pos_pwa"

urlpatterns = [
    path("", pwa.page, name="page"),
    path("display/", pwa.page, {"name": "display"}, name="display"),
    path("preview", pwa.preview, name="preview"),
    path("manifest.webmanifest", pwa.manifest, name="manifest"),
    path("sw.js", pwa.service_worker, name="service_worker"),
    path("files.json", pwa.files, name="files"),
    path("checker/", pwa.page, {"name": "checker"}, name="checker"),
    path("pictures/<slug:sha256>", pwa_pictures.picture, name="picture"),
    path("i18n/<slug:language>.json", pwa.catalogue, name="catalogue"),
]
