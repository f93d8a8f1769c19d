"""The ground app."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Registers the ground's own checks and jobs when Django starts."""

    name = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core import verify_checks  # noqa: F401  (registers the checks of this app)
