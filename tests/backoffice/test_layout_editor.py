"""The layout editor in a real Chromium: by hand, by keyboard, and what a till's keyboard sends."""

import json
import os
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.backoffice.chrome import faults, sign_in, walk
from tests.backoffice.shop import Shop
from tests.backoffice.test_layouts import HOME, make
from tests.backoffice.test_walks import open_shop
from tests.live import LiveServer

__all__ = ["open_shop"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def middle(box: Locator) -> tuple[float, float]:
    found = box.bounding_box()
    assert found is not None
    return found["x"] + found["width"] / 2, found["y"] + found["height"] / 2


def pull(page: Page, start: tuple[float, float], by: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + by[0] / 2, start[1] + by[1] / 2)
    page.mouse.move(start[0] + by[0], start[1] + by[1])
    page.mouse.up()


def keep_picture(page: Page, name: str) -> None:
    folder = os.environ.get("KASA_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_the_editor_is_worked_by_hand_and_by_keyboard_and_what_is_made_is_published(
    open_shop: Shop, live_kasa: LiveServer
) -> None:
    layout = make()

    def steps(page: Page) -> None:
        sign_in(page, live_kasa.url, "marta", "correct horse 9")
        page.goto(f"{live_kasa.url}{HOME}{layout.id}/")
        side = page.locator(".layout-box[data-id=zone-side]")
        expect(side).to_be_visible()
        expect(page.frame_locator("#preview").locator(".line").first).to_be_visible()
        keep_picture(page, "layout-editor-zones")
        # By keyboard: three columns to the left, and taken back.
        side.focus()
        page.keyboard.press("ArrowLeft")
        expect(page.locator("[data-id=zone-c1]")).to_have_value("15")
        expect(page.locator("#findings [data-code=zones_overlap]")).to_be_visible()
        page.keyboard.press("Control+z")
        expect(page.locator("#findings .good")).to_be_visible()
        # By hand: a button is pulled two cells down, its size to two cells.
        page.locator("[data-id=tab-buttons]").click()
        first = page.locator(".layout-box[data-id=button-2]")
        expect(first).to_be_visible()
        keep_picture(page, "layout-editor-buttons")
        first.click()
        expect(page.locator("[data-id=action]")).to_have_value("search")
        # The boxes are drawn again when the frame has drawn; what is chosen says that they were.
        expect(first).to_have_attribute("aria-pressed", "true")
        box = first.bounding_box()
        assert box is not None
        pull(page, middle(first), (0, box["height"] * 1.05))
        expect(page.locator("[data-id=button-r1]")).to_have_value("3")
        expect(page.locator("#findings [data-code=buttons_overlap]")).to_be_visible()
        page.locator("[data-id=undo]").click()
        expect(page.locator("#findings .good")).to_be_visible()
        # A key is learned by pressing it; what belongs to the browser is not.
        page.locator("[data-id=key-learn]").click()
        page.keyboard.press("F11")
        expect(page.locator("[data-id=key-learn]")).to_contain_text("F11")
        page.keyboard.press("Control+Alt+q")
        expect(page.locator("#side")).to_contain_text("Ctrl + Alt + KeyQ")
        page.locator("[data-id=action]").select_option("xReport")
        page.locator("[data-id=label-pl]").fill("Raport")
        page.keyboard.press("Tab")
        expect(page.locator("[data-id=label-uk]")).to_be_focused()
        assert faults(page) == []
        page.locator("[data-id=screen]").select_option("2")
        expect(page.frame_locator("#preview").locator(".till")).to_be_visible()
        page.keyboard.press("Control+s")
        expect(page.locator("#saved")).to_have_text("Saved")
        page.locator("#publish button").click()
        page.wait_for_url("**/layouts/")

    walk(steps)
    layout.refresh_from_db()
    button = json.loads(layout.versions.get().body)["grids"][0]["buttons"][2]
    assert (button["action"], button["key"], button["label"]["pl"]) == ("xReport", "Ctrl+Alt+KeyQ", "Raport")
