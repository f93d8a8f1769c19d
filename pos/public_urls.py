"""Addresses that need no signing in, included at the root."""

from django.urls import path

from pos import public

app_name = "pos_public"

urlpatterns = [path("<str:token>", public.receipt, name="receipt")]
