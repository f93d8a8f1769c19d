"""`manage.py serve`: one process that opens the store, keeps its processes alive and closes it cleanly.

It starts the embedded database where that is used, brings the tables up to date, starts the web server,
the worker, the sender to video recorders and (where `bridge.toml` lies in the data folder) a device bridge,
restarts what dies, and prints `OpenKasa ready` when the server answers. It has no threads and imports no Django.
"""

from __future__ import annotations

import argparse
import datetime
import errno
import fcntl
import ipaddress
import os
import signal
import socket
import ssl
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from core.runtime import demo_bridge, opening, tls, web
from core.runtime.children import Child, Children
from core.runtime.env import PlainError, ensure_data_dir, env_choice
from core.runtime.network import lan_addresses
from core.runtime.postgres import database_url, ensure_running, release

_READY_SECONDS = 120
_TRIES = 2
_ANY = ("0.0.0.0", "::")
_DATABASE_CHECK_SECONDS = 2
_CERTIFICATE_CHECK_SECONDS = 6 * 3600


class Refusal(PlainError):
    """The store cannot open. One plain sentence for the person at the terminal."""


def say(text: str) -> None:
    """Show one line on the terminal at once, also when it is a pipe."""
    print(text, flush=True)


def parser() -> argparse.ArgumentParser:
    """The options of `manage.py serve`."""
    options = argparse.ArgumentParser(
        prog="manage.py serve", description="Opens the store and keeps it running."
    )
    options.add_argument(
        "--demo", action="store_true", help="open the demo shop, with a simulated device bridge"
    )
    options.add_argument("--verbose", action="store_true", help="show the logs of all processes here too")
    return options


def main(arguments: Sequence[str]) -> int:
    """Run the store until a signal. Returns 0 after a clean end, 2 after a refusal (said in one sentence)."""
    options = parser().parse_args(arguments)
    try:
        return Store(demo=options.demo, verbose=options.verbose).run()
    except PlainError as problem:
        print(f"serve: {problem}", file=sys.stderr, flush=True)
        return 2


class Store:
    """One opening of the store, from the first check to the last process's end."""

    def __init__(self, *, demo: bool, verbose: bool) -> None:
        self.demo = demo
        self.country = env_choice("KASA_COUNTRY", "pl", ("pl", "ua", "ru"), _COUNTRY_HELP)
        self.port = web.port()
        self.data = ensure_data_dir()
        self.children = Children(self.data, say, verbose)
        self.server: Child | None = None

    def run(self) -> int:
        """Open, watch, close."""
        began = time.monotonic()
        lock = take_lock(self.data / "serve.lock")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        try:
            self._prepare()
            if not self.children.stopping:
                self._open(began)
                self._watch()
        finally:
            self._close()
            os.close(lock)
        return 0

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.children.stopping = True

    # ── opening ────────────────────────────────────────────────────────────────────────────────

    def _prepare(self) -> None:
        """Everything that must be in place before the first process starts."""
        if left := self.children.end_leftovers():
            say(f"Ended {left} process(es) of a server that was killed.")
        require_free_port(web.bind_address(), self.port, "KASA_PORT")
        if self.demo:
            for port in (demo_bridge.bridge_port(), demo_bridge.bridge_port() + 1):
                require_free_port("127.0.0.1", port, "KASA_BRIDGE_PORT")
            demo_bridge.write(self.country)
        if tls.configured() and tls.ensure_certificates(now=_now()):
            say("The server's certificate was renewed.")
        if database_url() is None and not (self.data / "pg").is_dir():
            say(f"Making the database under {self.data} …")
        if opening.code_is_known():
            # Loading the web server takes as long as starting the database: it loads now and waits for the tables.
            self.server = self._start_server("--wait-for-tables")
        ensure_running()
        self._prepare_tables()

    def _start_server(self, *arguments: str) -> Child:
        web.announcement_path().unlink(missing_ok=True)
        announce = ["--announce"] if self.demo else []
        return self.children.add("web", "-m", "core.runtime.web", *announce, *arguments)

    def _prepare_tables(self) -> None:
        """Migrations and the demo shop, when the last opening did not leave them as they must be."""
        demo = f"{self.country} {demo_bridge.bridge_port()}" if self.demo else ""
        known = opening.last()
        current = opening.tables_current()
        if not current:
            say("Preparing the tables …")
            self._step("migrate", "migrate", "--noinput", "--verbosity", "1")
        had_demo = known.demo if known is not None and current else ""
        if demo and demo != had_demo:
            say("Opening the demo shop …")
            lines = self._step("demo", "demo")
            (self.data / "demo.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        if not self.children.stopping and (not current or (demo and demo != had_demo)):
            opening.remember(demo or had_demo)

    def _step(self, name: str, *arguments: str) -> list[str]:
        """Run one management command to its end. Raises Refusal with its last line when it fails."""
        status, lines = self.children.run(name, "manage.py", *arguments)
        if status != 0 and not self.children.stopping:
            reason = next((line for line in reversed(lines) if line.strip()), "no reason given")
            raise Refusal(
                f"`manage.py {' '.join(arguments)}` failed: {reason} (see {self.data}/logs/{name}.log)"
            )
        return lines

    def _open(self, began: float) -> None:
        """Start the processes, wait until the server answers, and say where everything is."""
        server = self.server or self._start_server()
        bridge = demo_bridge.config_path()
        if bridge.is_file():
            self.children.add("bridge", "-m", "devices.bridge", "--config", str(bridge))
        deadline = time.monotonic() + _READY_SECONDS
        while not self.children.stopping and not self._answers():
            self.children.turn(0.05)
            if time.monotonic() > deadline or server.failures > _TRIES:
                words = [line for line in server.log.tail if not line.startswith("──")]
                last = words[-1] if words else "it wrote nothing"
                raise Refusal(f"The web server does not come up: {last} (see {server.log.path})")
        if not self.children.stopping:
            # Loading it beside the web server would only make people wait longer for the first page.
            self.children.add("worker", "-m", "core.runtime.worker")
            self.children.add("recorders", "-m", "exchange.video")
            self._announce(server, time.monotonic() - began)

    def _answers(self) -> bool:
        """Ask the server as a program of this machine does: over loopback, where that is possible."""
        address = web.bind_address()
        address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)
        if tls.configured() and not ipaddress.ip_address(address).is_loopback:
            return answers(address, self.port, ssl.create_default_context(cafile=str(tls.files().authority)))
        return answers(address, self.port)

    def _announce(self, server: Child, seconds: float) -> None:
        for line in addresses(web.bind_address(), self.port):
            say(line)
        for line in server.log.tail:
            if "is no setting of ours" in line:
                say(f"Note: {line}")
        for notes in (self.data / "demo.txt", web.announcement_path()):
            if notes.is_file() and (text := notes.read_text(encoding="utf-8").rstrip()):
                say(text)
        if demo_bridge.config_path().is_file():
            say(f"  Printer       http://127.0.0.1:{demo_bridge.bridge_port() + 1}/ (virtual)")
        say(f"  Data          {self.data} (logs in {self.data / 'logs'})")
        notify_service_manager("READY=1")
        say(f"OpenKasa ready ({seconds:.1f} s). Ctrl-C closes the store.")

    # ── watching and closing ───────────────────────────────────────────────────────────────────

    def _watch(self) -> None:
        """Keep everything alive: processes, the embedded database, the certificate."""
        next_database = next_certificate = time.monotonic()
        while not self.children.stopping:
            self.children.turn()
            now = time.monotonic()
            if now >= next_database:
                next_database = now + _DATABASE_CHECK_SECONDS
                self._keep_database()
            if now >= next_certificate:
                next_certificate = now + _CERTIFICATE_CHECK_SECONDS
                self._keep_certificate()

    def _keep_database(self) -> None:
        try:
            ensure_running()
        except PlainError as problem:
            say(f"The database is down: {problem}")

    def _keep_certificate(self) -> None:
        """Renew in time; the web server takes a new certificate without a restart."""
        try:
            if tls.configured() and tls.ensure_certificates(now=_now()):
                say("The server's certificate was renewed.")
        except PlainError as problem:
            say(f"The certificate cannot be renewed: {problem}")

    def _close(self) -> None:
        notify_service_manager("STOPPING=1")
        self.children.stop()
        release()


