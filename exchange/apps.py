"""The exchange app."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Nothing to register yet beyond the app itself."""

    name = "exchange"
