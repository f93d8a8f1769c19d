"""The service worker serves whole sets of files and nothing else, whatever the server sends."""

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from tests.e2e.test_offline import KEPT
from tests.e2e.test_pwa import content, listing
from tests.e2e.walks import context_of

pytestmark = pytest.mark.browser

CHANGED = "/static/css/till-parts.css"


class Files:
    """The till's files on a server of the test's own, with the next build and faults on demand."""

    def __init__(self) -> None:
        first = listing()
        self.build: str = first["build"]
        self.files: dict[str, tuple[bytes, dict[str, str]]] = {}
        for entry in first["files"]:
            self.files[entry["url"]] = (content(entry["url"]), self.headers(entry["url"]))
        self.files["/pos/sw.js"] = (Client().get("/pos/sw.js").content, {"Content-Type": "text/javascript"})
        self.missing: set[str] = set()
        self.altered: set[str] = set()
        self.listed = threading.Event()
        self.may_answer = threading.Event()
        self.may_answer.set()

    @staticmethod
    def headers(url: str) -> dict[str, str]:
        if url == "/pos/":
            answer = Client().get(url)
            names = ("Content-Type", "Content-Security-Policy")
            return {name: answer[name] for name in names}
        endings = {
            ".css": "text/css",
            ".svg": "image/svg+xml",
            ".json": "application/json",
            ".png": "image/png",
        }
        kind = next((kind for ending, kind in endings.items() if url.endswith(ending)), "text/javascript")
        return {"Content-Type": kind}

    def next_build(self, number: int) -> str:
        """Changes one file and the page's name for the whole."""
        name = f"{number:064x}"
        page, headers = self.files["/pos/"]
        self.files["/pos/"] = (page.replace(self.build.encode(), name.encode()), headers)
        style, headers = self.files[CHANGED]
        self.files[CHANGED] = (style + f"\n/* {number} */".encode(), headers)
        self.build = name
        return name

    def listing(self) -> bytes:
        rows: list[dict[str, Any]] = [
            {"url": url, "sha256": hashlib.sha256(held).hexdigest(), "size": len(held)}
            for url, (held, _headers) in self.files.items()
            if url != "/pos/sw.js"
        ]
        return json.dumps({"build": self.build, "files": rows}).encode()

    def answer(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        if path == "/pos/files.json":
            listing = self.listing()
            self.listed.set()
            self.may_answer.wait(20)
            return 200, listing, {"Content-Type": "application/json"}
        if path in self.missing or path not in self.files:
            return 404, b"", {}
        held, headers = self.files[path]
        return 200, held + (b" " if path in self.altered else b""), headers


@pytest.fixture
def files() -> Files:
    return Files()


@pytest.fixture
def origin(files: Files) -> Iterator[ThreadingHTTPServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, held, headers = files.answer(self.path.split("?")[0])
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(held)))
            self.end_headers()
            self.wfile.write(held)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


HEAR = """
window.heard = [];
navigator.serviceWorker.addEventListener('message', (event) => heard.push(event.data));
"""


@pytest.fixture
def page(browser: Browser, origin: ThreadingHTTPServer) -> Iterator[Page]:
    """A page that keeps its files: the first set is whole."""
    context = context_of(browser, keeps_files=True)
    context.add_init_script(HEAR)
    opened = context.new_page()
    opened.goto(f"http://127.0.0.1:{origin.server_address[1]}/pos/")
    opened.wait_for_function(KEPT, timeout=30000)
    # The page looks once on its own when it starts; a test changes the files after that.
    opened.wait_for_function("() => heard.some((message) => message.kasa === 'ready')", timeout=30000)
    yield opened
    context.close()


LOOK = "() => navigator.serviceWorker.controller.postMessage({kasa: 'look'})"
BUILD = "() => document.querySelector('meta[name=kasa-build]').content"
TOLD = """() => new Promise((done) => {
  const running = document.querySelector('meta[name=kasa-build]').content;
  navigator.serviceWorker.addEventListener('message', (event) => {
    if (event.data.build !== running) done(event.data.kasa);
  });
  navigator.serviceWorker.controller.postMessage({kasa: 'look'});
})"""


def test_the_page_starts_from_the_kept_set_when_nothing_answers(page: Page, files: Files) -> None:
    files.missing = set(files.files)
    page.reload()
    expect(page.get_by_test_id("enrol-code")).to_be_visible()
    assert page.evaluate(BUILD) == files.build


@pytest.mark.parametrize("fault", [pytest.param("missing", marks=pytest.mark.long), "altered"])
def test_a_torn_or_altered_download_leaves_the_old_set_in_use(page: Page, files: Files, fault: str) -> None:
    first = files.build
    second = files.next_build(2)
    getattr(files, fault).add(CHANGED)
    assert page.evaluate(TOLD) == "failed"
    page.reload()
    assert page.evaluate(BUILD) == first
    # The fault is gone: what was fetched already is used, the rest is fetched, and the page changes over by itself.
    getattr(files, fault).clear()
    page.evaluate(LOOK)
    page.wait_for_function(f"() => document.querySelector('meta[name=kasa-build]').content === '{second}'")


def test_a_new_set_is_taken_over_when_nothing_is_open_and_the_old_one_is_given_back(
    page: Page, files: Files
) -> None:
    second = files.next_build(2)
    page.evaluate(LOOK)
    page.wait_for_function(f"() => document.querySelector('meta[name=kasa-build]').content === '{second}'")
    expect(page.get_by_test_id("enrol-code")).to_be_visible()
    page.wait_for_function(
        "async () => (await caches.keys()).filter((name) => name.startsWith('kasa-build-')).length === 1"
    )


@pytest.mark.long
def test_a_look_asked_for_during_a_look_sees_what_changed_meanwhile(page: Page, files: Files) -> None:
    files.listed.clear()
    files.may_answer.clear()
    page.evaluate(LOOK)
    assert files.listed.wait(20)
    second = files.next_build(2)
    page.evaluate(LOOK)
    files.may_answer.set()
    page.wait_for_function(f"() => document.querySelector('meta[name=kasa-build]').content === '{second}'")


@pytest.mark.long
def test_somebody_who_is_typing_is_not_interrupted(page: Page, files: Files) -> None:
    first = files.build
    page.get_by_test_id("enrol-code").fill("K7QM")
    files.next_build(2)
    # Told twice: what the first word would have done is done when the second one is answered.
    assert [page.evaluate(TOLD), page.evaluate(TOLD)] == ["ready", "ready"]
    assert page.evaluate(BUILD) == first
    expect(page.get_by_test_id("enrol-code")).to_have_value("K7QM")


@pytest.mark.long
def test_answers_of_the_server_are_never_kept(page: Page) -> None:
    kept = page.evaluate(
        """async () => {
          const found = [];
          for (const name of await caches.keys())
            for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
          return found;
        }"""
    )
    assert not [path for path in kept if path.startswith(("/api/", "/ws/")) or path.endswith("/files.json")]
