"""The engine in a real Chromium: a page that imports the very file the till imports, from a tiny server of its own."""

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page, sync_playwright

from pos.pricing import engine
from tests.chromium import ARGS, chromium_path

PAGE = b"""<!doctype html><meta charset="utf-8"><title>engine</title><script type="module">
import * as engine from "/engine.js";
const settled = (act) => { try { return { priced: act() }; } catch (error) { return { error: String(error) }; } };
window.all = async () => {
  const work = await (await fetch("/work.json")).json();
  const priced = (rulebook, cart) => settled(() => engine.price(rulebook, cart));
  return JSON.stringify(work.map(([rulebook, carts]) => carts.map((cart) => priced(rulebook, cart))));
};
window.engine = engine;
window.settled = settled;
</script>"""


class _Server(http.server.ThreadingHTTPServer):
    """Serves the page, the engine and the work in hand from memory."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, tuple[str, bytes]] = {
            "/": ("text/html", PAGE),
            "/engine.js": ("text/javascript", engine.ENGINE_FILE.read_bytes()),
            "/work.json": ("application/json", b"[]"),
        }


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        kind, body = self.server.files.get(self.path, ("text/plain", b""))
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: the test's output is the report."""


class Browser:
    """One page in which the engine is loaded."""

    def __init__(self, server: _Server, page: Page) -> None:
        self._server, self.page = server, page

    def price_all(
        self, work: list[tuple[dict[str, Any], list[dict[str, Any]]]]
    ) -> list[list[dict[str, Any]]]:
        """Prices every cart of every rulebook in one call; each result is {"priced"} or {"error"}."""
        self._server.files["/work.json"] = ("application/json", json.dumps(work).encode())
        results: list[list[dict[str, Any]]] = json.loads(self.page.evaluate("window.all()"))
        return results

    def run(self, script: str, *arguments: Any) -> Any:
        """Evaluates a function of `engine` and the arguments, which travel as JSON text."""
        call = f"(texts) => ({script})(window.engine, ...texts.map((text) => JSON.parse(text)))"
        return self.page.evaluate(call, [json.dumps(argument) for argument in arguments])


@contextmanager
def opened() -> Iterator[Browser]:
    """A browser with the engine's page, closed with everything it started."""
    server = _Server()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=chromium_path(), args=ARGS, chromium_sandbox=False
            )
            page = chromium.new_page()
            page.set_default_timeout(120_000)
            page.goto(f"http://127.0.0.1:{server.server_port}/")
            page.wait_for_function("window.engine !== undefined")
            yield Browser(server, page)
            chromium.close()
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
