"""The exchange app: other systems, and the devices that are driven from the server."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Registers this app's checks and jobs, and has scales looked at when goods or prices change."""

    name = "exchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from exchange import verify_checks  # noqa: F401  (registers the checks of this app)
        from exchange.services import scale_jobs, sweeping  # noqa: F401  (registers the kinds of job)

        sweeping.follow_the_feed()