_COUNTRY_HELP = "Country of the demo shop: money, taxes, language."


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def take_lock(path: Path) -> int:
    """Hold the one place of a supervisor over this data folder. Raises Refusal when it is taken.

    The lock is the kernel's: it is gone when its holder is, however it ended.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise Refusal(
            f"A server already runs on {path.parent}; stop it first, or set KASA_DATA and KASA_PORT."
        ) from error
    return descriptor


def require_free_port(address: str, port: int, setting: str) -> None:
    """Raise Refusal, naming the setting to change, unless we can listen there."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the server itself does: connections of the last run that are only fading away do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise Refusal(_port_problem(error, address, port, setting)) from error


def _port_problem(error: OSError, address: str, port: int, setting: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use by another program; set {setting} to a free one."
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"Port {port} needs more rights than we have; set {setting} to one above 1023."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"This machine has no address {address}; correct KASA_BIND."
    return f"Port {port} on {address} cannot be used: {error.strerror}."


def answers(address: str, port: int, context: ssl.SSLContext | None = None) -> bool:
    """Whether `GET /healthz` is answered with 200, over TLS when there is a context for it."""
    host = f"[{address}]" if ":" in address else address
    request = f"GET /healthz HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"
    try:
        with socket.create_connection((address, port), timeout=5) as raw:
            connection = context.wrap_socket(raw, server_hostname=address) if context else raw
            connection.sendall(request.encode("ascii"))
            return connection.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def addresses(bind: str, port: int) -> list[str]:
    """The lines that say where back office and till are."""
    local = bind in _ANY or ipaddress.ip_address(bind).is_loopback
    scheme = "http" if local or not tls.configured() else "https"
    here = "localhost" if local else f"[{bind}]" if ":" in bind else bind
    lines = [
        f"  Back office   {scheme}://{here}:{port}/backoffice/",
        f"  Till          {scheme}://{here}:{port}/pos/",
    ]
    if not tls.configured():
        return [*lines, "  Other tills   run `manage.py tls` first: a browser on another machine needs HTTPS"]
    others = [address for address in lan_addresses() if address.version == 4] if bind in _ANY else []
    return lines + [f"  Other tills   https://{address}:{port}/pos/ (docs/tls.md)" for address in others]


def notify_service_manager(state: str) -> None:
    """Tell systemd (Type=notify) how we are; nothing without NOTIFY_SOCKET."""
    path = os.environ.get("NOTIFY_SOCKET", "")
    if not path:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as messenger:
        try:
            messenger.sendto(state.encode("ascii"), "\0" + path[1:] if path.startswith("@") else path)
        except OSError as error:
            say(f"The service manager cannot be told {state}: {error.strerror}")
