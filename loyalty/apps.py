"""The loyalty app: promotions."""

from django.apps import AppConfig


class LoyaltyConfig(AppConfig):
    """Registers this app's own checks when Django starts."""

    name = "loyalty"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from loyalty import verify_checks  # noqa: F401  (registers the checks of this app)
