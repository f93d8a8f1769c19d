"""The backoffice app."""

from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    """Registers this app's jobs when Django starts."""

    name = "backoffice"

    def ready(self) -> None:
        from backoffice.services import journal_export  # noqa: F401  (registers the kind of job)
