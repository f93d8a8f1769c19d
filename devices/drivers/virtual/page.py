"""The page of a virtual printer: an HTTP server on the loopback address that shows receipts and turns faults
on.

It is read by a person in any browser of this machine. Host is checked (DNS rebinding), changes need the
page's own Origin, names are looked up and never joined to paths, and the content policy allows nothing from
elsewhere.
"""

import json
import logging
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl

from devices.drivers.virtual.shelf import Shelf
from devices.drivers.virtual.view import STATES, View
from devices.emulators.printer import Printer
from devices.errors import ConfigError

log = logging.getLogger("openkasa.bridge")

HERE = Path(__file__).parent / "web"
SHEET = re.compile(r"/sheets/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(png|txt)")
MAX_BODY = 200
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
STATIC = {
    "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
}


class Page:
    """Serves until `stop`. `address` is what a person types."""

    def __init__(self, device: str, shelf: Shelf, printer: Printer, port: int, language: str) -> None:
        self._view = View(device, shelf, printer, language)
        try:
            self._server = _Server(("127.0.0.1", port), _Handler)
        except OSError as error:
            raise ConfigError(f"Device {device}: port {port} for its page is taken ({error}).") from error
        self._server.view = self._view
        self.address = f"http://127.0.0.1:{self._server.server_port}/"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.2,), daemon=True)

    def start(self) -> None:
        self._thread.start()
        log.info("the virtual printer shows its receipts on %s", self.address)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    view: View

    def handle_error(self, request: object, client_address: object) -> None:
        log.debug("a browser left the virtual printer's page early", exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version = "OpenKasa"
    sys_version = ""
    # A browser that opens a connection and says nothing must not hold a thread for ever.
    timeout = 10

    def do_GET(self) -> None:
        if not self._host_is_ours():
            return self._send(403, "text/plain; charset=utf-8", b"Wrong host.\n")
        view, path = self.server.view, self.path.split("?", 1)[0]
        if path == "/":
            return self._send(200, "text/html; charset=utf-8", view.index().encode())
        if path == "/state.json":
            return self._send(200, "application/json", json.dumps({"version": view.version()}).encode())
        if path in STATIC:
            name, kind = STATIC[path]
            return self._send(200, kind, (HERE / name).read_bytes())
        return self._sheet(path)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        if not self._host_is_ours() or self.headers.get("Origin") != f"http://{self.headers.get('Host')}":
            return self._send(403, "text/plain; charset=utf-8", b"Wrong origin.\n")
        length = self.headers.get("Content-Length", "")
        if self.path != "/" or not length.isascii() or not length.isdigit() or int(length[:9]) > MAX_BODY:
            return self._send(400, "text/plain; charset=utf-8", b"Bad request.\n")
        form = dict(parse_qsl(self.rfile.read(int(length)).decode("ascii", "replace")))
        state, drawer = form.get("state"), form.get("drawer")
        if state in STATES:
            self.server.view.set_state(state)
        elif drawer == "close":
            self.server.view.printer.close_drawer()
        else:
            return self._send(400, "text/plain; charset=utf-8", b"Bad request.\n")
        return self._send(303, "text/plain; charset=utf-8", b"", {"Location": "/"})

    def _sheet(self, path: str) -> None:
        found = SHEET.fullmatch(path)
        record = self.server.view.shelf.find(found[1]) if found else None
        if found is None or record is None:
            return self._send(404, "text/plain; charset=utf-8", b"Not found.\n")
        if found[2] == "txt":
            return self._send(200, "text/plain; charset=utf-8", record.text.encode() + b"\n")
        return self._send(200, "image/png", self.server.view.shelf.png(record.action) or b"")

    def _host_is_ours(self) -> bool:
        port = self.server.server_port
        return self.headers.get_all("Host") in ([f"127.0.0.1:{port}"], [f"localhost:{port}"])

    def _send(self, status: int, kind: str, body: bytes, extra: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**HEADERS, "Content-Type": kind, **(extra or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        # Every look of a newcomer is not news; refused requests are.
        if len(args) > 1 and str(args[1]).startswith("4"):
            log.warning("the virtual printer's page refused %r", self.requestline[:200])
