"""The inventory app: goods, prices, taxes and stock."""

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    """Registers this app's checks and jobs when Django starts."""

    name = "inventory"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inventory import verify_checks  # noqa: F401  (registers the checks of this app)
        from inventory.services import import_jobs  # noqa: F401  (registers the kind of job)
