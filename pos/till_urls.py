"""Addresses that tills call."""

from django.urls import path

from pos.api import till

urlpatterns = [
    path("enrol", till.enrol, name="till_enrol"),
    path("snapshot", till.catalogue, name="till_snapshot"),
]
