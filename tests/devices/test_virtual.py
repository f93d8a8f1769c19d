"""The virtual printer: what the page shows is read back from its pixels, and the page is closed to strangers."""

import io
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
from PIL import Image

from devices.drivers.virtual import view
from devices.drivers.virtual.shelf import Shelf
from tests.chromium import ARGS, chromium_path
from tests.devices.rig import (
    ROOT,
    VIRTUAL,
    BridgeProcess,
    Till,
    new_id,
    read_ean13,
    read_lines,
    receipt,
    wait_for,
)

# Latin and Cyrillic letters of one shape have one picture; the text beside it tells them apart.
LOOK_ALIKE = str.maketrans("аеіосрхуАВЕКМНОРСТХ", "aeiocpxyABEKMHOPCTX")
ALPHABET = "".join(
    sorted(
        set(
            "Sklep Łąka Żółta 5, 00-001 Kraków ul. Хліб Ґаздівський, їжа Ещё 31,50₴ SUMA:".translate(
                LOOK_ALIKE
            )
        )
    )
)


@pytest.fixture
def till(shared: BridgeProcess) -> Iterator[Till]:
    with shared.till() as found:
        yield found
        httpx.post(shared.page, data={"state": "ready"}, headers={"Origin": shared.page.rstrip("/")})


def printed(shared: BridgeProcess, till: Till, document: Mapping[str, object]) -> tuple[Image.Image, str]:
    """Print through the socket; the picture and the text that the page then has."""
    action = new_id()
    answer = till.call("print", device="printer1", action=action, document=document)
    assert answer["state"] == "done", answer
    picture = httpx.get(f"{shared.page}sheets/{action}.png")
    assert picture.headers["content-type"] == "image/png"
    return Image.open(io.BytesIO(picture.content)).convert("L"), httpx.get(
        f"{shared.page}sheets/{action}.txt"
    ).text


def test_polish_ukrainian_and_russian_stand_on_one_receipt(shared: BridgeProcess, till: Till) -> None:
    lines = [
        "Sklep Łąka",
        "ul. Żółta 5, 00-001 Kraków",
        "Хліб Ґаздівський, їжа 31,50 ₴",
        "Ещё",
        "SUMA: 31,50",
    ]
    picture, text = printed(shared, till, receipt(*lines))
    assert read_lines(picture, 5, ALPHABET) == [line.translate(LOOK_ALIKE) for line in lines]
    assert text.split("\n")[:5] == lines


def test_alignment_is_where_the_eye_expects_it(shared: BridgeProcess, till: Till) -> None:
    blocks = [
        {"text": "SUMA", "align": "right"},
        {"text": "Хліб", "align": "right"},
        {"text": "SUMA", "align": "center"},
        {"text": "Хліб", "align": "center"},
        {"columns": [{"text": "Хліб"}, {"text": "31,50", "width": 10, "align": "right"}]},
    ]
    picture, _text = printed(shared, till, {"language": "uk", "blocks": blocks})
    assert read_lines(picture, 5, ALPHABET) == [
        " " * 44 + "SUMA",
        " " * 44 + "Хліб".translate(LOOK_ALIKE),
        " " * 22 + "SUMA",
        " " * 22 + "Хліб".translate(LOOK_ALIKE),
        "Хліб".translate(LOOK_ALIKE) + " " * 39 + "31,50",
    ]


def test_a_barcode_on_the_page_can_be_scanned(shared: BridgeProcess, till: Till) -> None:
    document = {"blocks": [{"barcode": "5901234123457", "type": "ean13"}, {"qr": "https://example.org/1"}]}
    picture, text = printed(shared, till, document)
    assert read_ean13(picture, 80) == "5901234123457"
    assert "[EAN13 5901234123457]" in text and "[QR https://example.org/1]" in text


def test_double_size_and_bold_are_larger_and_darker(shared: BridgeProcess, till: Till) -> None:
    def weight(**look: object) -> int:
        return printed(shared, till, {"blocks": [{"text": "SUMA", **look}]})[0].histogram()[0]

    assert weight() < weight(bold=True) < weight(bold=True, size=2)


def test_the_page_shows_the_receipt_its_text_and_the_drawer(shared: BridgeProcess, till: Till) -> None:
    action = new_id()
    document = receipt('<b>Sklep</b> & "syn"', drawer=True)
    till.call("print", device="printer1", action=action, document=document)
    page = httpx.get(shared.page).text
    assert f'src="/sheets/{action}.png"' in page
    assert '<pre lang="pl">&lt;b&gt;Sklep&lt;/b&gt; &amp; &quot;syn&quot;</pre>' in page
    assert "Drawer open" in page
    httpx.post(shared.page, data={"drawer": "close"}, headers={"Origin": shared.page.rstrip("/")})
    assert "Drawer closed" in httpx.get(shared.page).text


def test_the_version_changes_with_what_the_page_shows(shared: BridgeProcess, till: Till) -> None:
    def version() -> str:
        return str(httpx.get(f"{shared.page}state.json").json()["version"])

    before = version()
    assert version() == before
    printed(shared, till, receipt("A"))
    assert version() != before


