"""Walks through the back office in a real Chromium: keyboard, scanner, palette, drawer, and axe on every page."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core import clock, jobs
from core.models import Job
from core.services import organisation
from pos.models import Incarnation
from tests.backoffice.chrome import faults, sign_in, walk
from tests.backoffice.pages import XSS, addresses
from tests.backoffice.shop import Shop, make_product, make_shop
from tests.conftest import make_cast
from tests.length import LONG
from tests.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
_TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SIZES = [(1024, 768), (683, 384), (1366, 768)]
# Pages with every kind of part between them. They are what the usual suite looks at; the long one looks at every page.
JUDGED = {
    "dashboard",
    "goods",
    "goods_card",
    "receipt",
    "employee",
    "promotion",
    "customer_points",
}
# The colours of the dark are variables of one file, so a few stand for all.
DARK = {"dashboard", "receipt"}


@pytest.fixture
def open_shop(transactional_db: None, settings: Any) -> Shop:
    """A shop in committed rows, with a password that the server beside us can check."""
    cast = make_cast()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    organisation.employee_update(cast.manager, password="correct horse 9")
    return make_shop(cast.store, cast.cashier, cast.manager)


def test_pages_are_free_of_faults_in_both_colours_and_fit_every_window(
    open_shop: Shop, live_kasa: LiveServer
) -> None:
    make_product("9999", f"Long {XSS} " + "wordwordword" * 8, open_shop.group)
    found = addresses(open_shop, open_shop.manager)
    Incarnation.objects.update(seen_at=clock.now())

    def steps(page: Page) -> dict[str, list[str]]:
        sign_in(page, live_kasa.url, "marta", "correct horse 9")
        wrong: dict[str, list[str]] = {}
        for name, address in found.items():
            if name not in JUDGED and not LONG:
                continue
            answer = page.request.get(live_kasa.url + address, max_redirects=0)
            if answer.status != 200 or "<html" not in answer.text():
                continue
            page.goto(live_kasa.url + address)
            # The frame around the content is the same on each of them, so it is judged once, with the first.
            part = "main" if wrong else None
            wrong[name] = faults(page, part)
            if name in DARK or LONG:
                page.emulate_media(color_scheme="dark")
                wrong[f"{name} dark"] = faults(page, part)
                page.emulate_media(color_scheme="light")
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                wider = page.evaluate(_TOO_WIDE)
                wrong[f"{name} {width}"] = [f"{wider} px too wide"] if wider > 0 else []
        return {where: what for where, what in wrong.items() if what}

    assert walk(steps) == {}


def test_the_door_and_its_refusals_are_free_of_faults(open_shop: Shop, live_kasa: LiveServer) -> None:
    def steps(page: Page) -> None:
        page.goto(f"{live_kasa.url}/backoffice/sign-in/")
        assert faults(page) == []
        page.keyboard.type("marta")
        page.keyboard.press("Tab")
        page.keyboard.type("wrong")
        page.keyboard.press("Enter")
        expect(page.locator("[role=alert]")).to_be_focused()
        assert page.input_value("#id_username") == "marta"
        assert faults(page) == []

    walk(steps)


def test_slash_searches_and_the_list_follows_the_typing_without_a_reload(
    open_shop: Shop, live_kasa: LiveServer
) -> None:
    def steps(page: Page) -> None:
        sign_in(page, live_kasa.url, "marta", "correct horse 9")
        page.goto(f"{live_kasa.url}/backoffice/goods/")
        page.evaluate("window.kept = true")
        page.keyboard.press("/")
        expect(page.locator("#id_q")).to_be_focused()
        page.keyboard.type("jablka", delay=60)
        expect(page.locator("[data-row]")).to_have_text(["Jabłka luzem"])
        page.wait_for_url("**q=jablka**")
        assert page.evaluate("window.kept")
        page.keyboard.press("Enter")
        page.wait_for_load_state()
        expect(page.locator("[data-row]")).to_have_text(["Jabłka luzem"])
        page.goto(f"{live_kasa.url}/backoffice/goods/")
        page.locator("[data-row]").first.focus()
        page.keyboard.press("ArrowDown")
        expect(page.locator("[data-row]").nth(1)).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_contain_text("Masło ekstra 200 g")

    walk(steps)


def test_the_palette_opens_goods_by_keyboard_alone(open_shop: Shop, live_kasa: LiveServer) -> None:
    def steps(page: Page) -> None:
        sign_in(page, live_kasa.url, "marta", "correct horse 9")
        page.keyboard.press("Control+k")
        expect(page.locator("#palette-text")).to_be_focused()
        expect(page.locator("#palette-list [role=option]").first).to_be_visible()
        assert faults(page) == []
        page.keyboard.type("maslo", delay=60)
        option = page.locator("#palette-list [aria-selected=true]")
        expect(option).to_contain_text("Masło ekstra 200 g")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_contain_text("Masło ekstra 200 g")
        page.keyboard.press("Control+k")
        page.keyboard.press("Escape")
        expect(page.locator("#palette")).not_to_be_visible()

    walk(steps)


def scan(page: Page, code: str) -> None:
    """What a keyboard-wedge scanner sends under a Russian layout: right codes, wrong characters."""
    page.wait_for_load_state("load")
    page.evaluate(
        """(code) => {
          const at = document.activeElement ?? document.body;
          for (const letter of code) {
            const digit = /\\d/.test(letter);
            const code = digit ? `Digit${letter}` : "Minus";
            const init = {code, key: "ж", bubbles: true, cancelable: true};
            if (at.dispatchEvent(new KeyboardEvent("keydown", init)) && "value" in at) at.value += "ж";
          }
          const end = {code: "Enter", key: "Enter", bubbles: true, cancelable: true};
          at.dispatchEvent(new KeyboardEvent("keydown", end));
        }""",
        code,
    )


def test_a_scan_opens_the_card_from_anywhere_and_lands_in_the_field_that_asks_for_a_code(
    open_shop: Shop, live_kasa: LiveServer
) -> None:
    def steps(page: Page) -> None:
        sign_in(page, live_kasa.url, "marta", "correct horse 9")
        page.goto(f"{live_kasa.url}/backoffice/settings/")
        scan(page, "5901234123457")
        expect(page.locator("h1")).to_contain_text("Masło ekstra 200 g")
        page.goto(f"{live_kasa.url}/backoffice/settings/")
        page.locator("#id_address").fill("Łódź")
        scan(page, "5901234123457")
        expect(page.locator("h1")).to_contain_text("Masło ekstra 200 g")
        page.locator("#id_code").focus()
        scan(page, "2000000000008")
        expect(page.locator("#id_code")).to_have_value("2000000000008")
        assert "/goods/" in page.url

    walk(steps)


def test_a_running_job_moves_in_the_drawer_and_its_page_shows_the_end(
    open_shop: Shop, live_kasa: LiveServer
) -> None:
    job = jobs.start("import_goods", title="Import of a list", params={}, by=open_shop.manager)
    Job.objects.filter(id=job.id).update(state="running", done=10, total=100, alive_at=clock.now())

    def steps(page: Page) -> None:
        sign_in(page, live_kasa.url, "marta", "correct horse 9")
        page.get_by_role("button", name="Running work").click()
        drawer = page.locator("#jobs")
        expect(drawer).to_contain_text("10 %")
        page.wait_for_timeout(400)
        assert faults(page) == []
        polls: list[str] = []
        page.on("request", lambda request: polls.append(request.url) if "drawer" in request.url else None)
        page.wait_for_timeout(3300)
        assert 2 <= len(polls) <= 4, "about one question a second, never more than two"
        with page.expect_response(lambda answer: "cancel" in answer.url):
            drawer.get_by_role("button", name="Stop").click()
        page.wait_for_url("**/jobs/**")
        expect(page.locator("main")).to_contain_text("Stopping")

    walk(steps)
    job.refresh_from_db()
    assert job.cancel_requested


def test_a_form_is_sent_once_though_it_was_clicked_twice(open_shop: Shop, live_kasa: LiveServer) -> None:
    def steps(page: Page) -> None:
        sign_in(page, live_kasa.url, "marta", "correct horse 9")
        page.goto(f"{live_kasa.url}/backoffice/roles/new/")
        page.fill("#id_name", "Twice")
        page.locator("main form button").first.dblclick()
        page.wait_for_url("**/roles/")
        expect(page.locator("thead").get_by_text("Twice")).to_have_count(1)

    walk(steps)


def test_the_narrow_window_has_a_menu_that_opens_by_keyboard(open_shop: Shop, live_kasa: LiveServer) -> None:
    def steps(page: Page) -> None:
        sign_in(page, live_kasa.url, "marta", "correct horse 9")
        page.set_viewport_size({"width": 683, "height": 384})
        page.goto(f"{live_kasa.url}/backoffice/")
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        goods = page.locator("#rail").get_by_role("link", name="Goods", exact=True)
        expect(goods).to_be_visible()
        goods.click()
        expect(page.locator("h1")).to_have_text("Goods")

    walk(steps)
