"""The ASGI application that Daphne serves: pages and REST by Django, the till's socket by Channels."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
http = get_asgi_application()

from pos.routing import websocket_urlpatterns  # noqa: E402  (the socket's consumers need the apps to be loaded)

application = ProtocolTypeRouter({"http": http, "websocket": URLRouter(websocket_urlpatterns)})
