"""The backoffice app."""

from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    """Nothing to register yet beyond the app itself."""

    name = "backoffice"
