"""The till as a set of files: which they are, what each one's bytes hash to, and the name of the whole set.

The browser takes a till only as a whole (static/till/sw.js): it downloads every file of one build, compares each
with the hash given here and swaps to the set at once. The set is listed from the folders themselves, so a new
module is in it without anybody remembering to add it.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from core import canonical
from pos.pwa_catalogue import catalogue

# Globs below static/. The service worker itself is left out: the browser keeps and compares that one on its own.
_PARTS = (
    "css/tokens.css",
    "css/till*.css",
    "pricing/engine.js",
    "till/*.js",
    "till/*/*.js",
    "till/icons/*",
    "vendor/preact/**/*.mjs",
    "vendor/htm/**/*.mjs",
    "vendor/idb/**/*.js",
    "vendor/lean-qr/*.mjs",
    "vendor/inter/*.woff2",
)
_LEFT_OUT = {"till/sw.js"}

# The pages of the set: address below the root, module, and style sheets besides the tokens.
PAGES = {
    "page": ("main.js", ("till.css", "till-parts.css")),
    "display": ("display/main.js", ("till-display.css",)),
    "checker": ("checker/main.js", ("till-checker.css",)),
}

_MODULES = {
    "preact": "vendor/preact/dist/preact.mjs",
    "preact/hooks": "vendor/preact/hooks/dist/hooks.mjs",
    "htm": "vendor/htm/dist/htm.mjs",
    "htm/preact": "vendor/htm/preact/index.mjs",
    "idb": "vendor/idb/build/index.js",
    "lean-qr/nano": "vendor/lean-qr/nano.mjs",
}


@dataclass(frozen=True)
class TillFiles:
    """One build: its name, its list as the service worker reads it, and the bytes that are made, not stored."""

    build: str
    listing: bytes
    pages: dict[str, bytes]
    manifest: bytes
    catalogues: dict[str, bytes]


def static_root() -> Path:
    return Path(settings.BASE_DIR) / "static"


def static_url() -> str:
    """Where static files are, always from the root of the host: the till's page is not beside them."""
    return "/" + settings.STATIC_URL.lstrip("/")


def import_map() -> str:
    """The page's import map. Its text is hashed into the Content-Security-Policy, so it is made in one place."""
    imports = {name: static_url() + path for name, path in _MODULES.items()}
    return json.dumps({"imports": imports}, separators=(",", ":"))


def _stored() -> Iterator[Path]:
    root = static_root()
    found = {path for part in _PARTS for path in root.glob(part) if path.is_file()}
    return (path for path in sorted(found) if str(path.relative_to(root)) not in _LEFT_OUT)


def _sources() -> list[Path]:
    return [*_stored(), *_po_files().values(), Path(settings.BASE_DIR) / "templates/till/page.html"]


def languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]


def _po_files() -> dict[str, Path]:
    root = Path(settings.BASE_DIR) / "locale"
    return {code: root / code / "LC_MESSAGES" / "django.po" for code in languages()}


def _signature() -> tuple[tuple[str, int, int], ...]:
    """What the files look like from outside. Reading 80 stats is cheap; hashing 80 files for each request is not."""
    seen = ((path, path.stat()) for path in _sources() if path.exists())
    return tuple((str(path), state.st_mtime_ns, state.st_size) for path, state in seen)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _page(name: str, build: str) -> bytes:
    module, sheets = PAGES[name]
    values = {
        "is_till": name == "page",
        "module": module,
        "sheets": sheets,
        "build": build,
        "root": reverse("pos_pwa:page"),
        "static": static_url(),
        "import_map": import_map(),
    }
    return render_to_string("till/page.html", values).encode()


def _manifest() -> bytes:
    root, icons = reverse("pos_pwa:page"), static_url() + "till/icons/"
    images = [
        {"src": icons + "till.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
        {"src": icons + "till-192.png", "sizes": "192x192", "type": "image/png", "purpose": "any"},
        {"src": icons + "till-512.png", "sizes": "512x512", "type": "image/png", "purpose": "any"},
        {
            "src": icons + "till-maskable-512.png",
            "sizes": "512x512",
            "type": "image/png",
            "purpose": "maskable",
        },
    ]
    return _json(
        {
            "id": root,
            "name": "OpenKasa",
            "short_name": "Kasa",
            "start_url": root,
            "scope": root,
            "display": "fullscreen",
            "display_override": ["fullscreen", "standalone"],
            "orientation": "any",
            "background_color": "#f3f5f7",
            "theme_color": "#0a5fb4",
            "icons": images,
        }
    )


def _entry(url: str, content: bytes) -> dict[str, Any]:
    return {"url": url, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}


@lru_cache(maxsize=2)
def _assemble(_signature: tuple[tuple[str, int, int], ...]) -> TillFiles:
    root, static = static_root(), static_url()
    manifest = _manifest()
    catalogues = {code: _json(catalogue(path, code)) for code, path in _po_files().items()}
    entries = [_entry(static + str(path.relative_to(root)), path.read_bytes()) for path in _stored()]
    entries.append(_entry(reverse("pos_pwa:manifest"), manifest))
    entries += [_entry(reverse("pos_pwa:catalogue", args=[code]), text) for code, text in catalogues.items()]
    # A page carries the name of its build, so the name is taken over the pages as they are without one.
    urls = {name: reverse(f"pos_pwa:{name}") for name in PAGES}
    build = canonical.digest([*entries, *(_entry(url, _page(name, "")) for name, url in urls.items())])
    pages = {name: _page(name, build) for name in PAGES}
    files = [*(_entry(urls[name], text) for name, text in pages.items()), *entries]
    return TillFiles(build, _json({"build": build, "files": files}), pages, manifest, catalogues)


def till_files() -> TillFiles:
    """The set as the folders hold it now; made again only when a file's size or time has changed."""
    return _assemble(_signature())
