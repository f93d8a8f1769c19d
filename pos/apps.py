"""The server side of the tills."""

from django.apps import AppConfig


class PosConfig(AppConfig):
    """Registers the tills' own checks when Django starts."""

    name = "pos"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from pos import verify_checks  # noqa: F401  (registers the checks of this app)
        from pos.pricing import rulebook
        from pos.services import tenders

        rulebook.follow_the_feed()
        tenders.follow_the_feed()
