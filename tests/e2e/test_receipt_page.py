"""The code on the screen after the payment opens the receipt's page once the receipt has arrived."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.shop import BREAD, MILK
from tests.e2e.walks import Walk, context_of, picture

pytestmark = pytest.mark.browser


def test_a_telephone_opens_the_receipt_from_the_code(walk: Walk, pictures: Path | None) -> None:
    walk.store.ask("setting", name="receipt_url", value=walk.store.url)
    walk.begin(number=153)
    walk.sell(MILK, BREAD)
    code = walk.at("receipt-qr")
    expect(code).to_be_visible()
    picture(walk.page, pictures, "receipt-code")
    walk.all_sent()
    link = code.get_attribute("data-text")
    assert link and link.startswith(walk.store.url + "/r/")
    browser = walk.page.context.browser
    assert browser is not None
    phone = context_of(browser, 390, 844)
    page = phone.new_page()
    answer = page.goto(link)
    assert answer and answer.status == 200
    expect(page.locator("main")).to_contain_text("Mleko UHT 3,2 % 1 l")
    picture(page, pictures, "receipt-page")
    missing = page.goto(link[:-4] + "AAAA")
    assert missing and missing.status == 404
    picture(page, pictures, "receipt-missing")
    phone.close()
