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
import time
from pathlib import Path

from core.runtime import opening, tls
from core.runtime.env import SettingError, data_dir, env_int, env_str, unknown_settings
from core.runtime.postgres import ensure_running

_TABLES_SECONDS = 120


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


def read_all() -> None:
    """Read every setting that config/settings.py does not, so that all are checked and known by now."""
    from core.runtime import demo_bridge, worker

    for read in (port, bind_address, worker.concurrency, demo_bridge.bridge_port, tls.extra_names):
        read()


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
        line = f"  Till code     {text.getvalue().strip()} (for one new till, within 15 minutes)"
    except CommandError as problem:
        line = f"  Till code     none: {problem}"
    connections.close_all()
    announcement_path().write_text(line + "\n", encoding="utf-8")


def wait_for_tables() -> None:
    """Return when the tables are this release's, which the supervisor sees to while it opens.

    Ends the process after two minutes: then the release was changed under a running store.
    """
    deadline = time.monotonic() + _TABLES_SECONDS
    while not opening.tables_current():
        if time.monotonic() > deadline:
            sys.exit("The tables are not those of this release. Close the store and open it again.")
        time.sleep(0.1)


def main() -> None:
    """Serve until told to stop. What is above core is known here by name only, hence the late imports."""
    server = importlib.import_module("core.runtime.asgi_server")
    application = importlib.import_module("config.asgi").application
    read_all()
    for name in unknown_settings():
        print(f"{name} is set but is no setting of ours; docs/administrator.md has the list.", flush=True)
    ensure_running()
    if "--wait-for-tables" in sys.argv[1:]:
        wait_for_tables()
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