@pytest.mark.parametrize(
    ("button", "code"), [("no_paper", "no_paper"), ("cover_open", "cover_open"), ("paper_low", None)]
)
def test_its_buttons_make_the_till_see_faults(
    shared: BridgeProcess, till: Till, button: str, code: str | None
) -> None:
    answer = httpx.post(shared.page, data={"state": button}, headers={"Origin": shared.page.rstrip("/")})
    assert answer.status_code == 303
    while till.event("state")["state"] != button:
        pass
    result = till.call("print", device="printer1", action=new_id(), document=receipt("A"))
    assert result.get("error", {}).get("code") == code


@pytest.mark.parametrize("host", ["evil.test", "127.0.0.1", "localhost:1", "127.0.0.1:{port}.evil.test"])
def test_a_rebound_name_sees_no_receipt(shared: BridgeProcess, host: str) -> None:
    port = shared.page.rstrip("/").rsplit(":", 1)[1]
    for path in ("", "state.json", "page.css"):
        assert httpx.get(shared.page + path, headers={"Host": host.format(port=port)}).status_code == 403


@pytest.mark.parametrize("origin", [None, "https://evil.test", "null", "http://127.0.0.1:1"])
def test_a_foreign_page_cannot_press_a_button(shared: BridgeProcess, origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}
    assert httpx.post(shared.page, data={"state": "no_paper"}, headers=headers).status_code == 403
    assert "lamp ready" in httpx.get(shared.page).text


@pytest.mark.parametrize("body", [b"", b"state=broken", b"state=" + b"x" * 300, b"\xff\xfe", b"&" * 150])
def test_an_odd_form_is_a_bad_request(shared: BridgeProcess, body: bytes) -> None:
    headers = {"Origin": shared.page.rstrip("/"), "Content-Type": "application/x-www-form-urlencoded"}
    assert httpx.post(shared.page, content=body, headers=headers).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/../../../../etc/passwd",
        "/sheets/../../pairing.json",
        "/sheets/..%2f..%2fpairing.json",
        "/sheets/%2e%2e/x.png",
        "/sheets/",
        "/sheets/00000000-0000-0000-0000-000000000000.png",
        "/sheets/00000000-0000-0000-0000-000000000000.json",
        "//etc/passwd",
        "/page.html",
        "/page.css/../../driver.py",
        "/" + "a" * 5000,
    ],
)
def test_a_path_trick_finds_nothing(shared: BridgeProcess, path: str) -> None:
    port = int(shared.page.rstrip("/").rsplit(":", 1)[1])
    with shared.plain_socket(port) as raw:
        raw.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        status = raw.makefile("rb").readline().split()[1]
    assert status == b"404"


def test_the_policy_lets_nothing_foreign_in(shared: BridgeProcess) -> None:
    answer = httpx.get(shared.page)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert re.search(r"<script(?! type=\"module\" src=)|<style|\son\w+=|style=", answer.text) is None


def test_the_last_receipts_survive_a_restart_and_older_ones_go(tmp_path: Path) -> None:
    bridge = BridgeProcess(tmp_path / "b", VIRTUAL + "keep = 3\n")
    actions = [new_id() for _ in range(5)]
    with bridge, bridge.till() as till:
        for action in actions:
            till.call("print", device="printer1", action=action, document=receipt(action))
    with bridge:
        shown = re.findall(r'src="/sheets/([0-9a-f-]+)\.png"', httpx.get(bridge.page).text)
        assert shown == actions[:1:-1]
        assert httpx.get(f"{bridge.page}sheets/{actions[0]}.png").status_code == 404
    kept = {path.name for path in (bridge.folder / "data/devices/printer1/sheets").iterdir()}
    assert kept == {f"{action}.{kind}" for action in actions[2:] for kind in ("png", "json")}


def test_a_foreign_file_on_the_shelf_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("[1, 2")
    (tmp_path / "y.json").write_text('{"action": "../../etc/passwd"}')
    assert Shelf(tmp_path, 5).records() == []


@pytest.mark.parametrize("language", ["pl", "uk", "ru"])
def test_the_page_speaks_the_shop_language_completely(language: str) -> None:
    words = tomllib.loads(view.WORDS.read_text("utf-8"))
    source = (ROOT / "devices/drivers/virtual/view.py").read_text("utf-8")
    used = set(re.findall(r'_\("([^"]+)"\)', source))
    assert len(used) == 13
    assert {text for text, word in words[language].items() if word} == used


@pytest.mark.browser
def test_the_page_refreshes_itself_in_a_browser(shared: BridgeProcess, till: Till) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(), chromium_sandbox=False, args=ARGS
        )
        page = browser.new_page()
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text))
        page.goto(shared.page)
        action = new_id()
        till.call("print", device="printer1", action=action, document=receipt("SUMA"))
        picture = page.locator(f"#r{action} img")
        picture.wait_for(timeout=10_000)
        wait_for(lambda: bool(picture.evaluate("image => image.complete && image.naturalWidth === 624")))
        browser.close()
    assert problems == []
