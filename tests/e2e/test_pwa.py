"""The till's page and its parts: the same for everybody, without the database, each file as announced."""

import base64
import hashlib
import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from core import canonical
from pos.pwa_catalogue import catalogue

ROOT = Path(__file__).resolve().parents[2]

PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

#: static/till/screens/sale.js:1
msgid "Pay"
msgstr "Оплата"

#: static/till/screens/sale.js:2
msgid "1 line"
msgid_plural "{n} lines"
msgstr[0] "{n} рядок"
msgstr[1] "{n} рядки"
msgstr[2] "{n} рядків"

#: backoffice/views.py:3
msgid "Invoice"
msgstr "Накладна"

#, fuzzy
#: static/till/screens/sale.js:4
msgid "Void"
msgstr "Порожнеча"
"""  # noqa: E501


def get(path: str, **headers: str) -> Any:
    return Client().get(path, headers=headers)


def listing() -> dict[str, Any]:
    value: dict[str, Any] = get("/pos/files.json").json()
    return value


def content(url: str) -> bytes:
    """What a browser would be given for an address of the list."""
    if url.startswith("/static/"):
        found = finders.find(url.removeprefix("/static/"))
        assert isinstance(found, str), f"{url} is announced but not there"
        return Path(found).read_bytes()
    return bytes(get(url).content)


def test_every_announced_file_is_there_with_the_announced_bytes() -> None:
    for entry in listing()["files"]:
        held = content(entry["url"])
        assert (hashlib.sha256(held).hexdigest(), len(held)) == (entry["sha256"], entry["size"]), entry["url"]


def test_the_list_holds_all_a_till_needs_to_start_without_a_server() -> None:
    urls = {entry["url"] for entry in listing()["files"]}
    needed = {
        "/pos/",
        "/pos/manifest.webmanifest",
        "/static/css/till.css",
        "/static/till/main.js",
        "/static/pricing/engine.js",
    }
    needed |= {f"/pos/i18n/{language}.json" for language in ("en", "pl", "uk", "ru")}
    assert needed <= urls
    assert "/static/till/sw.js" not in urls


def imported(module: Path) -> set[str]:
    return set(re.findall(r'(?:from|import) "([^"]+)"', module.read_text("utf-8")))


def import_map() -> dict[str, str]:
    found = re.search(r'<script type="importmap">(.+?)</script>', get("/pos/").content.decode())
    assert found
    names: dict[str, str] = json.loads(unescape(found[1]))["imports"]
    return names


def test_each_module_that_is_imported_is_in_the_list() -> None:
    urls = {entry["url"] for entry in listing()["files"]}
    names = import_map()
    modules = [ROOT / url.removeprefix("/") for url in urls if re.search(r"^/static/.+\.m?js$", url)]
    for module in modules:
        for name in imported(module):
            target = names.get(name) or "/" + str((module.parent / name).resolve().relative_to(ROOT))
            assert target in urls, f"{module.name} imports {name}"


def test_the_page_names_its_build_and_allows_only_its_own_import_map() -> None:
    answer = get("/pos/")
    page = answer.content.decode()
    assert f'<meta name="kasa-build" content="{listing()["build"]}">' in page
    inline = re.findall(r"<script(?![^>]*src)[^>]*>(.*?)</script>", page, re.S)
    digest = base64.b64encode(hashlib.sha256(inline[0].encode()).digest()).decode()
    policy = answer["Content-Security-Policy"]
    assert len(inline) == 1
    assert f"script-src 'self' 'sha256-{digest}'" in policy
    assert "'unsafe-inline'" not in policy and "'unsafe-eval'" not in policy
    assert "ws://127.0.0.1:*" in policy


def test_the_build_changes_with_any_file_and_only_then() -> None:
    first, second = listing(), listing()
    assert first == second
    changed = [{**entry} for entry in first["files"]]
    changed[1]["sha256"] = "0" * 64
    assert canonical.digest(changed) != first["build"]
    assert re.fullmatch("[0-9a-f]{64}", first["build"])


def test_a_browser_that_has_the_build_is_told_so() -> None:
    first = get("/pos/files.json")
    again = Client().get("/pos/files.json", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert first["Cache-Control"] == "no-cache"


def test_the_service_worker_is_served_from_the_folder_it_watches() -> None:
    answer = get("/pos/sw.js")
    assert answer["Service-Worker-Allowed"] == "/pos/"
    assert answer["Cache-Control"] == "no-cache"
    assert answer["Content-Type"].startswith("text/javascript")


def test_the_manifest_opens_the_till_and_names_icons_that_exist() -> None:
    manifest = get("/pos/manifest.webmanifest").json()
    assert (manifest["start_url"], manifest["scope"]) == ("/pos/", "/pos/")
    for icon in manifest["icons"]:
        assert content(icon["src"])


@pytest.mark.parametrize("path", ["/pos/i18n/xx.json", "/pos/i18n/..%2f..%2fsettings.json", "/pos/other"])
def test_what_is_not_part_of_the_till_is_not_found(path: str) -> None:
    assert get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/pos/", "/pos/files.json", "/pos/sw.js", "/pos/i18n/pl.json", "/pos/manifest.webmanifest"]
)
def test_nothing_of_the_page_can_be_posted_to(path: str) -> None:
    assert Client().post(path).status_code == 405


def test_a_catalogue_holds_the_tills_own_messages_by_plural_category(tmp_path: Path) -> None:
    path = tmp_path / "django.po"
    path.write_text(PO, "utf-8")
    made = catalogue(path, "uk")
    assert made["messages"] == {"Pay": "Оплата"}
    assert made["plurals"] == {"1 line": {"one": "{n} рядок", "few": "{n} рядки", "many": "{n} рядків"}}


def test_a_language_without_a_catalogue_is_empty_and_not_an_error(tmp_path: Path) -> None:
    assert catalogue(tmp_path / "none.po", "pl") == {"language": "pl", "messages": {}, "plurals": {}}
