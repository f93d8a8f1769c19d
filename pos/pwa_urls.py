"""Addresses of the till's page and its parts, included below /pos/."""

from django.urls import path

from pos import pwa

app_name = "pos_pwa"

urlpatterns = [
    path("", pwa.page, name="page"),
    path("manifest.webmanifest", pwa.manifest, name="manifest"),
    path("sw.js", pwa.service_worker, name="service_worker"),
    path("files.json", pwa.files, name="files"),
    path("i18n/<slug:language>.json", pwa.catalogue, name="catalogue"),
]
