"""The top of the project: settings, addresses, ASGI and Celery. It knows everybody and holds no logic."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
