"""A whole day without the server: what comes afterwards is, to the cent, what the same day makes with it."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.server import LiveStore
from tests.e2e.shop import APPLES, BAG, BEER, BREAD, MILK

from .conftest import BOOT, wait

pytestmark = pytest.mark.browser
RECEIPTS = 300

DAY = Path(__file__).with_name("whole_day.js").read_text("utf-8")


def enrolled(page: Page, store: LiveStore, number: int) -> None:
    page.goto(f"{store.url}/pos/")
    page.evaluate(BOOT, {"database": "whole-day"})
    page.evaluate("(code) => till.enrol(code)", store.ask("code", number=number)["code"])
    wait(page, "till.status.catalogue.state === 'ready'", 60)
    page.evaluate("till.signIn('1111')")


def day(page: Page) -> dict[str, Any]:
    goods = [MILK, BREAD, BEER, APPLES, BAG]
    value: dict[str, Any] = page.evaluate(DAY, {"goods": goods, "receipts": RECEIPTS})
    return value


@pytest.mark.long
def test_a_day_without_the_server_comes_to_the_same_cent(
    page: Page, browser: Browser, live_store: LiveStore
) -> None:
    alone = browser.new_context(bypass_csp=True, service_workers="block").new_page()
    enrolled(page, live_store, 171)
    enrolled(alone, live_store, 172)
    with_server = day(page)
    wait(page, "till.status.unsent === 0", 60)
    live_store.kill()
    without = day(alone)
    assert alone.evaluate("till.status.unsent") > RECEIPTS
    assert (
        without == with_server and without["z"]["returns"] > RECEIPTS // 12 and without["difference"] == -37
    )
    live_store.start()
    wait(alone, "till.status.unsent === 0", 60)
    assert [one.evaluate("till.status.troubles") for one in (page, alone)] == [[], []]
    held = [live_store.ask("shifts", number=number)["shifts"] for number in (171, 172)]
    assert held[0] == held[1]
    first, second = held[1]
    assert (first["closed"], first["complete"], first["missing"], first["late"]) == (True, True, 0, 0)
    assert first["differences"] == [] and first["totals"] == without["z"]
    assert first["counted"] == without["z"]["expected_cash"] - 37 and not second["closed"]
    assert second["totals"] == without["next"]
    states = live_store.ask("receipts", number=172)["states"]
    assert set(states) == {"stored"}
    alone.context.close()
