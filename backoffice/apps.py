"""The backoffice app."""

from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    """Nothing to register beyond the app itself."""

    name = "backoffice"
