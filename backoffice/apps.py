"""The backoffice app."""

from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    """Registers this app's long work when Django starts."""

    name = "backoffice"

    def ready(self) -> None:
        from backoffice.services import imports  # noqa: F401  (registers the job kind)
