"""`python -m core.runtime.web`: the store's web server, on one port.

Without certificates (`manage.py tls`) that is plain HTTP on loopback, where browsers allow a till
everything. With them it listens on every interface: HTTPS for everybody, and plain HTTP still for this
machine itself, so that its own till keeps its origin and with it its data.
"""

from __future__ import annotations

import importlib
import io
import ipaddress
import sys
from pathlib import Path

from core.runtime import tls
from core.runtime.env import SettingError, data_dir, env_int, env_str
from core.runtime.postgres import ensure_running


def port() -> int:
    """KASA_PORT."""
    return env_int("KASA_PORT", 8000, "Port of pages, interfaces and sockets.", minimum=1, maximum=65535)


def bind_address() -> str:
    """The address to listen on: KASA_BIND, else every interface with TLS and loopback without."""
    text = env_str(
        "KASA_BIND",
        "",
        "Address to listen on. Default: 127.0.0.1, or 0.0.0.0 (every interface) once `manage.py tls` was run.",
    )
    if not text:
        return "0.0.0.0" if tls.configured() else "127.0.0.1"
    try:
        return str(ipaddress.ip_address(text))
    except ValueError as error:
        raise SettingError(f"KASA_BIND must be an address of this machine, not {text!r}.") from error


def announcement_path() -> Path:
    """Where `--announce` leaves what the supervisor shows: the demo's fresh till code."""
    return data_dir() / "announcement.txt"


def announce() -> None:
    """Ask `manage.py till_code` for a code here, where Django is loaded already: a process of its own
    would cost every start two seconds."""
    from django.core.management import CommandError, call_command
    from django.db import connections

    text = io.StringIO()
    try:
        call_command("till_code", stdout=text, no_color=True)
    except CommandError as problem:
        text.write(f"  Till code     none: {problem}\n")
    connections.close_all()
    announcement_path().write_text(text.getvalue(), encoding="utf-8")


def main() -> None:
    """Serve until told to stop. What is above core is known here by name only, hence the late imports."""
    ensure_running()
    server = importlib.import_module("core.runtime.asgi_server")
    application = importlib.import_module("config.asgi").application
    if "--announce" in sys.argv[1:]:
        announce()
    server.StoreServer(
        certificates=tls.files() if tls.configured() else None,
        application=application,
        endpoints=server.build_endpoint_description_strings(host=bind_address(), port=port()),
        # A till's socket stays open all day; pings find the dead ones.
        websocket_timeout=-1,
        ping_interval=20,
        ping_timeout=30,
        application_close_timeout=5,
        server_name="",
    ).run()


if __name__ == "__main__":
    main()
